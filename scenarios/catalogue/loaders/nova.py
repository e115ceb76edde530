"""nova/db/api and nova/db/main: the API database, and that of every cell."""


def models():
    from nova.db.api import models as api
    from nova.db.main import models as main

    yield "api", api.BASE
    yield "cell", main.BASE
