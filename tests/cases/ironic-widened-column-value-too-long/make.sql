-- base: control-ironic-healthy ironic
-- Nodes with very many disks and clean steps did not fit TEXT (65,535 bytes), so somebody made the column MEDIUMTEXT.
USE ironic;
SET SESSION group_concat_max_len = 1000000;
ALTER TABLE nodes MODIFY driver_internal_info MEDIUMTEXT;
UPDATE nodes SET driver_internal_info = JSON_SET('{}', '$.agent_url', 'https://192.0.2.7:9999',
    '$.agent_cached_clean_steps', (SELECT GROUP_CONCAT(CONCAT('raid.erase_devices_metadata.', seq) SEPARATOR ' ')
      FROM seq_1_to_2500))
  WHERE id IN (7, 19, 42);
UPDATE nodes SET driver_internal_info = JSON_SET('{}', '$.agent_cached_clean_steps', REPEAT('x', 60000)) WHERE id = 8;
