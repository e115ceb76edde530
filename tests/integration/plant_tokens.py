#!/usr/bin/env python3
"""Plants tokens in a dump, wherever production holds something of its own.

usage: plant_tokens.py IN.sql.gz OUT.sql

Every text value of a row that is no surrogate key, date or revision becomes a token, the same for the same value, and so
do texts within JSON; tables and text columns get comments, definers and the head's host become tokens. A token begins
with zqx, which no program says. Prints how many were planted.
"""
import gzip
import re
import sys

KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+(\.\d+)*|\d{4}-\d\d-\d\d.*|", re.I)
TEXT = re.compile(r"^(?:var)?char\((\d+)\)|^(tiny|medium|long)?text", re.I)
LEFT = re.compile(r"alembic_version|migrate_version|traits|resource_classes|cell_mappings|.*\.version_num$|.*_interface$|"
                  r".*\.(type|state|status|vm_state|task_state|power_state|binary|topic|virt_type|protocol|direction|ethertype|"
                  r"agent_type|network_type|policy|hash|secret|blob|version|driver|resource|resource_name|table_name|action|mode|"
                  r"ip_version|access_mode|source_type|destination_type|hypervisor_type|service_type|interface)$")
tokens = {}
planted = 0


def token_for(value, limit):
    global planted
    planted += 1
    if value not in tokens:
        number, word = len(tokens) + 1, ""
        while number:
            number, digit = divmod(number, 20)
            word = "bcdfghjkmnpqrstvwxyz"[digit] + word
        tokens[value] = "zqx" + word.rjust(5, "v")
    token = tokens[value]
    return token if len(token) <= limit else value


def planted_value(value, limit):
    bare = value.replace("\\\"", "\"")
    if bare[:1] in "{[" and bare[:1]:
        return re.sub(r'(?<=: \\")([^"\\]{3,})(?=\\")', lambda m: m[1] if KEY.fullmatch(m[1]) else token_for(m[1], 64), value)
    return value if KEY.fullmatch(value) else token_for(value, limit)


def literals(line, columns, table):
    """The tuples of one INSERT with their text values planted."""
    out, place, depth, i = [], 0, 0, 0
    while i < len(line):
        c = line[i]
        if c == "'":
            j = i + 1
            while line[j] != "'" or line[j + 1:j + 2] == "'":
                j += 2 if line[j] == "\\" or line[j] == "'" else 1
            value = line[i + 1:j]
            name, limit = columns[place] if depth and place < len(columns) else ("", 0)
            if limit and not LEFT.fullmatch(table) and not LEFT.fullmatch(table + "." + name):
                value = planted_value(value, limit)
            out.append("'" + value + "'")
            i = j + 1
            continue
        depth += (c == "(") - (c == ")")
        place = 0 if c == "(" and depth == 1 else place + (c == "," and depth == 1)
        out.append(c)
        i += 1
    return "".join(out)


def main():
    global planted
    columns, table, inside = {}, "", False
    with gzip.open(sys.argv[1], "rt", errors="surrogateescape", newline="") as source, \
            open(sys.argv[2], "w", errors="surrogateescape", newline="") as target:
        for line in source:
            if made := re.match(r"CREATE TABLE `(\w+)`", line):
                table, inside, columns[made[1]] = made[1], True, []
            elif inside and (column := re.match(r"  `(\w+)` (\S+)", line)):
                kind = TEXT.match(column[2])
                limit = int(kind[1]) if kind and kind[1] else 255 if kind else 0
                columns[table].append((column[1], limit))
                if limit and " COMMENT " not in line and " GENERATED " not in line and " AS (" not in line:
                    line = re.sub(r"(,?)(\r?\n)$", r" COMMENT '%s'\1\2" % token_for("comment of " + table + column[1], 99), line)
            elif inside and line.startswith(")"):
                inside = False
                if " COMMENT=" not in line:
                    line = line.replace(";", " COMMENT='%s';" % token_for("comment of " + table, 99))
            elif insert := re.match(r"INSERT INTO `(\w+)`(?: \(([^)]*)\))? VALUES", line):
                table = insert[1]
                known = dict(columns.get(table, []))
                order = [(n, known.get(n, 0)) for n in re.findall(r"`(\w+)`", insert[2])] if insert[2] else columns.get(table, [])
                line = line[:insert.end()] + literals(line[insert.end():], order, table)
                current = order
            elif line.startswith("(") and not inside:
                line = literals(line, current, table)
            elif line.startswith("-- Host: "):
                line = "-- Host: %s    Database: \n" % token_for("host", 99)
            line = re.sub(r"DEFINER=`(\w+)`@`([^`]+)`",
                          lambda m: "DEFINER=`%s`@`%s`" % (token_for(m[1], 99), token_for(m[2], 99)), line)
            target.write(line)
    print(planted)


main()
