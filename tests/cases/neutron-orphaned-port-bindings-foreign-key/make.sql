-- base: 2024.1 neutron
USE neutron;
INSERT INTO standardattributes (id, resource_type, created_at, updated_at, revision_number)
SELECT 1000 + seq, IF(seq <= 12, 'networks', IF(seq <= 24, 'networksegments', 'ports')), '2023-02-01' + INTERVAL seq HOUR,
    '2023-03-01' + INTERVAL seq HOUR, 1 + seq % 4
  FROM seq_1_to_144;
INSERT INTO networks (project_id, id, name, status, admin_state_up, standard_attr_id, mtu)
SELECT MD5(CONCAT('project', seq % 4)), make.uid(CONCAT('network', seq)), CONCAT('net-', seq), 'ACTIVE', 1, 1000 + seq, 1450
  FROM seq_1_to_12;
INSERT INTO networksegments (id, network_id, network_type, physical_network, segmentation_id, segment_index, standard_attr_id)
SELECT make.uid(CONCAT('segment', seq)), make.uid(CONCAT('network', seq)), IF(seq <= 3, 'vlan', 'vxlan'), IF(seq <= 3, 'physnet1', NULL),
    100 + seq, 0, 1012 + seq
  FROM seq_1_to_12;
INSERT INTO ports (project_id, id, name, network_id, mac_address, admin_state_up, status, device_id, device_owner, standard_attr_id)
SELECT MD5(CONCAT('project', seq % 4)), make.uid(CONCAT('port', seq)), '', make.uid(CONCAT('network', 1 + seq % 12)),
    CONCAT('fa:16:3e:00:00:', LPAD(LOWER(HEX(seq)), 2, '0')), 1, 'ACTIVE', make.uid(CONCAT('server', seq)), 'compute:nova', 1024 + seq
  FROM seq_1_to_120;
INSERT INTO ml2_port_bindings (port_id, host, vif_type, vnic_type, profile, vif_details, status)
SELECT make.uid(CONCAT('port', seq)), CONCAT('compute', 1 + seq % 8), 'ovs', IF(seq % 5 = 0, 'direct', 'normal'),
    IF(seq % 5 = 0, '{"trusted": "true", "pci_slot": "0000:3b:02.1"}', ''), '{"port_filter": true}', 'ACTIVE'
  FROM seq_1_to_120;

-- The table was rebuilt by hand without its foreign key; ports deleted since have left their bindings behind, of which
-- those that say "trusted" are copied to a new table that does have one.
ALTER TABLE ml2_port_bindings DROP FOREIGN KEY ml2_port_bindings_ibfk_1;
DELETE FROM standardattributes WHERE id IN (SELECT 1024 + seq FROM seq_50_to_75_step_5);
