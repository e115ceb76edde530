#!/usr/bin/env bash
# Builds and runs a room's unit tests whenever one of its files, or of its tests, changes. Ends with Ctrl-C.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
room=$1 filter=$2
state() { find "$room" "tests/unit/$room" -name '*.cc' -printf '%T@ %p\n' -o -name '*.h' -printf '%T@ %p\n' | sort | md5sum; }
last=
while :; do
  now=$(state)
  if [ "$now" != "$last" ]; then
    last=$now
    if cmake --build --preset dev --target "${room}_test" | tail -n 20; then
      "build-dev/tests/${room}_test" --gtest_brief=1 --gtest_filter="$filter" || true
    fi
  fi
  sleep 0.5
done
