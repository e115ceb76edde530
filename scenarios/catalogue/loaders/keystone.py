"""Each backend of keystone declares its own models: keystone/*/backends/sql.py, sql_model.py, and folders alike."""

import importlib
import pathlib


def models():
    import keystone
    from keystone.common import sql

    root = pathlib.Path(keystone.__file__).parent
    for file in sorted(root.glob("**/*backends/sql*.py")):
        parts = file.relative_to(root.parent).with_suffix("").parts
        if "tests" not in parts:
            importlib.import_module(".".join(parts))
    yield "db", sql.ModelBase
