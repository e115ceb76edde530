"""Networks, routers, ports and addresses of the model."""

import dataclasses

from . import words
from .model import NOW, Port

NETWORK_NODES = ["network-%d.cloud.example" % number for number in (1, 2, 3)]


@dataclasses.dataclass
class Subnet:
    id: str
    name: str
    cidr: str
    gateway: str
    version: int
    prefix: str
    next: int = 10
    dns: tuple = ("10.0.0.53", "10.0.1.53")

    def address(self):
        value = self.next
        self.next += 1
        if self.version == 6:
            return "%s::%x" % (self.prefix, value)
        return "%s.%d.%d" % (self.prefix, value // 250, value % 250 + 1)


@dataclasses.dataclass
class Network:
    id: str
    name: str
    project: str
    type: str
    number: int
    physical: str
    segment: str
    mtu: int
    created: object
    subnets: list
    external: bool = False
    shared: bool = False
    ha: bool = False


@dataclasses.dataclass
class Router:
    id: str
    name: str
    project: str
    created: object
    number: int
    gateway: object = None
    ha_network: object = None
    ha_ports: list = dataclasses.field(default_factory=list)
    inner: list = dataclasses.field(default_factory=list)


def _mac(cloud):
    while True:
        mac = "fa:16:3e:%02x:%02x:%02x" % tuple(cloud.dice.randrange(256) for _ in range(3))
        if mac not in cloud.macs:
            cloud.macs.add(mac)
            return mac


def add_port(cloud, network, owner, device, host, created, project, subnets=None, **more):
    ips = [(subnet, subnet.address()) for subnet in
           (network.subnets if subnets is None else subnets)]
    port = Port(cloud.dice.uuid(), project, network, _mac(cloud), ips, device, owner, host,
                created, **more)
    cloud.ports.append(port)
    return port


def _network(cloud, name, project, kind, number, physical, created, subnets, **more):
    mtu = 1450 if kind == "vxlan" else 1500
    network = Network(cloud.dice.uuid(), name, project, kind, number, physical,
                      cloud.dice.uuid(), mtu, created, subnets, **more)
    cloud.networks.append(network)
    return network


def fill_networks(cloud):
    dice, cloud.macs = cloud.dice, set()
    service = cloud.service_project
    born = dice.ago(2290, 2295)
    cloud.public = _network(cloud, "public", service, "flat", None, "physnet1", born, [
        Subnet(dice.uuid(), "public-v4", "198.18.0.0/21",
               "198.18.0.1", 4, "198.18"),
        Subnet(dice.uuid(), "public-v6", "2001:db8:100::/64", "2001:db8:100::1", 6,
               "2001:db8:100")], external=True)
    cloud.sriov = [_network(cloud, "sriov-%s" % name, service, "vlan", 110 + number, "physnet2",
                            born, [Subnet(dice.uuid(), "sriov-%s-v4" % name,
                                          "172.%d.0.0/20" % (20 + number),
                                          "172.%d.0.1" % (20 + number), 4,
                                          "172.%d" % (20 + number))], shared=True)
                   for number, name in enumerate(["signalling", "user-plane"])]
    cloud.home = {}
    for number, project in enumerate(cloud.projects):
        subnets = [Subnet(dice.uuid(), "subnet", "10.%d.0.0/20" % (100 + number),
                          "10.%d.0.1" % (100 + number), 4, "10.%d" % (100 + number))]
        if number % 5 == 0:
            prefix = "fd00:0:0:%x" % (number + 16)
            subnets.append(Subnet(dice.uuid(), "subnet-v6", prefix + "::/64", prefix + "::1", 6,
                                  prefix))
        cloud.home[project.id] = _network(
            cloud, "%s-net" % project.name if number % 3 else "内部ネットワーク", project.id,
            "vxlan", 20 + number, None, project.created, subnets)


def fill_routers(cloud):
    dice = cloud.dice
    for number, project in enumerate(cloud.projects):
        ha_subnet = Subnet(dice.uuid(), "HA subnet tenant " + project.id, "169.254.192.0/18",
                           None, 4, "169.254", 192 * 250 + 10, ())
        ha_network = _network(cloud, "HA network tenant " + project.id, "", "vxlan",
                              500 + number, None, project.created, [ha_subnet], ha=True)
        router = Router(dice.uuid(), "router-" + project.name, project.id, project.created,
                        number + 1, ha_network=ha_network)
        agents = dice.sample(NETWORK_NODES, 2)
        router.gateway = add_port(cloud, cloud.public, "network:router_gateway", router.id,
                                  agents[0], project.created, "",
                                  subnets=cloud.public.subnets[:1])
        for agent in agents:
            router.ha_ports.append(add_port(
                cloud, ha_network, "network:router_ha_interface", router.id, agent,
                project.created, "", name="HA port tenant " + project.id))
        home = cloud.home[project.id]
        port = add_port(cloud, home, "network:ha_router_replicated_interface", router.id,
                        agents[0], project.created, project.id, subnets=[])
        port.ips = [(home.subnets[0], home.subnets[0].gateway)]
        router.inner.append(port)
        cloud.routers.append(router)
    for network in cloud.networks:
        if network.ha or network.external:
            continue
        for node in NETWORK_NODES[:2]:
            add_port(cloud, network, "network:dhcp", "dhcp%s-%s" % (node[8], network.id), node,
                     network.created, network.project, subnets=network.subnets[:1])


def _sriov_port(cloud, instance, network, number):
    host = instance.host
    taken = cloud.functions.setdefault(host.name, iter(range(2, 64)))
    function = next(taken)
    slot = "0000:81:%02x.%d" % (function // 8, function % 8)
    port = add_port(cloud, network, "compute:" + host.zone, instance.uuid, host.name,
                    instance.created, instance.project.id, name="vf%d" % number,
                    vnic="direct")
    port.profile = {"capabilities": ["switchdev"], "pci_vendor_info": "15b3:101e",
                    "pci_slot": slot, "physical_network": network.physical}
    return port


def fill_machines_ports(cloud):
    dice, cloud.functions = cloud.dice, {}
    for instance in cloud.live():
        groups = cloud.groups[instance.project.id]
        home = cloud.home[instance.project.id]
        port = add_port(cloud, home, "compute:" + instance.host.zone, instance.uuid,
                        instance.host.name, instance.created, instance.project.id,
                        groups=dice.sample(groups, dice.choice([1, 1, 2])))
        port.status = "ACTIVE" if instance.state in ("active", "paused") else "DOWN"
        instance.ports.append(port)
        if instance.cell == "cell3" and dice.random() < 0.75:
            instance.ports.append(_sriov_port(cloud, instance, dice.choice(cloud.sriov), 0))
        elif instance.cell != "cell3" and dice.random() < 0.2:
            port.floating = cloud.public.subnets[0].address()
            cloud.floating.append((dice.uuid(), port, port.floating, dice.uuid()))
    for number in range(25):
        project = dice.choice(cloud.projects)
        cloud.floating.append((dice.uuid(), None, cloud.public.subnets[0].address(), dice.uuid(),
                               project.id))
    for number in range(40):
        project = dice.choice(cloud.projects)
        add_port(cloud, cloud.home[project.id], "", "", "", dice.ago(1, 300), project.id,
                 name=dice.choice(["vip", "reserviert", "予約"]), status="DOWN",
                 groups=cloud.groups[project.id][:1])


def fill_trust(cloud, planted):
    """The ports whose virtual functions are trusted, as operators had to say it in 2024.1.

    A live migration binds a port on the second host with a copy of the
    profile; some that failed left that inactive binding behind.
    """
    direct = [port for port in cloud.ports if port.vnic == "direct"]
    hosts = [host.name for host in cloud.hosts_of("cell3")]
    for number, port in enumerate(direct):
        if number % 3 != 2:
            port.profile = dict(port.profile, trusted="true")
    moved = [port for port in cloud.ports if port.owner.startswith("compute:az-north")][:5]
    for port in moved:
        port.leftover_host = cloud.dice.choice(
            [host.name for host in cloud.hosts_of("cell1") if host.name != port.host])
    trusted = [port for port in direct if "trusted" in port.profile]
    plain = [port for port in direct if "trusted" not in port.profile]
    for port in plain[:2] + (trusted[7:10] if planted else []):
        port.leftover_host = cloud.dice.choice([name for name in hosts if name != port.host])


def connect(cloud, planted=True):
    for project in cloud.projects:
        cloud.groups[project.id] = [cloud.dice.uuid() for _ in range(3)]
    fill_networks(cloud)
    fill_routers(cloud)
    fill_machines_ports(cloud)
    fill_trust(cloud, planted)
