"""How a class writes: a copy of one of its rows with all that must be unique altered, and a row set to itself.

Only on a clone, in a transaction that is rolled back. Foreign keys are not checked: an altered key points nowhere.
"""

import re
import secrets

UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)

_known = {}  # schema -> table -> columns of its unique keys, when the code was first asked there


def unique_columns(session, schema):
    """As the schema is at the first moment: what becomes unique later is for the code to be found wanting."""
    if schema not in _known:
        import sqlalchemy

        rows = session.execute(sqlalchemy.text(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS"
            " WHERE TABLE_SCHEMA = :schema AND NON_UNIQUE = 0"), {"schema": schema})
        tables = {}
        for table, column in rows:
            tables.setdefault(table, set()).add(column)
        session.rollback()
        _known[schema] = tables
    return _known[schema]


ATTEMPTS = 4  # at a copy whose altered values may be taken, or too large for their column


def altered(column, value, attempt):
    """Another value that fits the column; the same where none is known. The later the attempt, the nearer a number."""
    import sqlalchemy

    if isinstance(value, str) and not isinstance(column.type, sqlalchemy.Enum):
        if UUID.fullmatch(value):
            fresh = secrets.token_hex(16)
            dashed = "-".join((fresh[:8], fresh[8:12], fresh[12:16], fresh[16:20], fresh[20:]))
            return dashed if "-" in value else fresh
        length = getattr(column.type, "length", None) or max(len(value), 8)
        return secrets.token_hex((min(length, 32) + 1) // 2)[:length]
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1 + secrets.randbelow(1 << (20 - 5 * attempt))
    return value


def must_change(column, value, unique):
    known = column.name in unique or column.primary_key or column.unique
    return known or (isinstance(value, str) and UUID.fullmatch(value) and not column.foreign_keys)


def copy_of(table, row, unique, attempt):
    copy = {}
    for column in table.columns:
        if column.computed is not None:
            continue
        value = row[column]
        if column.primary_key and len(table.primary_key) == 1 and isinstance(value, int):
            continue  # the server gives the next
        copy[column.name] = altered(column, value, attempt) if must_change(column, value, unique) else value
    return copy


def left_out(why):
    return lambda: {"left_out": why}


def writes_of(session, mapper, unique):
    """(kind, what to do): an insert and an update, or why there is neither."""
    import sqlalchemy

    table = mapper.local_table
    if not isinstance(table, sqlalchemy.Table):
        return [("write", left_out("no table of its own"))]
    try:
        row = session.execute(sqlalchemy.select(table).limit(1)).mappings().first()
    except sqlalchemy.exc.SQLAlchemyError:
        row = None
        why = "no row can be read"
    else:
        why = "no row"
    session.rollback()
    if row is None:
        return [("write", left_out(why))]

    def begin():
        session.execute(sqlalchemy.text("SET SESSION foreign_key_checks = 0"))

    def insert():
        begin()
        for attempt in range(ATTEMPTS):
            copy = copy_of(table, row, unique.get(table.name, set()), attempt)
            try:
                session.execute(table.insert().values(copy))
                return
            except sqlalchemy.exc.SQLAlchemyError:
                if attempt + 1 == ATTEMPTS:
                    raise

    def update():
        begin()
        own = {column.name: row[column] for column in table.columns if column.computed is None}
        here = [column == row[column] for column in table.primary_key]
        session.execute(table.update().where(*here).values(own))

    return [("insert", insert), ("update", update)]
