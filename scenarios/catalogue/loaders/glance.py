"""glance/db/sqlalchemy: images and tasks; metadata definitions have a base of their own."""


def models():
    from glance.db.sqlalchemy import models as images
    from glance.db.sqlalchemy import models_metadef

    yield "db", images.BASE
    yield "db", models_metadef.BASE_DICT
