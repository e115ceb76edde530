// What statements on rows can do to them: overwritten and added.
#include "survey/change.h"

namespace rehearsal::survey {

namespace {

// Tables that are changed by themselves, not through a foreign key.
constexpr const char* kRows = "all -parent -setnull";
constexpr const char* kFew = "plain nokey composite unicode generated";
constexpr const char* kOne = "plain nokey";

Sight rewritten(const std::string& table = "t") {
  return {Grade::blocker, "rows-rewritten", table};
}
Sight respelled(const std::string& table = "t") {
  return {Grade::warning, "rows-rewritten", table};
}
Sight added(const std::string& table = "t") {
  return {Grade::warning, "rows-inserted", table};
}

// The same on a table that was empty: rows were added, and nothing else.
std::map<std::string, std::vector<Sight>> also_when_empty() {
  return {{"empty", {added()}}};
}

std::vector<Change> updates() {
  return {
      {"update-all", "UPDATE", kRows, "UPDATE t SET v = CONCAT('new ', num);", {rewritten()}},
      {"update-one", "UPDATE", kRows, "UPDATE t SET v = 'x' WHERE num = <3>;", {rewritten()}},
      {"update-number", "UPDATE", kFew, "UPDATE t SET num = num + 100 WHERE num = <3>;", {rewritten()}},
      {"update-to-null", "UPDATE", kRows, "UPDATE t SET n = NULL;", {rewritten()}},
      {"update-to-empty", "UPDATE", kOne, "UPDATE t SET n = '' WHERE n IS NOT NULL;", {rewritten()}},
      {"fill-null", "UPDATE", kRows, "UPDATE t SET n = 'filled' WHERE n IS NULL;", {respelled()}},
      {"fill-null-and-overwrite", "UPDATE", kFew, "UPDATE t SET n = 'filled';", {rewritten()}},
      {"truncate-values", "UPDATE", kRows, "UPDATE t SET v = LEFT(v, 4);", {rewritten()}},
      {"case-only", "UPDATE", kFew, "UPDATE t SET v = UPPER(v);", {{Grade::told, "rows-rewritten"}}},
      {"trailing-blank", "UPDATE", kFew, "UPDATE t SET v = CONCAT(v, ' ');", {{Grade::told, "rows-rewritten"}}},
      {"accent-only",
       "UPDATE",
       "plain",
       "UPDATE t SET v = 'Val\xc3\xbc\x65';",
       {rewritten()},
       "UPDATE t SET v = 'Value';"},
      {"json-respelled",
       "UPDATE",
       kRows,
       "UPDATE t SET doc = CONCAT('{\"tags\":[\"a\",\"b\"],\"id\":', num, '}');",
       {respelled()}},
      {"json-value", "UPDATE", kFew, "UPDATE t SET doc = JSON_SET(doc, '$.id', num + 1);", {rewritten()}},
      {"json-key-gone", "UPDATE", kFew, "UPDATE t SET doc = JSON_REMOVE(doc, '$.tags');", {rewritten()}},
      {"json-list-turned",
       "UPDATE",
       kOne,
       "UPDATE t SET doc = REPLACE(doc, '\"a\", \"b\"', '\"b\", \"a\"');",
       {rewritten()}},
      {"json-number-to-text",
       "UPDATE",
       kOne,
       "UPDATE t SET doc = JSON_SET(doc, '$.id', CONCAT(num, ''));",
       {rewritten()}},
      {"json-text-case", "UPDATE", kOne, "UPDATE t SET doc = REPLACE(doc, '\"a\"', '\"A\"');", {rewritten()}},
      {"json-great-number",
       "UPDATE",
       "typed",
       "UPDATE t SET js = REPLACE(js, '9007199254740993', '9007199254740992');",
       {rewritten()}},
      {"number-as-text",
       "UPDATE",
       kFew,
       "UPDATE t SET v = '1.1' WHERE num = <3>;",
       {rewritten()},
       "UPDATE t SET v = '1.10' WHERE num = <3>;"},
      {"word-as-json",
       "UPDATE",
       "plain",
       "UPDATE t SET v = 'True' WHERE num = <3>;",
       {{Grade::told, "rows-rewritten"}},
       "UPDATE t SET v = 'true' WHERE num = <3>;"},
      {"touch-only",
       "UPDATE",
       "plain composite soft",
       "UPDATE t SET updated_at = '2024-02-02 02:02:02';",
       {{Grade::told, "rows-rewritten"}}},
      {"touch-null",
       "UPDATE",
       "plain soft",
       "UPDATE t SET updated_at = '2024-02-02 02:02:02';",
       {respelled()},
       "UPDATE t SET updated_at = NULL;"},
      {"microsecond", "UPDATE", "typed", "UPDATE t SET dt6 = dt6 + INTERVAL 1 MICROSECOND;", {rewritten()}},
      {"float-last-digit", "UPDATE", "typed", "UPDATE t SET fl = 1.234568;", {rewritten()}},
      {"double-last-digit", "UPDATE", "typed", "UPDATE t SET db = db * (1 + 5e-16);", {rewritten()}},
      {"great-number", "UPDATE", "typed", "UPDATE t SET ubig = ubig + 1, big = big - 1;", {rewritten()}},
      {"enum-value", "UPDATE", "typed", "UPDATE t SET en = 'blue';", {rewritten()}},
      {"bits", "UPDATE", "typed", "UPDATE t SET bi = 5;", {rewritten()}},
      {"blob-byte", "UPDATE", "typed", "UPDATE t SET bl = CONCAT(bl, X'00');", {rewritten()}},
      {"sign-of-time", "UPDATE", "typed", "UPDATE t SET ti = '11:12:13.250';", {rewritten()}},
      {"lump-tail",
       "UPDATE",
       "large",
       "UPDATE t SET lump = CONCAT(LEFT(lump, 150000), 'X', RIGHT(lump, 50000));",
       {rewritten()}},
      {"lump-cut", "UPDATE", "large", "UPDATE t SET lump = LEFT(lump, 100000) WHERE num = <3>;", {rewritten()}},
      {"invisible-column", "UPDATE", "large", "UPDATE t SET secret = 'x';", {rewritten()}},
      {"odd-column", "UPDATE", "odd", "UPDATE t SET `ein `` Wort` = 'x';", {rewritten()}},
      {"exchange-rows",
       "UPDATE",
       "plain composite",
       "UPDATE t SET v = IF(num = <3>, 'value <4>', 'value <3>') WHERE num IN (<3>, <4>);",
       {rewritten()}},
      {"exchange-columns",
       "UPDATE",
       "plain",
       "UPDATE t SET v = n, n = 'none' WHERE n IS NOT NULL;",
       {{Grade::told, "rows-rewritten"}}},
      {"change-key",
       "UPDATE",
       "plain soft typed",
       "UPDATE t SET id = <60> WHERE num = <3>;",
       {{Grade::told, "rows-deleted rows-rewritten rows-inserted"}}},
      {"change-part-of-key",
       "UPDATE",
       "composite",
       "UPDATE t SET a = a + 50 WHERE num = <3>;",
       {{Grade::told, "rows-deleted rows-rewritten rows-inserted"}}},
      {"exchange-keys",
       "UPDATE",
       "plain soft typed",
       "UPDATE t SET id = <70> WHERE id = <3>; UPDATE t SET id = <3> WHERE id = <4>; UPDATE t SET id = <4> WHERE id ="
       " <70>;",
       {rewritten()}},
      {"key-case",
       "UPDATE",
       "unicode",
       "UPDATE t SET code = LOWER(code);",
       {{Grade::told, "rows-deleted rows-rewritten rows-inserted"}}},
      {"soft-deleted-values",
       "UPDATE",
       "soft softbool softtext softat",
       "UPDATE t SET v = 'x', n = NULL WHERE deleted_at IS NOT NULL;",
       {respelled()}},
      {"soft-deleted-and-live",
       "UPDATE",
       "soft softbool softtext softat",
       "UPDATE t SET v = 'x' WHERE num >= <8>;",
       {rewritten()}},
      {"soft-delete",
       "UPDATE",
       "soft softtext",
       "UPDATE t SET deleted = num, deleted_at = '2024-01-01 00:00:00' WHERE num = <3>;",
       {rewritten()}},
      {"soft-delete-by-flag", "UPDATE", "softbool", "UPDATE t SET deleted = 1 WHERE num = <3>;", {rewritten()}},
      {"undelete", "UPDATE", "soft", "UPDATE t SET deleted = 0, deleted_at = NULL WHERE num = <10>;", {respelled()}},
      {"multi-table-update",
       "MULTI-TABLE",
       "all -parent -setnull -empty",
       "UPDATE t JOIN helper ON helper.num = t.num SET t.v = helper.v, helper.v = 'done';",
       {rewritten(), {Grade::told, "rows-rewritten", "helper"}},
       "CREATE TABLE helper (num INT PRIMARY KEY, v VARCHAR(64)); INSERT INTO helper SELECT num, CONCAT('h', num) FROM "
       "t;"},
      {"through-view",
       "UPDATE",
       "plain composite",
       "UPDATE look SET v = 'x' WHERE num = <3>;",
       {rewritten()},
       "CREATE VIEW look AS SELECT num, v FROM t;"},
      {"many-kinds-of-change",
       "UPDATE",
       "plain",
       "UPDATE t SET v = 'x', n = 'y', moment = NULL, doc = NULL, updated_at = NULL;",
       {rewritten()}},
  };
}

std::vector<Change> inserts() {
  return {
      {"insert-one",
       "INSERT",
       "all",
       "INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <50> AS k) AS made;",
       {added()},
       {},
       also_when_empty()},
      {"insert-600",
       "INSERT",
       "plain nokey composite unicode generated soft empty",
       "INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <100> + seq AS k FROM seq_1_to_600) AS made;",
       {added()},
       {},
       also_when_empty()},
      {"insert-through-view",
       "INSERT",
       "plain",
       "INSERT INTO look (num, v) VALUES (<50>, 'x');",
       {added()},
       "CREATE VIEW look AS SELECT num, v FROM t;"},
      {"replace-changed",
       "REPLACE",
       "all -nokey -parent -setnull -empty",
       "CREATE TEMPORARY TABLE other AS SELECT <columns> FROM t WHERE num = <3>; UPDATE other SET v = 'x';"
       " REPLACE INTO t (<columns>) SELECT <columns> FROM other;",
       {rewritten()}},
      {"replace-forgets-columns",
       "REPLACE",
       "plain soft",
       "REPLACE INTO t (id, v, num) SELECT id, v, num FROM t;",
       {rewritten()}},
      {"replace-by-other-key",
       "REPLACE",
       "generated",
       "REPLACE INTO t (id, v, num) VALUES (<60>, 'x', <3>);",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, added()}},
      {"on-duplicate-changed",
       "ON DUPLICATE KEY",
       "all -nokey -empty",
       "INSERT INTO t (<columns>) SELECT <columns> FROM t AS same ON DUPLICATE KEY UPDATE v = 'x';",
       {rewritten()}},
      {"load-data",
       "LOAD DATA",
       "plain",
       "LOAD DATA LOCAL INFILE '/rehearsal/etc/rows.txt' INTO TABLE t (id, v) SET num ="
       " id;",
       {added()}},
      {"load-data-replace",
       "LOAD DATA",
       "plain",
       "LOAD DATA LOCAL INFILE '/rehearsal/etc/rows.txt' REPLACE INTO TABLE t (@a, v) SET id = <0> + @a, num = <0> + "
       "@a;",
       {rewritten()}},
  };
}

}  // namespace

std::vector<Change> row_changes() {
  std::vector<Change> changes = updates();
  const std::vector<Change> inserted = inserts();
  changes.insert(changes.end(), inserted.begin(), inserted.end());
  return changes;
}

}  // namespace rehearsal::survey
