"""Cinder's rows: types, volumes, attachments, snapshots, backups, quotas."""

import datetime

from .model import NOW
from .nova_cell import connection_info

POOL = "volume-1.cloud.example@%s#%s"
VERSIONS = {"cinder-scheduler": ("3.12", "1.39"), "cinder-volume": ("3.19", "1.39"),
            "cinder-backup": ("2.4", "1.39")}


def stamp(created, deleted=None, updated=None):
    return dict(created_at=created, updated_at=deleted or updated, deleted_at=deleted,
                deleted=bool(deleted))


def _types(cloud, sink, client):
    dice = cloud.dice
    cloud.volume_types = dict((name, key) for key, name in client.rows(
        "SELECT id, name FROM cinder.volume_types"))
    qos = dice.uuid()
    born = dice.ago(1600, 1700)
    sink.add("quality_of_service_specs", id=qos, specs_id=None, key="QoS_Specs_Name",
             value="limited", **stamp(born))
    for key, value in (("consumer", "front-end"), ("total_iops_sec", "5000")):
        sink.add("quality_of_service_specs", id=dice.uuid(), specs_id=qos, key=key, value=value,
                 **stamp(born))
    for name in ("ceph-ssd", "ceph-hdd", "encrypted-luks"):
        kind = cloud.volume_types[name] = dice.uuid()
        sink.add("volume_types", id=kind, name=name, is_public=True,
                 qos_specs_id=qos if name == "ceph-hdd" else None,
                 description="Schnell, gespiegelt" if name == "ceph-ssd" else "", **stamp(born))
        sink.add("volume_type_extra_specs", volume_type_id=kind, key="volume_backend_name",
                 value=name.replace("encrypted-luks", "ceph-ssd"), **stamp(born))
    sink.add("encryption", encryption_id=dice.uuid(), cipher="aes-xts-plain64",
             control_location="front-end", key_size=256, provider="luks",
             volume_type_id=cloud.volume_types["encrypted-luks"], **stamp(born))


def _services(cloud, sink):
    cloud.backend = {}
    rows = [("controller-%d.cloud.example" % n, "cinder-scheduler") for n in (1, 2, 3)]
    rows += [("volume-1.cloud.example@ceph-%s" % kind, "cinder-volume") for kind in ("ssd", "hdd")]
    rows += [("controller-%d.cloud.example" % n, "cinder-backup") for n in (1, 2)]
    for number, (host, binary) in enumerate(rows, 1):
        rpc, objects = VERSIONS[binary]
        service = cloud.dice.uuid()
        if binary == "cinder-volume":
            cloud.backend[host.split("@")[1]] = service
        sink.add("services", id=number, host=host, binary=binary, topic=binary,
                 report_count=cloud.dice.randint(100000, 9000000), disabled=False,
                 availability_zone="nova", modified_at=None, rpc_current_version=rpc,
                 object_current_version=objects, replication_status="not-capable",
                 frozen=False, uuid=service, **stamp(cloud.dice.ago(1500, 1600), None, NOW))


def _volume(cloud, sink, volume):
    dice = cloud.dice
    created, deleted = volume.created, volume.deleted
    used = volume.instance is not None and not deleted
    marks = stamp(created, deleted, dice.after(created))
    backend = volume.type.replace("encrypted-luks", "ceph-ssd")
    sink.add("volumes", id=volume.id, user_id=volume.user.id, project_id=volume.project.id,
             host=POOL % (backend, backend), size=volume.size, availability_zone="nova",
             status="deleted" if deleted else "in-use" if used else "available",
             attach_status="attached" if used else "detached", scheduled_at=created,
             launched_at=dice.after(created), terminated_at=deleted, display_name=volume.name,
             display_description=dice.choice(cloud.names.NOTES), bootable=volume.image is not None,
             volume_type_id=cloud.volume_types[volume.type], multiattach=False,
             service_uuid=cloud.backend[backend], shared_targets=False, use_quota=True,
             encryption_key_id=dice.uuid() if volume.type == "encrypted-luks" else None, **marks)
    if volume.image:
        pairs = {"image_id": volume.image.id, "image_name": volume.image.name, "min_ram": "0",
                 "min_disk": str(volume.image.min_disk), "container_format": "bare",
                 "disk_format": "raw", "size": str(volume.image.size), "checksum": dice.hex(),
                 "os_distro": volume.image.os, "hw_machine_type": "q35",
                 "hw_disk_bus": "virtio"}
        for key, value in pairs.items():
            sink.add("volume_glance_metadata", volume_id=volume.id, snapshot_id=None, key=key,
                     value=value, **stamp(created, deleted))
    if volume.instance:
        host = volume.instance.host.name
        sink.add("volume_attachment", id=volume.attachment, volume_id=volume.id,
                 attached_host=host, instance_uuid=volume.instance.uuid,
                 mountpoint=volume.device, attach_time=dice.after(created),
                 detach_time=deleted, attach_mode="rw",
                 attach_status="detached" if deleted else "attached",
                 connection_info=None if deleted else dict(
                     connection_info(volume)["data"], attachment_id=volume.attachment,
                     driver_volume_type="rbd"),
                 connector=None if deleted else {
                     "platform": "x86_64", "os_type": "linux", "ip": "192.0.2.40", "host": host,
                     "multipath": False, "initiator": "iqn.2004-10.example:" + host,
                     "do_local_attach": False, "mountpoint": volume.device}, **marks)
        sink.add("volume_admin_metadata", volume_id=volume.id, key="attached_mode", value="rw",
                 **stamp(created, deleted))
        sink.add("volume_admin_metadata", volume_id=volume.id, key="readonly", value="False",
                 **stamp(created, deleted))
    elif dice.random() < 0.4:
        sink.add("volume_metadata", volume_id=volume.id, key="zweck", value=dice.choice(
            ["archiv", "datos", "アーカイブ"]), **stamp(created, deleted))


def _copies(cloud, sink):
    """Snapshots and backups, some of both deleted."""
    dice = cloud.dice
    alive = [volume for volume in cloud.volumes if not volume.deleted]
    for number in range(200):
        volume = dice.choice(alive)
        created = dice.between(volume.created, NOW)
        deleted = dice.between(created, NOW) if number % 3 == 0 else None
        key = dice.uuid()
        sink.add("snapshots", id=key, volume_id=volume.id, user_id=volume.user.id,
                 project_id=volume.project.id, status="deleted" if deleted else "available",
                 progress="100%", volume_size=volume.size, display_name="vor dem Update %d" %
                 number, display_description="", volume_type_id=cloud.volume_types[volume.type],
                 use_quota=True, **stamp(created, deleted, dice.after(created)))
        sink.add("snapshot_metadata", snapshot_id=key, key="schedule", value="nightly",
                 **stamp(created, deleted))
    for number in range(140):
        volume = dice.choice(alive)
        created = dice.between(volume.created, NOW)
        deleted = dice.between(created, NOW) if number % 2 == 0 else None
        key = dice.uuid()
        sink.add("backups", id=key, volume_id=volume.id, user_id=volume.user.id,
                 project_id=volume.project.id, host="controller-%d.cloud.example" %
                 (number % 2 + 1), availability_zone="nova", display_name="sauvegarde-%03d" %
                 number, container="volumebackups",
                 status="deleted" if deleted else "available", service_metadata="volume_%s/%s"
                 % (volume.id, created.strftime("%Y%m%d%H%M%S")), service="cinder.backup.drivers"
                 ".swift.SwiftBackupDriver", size=volume.size, object_count=volume.size * 20,
                 num_dependent_backups=0, data_timestamp=created,
                 **stamp(created, deleted, dice.after(created)))
        sink.add("backup_metadata", backup_id=key, key="retention", value="90d",
                 **stamp(created, deleted))


def _quotas(cloud, sink):
    dice, usage = cloud.dice, 0
    for project in cloud.projects:
        for resource, limit in (("volumes", 100), ("gigabytes", 20000), ("snapshots", 100)):
            sink.add("quotas", project_id=project.id, resource=resource, hard_limit=limit,
                     allocated=0, **stamp(project.created))
        mine = [volume for volume in cloud.volumes if volume.project is project]
        live = [volume for volume in mine if not volume.deleted]
        for resource, amount in (("volumes", len(live)), ("gigabytes", sum(v.size for v in live)),
                                 ("volumes_ceph-ssd", sum(v.type == "ceph-ssd" for v in live)),
                                 ("gigabytes_ceph-ssd", sum(v.size for v in live
                                                            if v.type == "ceph-ssd"))):
            usage += 1
            sink.add("quota_usages", id=usage, project_id=project.id, resource=resource,
                     in_use=amount, reserved=0, until_refresh=None, race_preventer=True,
                     **stamp(project.created, None, NOW))
        for volume in mine[:25]:
            when = volume.created
            sink.add("reservations", uuid=dice.uuid(), usage_id=usage, project_id=project.id,
                     resource="gigabytes_ceph-ssd", delta=volume.size,
                     expire=when + datetime.timedelta(days=1), allocated_id=None,
                     **stamp(when, dice.after(when)))


def _messages(cloud, sink):
    dice = cloud.dice
    for _ in range(120):
        volume, when = dice.choice(cloud.volumes), dice.ago(0, 30)
        sink.add("messages", id=dice.uuid(), project_id=volume.project.id,
                 request_id="req-" + dice.uuid(), resource_type="VOLUME",
                 resource_uuid=volume.id, event_id="VOLUME_VOLUME_001_002", message_level="ERROR",
                 expires_at=when + datetime.timedelta(days=30), detail_id="002",
                 action_id="001", **stamp(when))


def write(cloud, sink, client):
    _types(cloud, sink, client)
    _services(cloud, sink)
    for volume in cloud.volumes:
        _volume(cloud, sink, volume)
    _copies(cloud, sink)
    _quotas(cloud, sink)
    _messages(cloud, sink)
