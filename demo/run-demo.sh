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
case $status in
  1) echo
     echo "The demo's upgrade fails on purpose: a real migration meets data that a real cloud can have."
     echo "NO-GO (as the demo should end)"
     echo "$out/report.html"
     exit 0 ;;
  *) echo "The demo should have ended with exit status 1 (NO-GO); it ended with $status." >&2
     exit 1 ;;
esac
