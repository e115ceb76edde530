#!/usr/bin/env python3
"""Runs and resumes side by side in one state directory, killed at random moments, and looks whether anything is left,
whether every answer is that of a quiet run, and whether descriptors or memory grow.

usage: soak.py REHEARSE STATE [--minutes N] [--runs N] [--jobs N] [--seed N]
At least so many minutes and so many runs, whichever takes longer.
"""
import argparse
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import threading
import time

import workloads

CASES = {"cloud": workloads.CLOUD, "glance": workloads.CASES / "control-glance-healthy/scenario.toml"}
KILLED = 0.6  # of the runs
LONGEST = 12.0  # seconds until a kill
GROWTH = 1.25  # of the last third against the first: above what differs from run to run


class Watched:
    """A run of the program: the most descriptors and memory that it held, and how it ended."""

    def __init__(self, place, words, kill_after, number):
        self.peak_fds = self.peak_kb = 0
        command = [place.program, *map(str, words), "--state", place.state]
        with open(place.folder / "soak.log", "ab") as log:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        begun = time.monotonic()
        self.killed = False
        while child.poll() is None:
            self.look(child.pid)
            if kill_after is not None and not self.killed and time.monotonic() - begun > kill_after:
                child.send_signal(number)
                self.killed = True
            if time.monotonic() - begun > workloads.PATIENCE * 2:
                child.kill()
                self.killed = False
            time.sleep(0.05)
        self.status = child.returncode

    def look(self, pid):
        try:
            self.peak_fds = max(self.peak_fds, len(os.listdir(f"/proc/{pid}/fd")))
            for line in open(f"/proc/{pid}/status", encoding="utf-8"):
                if line.startswith("VmRSS:"):
                    self.peak_kb = max(self.peak_kb, int(line.split()[1]))
        except OSError:
            pass  # it has just ended


def left_on_machine(place):
    """What runs of this state directory left outside of it; beside them others may be at work."""
    runs = set(re.findall(r"\b\d{8}-\d{6}-[a-z0-9]{4}\b", (place.folder / "soak.log").read_text(errors="replace")))
    found = [*pathlib.Path("/tmp").glob("rehearsal-*"), *pathlib.Path("/sys/fs/cgroup").glob("**/rehearsal-*")]
    return [str(path) for path in found if any(run in path.name for run in runs)]


class Soak:
    def __init__(self, words):
        self.random = random.Random(words.seed)
        self.place = workloads.make_place(words.program, words.state)
        self.lock, self.problems, self.done, self.resumed, self.kills = threading.Lock(), [], [], 0, 0
        self.words, self.begun = words, time.monotonic()
        self.good = {}  # case -> exit status and answer of a quiet run

    def over(self):
        return (time.monotonic() - self.begun > self.words.minutes * 60 and len(self.done) >= self.words.runs) or \
            len(self.problems) > 20

    def runs(self):
        return {p.name for p in (self.place.state / "runs").glob("*")}

    def choose(self):
        with self.lock:
            name = self.random.choice(list(CASES))
            kill = self.random.uniform(0.2, LONGEST) if self.random.random() < KILLED else None
            return name, kill, signal.SIGKILL if self.random.random() < 0.7 else signal.SIGINT

    def answered(self, name, out, status):
        place = workloads.Place(self.place.program, self.place.folder)
        place.out = out
        answer = workloads.answer_of(place)
        right, good = self.good[name]
        if status == right and answer == good:
            return True, ""
        other = {part: (good[part], answer[part]) for part in good if answer and answer[part] != good[part]}
        return False, f"{name}: exit status {status}, {other or 'no report'}: {workloads.details_of(out)}"

    def one(self, worker, count):
        name, kill, number = self.choose()
        out = self.place.folder / f"out-{worker}-{count}"
        run = Watched(self.place, ["run", CASES[name], *workloads.ENGINE, "--out", out, "--no-twin"], kill, number)
        ended = run.status not in (-signal.SIGKILL, 130)
        killed_run = None
        if not ended:
            killed_run = self.run_of(out)
        while killed_run and not ended:
            _, kill, number = self.choose()
            again = Watched(self.place, ["resume", killed_run], kill, number)
            self.resumed += 1
            ended = again.status not in (-signal.SIGKILL, 130)
            run.status = again.status
        with self.lock:
            self.kills += run.killed
            self.done.append((name, run.peak_fds, run.peak_kb))
            # A run that was broken off before it wrote what it was asked for cannot be resumed, and says so.
            if ended and run.status != 2:
                right, words = self.answered(name, out, run.status)
                if not right:
                    self.problems.append(words)

    def run_of(self, out):
        for request in (self.place.state / "runs").glob("*/request.json"):
            try:
                if str(out) in request.read_text():
                    return request.parent.name
            except OSError:
                pass
        return None

    def worker(self, number):
        count = 0
        while not self.over():
            count += 1
            self.one(number, count)

    def cleaner(self, stop):
        while not stop.wait(20):
            done = self.place.rehearse("clean", "--keep-clones")
            if done.returncode != 0:
                self.problems.append("clean beside them: " + (done.stdout + done.stderr)[-400:])

    def grown(self):
        for name in CASES:
            kind = [one for one in self.done if one[0] == name]
            third = len(kind) // 3
            if third < 3:
                continue
            for at, what in ((1, "descriptors"), (2, "kB of memory")):
                first, last = (max(one[at] for one in part) for part in (kind[:third], kind[-third:]))
                print(f"{name}: at most {first} {what} in the first third, {last} in the last")
                if last > first * GROWTH + 4:
                    self.problems.append(f"{name}: {what} grew from {first} to {last}")

    def run(self):
        for name in CASES:
            out = self.place.folder / "out"
            self.place.rehearse("run", CASES[name], *workloads.ENGINE, "--out", out, "--no-twin")  # its environments
            status = self.place.rehearse("run", CASES[name], *workloads.ENGINE, "--out", out, "--no-twin").returncode
            self.good[name] = (status, workloads.answer_of(self.place))
        self.place.rehearse("clean")
        self.begun = time.monotonic()
        stop = threading.Event()
        threads = [threading.Thread(target=self.worker, args=(n,)) for n in range(self.words.jobs)]
        beside = threading.Thread(target=self.cleaner, args=(stop,))
        for thread in [*threads, beside]:
            thread.start()
        for thread in threads:
            thread.join()
        stop.set()
        beside.join()
        cleaned = self.place.rehearse("clean")
        if cleaned.returncode != 0:
            self.problems.append("clean: " + (cleaned.stdout + cleaned.stderr)[-400:])
        self.problems += ["left: " + what for what in workloads.leftovers(self.place)]
        self.problems += ["left: " + what for what in left_on_machine(self.place)]
        self.grown()
        minutes = (time.monotonic() - self.begun) / 60
        print(f"{len(self.done)} runs and {self.resumed} resumes in {minutes:.0f} minutes, {self.kills} killed first: "
              f"{len(self.problems)} problems")
        for problem in self.problems:
            print("BAD  " + problem)
        return 1 if self.problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("state", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    words = parser.parse_args()
    print(f"seed {words.seed}")
    return Soak(words).run()


if __name__ == "__main__":
    sys.exit(main())
