#!/usr/bin/env bash
# The most memory that rehearse itself holds at once: with a row of 200 MB, with 10,000 tables, and with an online command
# that prints 3 MB a pass without end. Fails where one is above 256 MiB. The server's memory is not counted.
#
# usage: memory.sh [REHEARSE]   (default: build/rehearse; WORK: a folder with room for 2 GB)
set -euo pipefail
cd "$(dirname "$0")/../.."
rehearse=${1:-build/rehearse}
work=$(mktemp -d "${WORK:-/tmp}/rehearsal-memory-XXXXXX")
trap '"$rehearse" clean --state "$work/state" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
limit=$((256 * 1024))
worst=0

python3 - "$work" <<'PY'
import sys
work = sys.argv[1]
head = """-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: thing
-- ------------------------------------------------------
-- Server version\t10.11.6-MariaDB
/*!40101 SET NAMES utf8mb4 */;
"""
foot = "-- Dump completed on 2026-11-28  1:00:00\n"
big = """CREATE TABLE `big` (
  `id` int(11) NOT NULL,
  `body` %s,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `big` VALUES (1,NULL);
INSERT INTO `big` VALUES (2,"""
for name, kind, begin, unit, end in (("number", "longblob", "0x", "A5", ""), ("text", "longtext", "'", "abcdefgh", "'")):
    with open(f"{work}/{name}.sql", "w") as out:
        out.write(head + big % kind + begin)
        for _ in range(200):
            out.write(unit * ((1 << 20) // len(unit)))
        out.write(end + ");\nINSERT INTO `big` VALUES (3,NULL);\n" + foot)
with open(f"{work}/tables.sql", "w") as out:
    out.write(head)
    for i in range(10000):
        out.write(f"""CREATE TABLE `t{i:05}` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(255) DEFAULT NULL,
  `created_at` datetime DEFAULT NULL,
  `updated_at` datetime DEFAULT NULL,
  `deleted` int(11) DEFAULT NULL,
  `project_id` varchar(36) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `name_idx` (`name`),
  KEY `project_idx` (`project_id`)
) ENGINE=InnoDB;
INSERT INTO `t{i:05}` VALUES (1,'a',NULL,NULL,0,'p'),(2,'b',NULL,NULL,0,'p');
""")
    out.write(foot)
PY

# The exit status that is wanted, a name, the command. The high-water mark is of the program alone.
measure() {
  local wanted=$1 name=$2 status=0 kib=0 peak; shift 2
  "$rehearse" "$@" --engine process --state "$work/state" >"$work/said" 2>"$work/talk" &
  while peak=$(awk '/VmHWM/ {print $2}' "/proc/$!/status" 2>/dev/null) && [ -n "$peak" ]; do
    kib=$peak
    sleep 0.1
  done
  wait $! || status=$?
  printf '%-44s %4d MiB\n' "$name" $((kib / 1024))
  if [ "$status" != "$wanted" ]; then tail -n 20 "$work/said" "$work/talk"; exit 1; fi
  worst=$((kib > worst ? kib : worst))
}

measure 0 "a row of 200 MB, one hexadecimal number" snapshot add "$work/number.sql" --schema thing
measure 0 "a row of 200 MB, one text" snapshot add "$work/text.sql" --schema thing
for depth in content redump; do
  for name in number text; do
    measure 0 "the same $name, proven by $depth" snapshot add "$work/$name.sql" --schema thing --verify "$depth"
  done
done
measure 0 "10,000 tables" snapshot add "$work/tables.sql" --schema many

cat >"$work/scenario.toml" <<TOML
[path]
from = "2023.1"
to = "2023.2"
[snapshot]
dumps = ["$PWD/tests/cases/placement-online-never-ends/dump.sql.gz"]
[service.placement]
runner = "command"
command = ["/bin/sh", "-c", '''
case "\$*" in *online_data_migrations*)
  head -c 3000000 /dev/zero | tr '\\\\0' 'x' | fold -w 100
  echo "1 rows matched query set_root_provider_ids, 1 migrated"; exit 1 ;;
esac
''', "placement"]
TOML
measure 1 "an endless online command, 3 MB a pass" run "$work/scenario.toml" --no-twin --jobs 1 --out "$work/out"

printf 'the most: %d MiB\n' $((worst / 1024))
[ "$worst" -le "$limit" ] || { echo "more than 256 MiB"; exit 1; }
