"""Loads a release's real code once and asks it, as often as it is told to, whether it can live on a database.

ask.py LOADER MAILBOX: LOADER.py has a function models() that yields (role of schemas, declarative base). A question
is MAILBOX/ask-N.json, N from 1; its answer appears as MAILBOX/answer-N.json, complete. answer-0.json tells how loading
went. No value of a row is ever written: an answer holds names, statements without parameters and errors.
"""

import functools
import importlib.util
import json
import os
import sys
import time

MOST_SECONDS = 20  # for one statement
POLL_SECONDS = 0.05
LOST = range(2000, 3000)  # the client's own numbers: the connection is gone, which says nothing of the code
TOOK_TOO_LONG = 1969


def write_answer(mailbox, number, answer):
    name = os.path.join(mailbox, "answer-%d.json" % number)
    with open(name + ".new", "w") as file:
        json.dump(answer, file)
    os.rename(name + ".new", name)


def wait_for_question(mailbox, number):
    name = os.path.join(mailbox, "ask-%d.json" % number)
    while not os.path.exists(name):
        time.sleep(POLL_SECONDS)
    with open(name) as file:
        return json.load(file)


def load_file(name, file):
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_models(file):
    """Every mapped class with the role of the schemas that hold its tables: [(role, mapper)]."""
    loader = load_file("loader", file)
    from sqlalchemy import orm

    bases = list(loader.models())
    orm.configure_mappers()
    found = []
    for role, base in bases:
        mappers = sorted(base.registry.mappers, key=lambda mapper: (mapper.class_.__module__, mapper.class_.__name__))
        found += [(role, mapper) for mapper in mappers]
    if not found:
        raise LookupError("no mapped classes were found")
    return found


def connect(question, schema):
    """Follows what the question says, whatever the service's own configuration is."""
    import pymysql
    import sqlalchemy

    def creator():
        return pymysql.connect(
            host=question.get("host"), port=question.get("port", 0), unix_socket=question.get("socket"),
            user=question["user"], password=question["password"], database=schema, charset="utf8mb4",
            connect_timeout=MOST_SECONDS,
            init_command="SET SESSION sql_mode = 'TRADITIONAL', max_statement_time = %d" % MOST_SECONDS)

    engine = sqlalchemy.create_engine("mysql+pymysql://", creator=creator, poolclass=sqlalchemy.pool.NullPool)
    connection = engine.connect()
    return connection.execution_options(isolation_level="AUTOCOMMIT") if question["kind"] == "read" else connection


def table_of(mapper):
    return getattr(mapper.local_table, "name", None) or mapper.class_.__tablename__


def error_of(error):
    """(number, message) as the server said it; number 0 where it was not the server."""
    origin = getattr(error, "orig", None)
    args = getattr(origin, "args", ())
    if len(args) > 1 and isinstance(args[0], int):
        return args[0], str(args[1])
    return 0, ("%s: %s" % (type(error).__name__, error)).splitlines()[0]


def answer_of(act):
    """What the code or the server answers to it: whatever is raised is an answer, but for a lost connection."""
    started = time.monotonic()
    answer = {}
    try:
        answer.update(act() or {})
    except Exception as error:
        number, message = error_of(error)
        if number in LOST:
            raise
        if number == TOOK_TOO_LONG:
            answer["left_out"] = "takes longer than %d s" % MOST_SECONDS
        else:
            statement = str(getattr(error, "statement", None) or "")
            answer.update({"failed": True, "error": number, "message": message, "statement": statement})
    answer["seconds"] = time.monotonic() - started
    return answer


def select_of(mapper):
    """Columns of tables; what a class computes from others is asked with its own parameters, by its own code."""
    import sqlalchemy

    keys = [attribute.key for attribute in mapper.column_attrs if isinstance(attribute.columns[0], sqlalchemy.Column)]
    return sqlalchemy.select(*(getattr(mapper.class_, key) for key in keys)).limit(1)


@functools.cache
def load_writes():
    return load_file("write", os.path.join(os.path.dirname(os.path.abspath(__file__)), "write.py"))


def ask_selects(session, schema, mappers):
    """The columns that the code maps, of one row."""
    for mapper in mappers:
        statement = select_of(mapper)
        yield mapper, "select", answer_of(lambda: {"row": session.execute(statement).first() is not None})
        session.rollback()


def ask_writes(session, schema, mappers):
    """A copy of a row and the row itself are written, each in a transaction that is rolled back."""
    write = load_writes()
    unique = write.unique_columns(session, schema)
    for mapper in mappers:
        for kind, act in write.writes_of(session, mapper, unique):
            yield mapper, kind, answer_of(act)
            session.rollback()


def ask_schema(question, schema, mappers):
    from sqlalchemy import orm

    asking = {"read": ask_selects, "write": ask_writes}[question["kind"]]
    answers = []
    with connect(question, schema) as connection, orm.Session(bind=connection) as session:
        for mapper, kind, answer in asking(session, schema, mappers):
            answer["asked"] = "%s.%s" % (mapper.class_.__module__, mapper.class_.__name__)
            answer["kind"] = kind
            answer["table"] = "%s.%s" % (schema, table_of(mapper))
            answers.append(answer)
    return answers


def ask(question, models):
    started = time.monotonic()
    answers = []
    try:
        for role, schemas in sorted(question["schemas"].items()):
            mappers = [mapper for own, mapper in models if own == role]
            for schema in schemas:
                answers += ask_schema(question, schema, mappers)
    except Exception as error:  # such as a server that is gone
        return {"failed": "%d %s" % error_of(error)}
    return {"seconds": time.monotonic() - started, "answers": answers}


def main():
    loader, mailbox = sys.argv[1:]
    sys.path.pop(0)  # loaders beside this file are named as the packages that they load
    started = time.monotonic()
    try:
        models = load_models(loader)
    except BaseException as error:  # a program that ends while it is loaded is told too
        write_answer(mailbox, 0, {"failed": "%s: %s" % (type(error).__name__, error)})
        return 1
    write_answer(mailbox, 0, {"seconds": time.monotonic() - started, "classes": len(models)})
    number = 1
    while True:
        write_answer(mailbox, number, ask(wait_for_question(mailbox, number), models))
        number += 1


if __name__ == "__main__":
    sys.exit(main())
