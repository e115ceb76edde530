#!/usr/bin/env python3
"""Makes reports/vocabulary.txt: the words that programs say of their own, so that masking can show them.

usage: make_vocabulary.py ERRMSG FOLDER...  >reports/vocabulary.txt

ERRMSG is the server's english/errmsg.sys. Each FOLDER is the site-packages of an environment with a release's real
code. A word is kept where several files have it, in a string or a name: a short one in more of them than a long one.
Tests are left out, for they hold what production holds, and so are libraries that say nothing of their own.
"""
import ast
import collections
import pathlib
import re
import sys

PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
LEFT_OUT = {"tests", "test", "testing", "locale", "functional", "tempest", "examples"}
LIBRARIES = re.compile(
    r"oslo_.*|sqlalchemy|alembic|pymysql|migrate|keystoneauth1|keystonemiddleware|taskflow|tooz|stevedore|futurist|"
    r"osprofiler|webob|paste|routes|castellan|os_.*|openstack|jsonschema|eventlet|novaclient|cinderclient|glance_store|"
    r"neutron_lib|ovsdbapp|sushy|automaton|pycadf|dogpile|kombu|amqp"
)
# Of a word with so many letters: in how many files it must be.
LEAST_FILES = {2: 120, 3: 25, 4: 6, 5: 4}


def parts_of(text):
    return {part.lower() for part in PART.findall(text)}


def words_of_code(file):
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return set()
    words = parts_of(file.stem)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 4000:
            words |= parts_of(node.value)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            words |= parts_of(node.name)
        elif isinstance(node, ast.Attribute):
            words |= parts_of(node.attr)
        elif isinstance(node, ast.Name):
            words |= parts_of(node.id)
        elif isinstance(node, ast.keyword) and node.arg:
            words |= parts_of(node.arg)
    return words


def files_of(folder):
    """Of the services that were installed, and of the libraries whose words they print."""
    for package in sorted(pathlib.Path(folder).iterdir()):
        asked = any(file.exists() for file in (package / "cmd", package / "db", package / "version.py"))
        if package.is_dir() and (LIBRARIES.fullmatch(package.name) or asked):
            yield from (file for file in package.rglob("*.py") if not LEFT_OUT & set(file.relative_to(folder).parts[:-1]))


def main():
    counts = collections.Counter()
    seen = set()
    for folder in sys.argv[2:]:
        for file in files_of(folder):
            key = (file.relative_to(folder), file.stat().st_size)
            if key not in seen and not file.stem.startswith("test_"):
                seen.add(key)
                counts.update(words_of_code(file))
    server = parts_of(pathlib.Path(sys.argv[1]).read_bytes().decode("latin-1"))
    kept = {word for word, count in counts.items() if count >= LEAST_FILES.get(len(word), 2)}
    kept |= {word for word in server if len(word) > 3 or counts[word] >= 3}
    for word in sorted(word for word in kept if 2 <= len(word) <= 24):
        print(word)


main()
