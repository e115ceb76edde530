-- base: control-ironic-healthy ironic
-- Two names that differ where ß is one letter (utf8mb3_general_ci: ß = s) and are equal where it is two
-- (utf8mb4_unicode_ci: ß = ss). The second pair stays apart under both.
USE ironic;
UPDATE nodes SET name = 'strasse-rack3-node05' WHERE id = 11;
UPDATE nodes SET name = 'straße-rack3-node05' WHERE id = 37;
UPDATE nodes SET name = 'gasse-rack3-node06' WHERE id = 12;
UPDATE nodes SET name = 'gaße-rack3-node07' WHERE id = 38;
