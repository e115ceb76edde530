#!/usr/bin/env python3
"""Makes the demonstration's snapshot: an invented cloud in the real 2024.1 schemas.

The schemas, the bootstrap, the cells and the finished online migrations come
from the released services' own commands; the rows come from cloud/*.py.
"""

import argparse
import os
import pathlib
import pwd
import shutil
import subprocess

from cloud import (cinder, glance, keystone, networks, neutron, nova_api, nova_cell, placement,
                   population, tools)
from cloud.model import Cloud
from cloud.sink import Client, Sink

HERE = pathlib.Path(__file__).resolve().parent

# What a production cloud keeps in its cell mappings; cell2 uses nova's templates.
DATABASE = "mysql+pymysql://nova:Made-Up-Pa55word@db1.cloud.example:3306/nova_%s?charset=utf8"
RABBIT = "rabbit://nova:made-up-rabbit@mq-%s.cloud.example:5672//nova_%s?ssl=1"
PRODUCTION_URLS = {
    "cell0": (DATABASE % "cell0", "none:///"),
    "cell1": (DATABASE % "cell1", RABBIT % ("1", "cell1")),
    "cell2": ("{scheme}://{username}:{password}@{hostname}:{port}/nova_cell2?{query}",
              "{scheme}://{username}:{password}@{hostname}:{port}//nova_cell2?{query}"),
    "cell3": (DATABASE.replace("db1", "db3") % "cell3", RABBIT % ("3", "cell3")),
}


def fill(cloud, client, planted):
    keystone.read_bootstrap(cloud, client)
    population.populate(cloud)
    networks.connect(cloud, planted)
    nova_api.prepare(cloud)
    nova_api.read_cells(cloud, client)
    writers = [("keystone", keystone.write), ("glance", glance.write),
               ("placement", lambda c, s: placement.write(c, s, client)),
               ("nova_api", nova_api.write), ("nova_cell0", nova_cell.write_cell0)]
    writers += [("nova_" + cell, lambda c, s, cell=cell: nova_cell.write_cell(c, s, cell))
                for cell in tools.CELLS]
    writers += [("neutron", lambda c, s: neutron.write(c, s, client)),
                ("cinder", lambda c, s: cinder.write(c, s, client))]
    for schema, write in writers:
        sink = Sink(client, schema)
        write(cloud, sink)
        print("   %-10s %6d rows" % (schema, sink.flush()), flush=True)


def production_urls(client):
    for cell, (database, transport) in PRODUCTION_URLS.items():
        client.run("UPDATE nova_api.cell_mappings SET database_connection = '%s', "
                   "transport_url = '%s' WHERE name = '%s'" % (database, transport, cell))


def dump(socket, target):
    make = subprocess.Popen(
        ["mysqldump", "--no-defaults", "-uroot", "-S", socket, "--default-character-set=utf8mb4",
         "--single-transaction", "--routines", "--triggers", "--events", "--databases",
         *tools.SCHEMAS], stdout=subprocess.PIPE)
    subprocess.run(["zstd", "-q", "-19", "-f", "-o", str(target)], stdin=make.stdout, check=True)
    if make.wait():
        raise SystemExit("mysqldump failed")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--work", type=pathlib.Path, required=True,
                         help="folder for environments, server and configuration")
    options.add_argument("--out", type=pathlib.Path, default=HERE / "cloud-2024.1.sql.zst")
    options.add_argument("--uv", default="uv", help="the uv program")
    options.add_argument("--constraints", default=tools.CONSTRAINTS)
    options.add_argument("--healthy", action="store_true",
                         help="leave the planted failure out")
    given = options.parse_args()
    work = given.work.resolve()
    server_folder = work / "server"
    shutil.rmtree(server_folder, ignore_errors=True)
    server_folder.mkdir(parents=True)
    server = tools.Server(server_folder)
    server.start()
    try:
        client = Client(server.socket)
        commands = tools.Commands(work, server.socket, given.uv, given.constraints)
        commands.install()
        commands.configure()
        tools.make_schemas(commands.run, client, pwd.getpwuid(os.geteuid()).pw_name)
        tools.map_cells(commands.run, commands.url)
        commands.run("placement", "-c", tools.SYNC_TRAITS,
                     str(commands.conf / "placement.conf"), tool="python")
        fill(Cloud(), client, not given.healthy)
        tools.finish_online_migrations(commands.run)
        production_urls(client)
        dump(server.socket, given.out.resolve())
    finally:
        server.stop()
    print("%s: %d bytes" % (given.out, given.out.stat().st_size))


if __name__ == "__main__":
    main()
