"""cinder/db/sqlalchemy/models.py declares all of them."""


def models():
    from cinder.db.sqlalchemy import models as declared

    yield "db", declared.BASE
