"""Writes rows as SQL text through the mariadb client.

Columns are checked against the real schema before anything is sent, and
tables are filled parents first, so the server's foreign keys prove that the
rows agree with one another.
"""

import datetime
import decimal
import json
import subprocess

BATCH_BYTES = 900_000
SESSION = ("SET NAMES utf8mb4; SET time_zone = '+00:00'; "
           "SET sql_mode = 'TRADITIONAL,NO_AUTO_VALUE_ON_ZERO';\n")


def literal(value):
    """A Python value as an SQL literal; dict and list become JSON text."""
    if value is None:
        return "NULL"
    if value is True or value is False:
        return "1" if value else "0"
    if isinstance(value, (int, float, decimal.Decimal)):
        return repr(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return "'%s'" % value
    if isinstance(value, (dict, list)):
        value = json.dumps(value)
    escaped = (value.replace("\\", "\\\\").replace("'", "\\'")
               .replace("\n", "\\n").replace("\r", "\\r"))
    return "'%s'" % escaped


class Client:
    """The mariadb command line client on one socket, as root."""

    def __init__(self, socket):
        self.command = ["mariadb", "--no-defaults", "--default-character-set=utf8mb4",
                        "-uroot", "-S", socket, "-N", "-B"]

    def run(self, sql):
        done = subprocess.run(self.command, input=sql.encode(), capture_output=True)
        if done.returncode:
            text = done.stderr.decode()
            raise SystemExit("SQL failed: %s\n%s" % (text[text.rfind("ERROR"):], sql[:200]))
        return done.stdout.decode()

    def rows(self, sql):
        return [line.split("\t") for line in self.run(sql).splitlines()]


class Sink:
    """Collects the rows of one schema and writes them on flush()."""

    def __init__(self, client, schema):
        self.client = client
        self.schema = schema
        self.tables = {}
        self.columns = {}
        for table, column in client.rows(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = '%s'" % schema):
            self.columns.setdefault(table, set()).add(column)

    def add(self, table, **row):
        known = self.columns.get(table)
        if known is None:
            raise KeyError("no table %s.%s" % (self.schema, table))
        unknown = set(row) - known
        if unknown:
            raise KeyError("%s.%s has no %s" % (self.schema, table, sorted(unknown)))
        self.tables.setdefault(table, []).append(row)

    def _parents_first(self):
        parents = {}
        for child, parent in self.client.rows(
                "SELECT DISTINCT table_name, referenced_table_name "
                "FROM information_schema.referential_constraints "
                "WHERE constraint_schema = '%s'" % self.schema):
            if child != parent:
                parents.setdefault(child, set()).add(parent)
        order, seen = [], set()

        def visit(table):
            if table in seen:
                return
            seen.add(table)
            for parent in sorted(parents.get(table, ())):
                visit(parent)
            order.append(table)

        for table in sorted(self.tables):
            visit(table)
        return [table for table in order if table in self.tables]

    def flush(self):
        """Writes everything added since the last flush; returns the rows written."""
        out, count = [SESSION, "USE `%s`;\nSET autocommit = 0;\n" % self.schema], 0
        for table in self._parents_first():
            groups = {}
            for row in self.tables[table]:
                groups.setdefault(tuple(row), []).append(row)
                count += 1
            for columns, rows in groups.items():
                head = "INSERT INTO `%s` (%s) VALUES\n" % (
                    table, ",".join("`%s`" % column for column in columns))
                chunk, size = [], 0
                for row in rows:
                    text = "(%s)" % ",".join(literal(row[column]) for column in columns)
                    if chunk and size + len(text) > BATCH_BYTES:
                        out.append(head + ",\n".join(chunk) + ";\n")
                        chunk, size = [], 0
                    chunk.append(text)
                    size += len(text)
                out.append(head + ",\n".join(chunk) + ";\n")
        out.append("COMMIT;\n")
        self.client.run("".join(out))
        self.tables = {}
        return count
