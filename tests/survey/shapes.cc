#include <algorithm>

#include "survey/change.h"

#include "base/text.h"

namespace rehearsal::survey {

namespace {

constexpr const char* kColumns =
    "v VARCHAR(64) NOT NULL, n VARCHAR(64) NULL, num INT NOT NULL, moment DATETIME NULL, doc TEXT NULL,"
    " updated_at DATETIME NULL";
constexpr const char* kNames = "v, n, num, moment, doc, updated_at";
constexpr const char* kValues =
    "CONCAT('value ', k), IF(k % 2, CONCAT('note ', k), NULL), k, '2023-04-05 06:07:08' + INTERVAL k SECOND,"
    " CONCAT('{\"id\": ', k, ', \"tags\": [\"a\", \"b\"]}'), '2023-04-05 06:07:08'";

// Rows 9 to 12 of a table with soft delete are deleted.
std::string if_deleted(const std::string& then, const std::string& otherwise) {
  return "IF(k BETWEEN <9> AND <12>, " + then + ", " + otherwise + ")";
}

std::vector<Shape> make_shapes() {
  const std::string id = "id INT NOT NULL, ";
  const std::string by_id = ", PRIMARY KEY (id)";
  std::vector<Shape> shapes;
  shapes.push_back({"plain", "id INT NOT NULL AUTO_INCREMENT, ", "id, ", "k, ", by_id});
  shapes.push_back({"nokey", "", "", ""});
  shapes.back().keyed = false;
  shapes.push_back({"composite", "a INT NOT NULL, b VARCHAR(20) NOT NULL, ", "a, b, ", "k DIV 4, CONCAT('b', k), ",
                    ", PRIMARY KEY (a, b)"});
  shapes.push_back({"unicode", "code VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL, ", "code, ",
                    "CONCAT('Ключ-Ä', k, '😀'), ", ", PRIMARY KEY (code)"});
  shapes.push_back({"uuid", "uuid CHAR(36) NOT NULL, ", "uuid, ",
                    "CONCAT('6f9619ff-8b86-d011-b42d-', LPAD(k, 12, '0')), ", ", UNIQUE KEY (uuid)"});
  shapes.push_back({"binary", "bin BINARY(16) NOT NULL, ", "bin, ", "UNHEX(MD5(k)), ", ", PRIMARY KEY (bin)"});
  shapes.push_back({"parent", id, "id, ", "k, ", by_id, "", "",
                    "CREATE TABLE kids (id INT PRIMARY KEY, t_id INT NULL, v VARCHAR(64), CONSTRAINT kids_t FOREIGN KEY"
                    " (t_id) REFERENCES t (id) ON DELETE CASCADE ON UPDATE CASCADE);\n"
                    "INSERT INTO kids SELECT id, id, CONCAT('kid of ', id) FROM t;\n"});
  shapes.push_back({"setnull", id, "id, ", "k, ", by_id, "", "",
                    "CREATE TABLE kids (id INT PRIMARY KEY, t_id INT NULL, v VARCHAR(64), CONSTRAINT kids_t FOREIGN KEY"
                    " (t_id) REFERENCES t (id) ON DELETE SET NULL ON UPDATE CASCADE);\n"
                    "INSERT INTO kids SELECT id, id, CONCAT('kid of ', id) FROM t;\n"});
  shapes.push_back({"child", "id INT NOT NULL, parent_id INT NOT NULL, ", "id, parent_id, ", "k, k, ",
                    by_id + ", CONSTRAINT t_parent FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE CASCADE",
                    "",
                    "CREATE TABLE parents (id INT PRIMARY KEY, v VARCHAR(64));\n"
                    "INSERT INTO parents SELECT <0> + seq, CONCAT('parent ', seq) FROM seq_1_to_80;\n"});
  shapes.push_back(
      {"generated", id, "id, ", "k, ",
       by_id + ", gs VARCHAR(80) AS (CONCAT(v, '!')) STORED, gv INT AS (num * 2) VIRTUAL, UNIQUE KEY (gv)"});
  shapes.push_back({"soft", id + "deleted INT NOT NULL DEFAULT 0, deleted_at DATETIME NULL, ",
                    "id, deleted, deleted_at, ",
                    "k, " + if_deleted("k", "0") + ", " + if_deleted("'2023-01-02 03:04:05'", "NULL") + ", ", by_id});
  shapes.push_back({"softbool", id + "deleted TINYINT(1) NULL, deleted_at DATETIME NULL, ", "id, deleted, deleted_at, ",
                    "k, " + if_deleted("1", "0") + ", " + if_deleted("'2023-01-02 03:04:05'", "NULL") + ", ", by_id});
  shapes.push_back(
      {"softtext", id + "deleted VARCHAR(36) NOT NULL DEFAULT 'False', deleted_at DATETIME NULL, ",
       "id, deleted, deleted_at, ",
       "k, " + if_deleted("CONCAT('', k)", "'False'") + ", " + if_deleted("'2023-01-02 03:04:05'", "NULL") + ", ",
       by_id});
  shapes.push_back({"softat", id + "deleted_at DATETIME NULL, ", "id, deleted_at, ",
                    "k, " + if_deleted("'2023-01-02 03:04:05'", "NULL") + ", ", by_id});
  shapes.push_back({"empty", id, "id, ", "k, ", by_id});
  shapes.back().rows = 0;
  shapes.push_back({"partitioned", id, "id, ", "k, ", by_id,
                    "PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (<5>), PARTITION p2 VALUES LESS THAN (<9>),"
                    " PARTITION p3 VALUES LESS THAN (<90>))"});
  shapes.push_back({"myisam", id, "id, ", "k, ", by_id, "ENGINE=MyISAM"});
  shapes.push_back({"odd", "`order` INT NOT NULL, `ein `` Wort` VARCHAR(20) NULL, `größe` INT NULL, ",
                    "`order`, `ein `` Wort`, `größe`, ", "k, CONCAT('o', k), k, ", ", PRIMARY KEY (`order`)"});
  shapes.push_back({"large", id + "lump LONGTEXT NULL, secret VARCHAR(20) NULL INVISIBLE, ", "id, lump, secret, ",
                    "k, CONCAT(REPEAT('abcdefghij', 20000), k), CONCAT('s', k), ", by_id});
  shapes.push_back(
      {"typed",
       id + "tiny TINYINT UNSIGNED, big BIGINT, ubig BIGINT UNSIGNED, dec6 DECIMAL(20,6), fl FLOAT, db DOUBLE,"
            " dt6 DATETIME(6), d DATE, ti TIME(3), ts TIMESTAMP NULL, en ENUM('red','green','blue'), st "
            "SET('x','y','z'),"
            " bi BIT(8), bl BLOB, js JSON, lat VARCHAR(64) CHARACTER SET latin1, u4 VARCHAR(64) CHARACTER SET utf8mb4"
            " COLLATE utf8mb4_unicode_ci, ",
       "id, tiny, big, ubig, dec6, fl, db, dt6, d, ti, ts, en, st, bi, bl, js, lat, u4, ",
       "k, k % 200, 9007199254740000 + k, 18446744073709550000 + k % 1000, k + 0.123456, 1.234567, 0.1 + k / 3,"
       " '2023-04-05 06:07:08.123456', '2023-04-05', '-11:12:13.250', '2023-04-05 06:07:08', 'green', 'x,z', 133,"
       " UNHEX(MD5(k)), CONCAT('{\"n\": 9007199254740993, \"k\": ', k, '}'), 'Größe', 'Ключ 😀', ",
       by_id});
  return shapes;
}

}  // namespace

const std::vector<Shape>& all_shapes() {
  static const std::vector<Shape> kShapes = make_shapes();
  return kShapes;
}

std::string Combination::filled(const std::string& text) const {
  const std::string create = "CREATE TABLE t (" + shape->keys + kColumns + shape->constraints + ") " + shape->options;
  std::string known = replace_all(replace_all(text, "<create>", create), "<schema>", schema);
  known = replace_all(known, "<columns>", shape->key_names + kNames);
  known = replace_all(known, "<row>", shape->key_values + kValues);
  std::string result;
  for (std::size_t at = 0; at < known.size();) {
    const std::size_t end = known[at] == '<' ? known.find('>', at) : std::string::npos;
    const std::string inside = end == std::string::npos ? "" : known.substr(at + 1, end - at - 1);
    if (is_digits(inside) && inside.size() < 4) {
      result += std::to_string(base + std::stoi(inside));
      at = end + 1;
    } else {
      result += known[at++];
    }
  }
  return result;
}

std::string Combination::setup() const {
  std::string script = "USE " + sql_name(schema) + ";\nSET sql_mode = '';\n" + shape->before + "<create>;\n";
  if (shape->rows > 0) {
    script += "INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <0> + seq AS k FROM seq_1_to_" +
              std::to_string(shape->rows) + ") AS made;\n";
  }
  return filled(script + shape->after + change->setup);
}

std::string Combination::sql() const {
  return filled(change->sql);
}

std::vector<Sight> Combination::seen() const {
  if (const auto own = change->otherwise.find(shape->name); own != change->otherwise.end()) {
    return own->second;
  }
  if (shape->rows == 0) {
    return {};
  }
  std::vector<Sight> sights = change->seen;
  for (Sight& sight : sights) {
    // Without a key it cannot be told which row became which.
    if (!shape->keyed && sight.codes.find("rows-") != std::string::npos) {
      sight.codes += " rows-deleted rows-rewritten rows-inserted";
      sight.grade = sight.grade == Grade::warning ? Grade::told : sight.grade;
    }
  }
  return sights;
}

std::vector<ExpectedChange> Combination::rules() const {
  std::vector<ExpectedChange> rules = change->rules;
  for (ExpectedChange& rule : rules) {
    if (rule.schema_role.empty()) {
      rule.schema_role = schema;
    }
    for (auto& [column, sql] : rule.becomes) {
      sql = filled(sql);
    }
    rule.satisfies = filled(rule.satisfies);
  }
  return rules;
}

std::vector<Change> all_changes() {
  std::vector<Change> changes;
  const std::pair<const char*, std::vector<Change>> groups[] = {
      {"harmless", harmless_changes()}, {"rows", row_changes()},      {"rows", gone_changes()},
      {"tables", table_changes()},      {"tables", column_changes()}, {"spelled", spelled_changes()},
      {"hidden", hidden_changes()},     {"ruled", ruled_changes()}};
  for (const auto& [group, of_group] : groups) {
    for (Change change : of_group) {
      change.group = group;
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::vector<Combination> combine(const std::vector<Change>& changes) {
  std::vector<Combination> combinations;
  for (const Change& change : changes) {
    const std::vector<std::string> words = split(change.shapes, ' ');
    const auto has = [&](const std::string& word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    for (const Shape& shape : all_shapes()) {
      if (has(shape.name) || (has("all") && !has("-" + shape.name))) {
        const int number = static_cast<int>(combinations.size()) + 1;
        combinations.push_back({&change, &shape, "m" + std::to_string(number), number * 1000});
      }
    }
  }
  return combinations;
}

}  // namespace rehearsal::survey
