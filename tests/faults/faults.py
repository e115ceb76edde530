#!/usr/bin/env python3
"""Runs the program with each call of the operating system failing in each way, on real servers, and looks each time:
did it say so, is nothing half kept, is nothing left after `rehearse clean`, is the same run again right, and was the
answer never better than without the fault?

usage: faults.py REHEARSE STATE [--jobs N] [--only TEXT] [--seed N] [--list]
       REHEARSE  the program; STATE  a folder for state directories, one a job, whose environments are kept
       --only    only sites and faults whose line holds TEXT      --list  print sites and faults, and run nothing
Exit status 1 where a fault was not survived, or a site of the sources is reached by no workload and not listed in
unreached.txt.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import queue
import random
import re
import shutil
import subprocess
import sys
import time

import sites

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = ROOT / "tests/cases"
RANKS = {"GO": 0, "GO-WITH-CONDITIONS": 1, "NO-GO": 2, "INCONCLUSIVE": 2}  # the last is no answer, and never wrong
# A fault that nobody may notice: a call that a signal broke off is made again, what was moved in part is moved on.
HARMLESS = {"EINTR", "short"}
SELF = {"power-cut"}  # the program ends there
# Calls before which the power is cut. What lies between two of them changes nothing outside the program, so that a cut
# there leaves what a cut at the next of them leaves; and what a cut takes includes what a kill takes.
CHANGES = {"open", "write", "pwrite", "copy_file_range", "share_extents", "ftruncate", "fallocate", "fsync", "syncfs",
           "rename", "unlink", "rmdir", "mkdir", "mkdtemp", "mknod", "chmod", "chown", "lchown", "lsetxattr", "mount",
           "umount2", "fork", "kill", "remove", "remove_all", "copy_symlink", "spawn", "sql.statement"}
TOGETHER = 8  # faults, before the same is done again without one
PATIENCE = 180  # seconds; a run that a fault makes wait longer has hung


class Place:
    """A state directory with what runs in it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.state, self.out = folder / "state", folder / "out"
        self.plan, self.hits = folder / "plan", folder / "hits"

    def rehearse(self, *words, plan=None):
        environment = dict(os.environ)
        environment.pop("REHEARSAL_FAULTS", None)
        if plan is not None:
            self.hits.unlink(missing_ok=True)
            self.plan.write_text(plan + f"\nhit {self.hits}\n")
            environment["REHEARSAL_FAULTS"] = str(self.plan)
        command = [self.program, *map(str, words), "--state", self.state]
        try:
            return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  errors="replace", timeout=PATIENCE)
        except subprocess.TimeoutExpired as late:
            subprocess.run(["pkill", "-KILL", "-f", str(self.state)], check=False)
            return subprocess.CompletedProcess(command, 999, "", f"hung for {PATIENCE} s\n{late.stderr}")


class Workload:
    """What is run. `words`: of the command; `before`: commands that make it ready, with a plan of faults or none;
    `forget`: what of the state directory goes first; `answers`: it leaves a report."""

    def __init__(self, name, words, before=(), answers=True, forget=()):
        self.name, self.words, self.before, self.answers, self.forget = name, words, before, answers, forget

    def make_ready(self, place):
        shutil.rmtree(place.out, ignore_errors=True)
        for pattern in self.forget:
            for path in place.state.glob(pattern):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        for words, plan in self.before:
            place.rehearse(*words(place), plan=plan)

    def run(self, place, plan=None):
        return place.rehearse(*self.words(place), plan=plan)


CLOUD = HERE / "cloud/scenario.toml"
REAL = CASES / "placement-redundant-index-already-dropped/scenario.toml"
DUMP = CASES / "placement-redundant-index-already-dropped/dump.sql.gz"
ENGINE = ("--engine", "process")


def workloads():
    """The quickest first: a site is struck in the first that reaches it."""
    def run(scenario, *more):
        return lambda place: ["run", scenario, "--out", place.out, *more]

    def plain(*words):
        return lambda place: list(words)

    add = lambda *more: plain("snapshot", "add", DUMP, *ENGINE, *more)
    rm = plain("snapshot", "prune", "--keep", "0", *ENGINE)
    cloud = run(CLOUD, *ENGINE, "--no-twin")
    broken_off = (cloud, "harness/lane/lane_memory.cc write_file>rename 2 die")
    found = [
        Workload("restore", add("--verify", "content"), before=[(rm, None)], answers=False),
        Workload("redump", add("--verify", "redump"), before=[(rm, None)], answers=False),
        Workload("prune", rm, before=[(add(), None)], answers=False),
        Workload("list", plain("list"), answers=False),
        Workload("report", plain("report", "last"), answers=False),
        Workload("clean", plain("clean"), before=[broken_off], answers=False),
        Workload("doctor", plain("doctor"), answers=False),
        Workload("run", cloud),
        Workload("resume", plain("resume", "last"), before=[broken_off]),
        Workload("drill", run(CLOUD, *ENGINE, "--no-twin", "--kill-drill", "keystone:2024.1:migrate")),
        Workload("real", run(REAL, *ENGINE, "--no-twin")),
        Workload("twin", run(REAL, *ENGINE), forget=["twins"]),
    ]
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:
        found.append(Workload("docker", run(CLOUD, "--engine", "docker", "--no-twin")))
    return found


def answer_of(place):
    """Of the report: verdict, findings and steps, without what differs from run to run."""
    try:
        report = json.loads((place.out / "report.json").read_text())
    except (OSError, ValueError):
        return None
    findings = sorted((f.get("code", ""), f.get("severity", ""), f.get("table", ""), f.get("row_count") or 0)
                      for f in report.get("findings", []) if f.get("code") not in ("step-slow",))
    steps = [(s["id"], s["status"]) for s in report.get("steps", [])]
    return {"verdict": report["verdict"], "findings": findings, "steps": steps}


def details_of(out):
    """What its findings of no step say, for whoever looks into a difference."""
    try:
        report = json.loads((out / "report.json").read_text())
    except (OSError, ValueError):
        return []
    return [(f["code"], f.get("title"), f.get("detail")) for f in report["findings"] if not f.get("step")]


def leftovers(place):
    """What `rehearse clean` should have taken: processes, mounts, folders of runs that have no report."""
    left = []
    state = str(place.state)
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        point = line.split()[1]
        if point.startswith(state + "/"):
            left.append("mount " + point)
    for store in ("store/runs", "store.d/runs"):
        left += [str(p) for p in (place.state / store).glob("*")]
    left += [str(p) for p in (place.state / "runs").glob("*") if not (p / "report.json").exists()]
    left += [str(p) for p in place.state.glob("*/goldens/*.staging")]
    left += [str(p) for p in place.state.rglob("*.part") if "environments" not in p.parts]
    runs = {p.name for p in (place.state / "runs").glob("*")}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            mark = re.search(rb"REHEARSAL_RUN=([^\0]+)", (process / "environ").read_bytes())
        except OSError:
            continue
        if mark and mark.group(1).decode() in runs:
            left.append(f"process {process.name}")
    left += [f"/tmp/rehearsal-{run}" for run in runs if pathlib.Path(f"/tmp/rehearsal-{run}").exists()]
    return left


def check(workload, place, fault, good):
    """What is wrong after one fault; empty: nothing."""
    problems = []
    kind = fault.split()[-1]
    workload.make_ready(place)
    done = workload.run(place, fault)
    struck = place.hits.exists()
    if not struck:
        return None
    said = done.stderr + done.stdout
    same = done.returncode == good["status"]
    if done.returncode == 999 or (done.returncode < 0 and kind not in SELF):
        problems.append(f"ended with {done.returncode}: {said[-400:]}")
    if "terminate called" in said or "std::" in done.stderr:
        problems.append("an exception came through: " + said[-400:])
    if kind in HARMLESS and not same:
        problems.append(f"a fault that nobody may notice: exit status {done.returncode}: {said[-400:]}")
    if not same and kind not in SELF and not problems and not done.stderr.strip():
        problems.append(f"exit status {done.returncode} without a word")
    if workload.answers:
        answer = answer_of(place)
        if answer and RANKS[answer["verdict"]] < RANKS[good["answer"]["verdict"]]:
            problems.append(f"a better answer: {answer['verdict']} instead of {good['answer']['verdict']}")
        elif answer and same and not set(good["answer"]["findings"]) <= set(answer["findings"]):
            problems.append(f"findings are missing: {set(good['answer']['findings']) - set(answer['findings'])}")
    cleaned = place.rehearse("clean")
    if cleaned.returncode != 0:
        problems.append("clean: " + (cleaned.stdout + cleaned.stderr)[-400:])
    left = leftovers(place)
    if left:
        problems.append("left after clean: " + ", ".join(left[:5]))
        subprocess.run(["pkill", "-KILL", "-f", str(place.state)], check=False)
    for run in sorted((place.state / "runs").glob("*"))[1:]:
        shutil.rmtree(run)  # finished ones, of which `clean` leaves all
    return problems


def again(workload, place, good):
    """What is wrong when the same is done once more without a fault; empty: nothing."""
    workload.make_ready(place)
    done = workload.run(place)
    if done.returncode != good["status"]:
        return f"again: exit status {done.returncode}: {(done.stdout + done.stderr)[-400:]}"
    if workload.answers and answer_of(place) != good["answer"]:
        return f"again: another answer: {answer_of(place)}"
    return ""


def strike(workload, faults, place, good):
    """[(fault, problems or None where it did not strike)]. The same again is done after several faults; where that
    goes wrong, after each."""
    results = {fault: check(workload, place, fault, good) for fault in faults}
    wrong = again(workload, place, good)
    if wrong and len(faults) > 1:
        return [result for fault in faults for result in strike(workload, [fault], place, good)]
    if wrong:
        results[faults[0]] = (results[faults[0]] or []) + [wrong]
    return list(results.items())


def make_place(program, folder):
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(program, folder)
    ready = place.rehearse("prepare", REAL, *ENGINE)
    if ready.returncode != 0:
        sys.exit(f"prepare: {ready.stdout}{ready.stderr}")
    return place


def record(place, workload):
    """(what it answers without a fault, [(place, call, leaf)] of the sites that it reaches)."""
    reached = place.folder / "reached"
    reached.unlink(missing_ok=True)
    workload.make_ready(place)
    workload.run(place)  # what only the first run of all has to make is there from now on
    workload.make_ready(place)
    done = workload.run(place, f"record {reached}")
    found = [tuple(line.split()) for line in reached.read_text().splitlines()] if reached.exists() else []
    return {"status": done.returncode, "answer": answer_of(place) if workload.answers else None}, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("state", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1, help="of the order")
    parser.add_argument("--list", action="store_true")
    words = parser.parse_args()
    errors = dict(sites.call_names())
    places = queue.Queue()
    for number in range(words.jobs):
        places.put(make_place(words.program, words.state / str(number)))
    first = places.queue[0]
    good, tasks, reached = {}, [], set()
    begun = time.monotonic()
    for workload in workloads():
        good[workload.name], found = record(first, workload)
        new = [site for site in found if site[:2] not in reached]
        for where, call, leaf in found:
            reached.add((where, call))
            reached.add((leaf, call.rpartition(">")[2]))
        for where, call, _ in new:
            leaf = call.rpartition(">")[2]
            for fault in [*errors.get(leaf, []), *(["power-cut"] if leaf in CHANGES else [])]:
                line = f"{where} {call} 1 {fault}"
                if words.only in line and (workload, line) not in tasks:
                    tasks.append((workload, line))
        print(f"{workload.name}: exit status {good[workload.name]['status']}, {len(found)} sites, {len(new)} of them new")
    if words.list:
        print("\n".join(f"{workload.name}: {line}" for workload, line in tasks))
        return 0
    known = {line.split("#")[0].strip() for line in (HERE / "unreached.txt").read_text().splitlines()}
    by_door = {(where, call.partition(">")[0] + ">*") if ">" in call else (where, call) for where, call in reached}
    unreached = [f"{file}:{line} {call}" for file, line, call in sites.all_sites(ROOT)
                 if (f"{file}:{line}", call) not in by_door and f"{file} {call}" not in known]

    bad, passed, lost = [], collections.Counter(), 0

    def strike_batch(batch):
        workload, lines = batch
        place = places.get()
        try:
            return workload, strike(workload, lines, place, good[workload.name])
        finally:
            places.put(place)

    batches = []
    for workload in {id(w): w for w, _ in tasks}.values():
        lines = [line for one, line in tasks if one is workload]
        batches += [(workload, lines[at:at + TOGETHER]) for at in range(0, len(lines), TOGETHER)]
    random.Random(words.seed).shuffle(batches)
    number = 0
    with concurrent.futures.ThreadPoolExecutor(words.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(strike_batch, batch) for batch in batches]):
            workload, results = done.result()
            for line, problems in results:
                if problems is None:
                    lost += 1
                elif problems:
                    bad.append((workload.name, line, problems))
                    print(f"BAD  {workload.name}: {line}\n     " + "\n     ".join(problems), flush=True)
                else:
                    passed[line.split()[-1]] += 1
            number += len(results)
            print(f"{number} of {len(tasks)}, {len(bad)} bad, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"\n{len(tasks)} faults at {len({tuple(l.split()[:2]) for _, l in tasks})} sites: {sum(passed.values())} "
          f"survived, {len(bad)} not, {lost} did not strike again")
    print("survived by fault: " + ", ".join(f"{fault} {count}" for fault, count in sorted(passed.items())))
    for site in unreached:
        print("no workload reaches " + site)
    return 1 if bad or unreached else 0


if __name__ == "__main__":
    sys.exit(main())
