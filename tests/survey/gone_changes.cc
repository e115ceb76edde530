// What statements on rows can do to them: deleted, by themselves or through a foreign key, or moved to another place.
#include "survey/change.h"

namespace rehearsal::survey {

namespace {

std::vector<Change> deletes() {
  return {
      {"delete-all", "DELETE", kRows, "DELETE FROM t;", {lost()}},
      {"delete-one", "DELETE", kRows, "DELETE FROM t WHERE num = <3>;", {lost()}},
      {"delete-soft-deleted",
       "DELETE",
       "soft softbool softtext softat",
       "DELETE FROM t WHERE deleted_at IS NOT NULL;",
       {{Grade::warning, "rows-deleted"}}},
      {"delete-live-among-deleted",
       "DELETE",
       "soft softbool softtext softat",
       "DELETE FROM t WHERE num >= <8>;",
       {lost()}},
      {"mark-and-delete",
       "DELETE",
       "soft softbool",
       "UPDATE t SET deleted = 1, deleted_at = NOW() WHERE num = <3>; DELETE FROM t WHERE deleted <> 0 AND num = <3>;",
       {lost()}},
      {"delete-live-with-date",
       "DELETE",
       "soft softbool",
       "DELETE FROM t WHERE num = <3>;",
       {lost()},
       "UPDATE t SET deleted_at = '2023-01-02 03:04:05' WHERE num = <3>;"},
      {"delete-hidden-by-insert",
       "DELETE",
       kRows,
       "DELETE FROM t WHERE num = <3>; INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <50> AS k) AS made;",
       {lost(), added()},
       {},
       {{"empty", {added()}}}},
      {"key-used-again",
       "DELETE",
       "plain soft",
       "DELETE FROM t WHERE num = <3>; INSERT INTO t (id, v, num) VALUES (<3>, 'another', <70>);",
       {{Grade::blocker, "rows-deleted rows-rewritten"}}},
      {"one-of-twins",
       "DELETE",
       "nokey",
       "DELETE FROM t WHERE num = <3> LIMIT 1;",
       {{Grade::told, "rows-deleted"}},
       "INSERT INTO t SELECT * FROM t WHERE num = <3>;"},
      {"twins-exchanged",
       "UPDATE",
       "nokey",
       "UPDATE t SET v = 'other' WHERE num = <3>;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}},
       "INSERT INTO t SELECT * FROM t WHERE num = <3>;"},
      {"cascade", "FOREIGN KEY", "parent", "DELETE FROM t WHERE num = <3>;", {lost(), lost("kids")}},
      {"cascade-all", "FOREIGN KEY", "parent", "DELETE FROM t;", {lost(), lost("kids")}},
      {"cascade-down", "FOREIGN KEY", "child", "DELETE FROM parents WHERE id = <3>;", {lost(), lost("parents")}},
      {"cascade-by-replace",
       "FOREIGN KEY",
       "parent",
       "REPLACE INTO t (<columns>) SELECT <columns> FROM t WHERE num = <3>;",
       {lost("kids")}},
      {"cascade-sets-null", "FOREIGN KEY", "setnull", "DELETE FROM t WHERE num = <3>;", {lost(), rewritten("kids")}},
      {"cascade-updates",
       "FOREIGN KEY",
       "parent setnull",
       "UPDATE t SET id = <60> WHERE id = <3>;",
       {{Grade::told, "rows-deleted rows-rewritten rows-inserted"}, {Grade::told, "rows-rewritten", "kids"}}},
      {"replace-sets-null",
       "FOREIGN KEY",
       "setnull",
       "REPLACE INTO t (<columns>) SELECT <columns> FROM t;",
       {rewritten("kids")}},
      {"cascade-of-three",
       "FOREIGN KEY",
       "parent",
       "DELETE FROM t WHERE num = <3>;",
       {lost(), lost("kids"), lost("grandkids")},
       "CREATE TABLE grandkids (id INT PRIMARY KEY, kid INT, FOREIGN KEY (kid) REFERENCES kids (id) ON DELETE CASCADE);"
       " INSERT INTO grandkids SELECT id, id FROM kids;"},
      {"cascade-to-itself",
       "FOREIGN KEY",
       "plain",
       "DELETE FROM tree WHERE id = <1>;",
       {lost("tree")},
       "CREATE TABLE tree (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES tree (id) ON DELETE CASCADE); INSERT"
       " INTO tree VALUES (<1>, NULL), (<2>, <1>), (<3>, <2>);"},
      {"cascade-over-schemas",
       "FOREIGN KEY",
       "parent",
       "DELETE FROM t WHERE num = <3>;",
       {lost(), lost("kids"), lost("afar")},
       "CREATE TABLE afar (id INT PRIMARY KEY, t_id INT, FOREIGN KEY (t_id) REFERENCES t (id) ON DELETE CASCADE); "
       "INSERT"
       " INTO afar SELECT id, id FROM t;"},
      {"cascade-made-for-it",
       "FOREIGN KEY",
       "plain",
       "ALTER TABLE late ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id) ON DELETE CASCADE; DELETE FROM t WHERE"
       " num = <3>; ALTER TABLE late DROP FOREIGN KEY f, DROP KEY f;",
       {lost(), lost("late")},
       "CREATE TABLE late (id INT PRIMARY KEY, t_id INT); INSERT INTO late SELECT id, id FROM t;"},
      {"cascade-made-unchecked",
       "FOREIGN KEY",
       "plain composite",
       "SET foreign_key_checks = 0; ALTER TABLE late ADD CONSTRAINT f FOREIGN KEY (num) REFERENCES others (num) ON "
       "DELETE"
       " CASCADE; SET foreign_key_checks = 1; DELETE FROM others WHERE num = <3>; SET foreign_key_checks = 0; ALTER "
       "TABLE"
       " late DROP FOREIGN KEY f;",
       {lost("others"), lost("late")},
       "CREATE TABLE others (num INT PRIMARY KEY); INSERT INTO others SELECT num FROM t; CREATE TABLE late (id INT "
       "PRIMARY"
       " KEY, num INT, KEY (num)); INSERT INTO late SELECT num, num FROM t;"},
      {"cascade-made-unchecked-sets-null",
       "FOREIGN KEY",
       "plain",
       "SET foreign_key_checks = 0; ALTER TABLE late ADD CONSTRAINT f FOREIGN KEY (num) REFERENCES others (num) ON "
       "DELETE"
       " SET NULL; SET foreign_key_checks = 1; DELETE FROM others WHERE num = <3>; ALTER TABLE late DROP CONSTRAINT f;",
       {lost("others"), rewritten("late")},
       "CREATE TABLE others (num INT PRIMARY KEY); INSERT INTO others SELECT num FROM t; CREATE TABLE late (id INT "
       "PRIMARY"
       " KEY, num INT, KEY (num)); INSERT INTO late SELECT num, num FROM t;"},
      {"cascade-of-a-table-that-went",
       "FOREIGN KEY",
       "plain",
       "CREATE TABLE between_them (id INT PRIMARY KEY, num INT, FOREIGN KEY (num) REFERENCES others (num) ON DELETE"
       " CASCADE); INSERT INTO between_them SELECT num, num FROM others; DELETE FROM others WHERE num = <3>; DROP TABLE"
       " between_them;",
       {lost("others")},
       "CREATE TABLE others (num INT PRIMARY KEY); INSERT INTO others SELECT num FROM t;"},
      {"cascade-under-another-name",
       "FOREIGN KEY",
       "parent",
       "RENAME TABLE kids TO children; DELETE FROM t WHERE num = <3>; RENAME TABLE children TO kids;",
       {lost(), lost("kids")}},
      {"orphans-left", "FOREIGN KEY", "parent", "SET foreign_key_checks = 0; DELETE FROM t WHERE num = <3>;", {lost()}},
      {"multi-table-delete",
       "MULTI-TABLE",
       kRows,
       "DELETE t, helper FROM t JOIN helper ON helper.num = t.num;",
       {lost(), lost("helper")},
       "CREATE TABLE helper AS SELECT num FROM t WHERE num <= <3>;"},
      {"delete-using",
       "MULTI-TABLE",
       kOne,
       "DELETE FROM t USING t JOIN helper ON helper.num = t.num;",
       {lost()},
       "CREATE TABLE helper AS SELECT num FROM t WHERE num <= <3>;"},
      {"delete-returning", "DELETE", kOne, "DELETE FROM t WHERE num = <3> RETURNING v;", {lost()}},
      {"delete-in-cte",
       "DELETE",
       kOne,
       "DELETE FROM t WHERE num IN (WITH w AS (SELECT <3> AS x) SELECT x FROM w);",
       {lost()}},
  };
}

std::vector<Change> moves() {
  return {
      {"move-to-new-table",
       "MOVE",
       "plain composite unicode soft uuid",
       "CREATE TABLE archive LIKE t; INSERT INTO archive (<columns>) SELECT <columns> FROM t WHERE num >= <3>; DELETE"
       " FROM t WHERE num >= <3>;",
       {{Grade::warning, "rows-deleted"}}},
      {"move-to-old-table",
       "MOVE",
       "plain composite",
       "INSERT INTO archive (<columns>) SELECT <columns> FROM t WHERE num = <3>; DELETE FROM t WHERE num = <3>;",
       {{Grade::warning, "rows-deleted"}, added("archive")},
       "CREATE TABLE archive LIKE t; INSERT INTO archive (<columns>) SELECT <row> FROM (SELECT <70> AS k) AS made;"},
      {"move-and-drop",
       "MOVE",
       "plain composite",
       "CREATE TABLE archive LIKE t; INSERT INTO archive (<columns>) SELECT <columns> FROM t WHERE num >= <3>; DELETE"
       " FROM t WHERE num >= <3>; DROP TABLE archive;",
       {lost()}},
      {"move-bent",
       "MOVE",
       "plain composite",
       "CREATE TABLE archive LIKE t; INSERT INTO archive (<columns>) SELECT <columns> FROM t WHERE num >= <3>; UPDATE"
       " archive SET v = 'x', n = 'x', doc = 'x'; DELETE FROM t WHERE num >= <3>;",
       {lost()}},
      {"move-some",
       "MOVE",
       "plain composite",
       "CREATE TABLE archive LIKE t; INSERT INTO archive (<columns>) SELECT <columns> FROM t WHERE num > <3>; DELETE"
       " FROM t WHERE num >= <3>;",
       {lost()}},
      {"move-without-columns",
       "MOVE",
       "plain",
       "CREATE TABLE archive (id INT PRIMARY KEY, num INT); INSERT INTO archive"
       " SELECT id, num FROM t; DELETE FROM t;",
       {lost()}},
      {"key-elsewhere-by-chance",
       "MOVE",
       "plain",
       "INSERT INTO events (id, what) VALUES (<3>, 'removed'); DELETE FROM t WHERE id = <3>;",
       {lost(), added("events")},
       "CREATE TABLE events (id INT PRIMARY KEY, what VARCHAR(64)); INSERT INTO events VALUES"
       " (<70>, 'start');"},
      {"copy-was-there-before",
       "MOVE",
       "plain",
       "DELETE FROM t WHERE num >= <3>;",
       {lost()},
       "CREATE TABLE archive LIKE t; INSERT INTO archive (<columns>) SELECT <columns> FROM t;"},
      {"column-to-new-table",
       "MOVE",
       "plain soft",
       "CREATE TABLE notes (id INT PRIMARY KEY, n VARCHAR(64)); INSERT INTO notes SELECT id, n FROM t; UPDATE t SET n ="
       " NULL;",
       {{Grade::warning, "rows-rewritten"}}},
      {"column-to-new-column",
       "MOVE",
       "plain soft",
       "ALTER TABLE t ADD COLUMN note2 VARCHAR(64) NULL; UPDATE t SET note2 = n; UPDATE t SET n = NULL;",
       {{Grade::warning, "rows-rewritten"}}},
  };
}

}  // namespace

std::vector<Change> gone_changes() {
  std::vector<Change> changes = deletes();
  const std::vector<Change> moved = moves();
  changes.insert(changes.end(), moved.begin(), moved.end());
  return changes;
}

}  // namespace rehearsal::survey
