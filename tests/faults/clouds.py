"""Small clouds that stop, each in another way: a dump of one service with rows that offend, and a step whose statements
meet them, so that each diagnosis, its tried fix and what looks at rows is reached by a run of a few seconds.
"""
import gzip
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "cases"

ROWS = """
CREATE TABLE place (id INT PRIMARY KEY, name VARCHAR(20) CHARACTER SET latin1, note VARCHAR(64), KEY name (name)) ENGINE=InnoDB;
CREATE TABLE thing (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64), note VARCHAR(64), place_id INT, size INT,
  KEY size (size), KEY place_id (place_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE held (id INT PRIMARY KEY, place_id INT, KEY place_id (place_id),
  CONSTRAINT held_place FOREIGN KEY (place_id) REFERENCES place (id)) ENGINE=InnoDB;
CREATE TABLE compact (id INT PRIMARY KEY, name VARCHAR(255)) ENGINE=InnoDB ROW_FORMAT=COMPACT DEFAULT CHARSET=utf8mb4;
CREATE TABLE owned (id INT PRIMARY KEY, name VARCHAR(20)) ENGINE=InnoDB;
INSERT INTO place VALUES (1,'a','x'),(2,'b',NULL);
INSERT INTO thing VALUES (1,'twice','1',1,5),(2,'twice',NULL,9,6),(3,'other','0000-00-00',NULL,7);
INSERT INTO held VALUES (1,1);
INSERT INTO compact VALUES (1,'c');
INSERT INTO owned VALUES (1,'o');
CREATE VIEW seen AS SELECT id, size FROM thing;
DELIMITER ;;
CREATE TRIGGER sized BEFORE UPDATE ON thing FOR EACH ROW SET NEW.size = IFNULL(NEW.size, 0) ;;
CREATE DEFINER=`gone`@`%` TRIGGER kept BEFORE UPDATE ON owned FOR EACH ROW SET NEW.name = UPPER(NEW.name) ;;
DELIMITER ;
"""

# Name -> the statements of the step.
STOPS = {
    "duplicate": "ALTER TABLE thing ADD UNIQUE KEY once (name)",
    "null": "ALTER TABLE thing MODIFY note VARCHAR(64) NOT NULL",
    "long": "ALTER TABLE thing MODIFY name VARCHAR(2)",
    "orphan": "ALTER TABLE thing ADD CONSTRAINT at_place FOREIGN KEY (place_id) REFERENCES place (id)",
    "no key": "ALTER TABLE thing ADD CONSTRAINT noted FOREIGN KEY (note) REFERENCES place (note)",
    "charset": "ALTER TABLE thing ADD CONSTRAINT named FOREIGN KEY (name) REFERENCES place (name)",
    "table exists": "CREATE TABLE thing (id INT PRIMARY KEY)",
    "column exists": "ALTER TABLE thing ADD COLUMN size INT",
    "key exists": "ALTER TABLE thing ADD KEY size (size)",
    "key needed": "ALTER TABLE held DROP KEY place_id",
    "no table": "UPDATE missing SET id = 1",
    "no column": "UPDATE thing SET missing = 1",
    "number": "ALTER TABLE thing MODIFY name INT",
    "date": "ALTER TABLE thing MODIFY note DATETIME",
    "key too long": "ALTER TABLE compact ADD KEY named (name)",
    "copied": "INSERT INTO place (id, name) SELECT id, name FROM thing",
    "trigger": "ALTER TABLE thing DROP COLUMN size; UPDATE thing SET name = 'z' WHERE id = 1",
    "definer": "UPDATE owned SET name = 'p'",
    "lost": "UPDATE thing SET name = LEFT(name, 2); DELETE FROM held; ALTER TABLE thing DROP COLUMN note, ADD COLUMN note"
            " VARCHAR(64) AFTER name; TRUNCATE compact; DROP TABLE owned",
}
# Name -> what the step says before it ends with status 1.
SAYINGS = {
    "revision": "alembic.util.exc.CommandError: Can't locate revision identified by '0123456789ab'",
    "code": "AttributeError: 'NoneType' object has no attribute 'lower'",
}


def make(folder, name):
    """Scenario file of the cloud that stops so, made in the folder."""
    folder = folder / name.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    dump = gzip.decompress((CASES / "keystone-wrapper-destroys-rows-by-ddl/dump.sql.gz").read_bytes()).decode()
    (folder / "dump.sql").write_text(dump.replace("-- Dump completed", ROWS + "-- Dump completed", 1))
    cloud = (HERE / "cloud/scenario.toml").read_text()
    command = cloud[cloud.index("command = "):cloud.index("[service.placement]")]
    if name in STOPS:
        command = command.replace("ALTER TABLE region ADD COLUMN zone VARCHAR(8)", STOPS[name])
    else:
        command = command.replace("keystone*--expand*)\n", f'keystone*--expand*)\n  echo "{SAYINGS[name]}" >&2; exit 1\n')
    (folder / "scenario.toml").write_text(
        f"# The cloud that stops: {name}\n[path]\nfrom = \"2023.1\"\nto = \"2024.1\"\n\n[snapshot]\n"
        f"dumps = [\"dump.sql\"]\n\n[service.keystone]\nrunner = \"command\"\n{command}")
    return folder / "scenario.toml"


def names():
    return [*STOPS, *SAYINGS]
