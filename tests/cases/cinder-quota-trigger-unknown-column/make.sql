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

-- An audit trigger on a table that is hardly ever written, and an audit table of which a column was renamed later.
CREATE TABLE quota_class_audit (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  quota_class_id INT NOT NULL,
  old_limit INT,
  new_limit INT,
  changed_by VARCHAR(255),
  changed_at DATETIME NOT NULL
) ENGINE=InnoDB;
CREATE USER IF NOT EXISTS dba@localhost;
GRANT ALL ON cinder.* TO dba@localhost;
CREATE DEFINER=dba@localhost TRIGGER quota_classes_audit AFTER UPDATE ON quota_classes FOR EACH ROW
  INSERT INTO quota_class_audit (quota_class_id, old_limit, new_limit, changed_by, changed_at)
  VALUES (NEW.id, OLD.hard_limit, NEW.hard_limit, CURRENT_USER(), NOW());
UPDATE quota_classes SET hard_limit = 20 WHERE resource = 'volumes';
UPDATE quota_class_audit SET changed_at = '2022-07-01 10:00:00', changed_by = 'cinder@%';
ALTER TABLE quota_class_audit CHANGE changed_by actor VARCHAR(255);
