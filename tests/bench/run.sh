#!/usr/bin/env bash
# Measures build/rehearse against public tools in one run: medians of REHEARSAL_BENCH_RUNS (3) runs over a dump of
# REHEARSAL_BENCH_MB (1000) megabytes. Prints "what: ours, theirs, ratio". myloader is left out where it is not installed.
# REHEARSAL_BENCH_ONLY=scan ends before the restores. At last, what a clone of the golden costs in each way of cloning,
# and what judging costs; REHEARSAL_BENCH_ONLY=judge measures only what judging an index and a column costs, where nearly
# all of the dump is one table.
set -eu
cd "$(dirname "$0")/../.."
size=${REHEARSAL_BENCH_MB:-1000}
runs=${REHEARSAL_BENCH_RUNS:-3}
work=$(mktemp -d "${TMPDIR:-/tmp}/rehearsal-bench-XXXXXX")
server=
cleanup() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  build/rehearse clean --state "$work/state" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

if [ "${REHEARSAL_BENCH_ONLY:-}" = judge ]; then
  cmake --build --preset release --target judge_bench >/dev/null
  python3 tests/bench/make_dump.py "$size" instance_actions | zstd -q -T0 >"$work/dump.sql.zst"
  build/rehearse snapshot add -q "$work/dump.sql.zst" --engine process --state "$work/state" >/dev/null
  build/judge_bench "$work/state" nova_cell1.instance_actions 2
  exit 0
fi

echo "making a dump of $size MB"
python3 tests/bench/make_dump.py "$size" >"$work/dump.sql"
zstd -q -f -T0 "$work/dump.sql" -o "$work/dump.sql.zst"

# Seconds of a command, the median of the runs. The command in $before runs first, and what is not written yet is
# written, so that no run pays for the one before it.
median() {
  for _ in $(seq "$runs"); do
    if [ -n "${before:-}" ]; then $before; fi
    sync
    start=$(date +%s.%N)
    "$@" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    echo "$(date +%s.%N) $start" | awk '{printf "%.3f\n", $1 - $2}'
  done | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}
compare() { awk -v what="$1" -v ours="$2" -v theirs="$3" 'BEGIN {printf "%-44s %8.2f s  %8.2f s  ratio %.2f\n", what, ours, theirs, ours / theirs}'; }

# The same of two commands that take turns, so that what else the machine does falls on both.
in_turn() {
  local what=$1 ours=$2 theirs=$3 i
  : >"$work/ours" && : >"$work/theirs"
  for i in $(seq "$runs"); do
    runs=1 median $ours >>"$work/ours"
    runs=1 median $theirs >>"$work/theirs"
  done
  compare "$what" "$(middle "$work/ours")" "$(middle "$work/theirs")"
}
middle() { sort -n "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

cat "$work/dump.sql" "$work/dump.sql.zst" >/dev/null
echo "what                                             ours    theirs"
in_turn "inspect a plain dump : wc -l" "build/rehearse inspect -q $work/dump.sql" "wc -l $work/dump.sql"
in_turn "inspect a zst dump : zstd -dc" "build/rehearse inspect -q $work/dump.sql.zst" "zstd -dcq $work/dump.sql.zst"
[ "${REHEARSAL_BENCH_ONLY:-}" != scan ] || exit 0

# The client's restore and myloader's, into a server with the settings of rehearse's own.
mariadb-install-db --no-defaults --datadir="$work/data" --user="$(id -un)" --auth-root-authentication-method=normal \
  >/dev/null 2>&1
mariadbd --no-defaults --user="$(id -un)" --datadir="$work/data" --socket="$work/s" --skip-networking --skip-log-bin \
  --innodb-doublewrite=0 --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --debug-no-sync \
  --innodb-buffer-pool-size=2G --innodb-log-file-size=512M --innodb-stats-auto-recalc=OFF --skip-performance-schema \
  --max-allowed-packet=64M --default-time-zone=+00:00 >"$work/log" 2>&1 &
server=$!
for _ in $(seq 100); do mariadb-admin -u root -S "$work/s" ping >/dev/null 2>&1 && break; sleep 0.2; done
client() { mariadb -u root -S "$work/s" <"$work/dump.sql"; }
drop() { mariadb -u root -S "$work/s" -e 'DROP DATABASE IF EXISTS nova_cell1'; }
forget() {
  for key in $(build/rehearse snapshot list -q --state "$work/state" --json | python3 -c '
import json, sys
print(*[g["key"] for g in json.load(sys.stdin)])'); do
    build/rehearse snapshot rm -q "$key" --state "$work/state" >/dev/null
  done
}
add() {
  build/rehearse snapshot add -q "$work/dump.sql" --engine process --state "$work/state" &
  while peak=$(awk '/VmHWM/ {print $2}' "/proc/$!/status" 2>/dev/null) && [ -n "$peak" ]; do
    echo "$peak" >"$work/peak"
    sleep 0.2
  done
  wait $!
}
theirs=$(before=drop median client)
loader=
if command -v mydumper >/dev/null; then
  mydumper -u root -S "$work/s" -B nova_cell1 -o "$work/mydumper" >/dev/null 2>&1
  load() { myloader -u root -S "$work/s" -d "$work/mydumper" -t "$(nproc)"; }
  loader=$(before=drop median load)
fi
kill "$server" && wait "$server" || true
server=
ours=$(before=forget median add)
compare "snapshot add, counts proven : mariadb < dump" "$ours" "$theirs"
[ -z "$loader" ] || compare "snapshot add, counts proven : myloader" "$ours" "$loader"
echo "peak resident memory of rehearse: $(($(cat "$work/peak") / 1024)) MiB"
cmake --build --preset release --target clone_bench judge_bench >/dev/null
build/clone_bench "$work/state"
build/judge_bench "$work/state" nova_cell1.instance_actions
