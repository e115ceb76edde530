#!/usr/bin/env bash
# Makes the dumps of the cases that have a make.sql again: make_cases.sh BASES CASE...
#
# BASES is a folder with RELEASE.sql.gz, dumps of almost empty clouds that the services' own commands made. The first
# line of a make.sql names what it starts from: "-- base: 2023.1 glance" (a release and the schemas to take from its
# dump) or "-- base: control-ironic-healthy ironic" (another case's dump). The rest is the cloud's rows and, last,
# what is wrong with it. make.uid(TEXT) is a UUID made from a text, so that the same dump comes out every time.
set -euo pipefail
bases=$(realpath "$1"); shift
cd "$(dirname "$0")/.."
work=$(mktemp -d /tmp/make-cases-XXXXXX)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT

mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$work/data" --auth-root-authentication-method=normal \
  --skip-test-db >/dev/null
mariadbd --no-defaults --user="$(id -un)" --datadir="$work/data" --socket="$work/s" --skip-networking \
  --character-set-server=utf8mb3 --collation-server=utf8mb3_general_ci 2>"$work/log" &
server=$!
sql() { mariadb --no-defaults --socket="$work/s" --user=root --default-character-set=utf8mb4 "$@"; }
for _ in $(seq 60); do sql -e 'DO 0' 2>/dev/null && break; sleep 0.5; done

only() {  # the schemas of a dump that are named
  awk -v names="$*" 'BEGIN { n = split(names, a, " "); for (i = 1; i <= n; i++) wanted["`" a[i] "`"] = 1; on = 1 }
    /^-- Current Database: / { on = ($4 in wanted) } on'
}

for name in "$@"; do
  read -r _ _ base schemas < <(head -n 1 "$name/make.sql")
  for schema in $(sql -N -e "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN
      ('mysql', 'sys', 'information_schema', 'performance_schema')"); do
    sql -e "DROP DATABASE \`$schema\`"
  done
  sql -e "CREATE DATABASE make; CREATE FUNCTION make.uid(seed TEXT) RETURNS CHAR(36) CHARSET utf8mb3 DETERMINISTIC
    RETURN INSERT(INSERT(INSERT(INSERT(MD5(seed), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')"
  dump=$bases/$base.sql.gz; [ -e "$dump" ] || dump=$base/dump.sql.gz
  # shellcheck disable=SC2086
  zcat "$dump" | only $schemas | sql
  sql <"$name/make.sql"
  # shellcheck disable=SC2086
  mariadb-dump --no-defaults --socket="$work/s" --user=root --single-transaction --skip-dump-date --hex-blob \
    --databases $schemas | gzip -9n >"$name/dump.sql.gz"
  ls -l "$name/dump.sql.gz"
done
