"""The private server and the real services' commands that make the schemas."""

import os
import pathlib
import subprocess
import time

RELEASE = "2024.1"
CONSTRAINTS = "https://releases.openstack.org/constraints/upper/2024.1"
PACKAGES = {
    "keystone": "keystone==25.0.0",
    "glance": "glance==28.2.0",
    "placement": "openstack-placement==11.0.1",
    "nova": "nova==29.4.0",
    "neutron": "neutron==24.2.2",
    "cinder": "cinder==24.5.0",
}
SCHEMAS = ["keystone", "glance", "placement", "nova_api", "nova_cell0", "nova_cell1",
           "nova_cell2", "nova_cell3", "neutron", "cinder"]
CELLS = ["cell1", "cell2", "cell3"]


class Server:
    """A mariadbd of our own on a Unix socket; nothing listens on the network."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = str(folder / "s.sock")
        self.process = None

    def start(self):
        data = self.folder / "data"
        if not data.exists():
            subprocess.run(["mariadb-install-db", "--no-defaults", "--datadir=%s" % data,
                            "--auth-root-authentication-method=normal", "--skip-test-db"],
                           check=True, capture_output=True)
        log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            ["mariadbd", "--no-defaults", "--datadir=%s" % data, "--socket=%s" % self.socket,
             "--skip-networking", "--character-set-server=utf8mb3", "--max-connections=300",
             "--innodb-flush-log-at-trx-commit=0"] +
            (["--user=root"] if os.geteuid() == 0 else []),
            stdout=log, stderr=log)
        for _ in range(300):
            if subprocess.run(["mariadb-admin", "--no-defaults", "-uroot", "-S", self.socket,
                               "ping"], capture_output=True).returncode == 0:
                return
            time.sleep(0.2)
        raise SystemExit("mariadbd did not start; see %s" % (self.folder / "server.log"))

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


class Commands:
    """Runs the released services' commands from virtual environments."""

    def __init__(self, folder, socket, uv, constraints):
        self.folder = folder
        self.socket = socket
        self.uv = uv
        self.constraints = constraints
        self.conf = folder / "conf"
        self.conf.mkdir(parents=True, exist_ok=True)

    def url(self, schema):
        return ("mysql+pymysql://root@localhost/%s?unix_socket=%s&charset=utf8"
                % (schema, self.socket))

    def install(self):
        for service, package in PACKAGES.items():
            home = self.folder / "venv" / RELEASE / service
            if (home / "bin" / "python").exists():
                continue
            subprocess.run([self.uv, "-q", "venv", "--python", "/usr/bin/python3", str(home)],
                           check=True)
            subprocess.run([self.uv, "-q", "pip", "install", "--compile-bytecode",
                            "-p", str(home / "bin" / "python"), "-c", self.constraints,
                            package, "pymysql", "setuptools<81"], check=True)

    def configure(self):
        keys = self.conf / "keys"
        texts = {
            "keystone": "[database]\nconnection = %s\n[fernet_tokens]\nkey_repository = %s\n"
                        "[fernet_receipts]\nkey_repository = %s\n[credential]\nkey_repository = %s\n"
                        % (self.url("keystone"), keys / "fernet", keys / "fernet", keys / "cred"),
            "glance": "[DEFAULT]\nmetadata_encryption_key =\n[database]\nconnection = %s\n"
                      % self.url("glance"),
            "placement": "[placement_database]\nconnection = %s\n" % self.url("placement"),
            "neutron": "[DEFAULT]\ncore_plugin = ml2\n[database]\nconnection = %s\n"
                       % self.url("neutron"),
            "cinder": "[database]\nconnection = %s\n" % self.url("cinder"),
        }
        for cell in ["cell0"] + CELLS:
            texts["nova-" + cell] = (
                "[DEFAULT]\ntransport_url = fake://\nstate_path = %s\n"
                "[api_database]\nconnection = %s\n[database]\nconnection = %s\n"
                % (self.folder, self.url("nova_api"), self.url("nova_" + cell)))
        for name, text in texts.items():
            (self.conf / (name + ".conf")).write_text(text)

    def run(self, service, *words, conf=None, allow=(0,), tool=None):
        home = self.folder / "venv" / RELEASE / service / "bin"
        command = [str(home / (tool or "%s-manage" % service)), "--config-file",
                   str(self.conf / ((conf or service) + ".conf")), *words]
        if tool == "python":
            command = [str(home / "python"), "-W", "ignore", *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder,
                              env={"PATH": "%s:/usr/bin:/bin" % home, "LANG": "C.UTF-8",
                                   "HOME": str(self.folder)})
        print("   %s %s: %d" % (service, " ".join(words)[:70], done.returncode), flush=True)
        if done.returncode not in allow:
            raise SystemExit("%s failed:\n%s%s" % (command, done.stdout[-3000:],
                                                    done.stderr[-3000:]))
        return done.stdout


SYNC_TRAITS = """
import sys
from oslo_config import cfg
from placement import conf, db_api, deploy
config = cfg.ConfigOpts()
conf.register_opts(config)
config([], project='placement', default_config_files=[sys.argv[1]])
db_api.configure(config)
config.set_override('sync_on_startup', False, group='placement_database')
deploy.update_database(config)
"""


def make_schemas(run, client, me):
    """Every schema at 2024.1, keystone bootstrapped, the three cells created."""
    for schema in SCHEMAS:
        client.run("DROP DATABASE IF EXISTS `%s`; CREATE DATABASE `%s` CHARACTER SET utf8mb3;"
                   % (schema, schema))
    for setup in ("fernet_setup", "credential_setup"):
        run("keystone", setup, "--keystone-user", me, "--keystone-group", me)
    run("keystone", "db_sync")
    run("keystone", "bootstrap", "--bootstrap-password", "not-a-real-password",
        "--bootstrap-region-id", "RegionOne",
        "--bootstrap-admin-url", "https://api.cloud.example:5000/v3",
        "--bootstrap-public-url", "https://api.cloud.example:5000/v3",
        "--bootstrap-internal-url", "https://int.cloud.example:5000/v3")
    run("glance", "db", "sync")
    run("glance", "db", "load_metadefs")
    run("placement", "db", "sync")
    run("nova", "api_db", "sync", conf="nova-cell0")
    for cell in ["cell0"] + CELLS:
        run("nova", "db", "sync", "--local_cell", conf="nova-" + cell)
    run("neutron", "upgrade", "heads", tool="neutron-db-manage")
    run("cinder", "db", "sync")


def map_cells(run, url):
    run("nova", "cell_v2", "map_cell0", "--database_connection", url("nova_cell0"),
        conf="nova-cell0")
    for cell in CELLS:
        run("nova", "cell_v2", "create_cell", "--name", cell, "--database_connection",
            url("nova_" + cell), "--transport-url", "fake:///" + cell, conf="nova-" + cell)


def _unfinished(output):
    """Rows that the online migrations' table still counts as needed."""
    cells = [line.split("|") for line in output.splitlines() if line.startswith("|")]
    return {row[1].strip(): int(row[2]) for row in cells if row[2].strip().isdigit()
            and int(row[2])}


def finish_online_migrations(run):
    """Runs them with the old release's own code until nothing is left to do.

    One of nova's walks through the instances a batch at a time and counts what
    it looked at, so a run that migrates nothing need not be the last. A cell
    with instances keeps one marker row that no migration ever takes.
    """
    for cell in ["cell0"] + CELLS:
        left = {"": 1}
        for _ in range(20):
            if not left or left == {"populate_instance_compute_id": 1}:
                break
            left = _unfinished(run("nova", "db", "online_data_migrations", "--max-count", "2000",
                                   conf="nova-" + cell, allow=(0, 1)))
        print("   %s left: %s" % (cell, left or "nothing"))
        if left and left != {"populate_instance_compute_id": 1}:
            raise SystemExit("the online migrations of %s do not end" % cell)
    for service in ("placement", "cinder"):
        left = _unfinished(run(service, "db", "online_data_migrations"))
        if left:
            raise SystemExit("the online migrations of %s do not end: %s" % (service, left))
