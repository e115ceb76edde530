"""Projects, users, images, flavours, hosts, machines and volumes."""

import base64
import hashlib

from . import words
from .model import NOW, Flavor, Host, Image, Instance, Project, User, Volume

# cell: (hosts, live instances, deleted instances that are not yet archived)
CELLS = {"cell1": (16, 330, 250), "cell2": (12, 230, 160), "cell3": (6, 60, 40)}
ZONES = {"cell1": "az-north", "cell2": "az-south", "cell3": "az-edge"}

FLAVORS = [
    ("1", "m1.tiny", 1, 512, 1, {}), ("2", "m1.small", 1, 2048, 20, {}),
    ("3", "m1.medium", 2, 4096, 40, {}), ("4", "m1.large", 4, 8192, 80, {}),
    ("5", "m1.xlarge", 8, 16384, 160, {}),
    (None, "c2.large", 4, 4096, 40, {"hw:cpu_sockets": "1", "hw:cpu_cores": "4"}),
    (None, "r2.large", 2, 16384, 40, {"quota:disk_total_iops_sec": "2000"}),
    (None, "b1.volume", 2, 4096, 0, {"hw_rng:allowed": "True"}),
    (None, "nfv.4", 4, 8192, 40, {"hw:mem_page_size": "small", "hw:numa_nodes": "1"}),
    (None, "win.größer", 4, 8192, 80, {"os:secure_boot": "disabled"}),
]

SYSTEMS = [("debian", "Debian 12 (bookworm)", 2), ("ubuntu", "Ubuntu 22.04 LTS", 3),
           ("ubuntu", "Ubuntu 24.04 LTS", 4), ("rocky", "Rocky Linux 9", 10),
           ("windows", "Windows Server 2022 – Datacenter", 40), ("cirros", "cirros 0.6.2", 1)]


def fill_people(cloud):
    dice = cloud.dice
    for number in range(150):
        given = words.GIVEN[number % len(words.GIVEN)]
        family = words.FAMILY[(number * 7) % len(words.FAMILY)]
        user = User(dice.hex(), "%s.%s" % (given, family.lower()) + (str(number) if number > 60 else ""),
                    "user%03d@cloud.example" % number, dice.ago(120, 2200), dice.random() > 0.07)
        blob = base64.b64encode(hashlib.sha256(user.id.encode()).digest() * 3).decode()
        finger = hashlib.md5(blob.encode()).hexdigest()
        user.keypair = ("laptop %s" % given, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA%s %s\n"
                        % (blob[:44], user.email),
                        ":".join(finger[i:i + 2] for i in range(0, 32, 2)))
        cloud.users.append(user)
    for number, name in enumerate(words.PROJECTS):
        domain = "default" if number % 4 else "corp"
        cloud.projects.append(Project(dice.hex(), name, domain, dice.sample(cloud.users, 6),
                                      dice.ago(100, 2300), dice.choice(words.NOTES)))


def fill_images(cloud):
    dice = cloud.dice
    for number in range(230):
        system, label, min_disk = SYSTEMS[number % len(SYSTEMS)]
        created = dice.ago(5, 1800)
        public = number < 18
        image = Image(dice.uuid(), label if public else "%s snapshot %d" % (label, number),
                      cloud.service_project if public else dice.choice(cloud.projects).id,
                      dice.randint(20, 4000) * 1048576, created, system, min_disk,
                      "public" if public else dice.choice(["private", "private", "shared",
                                                           "community"]))
        if number >= 18 and dice.random() < 0.45:
            image.deleted = dice.between(created, NOW)
        cloud.images.append(image)


def fill_machines_room(cloud):
    dice = cloud.dice
    for number, (flavorid, name, vcpus, ram, disk, specs) in enumerate(FLAVORS, 1):
        cloud.flavors.append(Flavor(number, flavorid or dice.uuid(), name, vcpus, ram, disk,
                                    specs, name not in ("nfv.4", "win.größer")))
    for cell, (hosts, _, _) in CELLS.items():
        for number in range(1, hosts + 1):
            cloud.hosts.append(Host("compute-%s-%02d.cloud.example" % (cell[-1], number), cell,
                                    ZONES[cell], dice.uuid(), number, number, cell == "cell3"))


def _state(dice):
    return dice.choices(["active", "stopped", "error", "paused"], [86, 12, 1, 1])[0]


def fill_instances(cloud):
    dice = cloud.dice
    images = [image for image in cloud.images if image.visibility == "public"]
    for cell, (_, live, deleted) in CELLS.items():
        moments = sorted(dice.ago(0.2, 1500) for _ in range(live + deleted))
        gone = set(dice.sample(range(live + deleted), deleted))
        hosts = cloud.hosts_of(cell)
        for number, created in enumerate(moments):
            project = dice.choice(cloud.projects if cell != "cell3" else
                                  [p for p in cloud.projects if p.name.startswith("nfv")])
            machine = dice.choice(words.ROLES_OF_MACHINES)
            image = dice.choice([i for i in images if i.created < created] or images[:1])
            flavor = (cloud.flavors[8] if cell == "cell3" else
                      cloud.flavors[9] if image.os == "windows" else
                      dice.choice(cloud.flavors[:8]))
            instance = Instance(
                dice.uuid(), number + 1, cell, "%s-%s-%02d" % (project.name, machine, number % 90),
                project, dice.choice(project.users), image, flavor, None, created, _state(dice))
            room = [h for h in hosts if sum(i.flavor.ram for i in h.used) + flavor.ram < 240_000
                    and sum(i.flavor.vcpus for i in h.used) + flavor.vcpus < 220]
            instance.host = dice.choice(room)
            instance.boot_volume = flavor.disk == 0
            if number in gone:
                instance.deleted = dice.between(created, NOW)
                instance.state = "deleted"
            else:
                instance.host.used.append(instance)
            cloud.instances.append(instance)


def fill_volumes(cloud):
    dice = cloud.dice
    for instance in cloud.instances:
        wanted = (1 if instance.boot_volume else 0) + dice.choices([0, 1, 2], [70, 22, 8])[0]
        for number in range(wanted):
            boot = instance.boot_volume and number == 0
            volume = Volume(dice.uuid(), instance.project, instance.user,
                            "" if boot else "%s-data-%d" % (instance.name, number),
                            dice.choice([10, 20, 40, 100, 250]),
                            dice.choice(["ceph-ssd", "ceph-hdd"]), instance.created,
                            instance.image if boot else None, instance,
                            "/dev/vd" + "abcdef"[number + (0 if instance.boot_volume else 1)],
                            dice.uuid(), instance.deleted)
            instance.volumes.append(volume)
            cloud.volumes.append(volume)
    for number in range(220):
        project = dice.choice(cloud.projects)
        created = dice.ago(1, 1500)
        volume = Volume(dice.uuid(), project, dice.choice(project.users),
                        "archiv-%03d %s" % (number, dice.choice(["", "日次", "été", "backup"])),
                        dice.choice([1, 10, 50, 500]), dice.choice(["ceph-ssd", "ceph-hdd",
                                                                    "encrypted-luks"]), created)
        if dice.random() < 0.5:
            volume.deleted = dice.between(created, NOW)
        cloud.volumes.append(volume)


def populate(cloud):
    fill_people(cloud)
    fill_images(cloud)
    fill_machines_room(cloud)
    fill_instances(cloud)
    fill_volumes(cloud)
