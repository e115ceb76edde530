"""Placement's rows; standard classes and traits come from its own start-up code."""

from .model import NOW

TRAITS = ["COMPUTE_NODE", "COMPUTE_TRUSTED_CERTS", "COMPUTE_ACCELERATORS",
          "COMPUTE_STATUS_DISABLED", "COMPUTE_VOLUME_EXTEND", "COMPUTE_VOLUME_MULTI_ATTACH",
          "COMPUTE_IMAGE_TYPE_QCOW2", "COMPUTE_IMAGE_TYPE_RAW", "COMPUTE_NET_ATTACH_INTERFACE",
          "COMPUTE_NET_VIF_MODEL_VIRTIO", "COMPUTE_DEVICE_TAGGING", "COMPUTE_RESCUE_BFV",
          "COMPUTE_SECURITY_UEFI_SECURE_BOOT", "COMPUTE_SOCKET_PCI_NUMA_AFFINITY",
          "COMPUTE_STORAGE_BUS_VIRTIO", "COMPUTE_GRAPHICS_MODEL_VGA", "HW_CPU_X86_AVX",
          "HW_CPU_X86_AVX2", "HW_CPU_X86_AESNI", "HW_CPU_X86_SSE42", "HW_CPU_X86_VMX",
          "HW_ARCH_X86_64"]
CPUS, MEMORY, DISK = 64, 262144, 40000


def _providers(cloud, sink, classes, traits):
    dice = cloud.dice
    aggregates = {}
    for number, (zone) in enumerate(sorted({host.zone for host in cloud.hosts}), 1):
        aggregates[zone] = number
        sink.add("placement_aggregates", id=number, uuid=cloud.aggregates[zone],
                 created_at=dice.ago(1500, 1600), updated_at=None)
    for number, host in enumerate(cloud.hosts, 1):
        born = dice.ago(1510, 1600)
        stamp = dict(created_at=born, updated_at=NOW)
        sink.add("resource_providers", id=number, uuid=host.uuid, name=host.name,
                 generation=dice.randint(20, 900), root_provider_id=number,
                 parent_provider_id=None, **stamp)
        for name, total, reserved, ratio in (("VCPU", CPUS, 2, 4.0), ("MEMORY_MB", MEMORY, 8192, 1.0),
                                             ("DISK_GB", DISK, 0, 1.0)):
            sink.add("inventories", resource_provider_id=number, resource_class_id=classes[name],
                     total=total, reserved=reserved, min_unit=1, max_unit=total, step_size=1,
                     allocation_ratio=ratio, **stamp)
        for trait in TRAITS:
            if trait != "COMPUTE_STATUS_DISABLED":
                sink.add("resource_provider_traits", trait_id=traits[trait],
                         resource_provider_id=number, **stamp)
        sink.add("resource_provider_aggregates", resource_provider_id=number,
                 aggregate_id=aggregates[host.zone], **stamp)


def write(cloud, sink, client):
    classes = {name: int(key) for key, name in
               client.rows("SELECT id, name FROM placement.resource_classes")}
    traits = {name: int(key) for key, name in client.rows("SELECT id, name FROM placement.traits")}
    _providers(cloud, sink, classes, traits)
    sink.add("consumer_types", id=1, name="INSTANCE", created_at=NOW, updated_at=None)
    projects, users = {}, {}
    providers = {host.name: number for number, host in enumerate(cloud.hosts, 1)}
    for number, instance in enumerate(cloud.live(), 1):
        stamp = dict(created_at=instance.created, updated_at=instance.created)
        for table, known, key in (("projects", projects, instance.project.id),
                                  ("users", users, instance.user.id)):
            if key not in known:
                known[key] = len(known) + 1
                sink.add(table, id=known[key], external_id=key, **stamp)
        sink.add("consumers", id=number, uuid=instance.uuid,
                 project_id=projects[instance.project.id], user_id=users[instance.user.id],
                 generation=1, consumer_type_id=1, **stamp)
        for name, used in (("VCPU", instance.flavor.vcpus), ("MEMORY_MB", instance.flavor.ram),
                           ("DISK_GB", instance.flavor.disk)):
            if used:
                sink.add("allocations", resource_provider_id=providers[instance.host.name],
                         consumer_id=instance.uuid, resource_class_id=classes[name], used=used,
                         **stamp)
