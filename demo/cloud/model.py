"""The cloud before it becomes rows: who, what and where.

Every service's module writes its own view of this one model, so references
between schemas agree.
"""

import dataclasses
import datetime
import random
import uuid

from . import words

SEED = 20241
NOW = datetime.datetime(2026, 3, 2, 2, 30, 0)


class Dice(random.Random):
    """The one source of chance: same seed, same cloud."""

    def uuid(self):
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def hex(self):
        return uuid.UUID(int=self.getrandbits(128), version=4).hex

    def ago(self, least, most):
        """A moment between `least` and `most` days before the dump."""
        seconds = self.randint(int(least * 86400), int(most * 86400))
        return NOW - datetime.timedelta(seconds=seconds)

    def after(self, start, least=1, most=60):
        """A moment some seconds after `start`, never after the dump."""
        return min(start + datetime.timedelta(seconds=self.randint(least, most)), NOW)

    def between(self, start, end):
        span = max(1, int((end - start).total_seconds()))
        return start + datetime.timedelta(seconds=self.randrange(span))


@dataclasses.dataclass
class User:
    id: str
    name: str
    email: str
    created: datetime.datetime
    enabled: bool = True
    keypair: tuple = None


@dataclasses.dataclass
class Project:
    id: str
    name: str
    domain: str
    users: list
    created: datetime.datetime
    note: str = ""


@dataclasses.dataclass
class Image:
    id: str
    name: str
    owner: str
    size: int
    created: datetime.datetime
    os: str
    min_disk: int
    visibility: str = "private"
    deleted: datetime.datetime = None


@dataclasses.dataclass
class Flavor:
    id: int
    flavorid: str
    name: str
    vcpus: int
    ram: int
    disk: int
    specs: dict
    public: bool = True


@dataclasses.dataclass
class Host:
    name: str
    cell: str
    zone: str
    uuid: str
    number: int
    node_id: int
    sriov: bool
    used: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Port:
    id: str
    project: str
    network: object
    mac: str
    ips: list            # (subnet, address)
    device: str
    owner: str
    host: str
    created: datetime.datetime
    name: str = ""
    vnic: str = "normal"
    profile: dict = None
    groups: list = dataclasses.field(default_factory=list)
    floating: str = None
    status: str = "ACTIVE"
    leftover_host: str = None   # an inactive binding that a failed live migration left


@dataclasses.dataclass
class Volume:
    id: str
    project: Project
    user: User
    name: str
    size: int
    type: str
    created: datetime.datetime
    image: Image = None
    instance: object = None
    device: str = None
    attachment: str = None
    deleted: datetime.datetime = None


@dataclasses.dataclass
class Instance:
    uuid: str
    id: int
    cell: str
    name: str
    project: Project
    user: User
    image: Image
    flavor: Flavor
    host: Host
    created: datetime.datetime
    state: str
    deleted: datetime.datetime = None
    ports: list = dataclasses.field(default_factory=list)
    volumes: list = dataclasses.field(default_factory=list)
    boot_volume: bool = False


class Cloud:
    """Everything, filled by the functions of population.py and networks.py."""

    def __init__(self, seed=SEED):
        self.dice = Dice(seed)
        self.projects, self.users, self.images, self.flavors = [], [], [], []
        self.hosts, self.networks, self.routers, self.ports = [], [], [], []
        self.instances, self.volumes, self.floating = [], [], []
        self.groups = {}            # project id -> its neutron security groups
        self.service_project = None
        self.admin = None
        self.roles = {}
        self.names = words

    def hosts_of(self, cell):
        return [host for host in self.hosts if host.cell == cell]

    def live(self):
        return [instance for instance in self.instances if not instance.deleted]
