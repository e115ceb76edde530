// Changes of which a rule of the catalogue speaks: exactly what it says is quiet, anything else is told.
#include "survey/change.h"

namespace rehearsal::survey {

namespace {

constexpr const char* kKeyed = "plain composite unicode uuid binary child generated soft partitioned odd typed";
constexpr const char* kRuled = "plain composite";

ExpectedChange rule(RowChange change, const std::vector<std::string>& columns = {}) {
  ExpectedChange made;
  made.release = "2025.1";
  made.table = "t";
  made.change = change;
  made.columns = columns;
  made.why = "it is known";
  return made;
}
ExpectedChange becomes(const std::string& column, const std::string& sql) {
  ExpectedChange made = rule(RowChange::rewritten, {column});
  made.becomes[column] = sql;
  return made;
}
ExpectedChange satisfies(RowChange change, const std::string& sql, const std::vector<std::string>& columns = {}) {
  ExpectedChange made = rule(change, columns);
  made.satisfies = sql;
  return made;
}
ExpectedChange of_release(ExpectedChange made, const std::string& release) {
  made.release = release;
  return made;
}
ExpectedChange of_role(ExpectedChange made, const std::string& role) {
  made.schema_role = role;
  return made;
}
ExpectedChange with(ExpectedChange made, const std::string& column, const std::string& sql = {}) {
  made.columns.push_back(column);
  if (!sql.empty()) {
    made.becomes[column] = sql;
  }
  return made;
}

Sight unlike() {
  return {Grade::blocker, "rows-unlike-rule"};
}
// A rule that could not be held against the row excuses nothing.
Sight not_excused() {
  return {Grade::blocker, "rows-rewritten rows-unlike-rule"};
}

// Name, shapes, SQL, what is seen, rules, set-up.
void add(std::vector<Change>& changes, const std::string& name, const char* shapes, const std::string& sql,
         const std::vector<Sight>& seen, const std::vector<ExpectedChange>& rules, const std::string& setup = {}) {
  Change change;
  change.name = "rule-" + name;
  change.kind = "RULE";
  change.shapes = shapes;
  change.sql = sql;
  change.seen = seen;
  change.setup = setup;
  change.rules = rules;
  changes.push_back(change);
}

std::vector<Change> rewritings() {
  const std::string numbered = "CONCAT('new ', num)";
  const std::string update = "UPDATE t SET v = CONCAT('new ', num);";
  const std::vector<ExpectedChange> known = {becomes("v", numbered)};
  std::vector<Change> c;
  add(c, "followed", kKeyed, update, {}, known);
  add(c, "followed-in-part", kRuled, "UPDATE t SET v = CONCAT('new ', num) WHERE num > <5>;", {}, known);
  add(c, "not-used", kRuled, "UPDATE t SET v = v;", {}, known);
  add(c, "one-row-otherwise", kKeyed, update + " UPDATE t SET v = 'x' WHERE num = <3>;", {unlike()}, known);
  add(c, "value-of-another-row", kKeyed, "UPDATE t SET v = CONCAT('new ', num + 1);", {unlike()}, known);
  add(c, "rows-exchanged", kRuled,
      "UPDATE t SET v = IF(num IN (<3>, <4>), CONCAT('new ', <7> - num), CONCAT('new ', num));", {unlike()}, known);
  add(c, "null-instead", kRuled, "UPDATE t SET n = NULL;", {unlike()}, {becomes("n", "CONCAT(n, '!')")});
  add(c, "to-null", kRuled, "UPDATE t SET n = NULL;", {}, {becomes("n", "NULL")});
  add(c, "to-null-but-empty", kRuled, "UPDATE t SET n = '';", {unlike()}, {becomes("n", "NULL")});
  add(c, "other-column-too", kKeyed, "UPDATE t SET v = CONCAT('new ', num), num = num + 50;", {rewritten()}, known);
  add(c, "touched-as-said", kKeyed, "UPDATE t SET v = CONCAT('new ', num), updated_at = '2024-02-02 02:02:02';", {},
      {with(becomes("v", numbered), "updated_at")});
  add(c, "touched-unsaid", kRuled, "UPDATE t SET v = CONCAT('new ', num), updated_at = '2024-02-02 02:02:02';",
      {{Grade::at_most_warning, "rows-rewritten"}}, known);
  add(c, "two-columns", kRuled, "UPDATE t SET n = v, v = CONCAT('new ', num);", {},
      {with(becomes("v", numbered), "n", "v")});
  add(c, "two-columns-one-wrong", kRuled, "UPDATE t SET n = 'x', v = CONCAT('new ', num);", {unlike()},
      {with(becomes("v", numbered), "n", "v")});
  add(c, "of-later-release", kRuled, update, {rewritten()}, {of_release(becomes("v", numbered), "2026.1")});
  add(c, "of-earlier-release", kRuled, update, {}, {of_release(becomes("v", numbered), "2024.2")});
  add(c, "of-another-schema", kRuled, update, {rewritten()}, {of_role(becomes("v", numbered), "nowhere")});
  add(c, "json", kRuled, "UPDATE t SET doc = JSON_REMOVE(doc, '$.tags');", {},
      {becomes("doc", "JSON_REMOVE(doc, '$.tags')")});
  add(c, "json-other-key", kRuled, "UPDATE t SET doc = JSON_REMOVE(doc, '$.id');", {unlike()},
      {becomes("doc", "JSON_REMOVE(doc, '$.tags')")});
  add(c, "json-emptied", kRuled, "UPDATE t SET doc = '{}';", {unlike()},
      {becomes("doc", "JSON_REMOVE(doc, '$.tags')")});
  add(c, "case-otherwise", kRuled, "UPDATE t SET v = UPPER(CONCAT('new ', num));", {not_excused()}, known);
  add(c, "blank-behind", kRuled, "UPDATE t SET v = CONCAT('new ', num, ' ');", {not_excused()}, known);
  add(c, "nought-before", kRuled, "UPDATE t SET v = '7';", {not_excused()}, {becomes("v", "'007'")});
  add(c, "exponent", kRuled, "UPDATE t SET v = '100';", {not_excused()}, {becomes("v", "'1e2'")});
  add(c, "number", kRuled, "UPDATE t SET num = num + 100;", {}, {becomes("num", "num + 100")});
  add(c, "number-off-by-one", kRuled, "UPDATE t SET num = num + 101;", {unlike()}, {becomes("num", "num + 100")});
  add(c, "moment", kRuled, "UPDATE t SET moment = moment + INTERVAL 1 DAY;", {},
      {becomes("moment", "moment + INTERVAL 1 DAY")});
  add(c, "moment-off-by-a-second", kRuled, "UPDATE t SET moment = moment + INTERVAL 86401 SECOND;", {unlike()},
      {becomes("moment", "moment + INTERVAL 1 DAY")});
  add(c, "types", "typed",
      "UPDATE t SET big = big - 1, ubig = ubig + 1, dec6 = dec6 / 2, dt6 = dt6 + INTERVAL 1 MICROSECOND, bl = "
      "REVERSE(bl),"
      " en = 'blue', st = 'y', bi = 5, u4 = CONCAT(u4, '✓'), fl = 2.5, db = db * 2, ti = '01:02:03.5';",
      {},
      {with(with(with(with(with(with(with(with(with(with(with(becomes("big", "big - 1"), "ubig", "ubig + 1"), "dec6",
                                                         "dec6 / 2"),
                                                    "dt6", "dt6 + INTERVAL 1 MICROSECOND"),
                                               "bl", "REVERSE(bl)"),
                                          "en", "'blue'"),
                                     "st", "'y'"),
                                "bi", "5"),
                           "u4", "CONCAT(u4, '✓')"),
                      "fl", "2.5"),
                 "db", "db * 2"),
            "ti", "'01:02:03.5'")});
  add(c, "great-number-off-by-one", "typed", "UPDATE t SET ubig = ubig + 2;", {unlike()},
      {becomes("ubig", "ubig + 1")});
  add(c, "microsecond-off", "typed", "UPDATE t SET dt6 = dt6 + INTERVAL 2 MICROSECOND;", {unlike()},
      {becomes("dt6", "dt6 + INTERVAL 1 MICROSECOND")});
  add(c, "joined-before", kRuled, "UPDATE t JOIN names ON names.num = t.num SET t.v = names.name; DROP TABLE names;",
      {lost("names")}, {becomes("v", "(SELECT names.name FROM ${schema}.names WHERE names.num = t.num)")},
      "CREATE TABLE names (num INT PRIMARY KEY, name VARCHAR(64)); INSERT INTO names SELECT num, CONCAT('name ', num) "
      "FROM"
      " t;");
  add(c, "joined-wrongly", kRuled, "UPDATE t JOIN names ON names.num = t.num + 1 SET t.v = names.name;", {unlike()},
      {becomes("v", "(SELECT names.name FROM ${schema}.names WHERE names.num = t.num)")},
      "CREATE TABLE names (num INT PRIMARY KEY, name VARCHAR(64)); INSERT INTO names SELECT num, CONCAT('name ', num) "
      "FROM"
      " t;");
  add(c, "cannot-be-asked", kRuled, update, {not_excused()}, {becomes("v", "nowhere + 1")});
  add(c, "one-of-two", kRuled, "UPDATE t SET v = IF(num < <5>, CONCAT('new ', num), CONCAT(v, '!'));", {},
      {becomes("v", numbered), becomes("v", "CONCAT(v, '!')")});
  add(c, "none-of-two", kRuled, "UPDATE t SET v = IF(num < <5>, CONCAT('new ', num), 'x');", {unlike()},
      {becomes("v", numbered), becomes("v", "CONCAT(v, '!')")});
  add(c, "and-narrowed", kRuled, "UPDATE t SET v = CONCAT('new ', num); ALTER TABLE t MODIFY v VARCHAR(200) NOT NULL;",
      {}, known);
  add(c, "soft-deleted-otherwise", "soft", update + " UPDATE t SET v = 'x' WHERE num = <10>;",
      {{Grade::warning, "rows-unlike-rule"}}, known);
  add(c, "key-changed-too", "plain", "UPDATE t SET v = CONCAT('new ', num), id = id + 50;",
      {{Grade::blocker, "rows-deleted rows-rewritten"}}, known);
  return c;
}

std::vector<Change> predicates() {
  const std::vector<ExpectedChange> known = {satisfies(RowChange::rewritten, "v LIKE 'new %'", {"v"})};
  std::vector<Change> c;
  add(c, "true", kKeyed, "UPDATE t SET v = CONCAT('new ', UUID());", {}, known);
  add(c, "false-in-one", kKeyed, "UPDATE t SET v = IF(num = <3>, 'x', CONCAT('new ', num));", {unlike()}, known);
  add(c, "unknown-in-one", kRuled, "UPDATE t SET n = IF(num = <3>, NULL, 'new');", {unlike()},
      {satisfies(RowChange::rewritten, "n = 'new'", {"n"})});
  add(c, "true-other-column", kRuled, "UPDATE t SET v = CONCAT('new ', num), doc = 'x';", {rewritten()}, known);
  add(c, "exists", kRuled,
      "CREATE TABLE fresh (v VARCHAR(64) PRIMARY KEY); INSERT INTO fresh SELECT CONCAT('new ', num) FROM t; UPDATE t "
      "SET v ="
      " CONCAT('new ', num);",
      {}, {satisfies(RowChange::rewritten, "EXISTS (SELECT 1 FROM ${schema}.fresh WHERE fresh.v = t.v)", {"v"})});
  add(c, "exists-not", kRuled,
      "CREATE TABLE fresh (v VARCHAR(64) PRIMARY KEY); INSERT INTO fresh SELECT CONCAT('new ', num) FROM t WHERE num > "
      "<3>;"
      " UPDATE t SET v = CONCAT('new ', num);",
      {unlike()},
      {satisfies(RowChange::rewritten, "EXISTS (SELECT 1 FROM ${schema}.fresh WHERE fresh.v = t.v)", {"v"})});
  ExpectedChange neither = rule(RowChange::rewritten, {"v"});
  neither.neither = "it is random";
  add(c, "neither", kRuled, "UPDATE t SET v = UUID();", {}, {neither});
  add(c, "neither-other-column", kRuled, "UPDATE t SET v = UUID(), doc = 'x';", {rewritten()}, {neither});
  add(c, "neither-but-deleted", kRuled, "DELETE FROM t WHERE num = <3>;", {lost()}, {neither});
  return c;
}

std::vector<Change> rows_and_tables() {
  const std::string insert = "INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <50> AS k) AS made;";
  std::vector<Change> c;
  add(c, "inserted", "all -partitioned", insert, {}, {rule(RowChange::inserted)});
  add(c, "inserted-as-said", kKeyed, insert, {}, {satisfies(RowChange::inserted, "num >= <50>")});
  add(c, "inserted-otherwise", kKeyed, insert, {{Grade::told, "rows-inserted rows-unlike-rule"}},
      {satisfies(RowChange::inserted, "num < <50>")});
  add(c, "inserted-and-rewritten", kRuled, insert + " UPDATE t SET v = 'x' WHERE num = <3>;", {rewritten()},
      {rule(RowChange::inserted)});
  add(c, "deleted", "all -parent -setnull", "DELETE FROM t;", {}, {rule(RowChange::deleted)});
  add(c, "deleted-by-truncate", "plain nokey composite soft", "TRUNCATE TABLE t;", {}, {rule(RowChange::deleted)});
  add(c, "deleted-as-said", kKeyed, "DELETE FROM t WHERE num > <6>;", {}, {satisfies(RowChange::deleted, "num > <6>")});
  add(c, "deleted-others-too", kKeyed, "DELETE FROM t WHERE num > <5>;", {lost()},
      {satisfies(RowChange::deleted, "num > <6>")});
  add(c, "deleted-others", kRuled, "DELETE FROM t WHERE num < <3>;", {lost()},
      {satisfies(RowChange::deleted, "num > <6>")});
  // As it was before: what the step wrote into the row first does not count.
  add(c, "deleted-after-marking", kRuled, "UPDATE t SET num = num + 50; DELETE FROM t WHERE num > <50>;", {lost()},
      {satisfies(RowChange::deleted, "num > <50>")});
  add(c, "deleted-and-cascaded", "parent", "DELETE FROM t WHERE num = <3>;", {lost("kids")},
      {rule(RowChange::deleted)});
  add(c, "deleted-but-dropped", kRuled, "DROP TABLE t;", {lost()}, {rule(RowChange::deleted)});
  add(c, "column-dropped", "all", "ALTER TABLE t DROP COLUMN n;", {}, {rule(RowChange::column_dropped, {"n"})});
  add(c, "other-column-dropped", "plain nokey composite", "ALTER TABLE t DROP COLUMN n, DROP COLUMN doc;",
      {{Grade::blocker, "column-dropped"}}, {rule(RowChange::column_dropped, {"n"})});
  add(c, "column-dropped-later", kRuled, "ALTER TABLE t DROP COLUMN n;", {{Grade::blocker, "column-dropped"}},
      {of_release(rule(RowChange::column_dropped, {"n"}), "2026.1")});
  add(c, "table-dropped", "plain nokey composite soft", "DROP TABLE t;", {}, {rule(RowChange::table_dropped)});
  add(c, "table-emptied-not-dropped", "plain nokey", "TRUNCATE TABLE t;", {lost()}, {rule(RowChange::table_dropped)});
  add(c, "table-made-again", "plain nokey", "DROP TABLE t; <create>;", {{Grade::told, "rows-deleted"}},
      {rule(RowChange::table_dropped)});
  add(c, "other-table-dropped", "plain", "DROP TABLE t, other;", {lost("other")}, {rule(RowChange::table_dropped)},
      "CREATE TABLE other AS SELECT * FROM t;");
  return c;
}

}  // namespace

std::vector<Change> ruled_changes() {
  std::vector<Change> changes = rewritings();
  for (const auto& more : {predicates(), rows_and_tables()}) {
    changes.insert(changes.end(), more.begin(), more.end());
  }
  return changes;
}

}  // namespace rehearsal::survey
