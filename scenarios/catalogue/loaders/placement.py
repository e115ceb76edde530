"""placement/db/sqlalchemy/models.py declares all of them."""


def models():
    from placement.db.sqlalchemy import models as declared

    yield "db", declared.BASE
