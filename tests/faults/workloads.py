"""What faults and the soak run, where, and what it answers and leaves."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import clouds

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = ROOT / "tests/cases"
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
    `forget`: what of the state directory goes first; `answers`: it leaves a report, of a NO-GO if no `status` is given."""

    def __init__(self, name, words, before=(), answers=True, forget=(), status=None):
        self.name, self.words, self.before, self.answers, self.forget = name, words, before, answers, forget
        self.status = status if status is not None else 1 if answers else 0

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
# Of the clouds that stop (clouds.py) and of the cases: those that reach what no other does.
STOPS = ("duplicate", "charset", "table exists", "lost", "revision", "column exists", "null", "trigger")
STORIES = ("keystone-wrapper-transaction-lock-wait", "keystone-stamped-column-missing", "cinder-service-without-uuid",
           "cinder-quota-trigger-unknown-column")

# A directory as mydumper 0.10 writes it.
MYDUMPER = {
    "metadata": "Started dump at: 2026-11-26 11:59:54\nFinished dump at: 2026-11-26 11:59:58\n",
    "shop-schema-create.sql": "CREATE DATABASE `shop`;\n",
    "shop.orders-schema.sql": "CREATE TABLE `orders` (\n  `id` int(11) NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n",
    "shop.orders.sql": "INSERT INTO `orders` VALUES\n(1),\n(2);\n",
}

# A physical backup of the dump in $1, made in $2.
BACK_UP = """
set -e; mkdir -p "$2"; cd "$2"
mariadb-install-db --no-defaults --user=root --datadir="$2/data" --auth-root-authentication-method=normal
mariadbd --no-defaults --user=root --datadir="$2/data" --socket="$2/socket" --skip-networking & server=$!
until mariadb-admin --no-defaults -u root -S "$2/socket" ping; do sleep 0.2; done
gzip -dc "$1" | mariadb --no-defaults -u root -S "$2/socket"
mariadb-backup --no-defaults --backup -u root -S "$2/socket" --target-dir="$2/backup"
kill $server; wait $server
"""


def mydumper(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in MYDUMPER.items():
        (folder / name).write_text("/*!40101 SET NAMES binary*/;\n" * name.endswith(".sql") + text)
    return folder


def physical_backup(folder):
    if not (folder / "backup/xtrabackup_info").exists() and not (folder / "backup/mariadb_backup_info").exists():
        shutil.rmtree(folder, ignore_errors=True)
        made = subprocess.run(["bash", "-c", BACK_UP, "bash", str(DUMP), str(folder)], capture_output=True, text=True,
                              check=False)
        if made.returncode != 0:
            sys.exit(f"no physical backup: {made.stderr[-1000:]}")
    return folder / "backup"


def workloads(folder):
    """The quickest first: a site is struck in the first that reaches it. `folder` is for what they are made of."""
    def run(scenario, *more):
        return lambda place: ["run", scenario, "--out", place.out, *more]

    def plain(*words):
        return lambda place: list(words)

    def add(dump, *more):
        return plain("snapshot", "add", dump, *ENGINE, *more)

    rm = plain("snapshot", "prune", "--keep", "0", *ENGINE)
    cloud = run(CLOUD, *ENGINE, "--no-twin")
    broken_off = (cloud, "harness/lane/lane_memory.cc write_file>rename 2 die")
    found = [
        Workload("run", cloud),
        Workload("list", plain("list"), answers=False),
        Workload("report", plain("report", "last"), answers=False),
        Workload("goldens", plain("snapshot", "list"), answers=False),
        Workload("inspect", plain("inspect", DUMP), answers=False),
        Workload("plan", plain("plan", CLOUD), answers=False),
        Workload("doctor", plain("doctor"), answers=False),
        Workload("foresight", plain("inspect", "--path", CLOUD, *ENGINE), answers=False),
        Workload("clean", plain("clean"), before=[broken_off], answers=False),
        Workload("restore", add(DUMP, "--verify", "content"), before=[(rm, None)], answers=False),
        Workload("redump", add(DUMP, "--verify", "redump"), before=[(rm, None)], answers=False),
        Workload("prune", rm, before=[(add(DUMP), None)], answers=False),
        Workload("physical", add(physical_backup(folder / "physical")), before=[(rm, None)], answers=False),
        Workload("mydumper", add(mydumper(folder / "mydumper")), before=[(rm, None)], answers=False),
        Workload("resume", plain("resume", "last"), before=[broken_off]),
        Workload("shell", plain("shell", "last", "--at", "placement:2024.1:sync", *ENGINE), before=[(cloud, None)],
                 answers=False),
        Workload("drill", run(CLOUD, *ENGINE, "--no-twin", "--kill-drill", "keystone:2024.1:migrate")),
        *[Workload(name, run(clouds.make(folder / "clouds", name), *ENGINE, "--no-twin")) for name in STOPS],
        Workload("real", run(REAL, *ENGINE, "--no-twin")),
        Workload("twin", run(REAL, *ENGINE), forget=["twins"]),
        Workload("prepare", plain("prepare", REAL, *ENGINE), answers=False, forget=["environments/placement-10*"]),
        *[Workload(name, run(CASES / name / "scenario.toml", *ENGINE, "--no-twin")) for name in STORIES],
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
    left += [str(p) for part in place.state.iterdir() if part.is_dir() and part.name not in ("environments", "store")
             for p in part.rglob("*.part")]
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


def make_place(program, folder):
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(program, folder)
    ready = place.rehearse("prepare", REAL, *ENGINE)
    if ready.returncode != 0:
        sys.exit(f"prepare: {ready.stdout}{ready.stderr}")
    return place
