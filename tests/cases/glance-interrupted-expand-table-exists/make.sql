-- base: 2023.1 glance
USE glance;
INSERT INTO images (id, name, size, status, created_at, updated_at, deleted_at, deleted, disk_format, container_format,
    checksum, owner, min_disk, min_ram, protected, visibility, os_hidden, os_hash_algo, os_hash_value)
SELECT make.uid(CONCAT('image', seq)), CONCAT('appliance-', seq), 2000000 + seq * 4096,
    IF(seq % 10 = 0, 'deleted', IF(seq % 17 = 0, 'queued', 'active')), '2023-02-01 08:00:00' + INTERVAL seq HOUR,
    '2023-02-01 09:00:00' + INTERVAL seq HOUR, IF(seq % 10 = 0, '2023-06-01 00:00:00' + INTERVAL seq HOUR, NULL),
    seq % 10 = 0, IF(seq % 3 = 0, 'raw', 'qcow2'), 'bare', MD5(seq), MD5(CONCAT('project', seq % 5)), 0, 0, 0,
    ELT(1 + seq % 3, 'private', 'public', 'shared'), 0, 'sha512', SHA2(seq, 512)
  FROM seq_1_to_120;
INSERT INTO image_properties (image_id, name, value, created_at, deleted)
SELECT make.uid(CONCAT('image', seq)), 'hw_disk_bus', 'virtio', '2023-02-02', seq % 10 = 0 FROM seq_1_to_120;
INSERT INTO image_locations (image_id, value, created_at, deleted, meta_data, status)
SELECT make.uid(CONCAT('image', seq)), CONCAT('rbd://images/', make.uid(CONCAT('image', seq)), '/snap'), '2023-02-02',
    seq % 10 = 0, '{}', IF(seq % 10 = 0, 'deleted', 'active')
  FROM seq_1_to_120;

-- An expand of 2024.1 was cut off after its first CREATE TABLE; the cloud went on with 2023.1.
CREATE TABLE node_reference (
  node_reference_id BIGINT NOT NULL AUTO_INCREMENT,
  node_reference_url VARCHAR(255) NOT NULL,
  PRIMARY KEY (node_reference_id),
  CONSTRAINT uq_node_reference_node_reference_url UNIQUE (node_reference_url)
) ENGINE=InnoDB CHARSET=utf8mb3;
