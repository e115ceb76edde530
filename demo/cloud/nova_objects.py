"""The JSON that nova keeps in its columns: its versioned objects' wire form."""


def wrap(name, version, data):
    return {"nova_object.name": name, "nova_object.namespace": "nova",
            "nova_object.version": version, "nova_object.data": data,
            "nova_object.changes": []}


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def flavor(item):
    return wrap("Flavor", "1.2", {
        "id": item.id, "name": item.name, "memory_mb": item.ram, "vcpus": item.vcpus,
        "root_gb": item.disk, "ephemeral_gb": 0, "flavorid": item.flavorid, "swap": 0,
        "rxtx_factor": 1.0, "vcpu_weight": 0, "disabled": False, "is_public": item.public,
        "extra_specs": item.specs, "description": None, "created_at": None, "updated_at": None,
        "deleted_at": None, "deleted": False})


def flavor_column(item):
    """instance_extra.flavor: the current, old and new one of a resize."""
    return {"cur": flavor(item), "old": None, "new": None}


def image_meta(image, for_volume=False):
    data = {"min_ram": 0, "min_disk": image.min_disk, "properties": wrap("ImageMetaProps", "1.37", {
        "hw_machine_type": "q35", "hw_disk_bus": "virtio", "hw_vif_model": "virtio",
        "hw_architecture": "x86_64", "os_distro": image.os})}
    if not for_volume:
        data.update({"id": image.id, "name": image.name, "status": "active",
                     "visibility": image.visibility, "protected": True, "owner": image.owner,
                     "size": image.size, "container_format": "bare", "disk_format": "qcow2",
                     "created_at": iso(image.created), "updated_at": iso(image.created),
                     "tags": [], "direct_url": "rbd://images/%s/snap" % image.id})
    return wrap("ImageMeta", "1.8", data)


def keypairs(instance, created):
    name, public_key, fingerprint = instance.user.keypair
    return wrap("KeyPairList", "1.3", {"objects": [wrap("KeyPair", "1.4", {
        "id": 1, "name": name, "user_id": instance.user.id, "fingerprint": fingerprint,
        "public_key": public_key, "type": "ssh", "created_at": iso(created),
        "updated_at": None, "deleted_at": None, "deleted": False})]})


def pci_request(port, request):
    spec = {"physical_network": port.network.physical, "remote_managed": "False",
            "dev_type": "type-VF"}
    if "trusted" in port.profile:
        spec["trusted"] = port.profile["trusted"]
    return wrap("InstancePCIRequest", "1.4", {
        "count": 1, "spec": [spec],
        "alias_name": None, "request_id": request, "requester_id": port.id,
        "numa_policy": None})


def pci_column(requests):
    """instance_extra.pci_requests: a plain list, not an object's wire form."""
    return [{"count": 1, "spec": data["nova_object.data"]["spec"], "alias_name": None,
             "request_id": data["nova_object.data"]["request_id"],
             "requester_id": data["nova_object.data"]["requester_id"], "numa_policy": None}
            for data in requests]


def numa_cell(flavor_):
    return wrap("InstanceNUMACell", "1.6", {
        "id": 0, "cpuset": list(range(flavor_.vcpus)), "pcpuset": [], "cpuset_reserved": None,
        "memory": flavor_.ram, "pagesize": 4, "cpu_topology": None, "cpu_pinning_raw": None,
        "cpu_policy": None, "cpu_thread_policy": None})


def numa_topology(instance):
    if "hw:numa_nodes" not in instance.flavor.specs:
        return None
    return wrap("InstanceNUMATopology", "1.3", {
        "instance_uuid": instance.uuid, "cells": [numa_cell(instance.flavor)],
        "emulator_threads_policy": None})


def cpu_model():
    return wrap("VirtCPUModel", "1.0", {
        "arch": None, "vendor": None, "features": [], "mode": "host-model", "model": None,
        "match": "exact", "topology": wrap("VirtCPUTopology", "1.0",
                                           {"sockets": 1, "cores": 1, "threads": 1})})


def network_info(instance):
    """instance_info_caches.network_info: one entry a port, in their order."""
    return [_vif(port) for port in instance.ports]


def _vif(port):
    network = port.network
    subnets = []
    for subnet, address in port.ips:
        floating = [{"address": port.floating, "type": "floating", "version": 4, "meta": {}}] \
            if port.floating and subnet.version == 4 else []
        subnets.append({
            "cidr": subnet.cidr, "version": subnet.version, "routes": [],
            "dns": [{"address": dns, "type": "dns", "version": 4, "meta": {}}
                    for dns in subnet.dns] if subnet.version == 4 else [],
            "gateway": {"address": subnet.gateway, "type": "gateway",
                        "version": subnet.version, "meta": {}},
            "ips": [{"address": address, "type": "fixed", "version": subnet.version, "meta": {},
                     "floating_ips": floating}], "meta": {}})
    direct = port.vnic == "direct"
    return {
        "id": port.id, "address": port.mac, "type": "ovs",
        "network": {"id": network.id, "bridge": "br-int",
                    "label": network.name, "subnets": subnets,
                    "meta": {"injected": False, "tenant_id": network.project,
                             "mtu": network.mtu, "physical_network": network.physical,
                             "tunneled": network.physical is None}},
        "details": {"port_filter": True, "connectivity": "l2", "bridge_name": "br-int"},
        "devname": "tap" + port.id[:11], "ovs_interfaceid": port.id,
        "qbh_params": None, "qbg_params": None, "active": port.status == "ACTIVE",
        "vnic_type": port.vnic, "profile": port.profile or {}, "preserve_on_delete": direct,
        "delegate_create": True, "meta": {}}


def request_spec(instance, number, requests):
    """request_specs.spec, as saved: what changes at every boot is left out."""
    topology = numa_topology(instance)
    return wrap("RequestSpec", "1.15", {
        "id": number, "image": image_meta(instance.image, instance.boot_volume),
        "numa_topology": topology, "project_id": instance.project.id,
        "pci_requests": wrap("InstancePCIRequests", "1.1", {
            "instance_uuid": instance.uuid, "requests": requests}),
        "user_id": instance.user.id, "availability_zone": instance.host.zone,
        "flavor": flavor(instance.flavor), "num_instances": 1, "ignore_hosts": None,
        "force_hosts": None, "force_nodes": None, "requested_destination": None, "retry": None,
        "limits": wrap("SchedulerLimits", "1.0", {"numa_topology": None, "vcpu": None,
                                                  "disk_gb": None, "memory_mb": None}),
        "instance_group": None, "scheduler_hints": {}, "instance_uuid": instance.uuid,
        "security_groups": wrap("SecurityGroupList", "1.1", {"objects": []}),
        "is_bfv": instance.boot_volume})


def host_numa():
    return wrap("NUMATopology", "1.2", {"cells": [wrap("NUMACell", "1.5", {
        "id": node, "cpuset": list(range(node * 32, node * 32 + 32)), "pcpuset": [],
        "memory": 131072, "cpu_usage": 0, "memory_usage": 0, "pinned_cpus": [],
        "siblings": [[cpu] for cpu in range(node * 32, node * 32 + 32)],
        "mempages": [wrap("NUMAPagesTopology", "1.1", {"size_kb": 4, "total": 33554432,
                                                       "used": 0, "reserved": 0})],
        "network_metadata": wrap("NetworkMetadata", "1.0", {"physnets": ["physnet2"],
                                                            "tunneled": False}),
        "socket": node}) for node in (0, 1)]})
