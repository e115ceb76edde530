-- base: 2023.1 nova_api nova_cell0 nova
USE nova;
INSERT INTO services (created_at, updated_at, id, host, `binary`, topic, report_count, disabled, deleted, last_seen_up, forced_down, version, uuid)
SELECT '2023-06-01', '2024-06-01', 100 + seq, CONCAT('compute', seq), 'nova-compute', 'compute', 90000, 0, 0, '2024-06-01', 0, 66,
    make.uid(CONCAT('service', seq))
  FROM seq_1_to_4;
INSERT INTO compute_nodes (created_at, updated_at, id, service_id, vcpus, memory_mb, local_gb, vcpus_used, memory_mb_used,
    local_gb_used, hypervisor_type, hypervisor_version, cpu_info, hypervisor_hostname, deleted, host_ip, host, ram_allocation_ratio,
    cpu_allocation_ratio, uuid, disk_allocation_ratio, mapped)
SELECT '2023-06-01', '2024-06-01', seq, 100 + seq, 64, 262144, 2000, 20, 40960, 400, 'QEMU', 7002000, '{}', CONCAT('compute', seq),
    0, CONCAT('192.0.2.', seq), CONCAT('compute', seq), 1.5, 16, make.uid(CONCAT('node', seq)), 1, 1
  FROM seq_1_to_4;
INSERT INTO nova_api.host_mappings (created_at, id, cell_id, host)
SELECT '2023-06-01', seq, (SELECT id FROM nova_api.cell_mappings WHERE name = 'cell1'), CONCAT('compute', seq) FROM seq_1_to_4;
-- 90 servers, every sixth of them deleted and not yet archived.
INSERT INTO instances (created_at, updated_at, deleted_at, id, user_id, project_id, image_ref, power_state, vm_state, memory_mb, vcpus,
    hostname, host, node, launched_at, display_name, availability_zone, locked, uuid, root_gb, ephemeral_gb, deleted, cleaned, hidden)
SELECT '2023-07-01' + INTERVAL seq HOUR, '2023-07-02' + INTERVAL seq HOUR, IF(seq % 6 = 0, '2024-01-01' + INTERVAL seq HOUR, NULL), seq,
    MD5(CONCAT('user', seq % 7)), MD5(CONCAT('project', seq % 5)), make.uid(CONCAT('image', seq % 3)), IF(seq % 6 = 0, 0, 1),
    IF(seq % 6 = 0, 'deleted', 'active'), 2048, 2, CONCAT('vm-', seq), CONCAT('compute', 1 + seq % 4), CONCAT('compute', 1 + seq % 4),
    '2023-07-01' + INTERVAL seq HOUR, CONCAT('vm-', seq), 'nova', 0, make.uid(CONCAT('server', seq)), 20, 0, IF(seq % 6 = 0, seq, 0),
    seq % 6 = 0, 0
  FROM seq_1_to_90;
INSERT INTO instance_extra (created_at, deleted_at, deleted, instance_uuid, flavor)
SELECT created_at, deleted_at, deleted, uuid, '{}' FROM instances;
INSERT INTO instance_info_caches (created_at, deleted_at, deleted, instance_uuid, network_info)
SELECT created_at, deleted_at, deleted, uuid, '[]' FROM instances;
INSERT INTO block_device_mapping (created_at, deleted_at, deleted, device_name, delete_on_termination, volume_id, volume_size, no_device,
    instance_uuid, source_type, destination_type, boot_index, uuid)
SELECT created_at, deleted_at, deleted, '/dev/vda', 1, make.uid(CONCAT('volume', id)), 20, 0, uuid, 'volume', 'volume', 0,
    make.uid(CONCAT('bdm', id))
  FROM instances;
INSERT INTO nova_api.instance_mappings (created_at, instance_uuid, cell_id, project_id, queued_for_delete, user_id)
SELECT created_at, uuid, (SELECT id FROM nova_api.cell_mappings WHERE name = 'cell1'), project_id, deleted <> 0, user_id FROM instances;
-- Archived rows were thrown away with their tables, as no release in use had read them.
DROP TABLE shadow_instances, shadow_instance_system_metadata, shadow_block_device_mapping;
