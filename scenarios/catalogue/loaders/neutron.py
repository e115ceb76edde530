"""neutron/db/migration/models/head.py imports every module with models, for the migrations' own sake."""


def models():
    from neutron.db.migration.models import head  # noqa: F401
    from neutron_lib.db import model_base

    yield "db", model_base.BASEV2
