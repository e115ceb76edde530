#!/usr/bin/env python3
"""Holds the sources against the shape of the house: no circles, small files, small folders, no service's name in C++.

usage: check_structure.py [FOLDER]       the project's folder; exit status 1 and a line for each breach
       check_structure.py --self-test    a breach of each kind is made in a temporary folder and must be found
"""
import collections
import pathlib
import re
import sys
import tempfile

ROOMS = ("base", "snapshots", "scenarios", "reports", "harness")
QUOTE = re.compile(r"'(`|\\')'")  # a character of C++
TEXT = re.compile(r'"(\\.|[^"\\])*"')
MOST_LINES = 450
MOST_UNITS = 30  # in a folder; a .h and .cc of one stem are one unit
# Files that look for quotes in what is not SQL, outside of the rooms that read a dump.
READERS_OF_OTHER_TEXTS = {
    "harness/audit/row_code.cc": "Python", "harness/audit/shipped_migrations.cc": "Python",
    "harness/diagnosis/code_failure.cc": "exceptions", "harness/diagnosis/diagnose.cc": "the server's messages",
    "harness/step/name_rows.cc": "our own titles",
    "reports/error_text.cc": "messages of programs", "reports/finding_code.cc": "the server's messages",
    "reports/markup.cc": "HTML", "reports/markdown.cc": "Markdown", "reports/mask/mask.cc": "any text",
    "reports/mask/mask_sql.cc": "SQL that may be cut anywhere", "reports/mask/pseudonyms.cc": "definers of a dump",
    "harness/step/step_judge.cc": "the server's messages"}
# Calls of the operating system that a plan of faults must be able to reach stand in base/os.
RAW_CALL = re.compile(
    r"(?<![\w>:])::(open|close|read|pread|write|pwrite|copy_file_range|ftruncate|fallocate|fsync|syncfs|flock|pipe2|"
    r"memfd_create|mmap|rename|unlink|rmdir|mkdir|mkdtemp|mknod|chmod|chown|lchown|stat|lstat|fstat|statvfs|mount|"
    r"umount2|fork|waitpid|kill|socket|connect|poll|recv|lgetxattr|lsetxattr|llistxattr)\(|\bfstream\b|\b[io]fstream\b|"
    r"\b(?:fs|filesystem)::(?:exists|is_directory|is_regular_file|remove|remove_all|rename|copy\w*|create_\w+|resize_file|"
    r"directory_iterator|weakly_canonical|space)\(|(?:steady|system)_clock::now|std::time\(")
MAKE_RAW_CALLS = {
    "base/talk.cc": "what a terminal shows", "base/interrupt.cc": "signal handlers",
    "base/last_words.cc": "signal handlers", "harness/room/outside.cc": "listeners that a room must not reach",
    "harness/engines/environments.cc": "the age of a file"}
# What an unnamed namespace may define: a type, a constant, a function.
DEFINITIONS = [re.compile(p) for p in (
    r"(?:struct|class|enum class|using) (\w+)",
    r"(?:constexpr|const|thread_local)\b[^=({]*?(\w+)(?:\[\w*\])?\s*[={(;]",
    r"(?!static_assert)[\w:<>,&*\s\[\]]*?(\w+)\(")]
MOST_BY_POSITION = 3  # fields of a struct
MOST_IN_A_CIRCLE = 3  # units whose .cc files use each other's headers


def sources(root):
    for room in ROOMS:
        yield from sorted(p.relative_to(root) for p in (root / room).rglob("*") if p.suffix in (".h", ".cc"))


def includes(root, files):
    known = {str(f) for f in files}
    edges = {}
    for file in files:
        text = (root / file).read_text(encoding="utf-8")
        edges[str(file)] = {i for i in re.findall(r'^#include "([^"]+)"', text, re.M) if i in known}
    return edges


def circles(edges):
    """The strongly connected parts of more than one node (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while not part or part[-1] != node:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def merged(edges, key):
    result = collections.defaultdict(set)
    for source, targets in edges.items():
        result[key(source)] |= {key(target) for target in targets} - {key(source)}
    return result


def own_names(lines):
    """The names that a file defines in its unnamed namespaces."""
    inside = False
    for line in lines:
        if line.startswith("namespace {") or line.startswith("}  // namespace"):
            inside = line.startswith("namespace {")
        elif inside and line[:1].isalpha():
            found = next(filter(None, (definition.match(line) for definition in DEFINITIONS)), None)
            if found:
                yield found.group(1)


def parts_of(text, begin):
    """What stands between the commas of a list, from behind its brace to the one that closes it; [] for a block."""
    parts, depth, at, quote = [""], 0, begin, ""
    while at < len(text):
        c = text[at]
        if quote:
            if c == "\\":
                at += 1
            elif c == quote:
                quote = ""
        elif c in "\"'":
            quote = c
        elif c == ";":
            return []
        elif c in "({[":
            depth += 1
        elif c in ")}]":
            if depth == 0:
                break
            depth -= 1
        elif c == "," and depth == 0:
            parts.append("")
            at += 1
            continue
        parts[-1] += c
        at += 1
    return [part.strip() for part in parts if part.strip()]


def filled_by_position(text, structs):
    """(line, what) of structs that are given more values than anybody tells apart by their places."""
    text = re.sub(r"//[^\n]*", "", text)
    for found in re.finditer(r"\b(push_back|emplace_back)\(\s*\{|(?<!struct )\b([A-Z]\w+)(?: \w+)?\{", text):
        if found.group(1) or found.group(2) in structs:
            parts = parts_of(text, found.end())
            if len(parts) > MOST_BY_POSITION and not parts[0].startswith((".", '{"')):  # the second is JSON
                yield text.count("\n", 0, found.start()) + 1, found.group(2) or "a struct"


def breaches(root):
    files = list(sources(root))
    edges = includes(root, files)
    unit = lambda file: re.sub(r"\.(h|cc)$", "", file)
    folder = lambda file: file.rpartition("/")[0]
    for circle in circles(edges):
        yield "headers that include each other: " + ", ".join(circle)
    for circle in circles(merged(edges, folder)):
        between = merged(edges, folder)
        arrows = [f"{a} -> {b}" for a in circle for b in sorted(between[a]) if b in circle]
        yield "folders that include each other: " + ", ".join(arrows)
    for circle in circles(merged(edges, unit)):
        if len(circle) > MOST_IN_A_CIRCLE:
            yield f"{len(circle)} units that use each other (at most {MOST_IN_A_CIRCLE}): " + ", ".join(circle)
    for name, count in sorted(collections.Counter(folder(u) for u in {unit(str(f)) for f in files}).items()):
        if count > MOST_UNITS:
            yield f"{name} holds {count} units (at most {MOST_UNITS})"
    texts = {file: (root / file).read_text(encoding="utf-8") for file in files}
    structs = {name for text in texts.values() for name in re.findall(r"\bstruct (\w+)", text)}
    for file, text in texts.items():
        for line, what in filled_by_position(text, structs):
            yield f"{file}:{line} fills {what} by position: name the fields"
    named = collections.defaultdict(set)
    for file in files:
        # Those that are compiled for processors of their own are no part of a common unit.
        if file.suffix == ".cc" and not file.name.startswith("row_blocks"):
            for name in own_names(texts[file].split("\n")):
                named[str(file.parent), name].add(file.name)
    for (room, name), holders in sorted(named.items()):
        if len(holders) > 1:
            yield f"{room} has {name} in {', '.join(sorted(holders))}: files of a room are compiled together"
    services = {p.stem for p in (root / "scenarios/catalogue/services").glob("*.toml")}
    for file in files:
        lines = texts[file].split("\n")
        if len(lines) - 1 > MOST_LINES:
            yield f"{file} has {len(lines) - 1} lines (at most {MOST_LINES})"
        for number, line in enumerate(lines, 1):
            read_by_tokens = file.parts[0] in ("scenarios", "reports", "harness")
            if read_by_tokens and str(file) not in READERS_OF_OTHER_TEXTS and QUOTE.search(TEXT.sub("", line)):
                yield f"{file}:{number} looks for a quote: SQL is taken apart in base/sql alone"
            raw = file.parts[:2] != ("base", "os") and str(file) not in MAKE_RAW_CALLS and RAW_CALL.search(line)
            if raw:
                yield f"{file}:{number} calls {raw.group(0)}: no fault can be put there, base/os can"
            for word in services & set(re.findall(r"[a-z]+", line.lower())):
                yield f"{file}:{number} names {word}: what is known of a service stands in scenarios/catalogue"


def self_test():
    cases = {
        "headers that include each other": {"base/a.h": '#include "base/b.h"\n', "base/b.h": '#include "base/a.h"\n'},
        "folders that include each other": {"base/a.h": "", "base/b.cc": '#include "base/sql/c.h"\n',
                                            "base/sql/c.h": '#include "base/a.h"\n'},
        "units that use each other": {f"base/{u}.{e}": f'#include "base/{(u + 1) % 4}.h"\n' * (e == "cc")
                                      for u in range(4) for e in ("h", "cc")},
        "units (at most": {f"reports/{u}.h": "" for u in range(MOST_UNITS + 1)},
        "lines (at most": {"base/a.cc": "\n" * (MOST_LINES + 1)},
        "no fault can be put there": {"base/a.cc": "::fsync(fd);\n", "base/os/b.cc": "::fsync(fd);\nos::fsync(fd);\n"},
        "taken apart in base/sql": {"harness/cli/a.cc": "at = sql.find('`');\n", "base/sql/b.cc": "at = '`';\n",
                                    "reports/mask/mask_sql.cc": "at = '`';\n",
                                    "harness/audit/row_code.cc": "at = '\\'';\n"},
        "compiled together": {f"base/{f}.cc": "namespace {\nint " + n + "(int a) {\n  return a;\n}\n}  // namespace\n"
                              for f, n in (("a", "one"), ("b", "one"), ("c", "other"))},
        "fills Cart by position": {
            "base/a.cc": "struct Cart {\n  int a, b, c, d;\n};\nCart p{1, 2, 3, 4};\nCart q{1, 2, 3};\n"
                         "Cart r{.a = 1, .b = 2, .c = 3, .d = 4};\n"
                         'json.push_back({{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}});\n'},
        "fills a struct by position": {"base/a.cc": 'a.push_back({"a", f(1, 2), {3, 4}, 5});\na.push_back({1, 2});\n'},
        "names trove": {"harness/cli/a.cc": 'const char* const x = "trove";\n',
                        "scenarios/catalogue/services/trove.toml": ""},
    }
    failed = 0
    for breach, files in [*cases.items(), ("", {"base/a.h": "", "base/a.cc": '#include "base/a.h"\n'})]:
        with tempfile.TemporaryDirectory() as name:
            for path, text in files.items():
                (pathlib.Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
                (pathlib.Path(name) / path).write_text(text)
            found = list(breaches(pathlib.Path(name)))
        if (len(found) != 1 or breach not in found[0]) if breach else found:
            failed += 1
            print(f"wanted {breach or 'nothing'!r}, found {found}")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    root = pathlib.Path(sys.argv[1]) if sys.argv[1:] else pathlib.Path(__file__).resolve().parents[2]
    found = list(breaches(root))
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
