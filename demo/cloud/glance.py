"""Glance's rows; the metadata definitions come from glance-manage."""

from .model import NOW


def _image(cloud, sink, image):
    dice = cloud.dice
    sink.add("images", id=image.id, name=image.name, size=image.size,
             status="deleted" if image.deleted else "active", created_at=image.created,
             updated_at=image.deleted or dice.after(image.created), deleted_at=image.deleted,
             deleted=bool(image.deleted), disk_format="qcow2", container_format="bare",
             checksum=dice.hex(), owner=image.owner, min_disk=image.min_disk, min_ram=0,
             protected=image.visibility == "public" and not image.deleted,
             virtual_size=image.size * 3, visibility=image.visibility,
             os_hidden=dice.random() < 0.1, os_hash_algo="sha512",
             os_hash_value="".join(dice.hex() for _ in range(4)))
    common = dict(image_id=image.id, created_at=image.created, updated_at=image.created,
                  deleted_at=image.deleted, deleted=bool(image.deleted))
    properties = {"os_distro": image.os, "hw_machine_type": "q35", "hw_disk_bus": "virtio",
                  "hw_vif_model": "virtio", "hw_qemu_guest_agent": "yes", "os_type":
                  "windows" if image.os == "windows" else "linux", "architecture": "x86_64"}
    if image.visibility != "public":
        properties.update(
            image_type="snapshot", base_image_ref=dice.uuid(), user_id=dice.choice(cloud.users).id,
            image_location="snapshot", owner_id=image.owner,
            block_device_mapping='[{"boot_index": 0, "device_name": "/dev/vda", '
                                 '"source_type": "snapshot", "volume_size": 20}]')
    else:
        properties["beschreibung"] = "Grundabbild, monatlich erneuert – 毎月更新"
    for name, value in properties.items():
        sink.add("image_properties", name=name, value=value, **common)
    sink.add("image_locations", value="rbd://5e1f0000-aaaa-4bbb-8ccc-0123456789ab/images/%s/snap"
             % image.id, meta_data={"store": "ceph"},
             status="deleted" if image.deleted else "active", **common)
    for tag in dice.sample(["gold", "monthly", "getestet", "検証済み"], dice.choice([0, 1, 2])):
        sink.add("image_tags", value=tag, **common)
    if image.visibility == "shared":
        for project in dice.sample([p for p in cloud.projects if p.id != image.owner], 2):
            sink.add("image_members", member=project.id, can_share=False,
                     status=dice.choice(["accepted", "pending", "rejected"]), **common)


def _task(cloud, sink):
    dice = cloud.dice
    task, created = dice.uuid(), dice.ago(1, 400)
    owner = dice.choice(cloud.projects)
    sink.add("tasks", id=task, type="api_image_import", status="success", owner=owner.id,
             expires_at=dice.after(created, 86400, 172800), created_at=created,
             updated_at=dice.after(created), deleted_at=None, deleted=False,
             image_id=dice.choice(cloud.images).id, request_id="req-" + dice.uuid(),
             user_id=dice.choice(owner.users).id)
    sink.add("task_info", task_id=task, input={"image_id": dice.uuid(), "import_req": {
        "method": {"name": "web-download", "uri": "https://images.cloud.example/d.qcow2"}}},
             result={"image_id": dice.uuid()}, message="Copied 512 MiB")


def write(cloud, sink):
    for image in cloud.images:
        _image(cloud, sink, image)
    for _ in range(60):
        _task(cloud, sink)
    sink.add("node_reference", node_reference_id=1,
             node_reference_url="https://glance-1.int.cloud.example:9292")
    for number, image in enumerate(cloud.images[:18], 1):
        sink.add("cached_images", id=number, image_id=image.id, last_accessed=NOW,
                 last_modified=image.created, size=image.size, hits=number * 7,
                 checksum=cloud.dice.hex(), node_reference_id=1)
