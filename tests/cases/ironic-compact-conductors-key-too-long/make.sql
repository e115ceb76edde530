-- base: control-ironic-healthy ironic
-- A cloud that began on MySQL 5.6: the tables of that time are still in ROW_FORMAT=COMPACT, whose keys hold 767 bytes a
-- column. VARCHAR(255) fits with 3 bytes a character and does not with 4.
USE ironic;
ALTER TABLE conductors ROW_FORMAT=COMPACT;
ALTER TABLE ports ROW_FORMAT=COMPACT;
