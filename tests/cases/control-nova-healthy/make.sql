-- base: 2024.1 nova_api nova_cell0 nova
USE nova;
INSERT INTO services (created_at, updated_at, id, host, `binary`, topic, report_count, disabled, deleted, last_seen_up, forced_down, version, uuid)
SELECT '2023-06-01', '2024-06-01', 100 + seq, CONCAT('compute', seq), 'nova-compute', 'compute', 90000, 0, 0, '2024-06-01', 0, 67,
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
    hostname, host, node, launched_at, display_name, availability_zone, locked, uuid, root_gb, ephemeral_gb, deleted, cleaned, hidden, compute_id)
SELECT '2023-07-01' + INTERVAL seq HOUR, '2023-07-02' + INTERVAL seq HOUR, IF(seq % 6 = 0, '2024-01-01' + INTERVAL seq HOUR, NULL), seq,
    MD5(CONCAT('user', seq % 7)), MD5(CONCAT('project', seq % 5)), make.uid(CONCAT('image', seq % 3)), IF(seq % 6 = 0, 0, 1),
    IF(seq % 6 = 0, 'deleted', 'active'), 2048, 2, CONCAT('vm-', seq), CONCAT('compute', 1 + seq % 4), CONCAT('compute', 1 + seq % 4),
    '2023-07-01' + INTERVAL seq HOUR, CONCAT('vm-', seq), 'nova', 0, make.uid(CONCAT('server', seq)), 20, 0, IF(seq % 6 = 0, seq, 0),
    seq % 6 = 0, 0, 1 + seq % 4
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
-- Traps: what looks left over and is as it should be.
-- The marker of fill_virtual_interface_list: a deleted instance without a host, and its interface.
INSERT INTO instances (created_at, updated_at, deleted_at, id, user_id, project_id, uuid, deleted, cleaned, hidden)
VALUES ('2021-01-01', '2021-01-01', '2021-01-01', 900, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000000', 900, 0, 0);
INSERT INTO virtual_interfaces (created_at, address, uuid, instance_uuid, deleted, tag)
VALUES ('2024-01-01', 'ff:ff:ff:ff:ff:ff/00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000000', 0, make.uid('server89'));
INSERT INTO nova_cell0.instances (created_at, updated_at, deleted_at, id, user_id, project_id, uuid, deleted, cleaned, hidden)
SELECT created_at, updated_at, deleted_at, id, user_id, project_id, uuid, deleted, cleaned, hidden FROM instances WHERE id = 900;
-- Servers without a host: shelved and offloaded ones, and in cell0 those that never found one.
UPDATE instances SET host = NULL, node = NULL, compute_id = NULL, vm_state = 'shelved_offloaded', power_state = 4, availability_zone = NULL
  WHERE id IN (7, 19, 31);
INSERT INTO nova_cell0.instances (created_at, updated_at, id, user_id, project_id, vm_state, memory_mb, vcpus, display_name, uuid, deleted,
    cleaned, hidden)
SELECT '2024-02-01' + INTERVAL seq HOUR, '2024-02-01' + INTERVAL seq HOUR, seq, MD5('user1'), MD5('project1'), 'error', 2048, 2,
    CONCAT('lost-', seq), make.uid(CONCAT('lost', seq)), 0, 0, 0
  FROM seq_1_to_5;
INSERT INTO nova_cell0.instance_info_caches (created_at, deleted, instance_uuid, network_info)
SELECT created_at, 0, uuid, '[]' FROM nova_cell0.instances WHERE deleted = 0;
INSERT INTO nova_cell0.instance_extra (created_at, deleted, instance_uuid, flavor)
SELECT created_at, 0, uuid, '{}' FROM nova_cell0.instances WHERE deleted = 0;
INSERT INTO nova_api.instance_mappings (created_at, instance_uuid, cell_id, project_id, queued_for_delete, user_id)
SELECT created_at, uuid, (SELECT id FROM nova_api.cell_mappings WHERE name = 'cell0'), project_id, 0, user_id FROM nova_cell0.instances
  WHERE deleted = 0;
-- Deleted servers of a host that is gone, service and compute node soft-deleted or purged.
UPDATE instances SET host = 'compute8', node = 'compute8', compute_id = NULL WHERE id IN (6, 12, 18);
INSERT INTO services (created_at, updated_at, deleted_at, id, host, `binary`, topic, report_count, disabled, deleted, version, uuid)
VALUES ('2022-01-01', '2023-01-01', '2023-01-02', 108, 'compute8', 'nova-compute', 'compute', 1000, 1, 108, 61, make.uid('service8'));
-- Migrations of the past, one of a server that is deleted; archived rows.
INSERT INTO migrations (created_at, updated_at, source_compute, dest_compute, source_node, dest_node, status, instance_uuid, deleted,
    migration_type, hidden, uuid, cross_cell_move, dest_compute_id)
SELECT '2024-01-01' + INTERVAL seq DAY, '2024-01-01' + INTERVAL seq DAY, 'compute1', 'compute2', 'compute1', 'compute2',
    ELT(1 + seq % 3, 'completed', 'error', 'reverted'), make.uid(CONCAT('server', seq)), 0, 'live-migration', 0,
    make.uid(CONCAT('migration', seq)), 0, IF(seq = 6, NULL, 2)
  FROM seq_1_to_12;
INSERT INTO shadow_instances (created_at, deleted_at, id, user_id, project_id, host, node, uuid, deleted)
SELECT '2022-01-01', '2022-06-01', seq, MD5('user2'), MD5('project2'), 'compute8', 'compute8', make.uid(CONCAT('archived', seq)), seq
  FROM seq_1001_to_1020;
-- The machine type of each server is recorded, of those that never started too.
INSERT INTO instance_system_metadata (created_at, deleted_at, deleted, instance_uuid, `key`, value)
SELECT created_at, deleted_at, deleted, uuid, 'image_hw_machine_type', 'q35' FROM instances WHERE id <> 900;
INSERT INTO nova_cell0.instance_system_metadata (created_at, deleted, instance_uuid, `key`, value)
SELECT created_at, deleted, uuid, 'image_hw_machine_type', 'q35' FROM nova_cell0.instances WHERE id <> 900;
