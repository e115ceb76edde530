"""Keystone's rows, beside what keystone-manage bootstrap made."""

import datetime

from .model import NOW

SERVICES = [("glance", "image", "https://{}.cloud.example:9292"),
            ("nova", "compute", "https://{}.cloud.example:8774/v2.1"),
            ("neutron", "network", "https://{}.cloud.example:9696"),
            ("placement", "placement", "https://{}.cloud.example:8780"),
            ("cinderv3", "block-storage", "https://{}.cloud.example:8776/v3/%(project_id)s")]
MADE_UP_HASH = "$2b$12$%sNotARealHashNotARealHashNot."


def read_bootstrap(cloud, client):
    """What the bootstrap chose by itself: ids of roles, admin and its project."""
    cloud.roles = {name: role for role, name in client.rows("SELECT id, name FROM keystone.role")}
    cloud.admin = client.rows("SELECT user_id FROM keystone.local_user WHERE name = 'admin'")[0][0]
    cloud.admin_project = client.rows(
        "SELECT id FROM keystone.project WHERE name = 'admin'")[0][0]
    cloud.service_project = cloud.dice.hex()
    cloud.corp = cloud.dice.hex()


def _domain(cloud, project):
    return "default" if project.domain == "default" else cloud.corp


def _password(cloud, sink, local_id, created, number):
    moment = int(created.timestamp()) * 1000000
    text = cloud.dice.hex()[:22]
    sink.add("password", local_user_id=local_id, self_service=number > 0,
             password_hash=MADE_UP_HASH % text, created_at=created, created_at_int=moment,
             expires_at=None, expires_at_int=None)


def _users(cloud, sink):
    dice = cloud.dice
    people = [(user.id, user.name, user.email, user.created, user.enabled, "default")
              for user in cloud.users]
    people += [(dice.hex(), name, name + "@int.cloud.example", dice.ago(2296, 2300), True,
                "default") for name in ("glance", "nova", "neutron", "placement", "cinder")]
    for number, (user, name, email, created, enabled, domain) in enumerate(people):
        local_id = number + 10
        sink.add("user", id=user, extra={"email": email, "description": ""}, enabled=enabled,
                 default_project_id=None, created_at=created,
                 last_active_at=dice.ago(0, 90).date() if enabled else None, domain_id=domain)
        sink.add("local_user", id=local_id, user_id=user, domain_id=domain, name=name,
                 failed_auth_count=dice.choice([0, 0, 0, 2]), failed_auth_at=None)
        for change in range(dice.choice([1, 1, 2, 3])):
            _password(cloud, sink, local_id, created + datetime.timedelta(days=90 * change),
                      change)
        if number % 9 == 0:
            sink.add("user_option", user_id=user, option_id="1000", option_value="true")
        if "@int." in email:
            sink.add("assignment", type="UserProject", actor_id=user,
                     target_id=cloud.service_project, role_id=cloud.roles["admin"],
                     inherited=False)
            sink.add("assignment", type="UserProject", actor_id=user,
                     target_id=cloud.service_project, role_id=cloud.roles["service"],
                     inherited=False)


def _projects(cloud, sink):
    dice = cloud.dice
    sink.add("project", id=cloud.corp, name="corp", extra={}, description="Société – Konzern",
             enabled=True, domain_id="<<keystone.domain.root>>", parent_id=None, is_domain=True)
    sink.add("project", id=cloud.service_project, name="service", extra={}, description="",
             enabled=True, domain_id="default", parent_id="default", is_domain=False)
    for number, project in enumerate(cloud.projects):
        domain = _domain(cloud, project)
        sink.add("project", id=project.id, name=project.name, extra={}, description=project.note,
                 enabled=number % 17 != 16, domain_id=domain, parent_id=domain, is_domain=False)
        for tag in dice.sample(["prod", "test", "kostenstelle-4711", "gdpr", "重要"], 2):
            sink.add("project_tag", project_id=project.id, name=tag)
        for user in project.users:
            for role in dice.sample(["member", "reader", "admin"], dice.choice([1, 2])):
                sink.add("assignment", type="UserProject", actor_id=user.id, target_id=project.id,
                         role_id=cloud.roles[role], inherited=False)


def _groups(cloud, sink):
    dice = cloud.dice
    for number in range(25):
        group, domain = dice.hex(), ("default" if number % 3 else cloud.corp)
        sink.add("group", id=group, domain_id=domain, name="team-%02d %s" % (
            number, dice.choice(["ops", "développeurs", "開発", "admins"])), description="",
                 extra={})
        for user in dice.sample(cloud.users, 9):
            sink.add("user_group_membership", user_id=user.id, group_id=group)
        for project in dice.sample(cloud.projects, 3):
            sink.add("assignment", type="GroupProject", actor_id=group, target_id=project.id,
                     role_id=cloud.roles["member"], inherited=number % 2 == 0)


def _credentials(cloud, sink):
    dice = cloud.dice
    for number in range(90):
        project = dice.choice(cloud.projects)
        user = dice.choice(project.users)
        sink.add("application_credential", internal_id=number + 1, id=dice.hex(),
                 name="terraform-%02d" % number, secret_hash=MADE_UP_HASH % dice.hex()[:22],
                 description=dice.choice(["", "CI «nightly»"]), user_id=user.id,
                 project_id=project.id, system=None, unrestricted=False,
                 expires_at=None if number % 3 else
                 int(NOW.timestamp() + 86400 * number) * 1000000)
        sink.add("application_credential_role", application_credential_id=number + 1,
                 role_id=cloud.roles["member"])
    for number in range(60):
        project = dice.choice(cloud.projects)
        blob = "gAAAAAB" + dice.hex() * 4
        sink.add("credential", id=dice.hex() + dice.hex(), user_id=dice.choice(project.users).id,
                 project_id=project.id, type="ec2", extra={}, encrypted_blob=blob,
                 key_hash=dice.hex()[:32] + dice.hex()[:8])
    for number in range(40):
        trustor, trustee = dice.sample(cloud.users, 2)
        trust, when = dice.hex(), dice.ago(1, 700)
        sink.add("trust", id=trust, trustor_user_id=trustor.id, trustee_user_id=trustee.id,
                 project_id=dice.choice(cloud.projects).id, impersonation=True,
                 deleted_at=when if number % 2 else None, expires_at=None, remaining_uses=None,
                 extra={}, expires_at_int=None, redelegated_trust_id=None, redelegation_count=0)
        sink.add("trust_role", trust_id=trust, role_id=cloud.roles["member"])
    for _ in range(400):
        when = dice.ago(0, 2)
        sink.add("revocation_event", user_id=dice.choice(cloud.users).id, issued_before=when,
                 revoked_at=when, expires_at=None, audit_id=dice.hex()[:22])


def _catalog(cloud, sink):
    sink.add("region", id="RegionTwo", description="Zweitstandort", parent_region_id=None,
             extra={})
    for name, kind, url in SERVICES:
        service = cloud.dice.hex()
        sink.add("service", id=service, type=kind, enabled=True,
                 extra={"name": name, "description": "OpenStack %s" % kind})
        for interface, host in (("public", "api"), ("internal", "int"), ("admin", "int")):
            sink.add("endpoint", id=cloud.dice.hex(), legacy_endpoint_id=None,
                     interface=interface, service_id=service, url=url.format(host), extra={},
                     enabled=True, region_id="RegionOne")
    provider, mapping = "corp-sso", "corp-mapping"
    sink.add("identity_provider", id=provider, enabled=True, description="Einmalanmeldung",
             domain_id=cloud.corp, authorization_ttl=None)
    sink.add("idp_remote_ids", idp_id=provider, remote_id="https://sso.cloud.example/realms/corp")
    sink.add("mapping", id=mapping, schema_version="1.0", rules=[
        {"local": [{"user": {"name": "{0}"}, "group": {"id": "0"}}],
         "remote": [{"type": "HTTP_OIDC_EMAIL"}]}])
    sink.add("federation_protocol", id="openid", idp_id=provider, mapping_id=mapping,
             remote_id_attribute=None)
    for number in range(80):
        user = cloud.dice.hex() + cloud.dice.hex()
        sink.add("user", id=user, extra={}, enabled=True, default_project_id=None,
                 created_at=cloud.dice.ago(10, 900), last_active_at=None, domain_id=cloud.corp)
        sink.add("federated_user", user_id=user, idp_id=provider, protocol_id="openid",
                 unique_id="%03d@corp.example" % number, display_name="Søren №%d" % number)


def write(cloud, sink):
    _projects(cloud, sink)
    _users(cloud, sink)
    _groups(cloud, sink)
    _credentials(cloud, sink)
    _catalog(cloud, sink)
