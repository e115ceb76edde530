"""A cell's database: services, compute nodes and instances with all that hangs on them."""

import datetime

from . import nova_objects
from .model import NOW
from .nova_api import pci_requests
from .placement import CPUS, DISK, MEMORY

SERVICE_VERSION = 67   # nova.objects.service.SERVICE_VERSION at 2024.1
POWER = {"active": 1, "paused": 3, "stopped": 4, "error": 0, "deleted": 0}
CPU_INFO = {"arch": "x86_64", "model": "Cascadelake-Server-noTSX", "vendor": "Intel",
            "topology": {"cells": 2, "sockets": 1, "cores": 16, "threads": 2},
            "features": ["aes", "apic", "avx", "avx2", "avx512f", "bmi1", "bmi2", "clflush", "cmov",
                         "cx16", "cx8", "de", "erms", "f16c", "fma", "fpu", "fxsr", "ht",
                         "hypervisor", "invpcid", "lm", "mca", "mce", "mmx", "movbe", "msr",
                         "pae", "pcid", "pclmuldq", "pge", "popcnt", "pse", "rdrand", "rdtscp",
                         "sep", "smap", "smep", "sse", "sse2", "ssse3", "vmx", "x2apic"]}


def soft(row_id, created, deleted, updated=None):
    """Nova's four common columns: `deleted` holds the row's id once it is deleted."""
    return dict(created_at=created, updated_at=deleted or updated, deleted_at=deleted,
                deleted=row_id if deleted else 0)


class Ids:
    """The next primary key of each table."""

    def __init__(self):
        self.last = {}

    def next(self, table):
        self.last[table] = self.last.get(table, 0) + 1
        return self.last[table]


def _service(cloud, sink, ids, host, binary, cell_age, gone=None):
    number = ids.next("services")
    born = cloud.dice.ago(cell_age - 10, cell_age)
    sink.add("services", id=number, host=host, binary=binary, topic=binary[5:],
             report_count=cloud.dice.randint(100000, 9000000), disabled=False,
             disabled_reason=None, last_seen_up=gone or NOW, forced_down=False,
             version=62 if gone else SERVICE_VERSION, uuid=cloud.dice.uuid(),
             **soft(number, born, gone, NOW))
    return number


def _compute_node(cloud, sink, host):
    load = host.used
    cores = sum(i.flavor.vcpus for i in load)
    memory = sum(i.flavor.ram for i in load) + 8192
    disk = sum(i.flavor.disk for i in load)
    pools = [nova_objects.wrap("PciDevicePool", "1.1", {
        "product_id": "101e", "vendor_id": "15b3", "numa_node": 1, "count": 20,
        "tags": {"dev_type": "type-VF", "physical_network": "physnet2", "parent_ifname": "ens2f0",
                 "trusted": "true", "remote_managed": "false"}})] if host.sriov else []
    sink.add("compute_nodes", id=host.node_id, service_id=None, vcpus=CPUS, memory_mb=MEMORY,
             local_gb=DISK, vcpus_used=cores, memory_mb_used=memory, local_gb_used=disk,
             hypervisor_type="QEMU", hypervisor_version=8002002, cpu_info=CPU_INFO,
             disk_available_least=DISK - disk, free_ram_mb=MEMORY - memory,
             free_disk_gb=DISK - disk, current_workload=0, running_vms=len(load),
             hypervisor_hostname=host.name, host=host.name, uuid=host.uuid, mapped=1,
             host_ip="192.0.2.%d" % (int(host.cell[-1]) * 40 + host.number),
             supported_instances=[["x86_64", "kvm", "hvm"], ["x86_64", "qemu", "hvm"]],
             pci_stats=nova_objects.wrap("PciDevicePoolList", "1.1", {"objects": pools}),
             metrics=[], extra_resources=None,
             stats={"failed_builds": "0", "num_instances": str(len(load)),
                    "io_workload": "0"}, numa_topology=nova_objects.host_numa(),
             ram_allocation_ratio=1.0, cpu_allocation_ratio=4.0, disk_allocation_ratio=1.0,
             **soft(host.node_id, cloud.dice.ago(1450, 1500), None, NOW))


def _functions(cloud, sink, ids, host):
    """The physical function of the host's network card and its virtual functions."""
    taken = {port.profile["pci_slot"]: (instance, port) for instance in host.used
             for port in instance.ports if port.vnic == "direct"}
    for number in range(24):
        address = "0000:81:%02x.%d" % (number // 8, number % 8)
        owner = taken.get(address)
        row = ids.next("pci_devices")
        kind = "type-PF" if number == 0 else "type-VF"
        sink.add("pci_devices", id=row, compute_node_id=host.node_id, address=address,
                 product_id="101d" if number == 0 else "101e", vendor_id="15b3", dev_type=kind,
                 dev_id="pci_" + address.replace(":", "_").replace(".", "_"),
                 label="label_15b3_" + ("101d" if number == 0 else "101e"), numa_node=1,
                 status="unavailable" if number == 0 else "allocated" if owner else "available",
                 extra_info={"capabilities": '{"sriov": {"pf_mac_address": "0c:42:a1:00:00:%02x", '
                             '"vf_num": %d}}' % (number, number), "parent_ifname": "ens2f0"},
                 instance_uuid=owner[0].uuid if owner else None,
                 request_id=cloud.pci[owner[1].id] if owner else None,
                 parent_addr=None if number == 0 else "0000:81:00.0", uuid=cloud.dice.uuid(),
                 **soft(row, cloud.dice.ago(1400, 1450), None, NOW))


def _instance(cloud, sink, ids, instance, prefix=""):
    dice, flavor = cloud.dice, instance.flavor
    created, deleted = instance.created, instance.deleted
    launched = dice.after(created, 20, 300)
    marks = soft(instance.id, created, deleted, launched)
    linked = created > NOW - datetime.timedelta(days=700)
    sink.add(prefix + "instances", id=instance.id, uuid=instance.uuid, user_id=instance.user.id,
             project_id=instance.project.id,
             image_ref="" if instance.boot_volume else instance.image.id, kernel_id="",
             ramdisk_id="", launch_index=0, key_name=instance.user.keypair[0],
             key_data=instance.user.keypair[1], power_state=POWER[instance.state],
             vm_state=instance.state, memory_mb=flavor.ram, vcpus=flavor.vcpus,
             hostname="".join(c if c.isascii() and c.isalnum() else "-" for c in instance.name),
             host=instance.host.name, node=instance.host.name, launched_on=instance.host.name,
             user_data=None, reservation_id="r-" + dice.hex()[:8], launched_at=launched,
             terminated_at=deleted, display_name=instance.name,
             display_description=instance.name, availability_zone=instance.host.zone,
             locked=dice.random() < 0.02, os_type=instance.image.os if
             instance.image.os == "windows" else "linux", instance_type_id=flavor.id,
             architecture="x86_64", root_device_name="/dev/vda", config_drive="",
             progress=0, auto_disk_config=False, shutdown_terminate=False,
             disable_terminate=False, root_gb=flavor.disk, ephemeral_gb=0, cleaned=bool(deleted),
             hidden=False, compute_id=instance.host.node_id if linked else None, **marks)
    row = ids.next("instance_extra")
    requests = pci_requests(cloud, instance)
    sink.add(prefix + "instance_extra", id=row, instance_uuid=instance.uuid,
             numa_topology=nova_objects.numa_topology(instance),
             pci_requests=nova_objects.pci_column(requests),
             flavor=nova_objects.flavor_column(flavor), vcpu_model=nova_objects.cpu_model(),
             keypairs=nova_objects.keypairs(instance, created), device_metadata=None,
             trusted_certs=None, vpmems=None, resources=None, migration_context=None,
             **soft(row, created, deleted, launched))
    row = ids.next("instance_info_caches")
    sink.add(prefix + "instance_info_caches", id=row, instance_uuid=instance.uuid,
             network_info=nova_objects.network_info(instance),
             **soft(row, created, deleted, launched))
    _metadata(cloud, sink, ids, instance, prefix)
    _devices(cloud, sink, ids, instance, prefix)
    _history(cloud, sink, ids, instance, prefix)


def _metadata(cloud, sink, ids, instance, prefix):
    pairs = {"image_min_disk": str(instance.image.min_disk), "image_min_ram": "0",
             "image_container_format": "bare", "image_disk_format": "qcow2",
             "image_hw_machine_type": "q35", "image_hw_disk_bus": "virtio",
             "image_hw_vif_model": "virtio", "image_os_distro": instance.image.os,
             "image_base_image_ref": "" if instance.boot_volume else instance.image.id,
             "owner_user_name": instance.user.name, "owner_project_name": instance.project.name,
             "boot_roles": "member,reader"}
    for key, value in pairs.items():
        row = ids.next("instance_system_metadata")
        sink.add(prefix + "instance_system_metadata", id=row, instance_uuid=instance.uuid,
                 key=key, value=value, **soft(row, instance.created, instance.deleted))
    for key, value in (("role", instance.name.rsplit("-", 2)[-2]), ("kostenstelle", "4711"),
                       ("担当", instance.user.name))[:instance.id % 4]:
        row = ids.next("instance_metadata")
        sink.add(prefix + "instance_metadata", id=row, instance_uuid=instance.uuid, key=key,
                 value=value, **soft(row, instance.created, instance.deleted))
    if not prefix and not instance.deleted and instance.id % 5 == 0:
        sink.add("tags", resource_id=instance.uuid, tag="backup-täglich")


def _devices(cloud, sink, ids, instance, prefix):
    created, deleted, dice = instance.created, instance.deleted, cloud.dice
    row = ids.next("block_device_mapping")
    common = dict(instance_uuid=instance.uuid, no_device=False, guest_format=None,
                  device_type="disk", tag=None, snapshot_id=None)
    if not instance.boot_volume:
        sink.add(prefix + "block_device_mapping", id=row, device_name="/dev/vda",
                 source_type="image", destination_type="local", boot_index=0, disk_bus="virtio",
                 image_id=instance.image.id, volume_id=None, volume_size=None,
                 delete_on_termination=True, connection_info=None, attachment_id=None,
                 uuid=dice.uuid(), **common, **soft(row, created, deleted))
    for volume in instance.volumes:
        row = ids.next("block_device_mapping")
        sink.add(prefix + "block_device_mapping", id=row, device_name=volume.device,
                 source_type="image" if volume.image else "volume", destination_type="volume",
                 boot_index=0 if volume.image else None, disk_bus="virtio",
                 image_id=volume.image.id if volume.image else None, volume_id=volume.id,
                 volume_size=volume.size, delete_on_termination=bool(volume.image),
                 connection_info=connection_info(volume), attachment_id=volume.attachment,
                 uuid=dice.uuid(), **common, **soft(row, created, deleted))
    for port in instance.ports:
        row = ids.next("virtual_interfaces")
        sink.add(prefix + "virtual_interfaces", id=row, address=port.mac + "/" + port.id,
                 network_id=None, uuid=port.id, instance_uuid=instance.uuid, tag=None,
                 **soft(row, created, deleted))


def connection_info(volume):
    return {"driver_volume_type": "rbd", "data": {
        "name": "volumes/volume-" + volume.id, "hosts": ["192.0.2.201", "192.0.2.202"],
        "ports": ["6789", "6789"], "cluster_name": "ceph", "auth_enabled": True,
        "auth_username": "cinder", "secret_type": "ceph", "secret_uuid":
        "5e1f0000-aaaa-4bbb-8ccc-0123456789ab", "volume_id": volume.id, "discard": True,
        "qos_specs": None, "access_mode": "rw", "encrypted": False}, "status": "reserved",
        "instance": volume.instance.uuid, "attached_at": "", "serial": volume.id}


def _action(cloud, sink, ids, instance, prefix, name, event, start, fault=False):
    end = cloud.dice.after(start, 2, 90)
    row, request = ids.next("instance_actions"), "req-" + cloud.dice.uuid()
    sink.add(prefix + "instance_actions", id=row, action=name, instance_uuid=instance.uuid,
             request_id=request, user_id=instance.user.id, project_id=instance.project.id,
             start_time=start, finish_time=end, message="Error" if fault else None,
             **soft(row, start, instance.deleted, end))
    number = ids.next("instance_actions_events")
    sink.add(prefix + "instance_actions_events", id=number, event=event, action_id=row,
             start_time=start, finish_time=end, result="Error" if fault else "Success",
             traceback=None, host=instance.host.name,
             details="Gerät nicht verfügbar" if fault else None,
             **soft(number, start, instance.deleted, end))


def _history(cloud, sink, ids, instance, prefix):
    dice, created = cloud.dice, instance.created
    end = instance.deleted or NOW
    _action(cloud, sink, ids, instance, prefix, "create", "compute__do_build_and_run_instance",
            created)
    for _ in range(dice.choice([0, 0, 1, 1, 2])):
        name = dice.choice(["reboot", "stop", "start"])
        _action(cloud, sink, ids, instance, prefix, name, "compute_%s_instance" % name,
                dice.between(created, end))
    if instance.deleted:
        _action(cloud, sink, ids, instance, prefix, "delete", "compute_terminate_instance", end)
    if instance.state == "error":
        row = ids.next("instance_faults")
        sink.add(prefix + "instance_faults", id=row, instance_uuid=instance.uuid, code=500,
                 message="Connection to the hypervisor is broken", host=instance.host.name,
                 details="Traceback (most recent call last):\n  File \"manager.py\"\n" + 40 *
                 "    libvirt.libvirtError: ‘qemu’ unexpectedly closed the monitor\n",
                 **soft(row, dice.between(created, end), None))
    if instance.id % 12 == 0:
        row, when = ids.next("migrations"), dice.between(created, end)
        other = dice.choice(cloud.hosts_of(instance.cell))
        sink.add(prefix + "migrations", id=row, source_compute=other.name,
                 dest_compute=instance.host.name, dest_host=instance.host.name,
                 source_node=other.name, dest_node=instance.host.name,
                 status=dice.choice(["completed", "completed", "error", "cancelled"]),
                 instance_uuid=instance.uuid, old_instance_type_id=instance.flavor.id,
                 new_instance_type_id=instance.flavor.id, migration_type="live-migration",
                 hidden=False, memory_total=4194304, memory_processed=4194304,
                 memory_remaining=0, disk_total=0, disk_processed=0, disk_remaining=0,
                 uuid=dice.uuid(), cross_cell_move=False, user_id=instance.user.id,
                 project_id=instance.project.id, dest_compute_id=instance.host.node_id,
                 **soft(row, when, instance.deleted, when))


def write_cell(cloud, sink, cell):
    ids = Ids()
    for number in (1, 2):
        _service(cloud, sink, ids, "conductor-%s-%d.cloud.example" % (cell[-1], number),
                 "nova-conductor", 1600)
    for host in cloud.hosts_of(cell):
        _service(cloud, sink, ids, host.name, "nova-compute", 1500)
        _compute_node(cloud, sink, host)
        if host.sriov:
            _functions(cloud, sink, ids, host)
    for number in (90, 91):
        _service(cloud, sink, ids, "compute-%s-%d.cloud.example" % (cell[-1], number),
                 "nova-compute", 1500, gone=cloud.dice.ago(300, 900))
    for instance in cloud.instances:
        if instance.cell == cell:
            _instance(cloud, sink, ids, instance)
    for number in range(30):
        created = cloud.dice.ago(0, 0.2)
        instance = cloud.dice.choice([i for i in cloud.live() if i.cell == cell])
        sink.add("console_auth_tokens", token_hash=cloud.dice.hex() * 2, console_type="novnc",
                 host="192.0.2.%d" % number, port=5900 + number, internal_access_path=None,
                 instance_uuid=instance.uuid, expires=int(NOW.timestamp()) + 600,
                 access_url_base="https://console.cloud.example:6080/vnc_lite.html",
                 created_at=created)
    for _ in range(60):
        row, start = ids.next("task_log"), cloud.dice.ago(1, 90)
        sink.add("task_log", id=row, task_name="instance_usage_audit", state="DONE",
                 host=cloud.dice.choice(cloud.hosts_of(cell)).name + ":%d" % row,
                 period_beginning=start, period_ending=start + datetime.timedelta(hours=1),
                 message="Instance usage audit ran", task_items=5, errors=0,
                 **soft(row, start, None))


def write_cell0(cloud, sink):
    """The super conductor's services, and machines that never found a host, archived."""
    ids, dice = Ids(), cloud.dice
    for number in (1, 2, 3):
        host = "controller-%d.cloud.example" % number
        _service(cloud, sink, ids, host, "nova-conductor", 1600)
        _service(cloud, sink, ids, host, "nova-scheduler", 1600)
    for number in range(1, 46):
        row, created = number, dice.ago(40, 1200)
        deleted = dice.after(created, 3600, 900000)
        project, key = dice.choice(cloud.projects), dice.uuid()
        flavor = dice.choice(cloud.flavors)
        sink.add("shadow_instances", id=row, uuid=key, user_id=dice.choice(project.users).id,
                 project_id=project.id, image_ref=dice.choice(cloud.images).id, kernel_id="",
                 ramdisk_id="", launch_index=0, power_state=0, vm_state="error",
                 memory_mb=flavor.ram, vcpus=flavor.vcpus, hostname="unlucky-%d" % number,
                 reservation_id="r-" + dice.hex()[:8], display_name="pech-%d 不運" % number,
                 instance_type_id=flavor.id, root_gb=flavor.disk, ephemeral_gb=0, cleaned=1,
                 hidden=False, locked=False, config_drive="", **soft(row, created, deleted))
        sink.add("shadow_instance_extra", id=row, instance_uuid=key,
                 flavor=nova_objects.flavor_column(flavor), pci_requests=[],
                 **soft(row, created, deleted))
        sink.add("shadow_instance_faults", id=row, instance_uuid=key, code=500,
                 message="No valid host was found. ", details="NoValidHost\n" * 20, host=None,
                 **soft(row, created, deleted))
        sink.add("shadow_instance_info_caches", id=row, instance_uuid=key, network_info=[],
                 **soft(row, created, deleted))
