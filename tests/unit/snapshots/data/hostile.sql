-- Rows and objects that dumps are known to be read wrong for. Made by a client, then dumped by the server's own tool.
CREATE DATABASE hostile CHARACTER SET utf8mb4;
USE hostile;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0;
CREATE TABLE texts (
  id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(200) DEFAULT NULL, b TEXT, UNIQUE KEY (a), KEY b_begin (b(20)));
INSERT INTO texts VALUES
  (0, 'zero is a value', ''), (1, NULL, NULL), (2, '', 'NULL'), (3, 'NULL', '\\N'), (4, '\\', '\\\\'),
  (5, 'it''s', '"; DROP TABLE texts; --'), (6, '),(', '),\n(7,\'not a row\',NULL),\n('), (7, ''',', '\\''),('),
  (8, '-- a comment', '/* another */ # and one more'), (9, '/*!50000 DROP DATABASE hostile */', 'DELIMITER ;;\n;;'),
  (10, 'INSERT INTO `texts` VALUES (99,NULL,NULL);\nUSE mysql;', 'CREATE TABLE `x` (\n `a` int);'),
  (11, 'emoji 😀', 'ünïcødé € 𝄞'), (12, 'nul \0 in it', '\0'), (13, 'tab\tcr\rnl\nsub\Z', '\b'), (14, '`', '``'),
  (15, '100%', '\\%\\_'), (16, ' blanks ', '   '), (17, 'a;b', ';'), (18, '0x41', 'X''41'), (19, '@a := 1', '${x}'),
  (-1, 'a negative key', '-1');
CREATE TABLE bytes (id INT PRIMARY KEY, raw BLOB, fixed BINARY(4), few VARBINARY(300));
INSERT INTO bytes VALUES
  (1, 0x00, 0x00000000, ''), (2, 0xff27e2, 0x27, 0x5c27), (3, 0xe2, 0xc0af, 0xe28227), (4, NULL, NULL, NULL),
  (5, 0xf09f9880, 0x30783431, 'plain'), (6, '', '', 0xc3), (7, 0x0d0a1a5c, 0x5c5c, 0x272c28);
CREATE TABLE numbers (
  id BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(30,10), f FLOAT, g DOUBLE, b BIT(10), y YEAR, t TINYINT(1),
  z INT(6) ZEROFILL);
INSERT INTO numbers VALUES
  (18446744073709551615, 12345678901234567890.0123456789, 1.5, 1e300, b'1010101010', 2024, 1, 7),
  (0, -0.0000000001, -1e-30, -2.2250738585072014e-308, b'0', 0, 0, 123456), (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (2, 1, 0.1, 0.1, b'1', 1999, -128, 0);
CREATE TABLE times (
  id INT PRIMARY KEY, d DATE, t TIME(3), dt DATETIME(6) DEFAULT '0000-00-00 00:00:00',
  ts TIMESTAMP NULL DEFAULT NULL, tz TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00');
INSERT INTO times VALUES
  (1, '0000-00-00', '-838:59:59.000', '0000-00-00 00:00:00', NULL, '0000-00-00 00:00:00'),
  (2, '2024-00-00', '00:00:00.001', '2024-03-31 02:30:00.123456', '2024-10-27 02:30:00', '2038-01-19 03:14:07'),
  (3, NULL, NULL, NULL, '1970-01-01 00:00:01', '2000-01-01 00:00:00');
CREATE TABLE words (
  id INT PRIMARY KEY, e ENUM('a','b','it''s',''), s SET('x','y','z'), j JSON,
  l VARCHAR(20) CHARACTER SET latin1, u CHAR(5) CHARACTER SET ucs2, n VARCHAR(10) CHARACTER SET utf8mb3);
INSERT INTO words VALUES
  (1, 'a', 'x,z', '{"k": "it\'s \\"q\\""}', 'caf\u00e9', 'abc', 'é'), (2, '', '', '[]', '', '', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE words SET l = CONVERT(_utf8mb4'café€' USING latin1), u = _utf8mb4'€ä' WHERE id = 1;
CREATE TABLE derived (a INT, b INT AS (a + 1) VIRTUAL, c VARCHAR(20) AS (CONCAT('c', a)) PERSISTENT, d INT);
INSERT INTO derived (a, d) VALUES (1, 10), (2, 20), (NULL, NULL);
CREATE TABLE hidden (a INT, b INT INVISIBLE DEFAULT 5, c INT);
INSERT INTO hidden (a, b, c) VALUES (1, 2, 3), (4, NULL, 6);
CREATE TABLE shapes (id INT PRIMARY KEY, p POINT NOT NULL);
INSERT INTO shapes VALUES (1, POINT(1, 2)), (2, POINT(-1.5, 1e10));
CREATE TABLE parts (id INT NOT NULL, y INT NOT NULL, PRIMARY KEY (id, y))
  PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1, 1), (2, 11), (3, 9);
CREATE TABLE flat (id INT PRIMARY KEY, a VARCHAR(10), KEY (a)) ENGINE=MyISAM;
INSERT INTO flat VALUES (1, 'x'), (2, NULL), (3, 'x');
CREATE TABLE keyless (a INT, b VARCHAR(10));
INSERT INTO keyless VALUES (1, 'same'), (1, 'same'), (NULL, NULL);
CREATE TABLE parents (id INT PRIMARY KEY);
CREATE TABLE kids (id INT PRIMARY KEY, parent INT, CONSTRAINT kids_parent FOREIGN KEY (parent) REFERENCES parents (id));
INSERT INTO parents VALUES (1), (2);
INSERT INTO kids VALUES (1, 1), (2, NULL), (3, 77);
CREATE TABLE `odd ``name``; --` (`select` INT, `a b` TEXT, `ü` INT, PRIMARY KEY (`select`));
INSERT INTO `odd ``name``; --` VALUES (1, 'x', 2), (2, NULL, NULL);
CREATE TABLE empty_one (id INT PRIMARY KEY);
CREATE TABLE log (what VARCHAR(100), at INT);
DELIMITER ;;
CREATE TRIGGER kids_told AFTER INSERT ON kids FOR EACH ROW INSERT INTO log VALUES (CONCAT('kid; ', NEW.id), NEW.id);;
CREATE TRIGGER keyless_changed BEFORE INSERT ON keyless FOR EACH ROW SET NEW.b = CONCAT('trigger: ', NEW.b);;
CREATE PROCEDURE busy(IN n INT) BEGIN DECLARE i INT DEFAULT 0; WHILE i < n DO SET i = i + 1; END WHILE; END;;
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM log;;
DELIMITER ;
CREATE VIEW some_texts AS SELECT id, a FROM texts WHERE id > 3;
CREATE VIEW a_view_of_a_view AS SELECT COUNT(*) AS n FROM some_texts;
CREATE SEQUENCE numbered START WITH 5 INCREMENT BY 3;
SELECT NEXTVAL(numbered), NEXTVAL(numbered);
