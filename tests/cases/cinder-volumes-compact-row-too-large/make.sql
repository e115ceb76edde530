-- base: 2023.1 cinder
USE cinder;
INSERT INTO services (created_at, updated_at, deleted, id, host, `binary`, topic, report_count, disabled,
    rpc_current_version, object_current_version, uuid)
VALUES ('2022-05-01', '2023-05-01', 0, 101, 'storage1@ceph', 'cinder-volume', 'cinder-volume', 90000, 0, '3.18', '1.39', make.uid('service1')),
  ('2022-05-01', '2023-05-01', 0, 102, 'storage2@ceph', 'cinder-volume', 'cinder-volume', 90000, 0, '3.18', '1.39', make.uid('service2'));
INSERT INTO volumes (created_at, updated_at, deleted_at, deleted, id, user_id, project_id, host, size, availability_zone,
    status, attach_status, display_name, volume_type_id, bootable, multiattach, service_uuid, shared_targets, use_quota)
SELECT '2022-06-01' + INTERVAL seq HOUR, '2022-06-02' + INTERVAL seq HOUR, IF(seq % 4 = 0, '2023-01-01' + INTERVAL seq HOUR, NULL),
    seq % 4 = 0, make.uid(CONCAT('volume', seq)), MD5(CONCAT('user', seq % 7)), MD5(CONCAT('project', seq % 5)),
    CONCAT('storage', 1 + seq % 2, '@ceph#ceph'), 10 + seq % 90, 'nova', IF(seq % 4 = 0, 'deleted', 'available'), 'detached',
    CONCAT('volume-', seq), (SELECT id FROM volume_types WHERE name = '__DEFAULT__'), seq % 2, 0,
    make.uid(CONCAT('service', 1 + seq % 2)), 0, 1
  FROM seq_1_to_120;
INSERT INTO snapshots (created_at, updated_at, deleted_at, deleted, id, volume_id, user_id, project_id, status, progress,
    volume_size, display_name, volume_type_id, use_quota)
SELECT '2022-08-01' + INTERVAL seq HOUR, '2022-08-02' + INTERVAL seq HOUR, IF(seq % 4 = 0, '2023-01-01' + INTERVAL seq HOUR, NULL),
    seq % 4 = 0, make.uid(CONCAT('snapshot', seq)), make.uid(CONCAT('volume', seq)), MD5(CONCAT('user', seq % 7)),
    MD5(CONCAT('project', seq % 5)), IF(seq % 4 = 0, 'deleted', 'available'), '100%', 10 + seq % 90, CONCAT('snapshot-', seq),
    (SELECT id FROM volume_types WHERE name = '__DEFAULT__'), 1
  FROM seq_1_to_40;
INSERT INTO quota_usages (created_at, updated_at, deleted, project_id, resource, in_use, reserved, race_preventer)
SELECT '2022-06-01', '2023-04-01', 0, MD5(CONCAT('project', p.seq)), ELT(r.seq, 'volumes', 'gigabytes', 'snapshots', 'consistencygroups'),
    IF(r.seq = 4, 0, 20), 0, 1
  FROM seq_1_to_5 p, seq_1_to_4 r;

-- The table was made by MySQL 5.6, whose row format was COMPACT, and has never been rebuilt; the columns that releases
-- added since have made its rows wider than a page may promise. Servers let it be until somebody alters the table.
SET innodb_strict_mode = 0;
ALTER TABLE volumes ROW_FORMAT=COMPACT;
