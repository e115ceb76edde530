#!/bin/sh
# Makes demo/cloud-2024.1.sql.zst anew. Needs python3-venv, mariadb-server,
# mariadb-client and zstd, and the network for the services' packages.
# Arguments are given on to make_snapshot.py, such as --healthy --out FILE.
set -eu
here=$(dirname "$(readlink -f "$0")")
work=${WORK:-$(mktemp -d)}
[ -x "$work/uv/bin/uv" ] || { python3 -m venv "$work/uv" && "$work/uv/bin/pip" -q install uv; }
exec python3 "$here/make_snapshot.py" --work "$work" --uv "$work/uv/bin/uv" "$@"
