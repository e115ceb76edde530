#!/usr/bin/env python3
"""Runs the program with each call of the operating system failing in each way, on real servers, and looks each time:
did it say so, is nothing half kept, is nothing left after `rehearse clean`, is the same run again right, and was the
answer never better than without the fault?

usage: faults.py REHEARSE STATE [--jobs N] [--only TEXT] [--seed N] [--list] [--continue]
       REHEARSE  the program; STATE  a folder for state directories, one a job, whose environments are kept
       --only    only sites and faults whose line holds TEXT      --list  print sites and faults, and run nothing
       --continue  leave out what survived before this was broken off (of the same program)
Exit status 1 where a fault was not survived, or a site of the sources is reached by no workload and not listed in
unreached.txt.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import pathlib
import queue
import random
import shutil
import subprocess
import sys
import time

import leaves
import sites
from workloads import ROOT, answer_of, leftovers, make_place, workloads

HERE = pathlib.Path(__file__).resolve().parent
RANKS = {"GO": 0, "GO-WITH-CONDITIONS": 1, "NO-GO": 2, "INCONCLUSIVE": 2}  # the last is no answer, and never wrong
# A fault that nobody may notice: a call that a signal broke off is made again, what was moved in part is moved on.
HARMLESS = {"EINTR", "short"}
SELF = {"power-cut"}  # the program ends there
# Calls before which the power is cut. What lies between two of them changes nothing outside the program, so that a cut
# there leaves what a cut at the next of them leaves; and what a cut takes includes what a kill takes.
CHANGES = {"open", "write", "pwrite", "copy_file_range", "share_extents", "ftruncate", "fallocate", "fsync", "syncfs",
           "rename", "unlink", "rmdir", "mkdir", "mkdtemp", "mknod", "chmod", "chown", "lchown", "lsetxattr", "mount",
           "umount2", "fork", "kill", "remove", "remove_all", "copy_symlink", "spawn", "sql.statement"}
TOGETHER = 12  # faults, before the same is done again without one


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


def choose(found, errors, turns):
    """The faults that strike what was found, as lines of a plan. A call of its own fails in each way. A door answers with
    the same Error whichever way the call beneath it fails, and makes calls again that were broken off (faults.leaves
    proves both): the first that goes through it sees each way, every other each call beneath it fail in one, in turn,
    and a cut at the last of those that change something."""
    by_door, lines = {}, []
    for where, call, _ in found:
        door, _, leaf = call.rpartition(">")
        if door and leaf in CHANGES:
            by_door[where, door] = call
    for where, call in dict.fromkeys(site[:2] for site in found):
        door, _, leaf = call.rpartition(">")
        ways = errors.get(leaf, [])
        if door and turns[call]:
            ways = [way for way in ways if way not in HARMLESS]
            ways = ways[turns[call] % len(ways):][:1] if ways else []
        turns[call] += 1
        if leaf in CHANGES and (not door or by_door[where, door] == call):
            ways = [*ways, "power-cut"]
        lines += [f"{where} {call} 1 {way}" for way in ways]
    return lines


def record(place, workload):
    """(what it answers without a fault, [(place, call, leaf)] of the sites that it reaches)."""
    reached = place.folder / "reached"
    reached.unlink(missing_ok=True)
    workload.make_ready(place)
    workload.run(place)  # what only the first run of all has to make is there from now on
    workload.make_ready(place)
    done = workload.run(place, f"record {reached}")
    if done.returncode != workload.status:
        sys.exit(f"{workload.name}: exit status {done.returncode} without a fault: {done.stdout}{done.stderr}")
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
    parser.add_argument("--continue", action="store_true", dest="goes_on")
    words = parser.parse_args()
    errors = dict(sites.call_names())
    places = queue.Queue()
    for number in range(words.jobs):
        places.put(make_place(words.program, words.state / str(number)))
    first = places.queue[0]
    good, tasks, reached, turns = {}, [], set(), collections.Counter()
    begun = time.monotonic()
    for workload in workloads(words.state):
        good[workload.name], found = record(first, workload)
        new = [site for site in found if site[:2] not in reached]
        for where, call, leaf in found:
            reached.add((where, call))
            reached.add((leaf, call.rpartition(">")[2]))
        tasks += [(workload, line) for line in choose(new, errors, turns) if words.only in line]
        print(f"{workload.name}: exit status {good[workload.name]['status']}, {len(found)} sites, {len(new)} of them new")
    if words.list:
        print("\n".join(f"{workload.name}: {line}" for workload, line in tasks))
        return 0
    known = [line.split()[:2] for line in (HERE / "unreached.txt").read_text().splitlines() if not line.startswith("#")]
    by_door = {(where, call.partition(">")[0] + ">*") if ">" in call else (where, call) for where, call in reached}
    unreached = [f"{file}:{line} {call}" for file, line, call in sites.all_sites(ROOT)
                 if (f"{file}:{line}", call) not in by_door and file not in leaves.LEAVES
                 and not any(fnmatch.fnmatch(file, of) and fnmatch.fnmatch(call, made) for of, made in known)]

    for site in unreached:
        print("no workload reaches " + site)
    bad, passed, lost = [], collections.Counter(), 0

    def strike_batch(batch):
        workload, lines = batch
        place = places.get()
        try:
            return workload, strike(workload, lines, place, good[workload.name])
        finally:
            places.put(place)

    survived = words.state / "survived"
    if not words.goes_on:
        survived.unlink(missing_ok=True)
    before = set(survived.read_text().splitlines()) if survived.exists() else set()
    left = [(workload, line) for workload, line in tasks if f"{workload.name}: {line}" not in before]
    passed.update(line.split()[-1] for workload, line in tasks if f"{workload.name}: {line}" in before)
    batches = []
    for workload in {id(w): w for w, _ in left}.values():
        lines = [line for one, line in left if one is workload]
        batches += [(workload, lines[at:at + TOGETHER]) for at in range(0, len(lines), TOGETHER)]
    random.Random(words.seed).shuffle(batches)
    number = len(tasks) - len(left)
    with concurrent.futures.ThreadPoolExecutor(words.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(strike_batch, batch) for batch in batches]):
            workload, results = done.result()
            for line, problems in results:
                if problems is None:
                    lost += 1
                    print(f"did not strike again: {workload.name}: {line}", flush=True)
                elif problems:
                    bad.append((workload.name, line, problems))
                    print(f"BAD  {workload.name}: {line}\n     " + "\n     ".join(problems), flush=True)
                else:
                    passed[line.split()[-1]] += 1
                    with survived.open("a") as file:
                        file.write(f"{workload.name}: {line}\n")
            number += len(results)
            print(f"{number} of {len(tasks)}, {len(bad)} bad, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"\n{len(tasks)} faults at {len({tuple(l.split()[:2]) for _, l in tasks})} sites: {sum(passed.values())} "
          f"survived, {len(bad)} not, {lost} did not strike again")
    print("survived by fault: " + ", ".join(f"{fault} {count}" for fault, count in sorted(passed.items())))
    print(f"{len(unreached)} sites that no workload reaches")
    return 1 if bad or unreached else 0


if __name__ == "__main__":
    sys.exit(main())
