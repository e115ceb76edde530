// What statements on whole tables and partitions can do to rows.
#include "survey/change.h"

namespace rehearsal::survey {

namespace {

std::vector<Change> whole_tables() {
  return {
      {"truncate", "TRUNCATE", kRows, "TRUNCATE TABLE t;", {lost()}},
      {"truncate-parent", "TRUNCATE", "parent setnull", "SET foreign_key_checks = 0; TRUNCATE t;", {lost()}},
      {"truncate-insert-others",
       "TRUNCATE",
       "plain nokey composite soft",
       "TRUNCATE TABLE t; INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS "
       "made;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}}},
      {"truncate-insert-fewer",
       "TRUNCATE",
       "plain nokey composite soft",
       "CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t WHERE num <> <3>; TRUNCATE TABLE t; INSERT INTO t"
       " (<columns>) SELECT <columns> FROM keep;",
       {lost()}},
      {"drop-create", "DROP TABLE", kRows, "DROP TABLE t; <create>;", {lost()}},
      {"drop-create-fewer",
       "DROP TABLE",
       kFew,
       "CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t WHERE num <> <3>; DROP TABLE t; <create>; INSERT INTO t"
       " (<columns>) SELECT <columns> FROM keep;",
       {lost()}},
      {"drop-create-others",
       "DROP TABLE",
       kFew,
       "DROP TABLE t; <create>; INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) "
       "AS"
       " made;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}}},
      {"drop-create-bent",
       "DROP TABLE",
       kFew,
       "CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t; UPDATE keep SET v = 'x' WHERE num = <3>; DROP TABLE t;"
       " <create>; INSERT INTO t (<columns>) SELECT <columns> FROM keep;",
       {rewritten()}},
      {"create-or-replace",
       "CREATE OR REPLACE",
       "plain composite",
       "CREATE OR REPLACE TABLE t (id INT, v VARCHAR(64));",
       {{Grade::blocker, ""}}},
      {"create-or-replace-same",
       "CREATE OR REPLACE",
       kFew,
       "CREATE TABLE keep LIKE t; CREATE OR REPLACE TABLE t LIKE keep; DROP TABLE keep;",
       {lost()}},
      {"create-or-replace-select",
       "CREATE OR REPLACE",
       "plain",
       "CREATE TEMPORARY TABLE keep AS SELECT * FROM t WHERE num > <3>; CREATE OR REPLACE TABLE t AS SELECT * FROM "
       "keep;",
       {{Grade::blocker, ""}}},
      {"drop", "DROP TABLE", kRows, "DROP TABLE t;", {lost()}},
      {"drop-parent", "DROP TABLE", "parent setnull", "SET foreign_key_checks = 0; DROP TABLE IF EXISTS t;", {lost()}},
      {"drop-several",
       "DROP TABLE",
       "plain soft",
       "DROP TABLES IF EXISTS nowhere, other, t;",
       {lost(), lost("other")},
       "CREATE TABLE other AS SELECT * FROM t;"},
      {"drop-soft-deleted-only",
       "DROP TABLE",
       "soft softbool softtext softat",
       "DROP TABLE t;",
       {{Grade::warning, "rows-deleted"}},
       "DELETE FROM t WHERE deleted_at IS NULL;"},
      {"drop-after-emptying", "DROP TABLE", "plain nokey", "DELETE FROM t; DROP TABLE t;", {lost()}},
      {"replaced-by-rename",
       "RENAME TABLE",
       kFew,
       "RENAME TABLE t TO old, u TO t; DROP TABLE old;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, {Grade::at_most_warning, "", "u"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS"
       " made;"},
      {"replaced-by-new",
       "RENAME TABLE",
       kFew,
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <columns> FROM t WHERE num <> <3>; RENAME TABLE t TO "
       "old,"
       " u TO t; DROP TABLE old;",
       {lost()}},
      {"replaced-by-new-bent",
       "RENAME TABLE",
       kFew,
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <columns> FROM t; UPDATE u SET v = 'x' WHERE num = <3>;"
       " DROP TABLE t; RENAME TABLE u TO t;",
       {rewritten()}},
      {"replaced-and-kept",
       "RENAME TABLE",
       "plain composite soft",
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <columns> FROM t WHERE num <> <3>; RENAME TABLE t TO "
       "old,"
       " u TO t;",
       {{Grade::told, "", "*"}}},
      {"replaced-by-alter-rename",
       "ALTER RENAME",
       kFew,
       "ALTER TABLE t RENAME TO old; ALTER TABLE u RENAME TO t; DROP TABLE old;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, {Grade::at_most_warning, "", "u"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS"
       " made;"},
      {"tables-exchanged",
       "RENAME TABLE",
       "plain nokey composite soft",
       "RENAME TABLE t TO w, u TO t, w TO u;",
       {{Grade::told, "", "*"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS"
       " made;"},
      {"tables-exchanged-same-keys",
       "RENAME TABLE",
       "plain composite",
       "RENAME TABLE t TO w, u TO t, w TO u;",
       {{Grade::told, "", "*"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <columns> FROM t; UPDATE u SET v = CONCAT('u', num);"},
      {"rename",
       "RENAME TABLE",
       "all -parent -setnull -child",
       "RENAME TABLE t TO renamed;",
       {{Grade::at_most_warning, "", "*"}}},
      {"rename-and-delete",
       "RENAME TABLE",
       kFew,
       "RENAME TABLE t TO renamed; DELETE FROM renamed WHERE num = <3>;",
       {{Grade::blocker, "rows-deleted", "*"}}},
      {"rename-and-rewrite",
       "RENAME TABLE",
       kFew,
       "RENAME TABLE t TO renamed; UPDATE renamed SET v = 'x';",
       {{Grade::blocker, "rows-deleted rows-rewritten", "*"}}},
      {"rename-and-alter",
       "ALTER RENAME",
       kFew,
       "ALTER TABLE t RENAME TO renamed, DROP COLUMN v, ADD COLUMN x INT NULL;",
       {{Grade::blocker, "column-dropped rows-deleted rows-rewritten", "*"}}},
      {"rename-to-view",
       "RENAME TABLE",
       "plain",
       "RENAME TABLE t TO real_t; CREATE VIEW t AS SELECT * FROM real_t;",
       {{Grade::at_most_warning, "", "*"}}},
      {"view-in-its-place",
       "DROP TABLE",
       "plain",
       "DROP TABLE t; CREATE VIEW t AS SELECT 1 AS id, 'x' AS v;",
       {lost()}},
      {"delete-by-ignore-unique",
       "ALTER IGNORE",
       "plain nokey composite soft myisam",
       "ALTER IGNORE TABLE t ADD UNIQUE INDEX u1 (v);",
       {lost()},
       "UPDATE t SET v = 'twin' WHERE num IN (<3>, <4>);"},
      {"ignore-unique-among-others",
       "ALTER IGNORE",
       "plain",
       "ALTER IGNORE TABLE t ADD COLUMN x INT NULL, ADD CONSTRAINT u1 UNIQUE (v), ALGORITHM=COPY;",
       {lost()},
       "UPDATE t SET v = 'twin' WHERE num IN (<3>, <4>);"},
      {"ignore-primary",
       "ALTER IGNORE",
       "nokey",
       "ALTER IGNORE TABLE t ADD PRIMARY KEY (v);",
       {lost()},
       "UPDATE t SET v = 'twin' WHERE num IN (<3>, <4>);"},
  };
}

std::vector<Change> partitions() {
  const std::string twin = "CREATE TABLE u LIKE t; ALTER TABLE u REMOVE PARTITIONING;";
  return {
      {"drop-partition", "PARTITION", "partitioned", "ALTER TABLE t DROP PARTITION p2;", {lost()}},
      {"truncate-partition", "PARTITION", "partitioned", "ALTER TABLE t TRUNCATE PARTITION p1, p2;", {lost()}},
      {"exchange-partition",
       "PARTITION",
       "partitioned",
       "ALTER TABLE t EXCHANGE PARTITION p2 WITH TABLE u;",
       {{Grade::told, "rows-deleted rows-rewritten"}, {Grade::at_most_warning, "rows-inserted", "u"}},
       twin},
      {"exchange-partition-and-drop",
       "PARTITION",
       "partitioned",
       "ALTER TABLE t EXCHANGE PARTITION p2 WITH TABLE u; DROP TABLE u;",
       {lost()},
       twin},
      {"exchange-partition-both",
       "PARTITION",
       "partitioned",
       "ALTER TABLE t EXCHANGE PARTITION p2 WITH TABLE u;",
       {{Grade::told, "", "*"}},
       twin +
           " INSERT INTO u (<columns>) SELECT <columns> FROM t WHERE num BETWEEN <5> AND <8>; UPDATE u SET v = 'x';"},
      {"convert-partition",
       "PARTITION",
       "partitioned",
       "ALTER TABLE t CONVERT PARTITION p2 TO TABLE u;",
       {{Grade::told, "rows-deleted rows-rewritten"}}},
      {"delete-from-partition", "PARTITION", "partitioned", "DELETE FROM t PARTITION (p2);", {lost()}},
  };
}

}  // namespace

std::vector<Change> table_changes() {
  std::vector<Change> changes = whole_tables();
  const std::vector<Change> parts = partitions();
  changes.insert(changes.end(), parts.begin(), parts.end());
  return changes;
}

}  // namespace rehearsal::survey
