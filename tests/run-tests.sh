#!/usr/bin/env bash
# All tests with their set-up: the developer build, the unit tests, then real rehearsals on every engine that is here.
# REHEARSAL_STATE keeps images' environments and goldens between calls (default: the user's cache).
set -eu
cd "$(dirname "$0")/.."
export REHEARSAL_STATE=${REHEARSAL_STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/rehearsal-tests}

if docker info >/dev/null 2>&1; then
  images() { docker/build-images.sh docker; }
else
  images() { echo "docker does not answer: the tests on docker are left out"; }
  set -- -LE docker "$@"
fi

mkdir -p build-dev
images >build-dev/images.log 2>&1 &
images=$!
cmake --preset dev -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache)" >/dev/null
cmake --build --preset dev
wait "$images" || { cat build-dev/images.log; exit 1; }
tail -n 1 build-dev/images.log

# Half cores: a unit test waits about half of its time, for a server.
ctest --test-dir build-dev --output-on-failure --parallel "$((2 * $(nproc)))" "$@"
