"""The API database: flavours, mappings, request specs, quotas, key pairs."""

from . import nova_objects
from .model import NOW


def read_cells(cloud, client):
    cloud.cell_ids = {name: int(key) for key, name in
                      client.rows("SELECT id, name FROM nova_api.cell_mappings")}


def prepare(cloud):
    """What the cells' schemas and the API database share."""
    dice = cloud.dice
    cloud.aggregates = {zone: dice.uuid() for zone in sorted({h.zone for h in cloud.hosts})}
    cloud.pci = {}
    for instance in cloud.instances:
        for port in instance.ports:
            if port.vnic == "direct":
                cloud.pci[port.id] = dice.uuid()


def pci_requests(cloud, instance):
    return [nova_objects.pci_request(port, cloud.pci[port.id]) for port in instance.ports
            if port.id in cloud.pci]


def _flavors(cloud, sink):
    for flavor in cloud.flavors:
        sink.add("flavors", id=flavor.id, name=flavor.name, memory_mb=flavor.ram,
                 vcpus=flavor.vcpus, swap=0, vcpu_weight=0, flavorid=flavor.flavorid,
                 rxtx_factor=1.0, root_gb=flavor.disk, ephemeral_gb=0, disabled=False,
                 is_public=flavor.public, created_at=cloud.dice.ago(1500, 1700),
                 description="für Netzfunktionen" if flavor.name.startswith("nfv") else None)
        for key, value in flavor.specs.items():
            sink.add("flavor_extra_specs", flavor_id=flavor.id, key=key, value=value,
                     created_at=cloud.dice.ago(1000, 1500))
        if not flavor.public:
            for project in cloud.projects[::5] + [p for p in cloud.projects
                                                  if p.name.startswith("nfv-")]:
                if not any(row["flavor_id"] == flavor.id and row["project_id"] == project.id
                           for row in sink.tables.get("flavor_projects", [])):
                    sink.add("flavor_projects", flavor_id=flavor.id, project_id=project.id,
                             created_at=cloud.dice.ago(500, 900))


def _instances(cloud, sink):
    for number, instance in enumerate(sorted(cloud.instances, key=lambda i: i.created), 1):
        stamp = dict(created_at=instance.created, updated_at=instance.deleted or
                     cloud.dice.after(instance.created))
        sink.add("instance_mappings", id=number, instance_uuid=instance.uuid,
                 cell_id=cloud.cell_ids[instance.cell], project_id=instance.project.id,
                 queued_for_delete=bool(instance.deleted), user_id=instance.user.id, **stamp)
        sink.add("request_specs", id=number, instance_uuid=instance.uuid,
                 spec=nova_objects.request_spec(instance, number,
                                                pci_requests(cloud, instance)), **stamp)


def _groups(cloud, sink):
    dice = cloud.dice
    for number, project in enumerate(cloud.projects, 1):
        members = [i for i in cloud.live() if i.project is project][:4]
        if len(members) < 2:
            continue
        group = dice.uuid()
        sink.add("instance_groups", id=number, uuid=group, name="%s-spread" % project.name,
                 project_id=project.id, user_id=members[0].user.id,
                 created_at=members[0].created)
        sink.add("instance_group_policy", group_id=number, policy="soft-anti-affinity",
                 rules={}, created_at=members[0].created)
        for member in members:
            sink.add("instance_group_member", group_id=number, instance_uuid=member.uuid,
                     created_at=member.created)


def write(cloud, sink):
    dice = cloud.dice
    _flavors(cloud, sink)
    _instances(cloud, sink)
    _groups(cloud, sink)
    for host in cloud.hosts:
        sink.add("host_mappings", cell_id=cloud.cell_ids[host.cell], host=host.name,
                 created_at=dice.ago(1450, 1500))
    for number, (zone, group) in enumerate(sorted(cloud.aggregates.items()), 1):
        born = dice.ago(1400, 1500)
        sink.add("aggregates", id=number, uuid=group, name=zone, created_at=born)
        sink.add("aggregate_metadata", aggregate_id=number, key="availability_zone", value=zone,
                 created_at=born)
        for host in cloud.hosts:
            if host.zone == zone:
                sink.add("aggregate_hosts", aggregate_id=number, host=host.name, created_at=born)
    for user in cloud.users:
        name, public_key, fingerprint = user.keypair
        sink.add("key_pairs", name=name, user_id=user.id, fingerprint=fingerprint,
                 public_key=public_key, type="ssh", created_at=user.created)
    for project in cloud.projects:
        for resource, limit in (("instances", 50), ("cores", 200), ("ram", 512000)):
            sink.add("quotas", project_id=project.id, resource=resource,
                     hard_limit=limit * dice.choice([1, 2, 4]), created_at=project.created,
                     updated_at=NOW)
    sink.add("quota_classes", class_name="default", resource="key_pairs", hard_limit=250,
             created_at=dice.ago(1000, 1100))
