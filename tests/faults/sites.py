#!/usr/bin/env python3
"""The sites at which the sources call the operating system, as base/os tells them.

usage: sites.py [FOLDER] [--errors]    one site a line: PLACE CALL, the place being FILE:LINE and a door "DOOR>*"
                                       --errors: with each fault of errors.txt that can strike there
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOMS = ("base", "snapshots", "scenarios", "reports", "harness")
# Functions that make calls in their caller's name, and the calls of base/os that are not named as they are written.
DOORS = ("read_file", "read_end", "read_tail", "write_file", "append_file", "is_there", "is_folder", "entries_of",
         "tree_of", "rename_durably", "make_private_dir", "make_unique_dir", "remove_tree", "free_bytes", "tree_bytes",
         "FileLock::wait", "FileLock::try_lock", "run_process", "run_checked", "Child::start")
DOORS_HOME = ("base/files.cc", "base/process.cc")
OWN = {"utc_now": "clock.wall", "utc_stamp": "clock.wall", "open_file": "open", "write_all": "write",
       "Sql::connect": "sql.connect", "Sql::connect_with_files": "sql.connect"}
METHODS = {"execute": "sql.statement", "query": "sql.statement", "value": "sql.statement",
           "for_each_row": "sql.statement", "execute_aside": "sql.statement", "seconds": "clock.steady"}
SQL = r"sql|sql_|admin_|own|own_|root|lookup|watching_|made|sql\(\)"  # what connections are called
# Where a macro begins is where the compiler sees what stands in it.
MACRO = re.compile(r"\bREHEARSAL_TRY(?:_SET)?\(")


def closing(text, at):
    """Behind the bracket that closes the one at `at`."""
    depth, quote = 0, ""
    while at < len(text):
        c = text[at]
        if quote:
            at += c == "\\"
            quote = "" if c == quote else quote
        elif c in "\"'" and not (c == "'" and text[at - 1].isdigit()):
            quote = c
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return at


def call_names():
    for line in (HERE / "errors.txt").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            name, *errors = line.split()
            yield name, [e for e in errors if e != "-"]


def sites_of(file, text, errors):
    """(line, call) of each site of a source file."""
    text = re.sub(r"//[^\n]*", lambda m: " " * len(m.group(0)), text)
    begins = {}
    for macro in MACRO.finditer(text):
        for at in range(macro.start(), closing(text, macro.end() - 1)):
            begins.setdefault(at, macro.start())
    patterns = [(r"(?<![\w:.>])(%s)\((?!const |std::)" % "|".join(map(re.escape, DOORS)), lambda n: n + ">*"),
                (r"\bos::(\w+)\(", lambda n: {"wall_time": "clock.wall", "steady_time": "clock.steady",
                                              "entries": "open_folder"}.get(n, n)),
                (r"(?<![\w:.>])(%s)\((?!const |std::|int |os::)" % "|".join(OWN), OWN.get),
                (r"(?:\.|->)(seconds)\(\)", METHODS.get),
                (r"\b(?:%s)(?:\.|->)(%s)\((?!\))" % (SQL, "|".join(METHODS)), METHODS.get)]
    for pattern, name in patterns:
        for found in re.finditer(pattern, text):
            call = name(found.group(1))
            if call.endswith(">*") and file in DOORS_HOME:
                continue  # behind another door, which counts
            if call.endswith(">*") or call in errors:
                begin = begins.get(found.start(), found.start())
                yield text.count("\n", 0, begin) + 1, call


def all_sites(root):
    errors = dict(call_names())
    found = set()
    for room in ROOMS:
        for file in sorted((root / room).rglob("*")):
            name = str(file.relative_to(root))
            if file.suffix == ".cc" and not name.startswith("base/os/"):
                for line, call in sites_of(name, file.read_text(encoding="utf-8"), errors):
                    found.add((name, line, call))
    return sorted(found)


def main():
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    root = pathlib.Path(words[0] if words else HERE.parent.parent)
    errors = dict(call_names())
    for file, line, call in all_sites(root):
        if "--errors" in sys.argv:
            for error in errors.get(call, []):
                print(f"{file}:{line} {call} {error}")
        else:
            print(f"{file}:{line} {call}")


if __name__ == "__main__":
    main()
