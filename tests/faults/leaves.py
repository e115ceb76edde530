#!/usr/bin/env python3
"""Lets every call of what lies at the bottom fail in every way, without servers: runs the EveryFault tests of the rooms
and prints for each file how many sites it has and how many faults struck them. A site that no test strikes fails.

usage: leaves.py FOLDER     with the test programs
"""
import collections
import os
import pathlib
import subprocess
import sys
import tempfile

import sites

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("base_test", "snapshots_test", "harness_test")
# The sources whose every site is to be struck; the rest needs servers and engines (faults.py).
LEAVES = ("base/files.cc", "base/line_file.cc", "base/process.cc", "snapshots/bytes/decoder.cc", "snapshots/bytes/source.cc",
          "snapshots/bytes/mirrored_memory.cc", "snapshots/bytes/zstd_frames.cc", "snapshots/keep/golden_store.cc",
          "snapshots/keep/mounts.cc", "snapshots/keep/store.cc", "snapshots/keep/tree_copy.cc",
          "harness/server/state.cc", "harness/server/run_request.cc", "harness/server/checkpoints.cc",
          "harness/lane/lane_memory.cc", "harness/cli/report_files.cc")


def main():
    folder = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        struck_file = pathlib.Path(place) / "struck"
        environment = dict(os.environ, REHEARSAL_STRUCK=str(struck_file))
        running = [subprocess.Popen([folder / name, "--gtest_brief=1", "--gtest_filter=*EveryFault*"], env=environment)
                   for name in PROGRAMS]
        failed = [name for name, program in zip(PROGRAMS, running) if program.wait() != 0]
        struck = [tuple(line.split()) for line in struck_file.read_text(encoding="utf-8").splitlines()]
    faults = collections.defaultdict(set)  # (place, call) as sites.py writes it -> what struck it
    for place, call, leaf, fault in struck:
        door, _, name = call.rpartition(">")
        faults[place, door + ">*" if door else name].add((name, fault))
        faults[leaf, name].add((name, fault))
    excused = {}
    for line in (ROOT / "tests/faults/no_leaf.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            file, call, why = line.split(None, 2)
            excused[file, call] = why
    missed = []
    counts = collections.defaultdict(lambda: [0, 0])
    for file, line, call in sites.all_sites(ROOT):
        if file not in LEAVES:
            continue
        found = faults.get((f"{file}:{line}", call), set())
        counts[file][0] += 1
        counts[file][1] += len(found)
        if not found and (file, call) not in excused:
            missed.append(f"{file}:{line} {call}")
    for file, (number, ways) in sorted(counts.items()):
        print(f"{file}: {number} sites, {ways} faults")
    print(f"{sum(c[0] for c in counts.values())} sites, {sum(c[1] for c in counts.values())} faults, "
          f"{len(set(struck))} with each caller counted")
    for site in missed:
        print("no test strikes " + site)
    for name in failed:
        print(name + " failed")
    return 1 if missed or failed else 0


if __name__ == "__main__":
    sys.exit(main())
