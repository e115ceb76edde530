"""Neutron's rows: ML2 with Open vSwitch, HA routers and offloaded virtual functions."""

import json

from .model import NOW
from .networks import NETWORK_NODES

DETAILS = ('{"port_filter": true, "connectivity": "l2", "bridge_name": "br-int", '
           '"datapath_type": "system"}')


class Standard:
    """Hands out the shared attributes row that every neutron resource has."""

    def __init__(self, sink, dice, last):
        self.sink, self.dice, self.last = sink, dice, last

    def __call__(self, kind, created, description=""):
        self.last += 1
        self.sink.add("standardattributes", id=self.last, resource_type=kind,
                      created_at=created, updated_at=self.dice.after(created, 1, 90000),
                      description=description, revision_number=self.dice.randint(0, 40))
        return self.last


def _agents(cloud, sink):
    dice, cloud.agents = cloud.dice, {}
    kinds = [("Open vSwitch agent", "neutron-openvswitch-agent", "N/A",
              [h.name for h in cloud.hosts] + NETWORK_NODES),
             ("L3 agent", "neutron-l3-agent", "l3_agent", NETWORK_NODES),
             ("DHCP agent", "neutron-dhcp-agent", "dhcp_agent", NETWORK_NODES),
             ("Metadata agent", "neutron-metadata-agent", "N/A", NETWORK_NODES)]
    for kind, binary, topic, hosts in kinds:
        for host in hosts:
            key = cloud.agents[kind, host] = dice.uuid()
            started = dice.ago(5, 60)
            sink.add("agents", id=key, agent_type=kind, binary=binary, topic=topic, host=host,
                     admin_state_up=True, created_at=dice.ago(1400, 1500), started_at=started,
                     heartbeat_timestamp=NOW, description=None, load=0,
                     availability_zone="nova" if topic != "N/A" else None,
                     configurations={"tunnel_types": ["vxlan"], "devices": 12,
                                     "bridge_mappings": {"physnet1": "br-ex", "physnet2": "br-nfv"},
                                     "extensions": ["qos"], "in_distributed_mode": False}
                     if "vSwitch" in kind else {"agent_mode": "legacy"},
                     resource_versions={"Port": "1.9", "Network": "1.1", "Subnet": "1.2",
                                        "SecurityGroup": "1.6", "QosPolicy": "1.10"},
                     resources_synced=None)


def _networks(cloud, sink, standard):
    dice, pools, vnis = cloud.dice, 0, set()
    for network in cloud.networks:
        sink.add("networks", id=network.id, name=network.name, project_id=network.project,
                 status="ACTIVE", admin_state_up=True, vlan_transparent=None, mtu=network.mtu,
                 availability_zone_hints="[]",
                 standard_attr_id=standard("networks", network.created, "ネットワーク"
                                           if network.shared else ""))
        sink.add("networksegments", id=network.segment, network_id=network.id,
                 network_type=network.type, physical_network=network.physical,
                 segmentation_id=network.number, is_dynamic=False, segment_index=0, name=None,
                 standard_attr_id=standard("networksegments", network.created))
        sink.add("networksecuritybindings", network_id=network.id,
                 port_security_enabled=not network.ha)
        sink.add("network_subnet_lock", network_id=network.id, subnet_id=network.subnets[0].id)
        if network.type == "vxlan":
            vnis.add(network.number)
        if network.external:
            sink.add("externalnetworks", network_id=network.id, is_default=True)
        if network.external or network.shared:
            sink.add("networkrbacs", id=dice.uuid(), object_id=network.id,
                     project_id=network.project, target_project="*",
                     action="access_as_external" if network.external else "access_as_shared")
        for subnet in network.subnets:
            sink.add("subnets", id=subnet.id, name=subnet.name, project_id=network.project,
                     network_id=network.id, ip_version=subnet.version, cidr=subnet.cidr,
                     gateway_ip=subnet.gateway, enable_dhcp=not network.external and not network.ha,
                     ipv6_ra_mode="slaac" if subnet.version == 6 else None,
                     ipv6_address_mode="slaac" if subnet.version == 6 else None,
                     subnetpool_id=None, segment_id=None,
                     standard_attr_id=standard("subnets", network.created))
            ipam = dice.uuid()
            cloud.ipam[subnet.id] = ipam
            sink.add("ipamsubnets", id=ipam, neutron_subnet_id=subnet.id)
            first, last = (subnet.prefix + "::2", subnet.prefix + "::ffff:ffff:ffff:ffff") \
                if subnet.version == 6 else _span(subnet)
            pool = dice.uuid()
            sink.add("ipallocationpools", id=pool, subnet_id=subnet.id, first_ip=first,
                     last_ip=last)
            sink.add("ipamallocationpools", id=pool, ipam_subnet_id=ipam, first_ip=first,
                     last_ip=last)
            if not network.ha and subnet.version == 4:
                for order, address in enumerate(subnet.dns):
                    sink.add("dnsnameservers", address=address, subnet_id=subnet.id, order=order)
        if not network.ha and not network.external:
            for number, node in enumerate(NETWORK_NODES[:2], 1):
                sink.add("networkdhcpagentbindings", network_id=network.id,
                         dhcp_agent_id=cloud.agents["DHCP agent", node], binding_index=number)
    for vni in range(1, 1001):
        sink.add("ml2_vxlan_allocations", vxlan_vni=vni, allocated=vni in vnis)
    sink.add("ml2_flat_allocations", physical_network="physnet1")
    for vlan in range(100, 300):
        sink.add("ml2_vlan_allocations", physical_network="physnet2", vlan_id=vlan,
                 allocated=vlan in (110, 111))


def _span(subnet):
    if subnet.name.startswith("HA"):
        return "169.254.192.1", "169.254.255.254"
    third = {"public-v4": 7}.get(subnet.name, 15)
    return subnet.prefix + ".0.2", "%s.%d.254" % (subnet.prefix, third)


def _groups(cloud, sink, standard):
    dice = cloud.dice
    for project in cloud.projects:
        for number, group in enumerate(cloud.groups[project.id]):
            sink.add("securitygroups", id=group, project_id=project.id, stateful=True,
                     name=["default", "web – öffentlich", "datenbank"][number],
                     standard_attr_id=standard("securitygroups", project.created,
                                               "Default security group" if not number else ""))
            if not number:
                sink.add("default_security_group", project_id=project.id,
                         security_group_id=group)
            rules = [("egress", "IPv4", None, None, None, None),
                     ("egress", "IPv6", None, None, None, None)]
            if not number:
                rules += [("ingress", "IPv4", None, None, None, group),
                          ("ingress", "IPv6", None, None, None, group)]
            else:
                rules += [("ingress", "IPv4", "tcp", port, "0.0.0.0/0", None)
                          for port in dice.sample([22, 80, 443, 3306, 5432, 8080, 9100], 3)]
            for direction, ether, protocol, port, prefix, remote in rules:
                sink.add("securitygrouprules", id=dice.uuid(), project_id=project.id,
                         security_group_id=group, remote_group_id=remote, direction=direction,
                         ethertype=ether, protocol=protocol, port_range_min=port,
                         port_range_max=port, remote_ip_prefix=prefix,
                         standard_attr_id=standard("securitygrouprules", project.created))


def _binding(sink, port, host, status):
    sink.add("ml2_port_bindings", port_id=port.id, host=host,
             vif_type="ovs" if host else "unbound", vnic_type=port.vnic,
             profile=json.dumps(port.profile) if port.profile else "",
             vif_details=DETAILS if host else "", status=status)
    if host:
        sink.add("ml2_port_binding_levels", port_id=port.id, host=host, level=0,
                 driver="openvswitch", segment_id=port.network.segment)


def _ports(cloud, sink, standard):
    for number, port in enumerate(cloud.ports):
        sink.add("ports", id=port.id, name=port.name, project_id=port.project,
                 network_id=port.network.id, mac_address=port.mac, admin_state_up=True,
                 status=port.status, device_id=port.device, device_owner=port.owner,
                 ip_allocation="immediate",
                 standard_attr_id=standard("ports", port.created,
                                           "nicht löschen" if number % 40 == 0 else ""))
        _binding(sink, port, port.host, "ACTIVE")
        if port.leftover_host:
            _binding(sink, port, port.leftover_host, "INACTIVE")
        sink.add("portsecuritybindings", port_id=port.id, port_security_enabled=bool(port.groups))
        for subnet, address in port.ips:
            sink.add("ipallocations", port_id=port.id, ip_address=address, subnet_id=subnet.id,
                     network_id=port.network.id)
            sink.add("ipamallocations", ip_address=address, status="ALLOCATED",
                     ipam_subnet_id=cloud.ipam[subnet.id])
        for group in port.groups:
            sink.add("securitygroupportbindings", port_id=port.id, security_group_id=group)
        if port.vnic == "direct" and number % 2 == 0:
            sink.add("portnumaaffinitypolicies", port_id=port.id,
                     numa_affinity_policy=["required", "preferred", "legacy"][number % 3])
        if port.owner.startswith("compute:") and number % 9 == 0:
            sink.add("allowedaddresspairs", port_id=port.id, mac_address=port.mac,
                     ip_address="10.255.0.%d" % (number % 250 + 1))


def _routers(cloud, sink, standard):
    for router in cloud.routers:
        sink.add("routers", id=router.id, name=router.name, project_id=router.project,
                 status="ACTIVE", admin_state_up=True, gw_port_id=router.gateway.id,
                 enable_snat=True, flavor_id=None,
                 standard_attr_id=standard("routers", router.created))
        sink.add("router_extra_attributes", router_id=router.id, ha=True, ha_vr_id=1,
                 availability_zone_hints="[]")
        sink.add("ha_router_networks", project_id=router.project,
                 network_id=router.ha_network.id)
        sink.add("ha_router_vrid_allocations", network_id=router.ha_network.id, vr_id=1)
        for port, kind in ([(router.gateway, "network:router_gateway")] +
                           [(port, port.owner) for port in router.ha_ports + router.inner]):
            sink.add("routerports", router_id=router.id, port_id=port.id, port_type=kind)
        for number, port in enumerate(router.ha_ports):
            agent = cloud.agents["L3 agent", port.host]
            sink.add("ha_router_agent_port_bindings", port_id=port.id, router_id=router.id,
                     l3_agent_id=agent, state=["active", "standby"][number])
            sink.add("routerl3agentbindings", router_id=router.id, l3_agent_id=agent,
                     binding_index=number + 1)
        if router.number % 10 == 0:
            sink.add("routerroutes", router_id=router.id, destination="192.168.%d.0/24" %
                     router.number, nexthop=router.inner[0].ips[0][1][:-1] + "9")


def _floating(cloud, sink, standard):
    by_project = {router.project: router for router in cloud.routers}
    for entry in cloud.floating:
        key, fixed, address, port = entry[:4]
        project = fixed.project if fixed else entry[4]
        created = fixed.created if fixed else cloud.dice.ago(1, 400)
        sink.add("ports", id=port, name="", project_id="", network_id=cloud.public.id,
                 mac_address="fa:16:3f:%s:%s:%s" % (port[:2], port[2:4], port[4:6]),
                 admin_state_up=True, status="N/A", device_id=key,
                 device_owner="network:floatingip", ip_allocation="immediate",
                 standard_attr_id=standard("ports", created))
        sink.add("ml2_port_bindings", port_id=port, host="", vif_type="unbound",
                 vnic_type="normal", profile="", vif_details="", status="ACTIVE")
        subnet = cloud.public.subnets[0]
        sink.add("ipallocations", port_id=port, ip_address=address, subnet_id=subnet.id,
                 network_id=cloud.public.id)
        sink.add("ipamallocations", ip_address=address, status="ALLOCATED",
                 ipam_subnet_id=cloud.ipam[subnet.id])
        sink.add("floatingips", id=key, project_id=project, floating_ip_address=address,
                 floating_network_id=cloud.public.id, floating_port_id=port,
                 fixed_port_id=fixed.id if fixed else None,
                 fixed_ip_address=fixed.ips[0][1] if fixed else None,
                 router_id=by_project[project].id if fixed else None, last_known_router_id=None,
                 status="ACTIVE" if fixed else "DOWN",
                 standard_attr_id=standard("floatingips", created, "" if fixed else "réservé"))


def _extras(cloud, sink, standard):
    dice = cloud.dice
    for project in cloud.projects:
        for resource, limit in (("port", 500), ("floatingip", 50), ("security_group", 100)):
            sink.add("quotas", id=dice.uuid(), project_id=project.id, resource=resource,
                     limit=limit)
        for resource in ("port", "network", "router", "floatingip"):
            sink.add("quotausages", project_id=project.id, resource=resource, dirty=True,
                     in_use=0, reserved=0)
    policy = dice.uuid()
    sink.add("qos_policies", id=policy, name="bronze – 100 Mbit", project_id=cloud.service_project,
             standard_attr_id=standard("qos_policies", dice.ago(900, 1000)))
    sink.add("qospolicyrbacs", id=dice.uuid(), project_id=cloud.service_project,
             target_project="*", action="access_as_shared", object_id=policy)
    for direction in ("egress", "ingress"):
        sink.add("qos_bandwidth_limit_rules", id=dice.uuid(), qos_policy_id=policy,
                 max_kbps=100000, max_burst_kbps=80000, direction=direction)
    for network in list(cloud.home.values())[::7]:
        sink.add("qos_network_policy_bindings", policy_id=policy, network_id=network.id)
    for network in cloud.networks[::4]:
        row = next(r for r in sink.tables["networks"] if r["id"] == network.id)
        sink.add("tags", standard_attr_id=row["standard_attr_id"], tag="prod")


def write(cloud, sink, client):
    cloud.ipam = {}
    last = client.rows("SELECT MAX(id) FROM neutron.standardattributes")[0][0]
    standard = Standard(sink, cloud.dice, int(last))
    _agents(cloud, sink)
    _networks(cloud, sink, standard)
    _groups(cloud, sink, standard)
    _ports(cloud, sink, standard)
    _routers(cloud, sink, standard)
    _floating(cloud, sink, standard)
    _extras(cloud, sink, standard)
