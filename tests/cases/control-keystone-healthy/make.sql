-- base: 2023.1 keystone
USE keystone;
UPDATE password SET password_hash = CONCAT('$2b$12$', REPEAT('x', 53));
INSERT INTO project (id, name, extra, description, enabled, domain_id, parent_id, is_domain)
SELECT MD5(CONCAT('project', seq)), CONCAT('team-', seq), '{}', '', seq % 9 <> 0, 'default', 'default', 0 FROM seq_1_to_30;
INSERT INTO project_tag SELECT MD5(CONCAT('project', seq)), ELT(1 + seq % 3, 'prod', 'test', 'lab') FROM seq_1_to_30;
INSERT INTO user (id, extra, enabled, created_at, last_active_at, domain_id)
SELECT MD5(CONCAT('user', seq)), '{}', seq % 8 <> 0, '2022-01-01' + INTERVAL seq DAY, NULL, 'default' FROM seq_1_to_60;
INSERT INTO local_user (id, user_id, domain_id, name, failed_auth_count, failed_auth_at)
SELECT 100 + seq, MD5(CONCAT('user', seq)), 'default', CONCAT('user-', seq), seq % 7, IF(seq % 7 = 0, NULL, '2023-02-01 10:00:00')
  FROM seq_1_to_50;
INSERT INTO nonlocal_user SELECT 'default', CONCAT('ldap-', seq), MD5(CONCAT('user', seq)) FROM seq_51_to_60;
INSERT INTO service (id, type, enabled, extra) SELECT MD5(CONCAT('service', seq)), ELT(seq, 'identity', 'compute', 'network'), 1, '{}'
  FROM seq_1_to_3;
INSERT INTO endpoint (id, interface, service_id, url, extra, enabled)
SELECT MD5(CONCAT('endpoint', seq)), 'public', MD5(CONCAT('service', seq)), 'https://cloud.example', '{}', 1 FROM seq_1_to_3;

-- Traps: what is expired, revoked, double or without a partner, and as it should be.
-- Passwords of before, expired, of the same user.
INSERT INTO password (local_user_id, expires_at, self_service, password_hash, created_at_int, expires_at_int, created_at)
SELECT 100 + u.seq, IF(p.seq = 3, NULL, '2022-01-01' + INTERVAL p.seq MONTH), 0, CONCAT('$2b$12$', REPEAT('x', 53)),
    1600000000000000 + p.seq, IF(p.seq = 3, NULL, 1640995200000000 + p.seq), '2022-01-01' + INTERVAL p.seq MONTH
  FROM seq_1_to_50 u, seq_1_to_3 p;
-- Assignments of users that only a directory knows, and of users that are gone.
INSERT INTO assignment SELECT 'UserProject', MD5(CONCAT('user', seq)), MD5(CONCAT('project', 1 + seq % 30)), r.id, 0
  FROM seq_1_to_80, role r WHERE r.name = 'member';
-- Trusts: expired, used up, soft-deleted; some equal but for a NULL, which a unique key does not compare.
INSERT INTO trust (id, trustor_user_id, trustee_user_id, project_id, impersonation, deleted_at, expires_at, expires_at_int,
    remaining_uses, extra)
SELECT MD5(CONCAT('trust', seq)), MD5(CONCAT('user', 1 + seq % 4)), MD5('user9'), MD5(CONCAT('project', 1 + seq % 2)), 1,
    IF(seq % 3 = 0, '2023-01-05', NULL), '2023-01-01' + INTERVAL seq HOUR, 1672531200000000 + seq * 3600000000,
    IF(seq % 5 = 0, 0, NULL), '{}'
  FROM seq_1_to_60;
INSERT INTO trust (id, trustor_user_id, trustee_user_id, project_id, impersonation, deleted_at, expires_at, expires_at_int, extra)
SELECT MD5(CONCAT('endless', seq)), MD5('user1'), MD5('user9'), MD5('project1'), 1, IF(seq % 2 = 0, '2023-01-05', NULL), NULL, NULL, '{}'
  FROM seq_1_to_12;
-- Revocations that nobody has purged, credentials whose time is over.
INSERT INTO revocation_event (user_id, issued_before, expires_at, revoked_at, audit_id)
SELECT MD5(CONCAT('user', seq % 60)), '2022-06-01', '2022-06-02', '2022-06-01', NULL FROM seq_1_to_200;
INSERT INTO application_credential (id, name, secret_hash, user_id, project_id, expires_at, unrestricted)
SELECT MD5(CONCAT('appcred', seq)), CONCAT('ci-', seq), CONCAT('$2b$12$', REPEAT('x', 53)), MD5(CONCAT('user', 1 + seq % 50)),
    MD5(CONCAT('project', 1 + seq % 30)), 1640995200000000, 0
  FROM seq_1_to_20;
INSERT INTO access_rule (service, path, method, external_id, user_id)
SELECT 'compute', CONCAT('/v2.1/servers/', seq), 'GET', MD5(CONCAT('rule', seq)), MD5('user1') FROM seq_1_to_10;
