#!/usr/bin/env bash
# Rehearses the shipped cloud and shows the verdict. Its upgrade fails on purpose, so NO-GO is the right answer.
set -u
here=$(cd "$(dirname "$0")" && pwd)
program="$here/../build/rehearse"
out=${1:-out/demo}
mkdir -p "$out"
out=$(cd "$out" && pwd)
"$program" run "$here/demo.toml" --out "$out"
status=$?
if [ $status -ne 1 ]; then
  echo "The demo should have ended with exit status 1 (NO-GO); it ended with $status." >&2
  exit 1
fi
python3 - "$out/report.json" <<'EOP'
import json, sys
report = json.load(open(sys.argv[1]))
blocker = next(f for f in report["findings"] if f["severity"] == "blocker")
print("\nThe demo's upgrade fails on purpose: a real migration meets rows that a real cloud can have.")
print(f"{report['verdict']}: {blocker['step']} at revision {blocker['revision']}: {blocker['error']}")
EOP
echo "$out/report.html"
