-- base: control-ironic-healthy ironic
USE ironic;
INSERT INTO bios_settings (node_id, created_at, updated_at, name, value, version, attribute_type, lower_bound, upper_bound)
SELECT n.id, '2024-03-01' + INTERVAL n.id HOUR, '2024-09-01' + INTERVAL n.id HOUR, s.name, s.value, '1.1', s.kind, s.low, s.high
  FROM nodes n
  JOIN (SELECT 'ProcVirtualization' name, 'Enabled' value, 'Enumeration' kind, NULL low, NULL high
    UNION SELECT 'AcPwrRcvryUserDelay', '90', 'Integer', 60, 240
    UNION SELECT 'SystemManufacturer', 'none', 'String', NULL, NULL) s;
-- An import from a server without a strict sql_mode brought dates of zeros. The table is copied by the upgrade, whose
-- sql_mode refuses them.
SET sql_mode = '';
UPDATE bios_settings SET updated_at = '0000-00-00 00:00:00' WHERE node_id BETWEEN 11 AND 17 AND name <> 'SystemManufacturer';
UPDATE bios_settings SET created_at = '0000-00-00 00:00:00' WHERE node_id = 12 AND name = 'AcPwrRcvryUserDelay';
