"""ironic/db/sqlalchemy/models.py declares all of them."""


def models():
    from ironic.db.sqlalchemy import models as declared

    yield "db", declared.Base
