#include "harness/diff/schema.h"

#include <algorithm>

#include "base/table_name.h"
#include "base/text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

// Drops " COMMENT '…'" of a column or table line; quotes inside are doubled or escaped.
std::string without_comment(std::string line) {
  for (const std::string_view word : {" COMMENT '", " COMMENT='"}) {
    const std::size_t at = line.find(word);
    if (at == std::string::npos) {
      continue;
    }
    std::size_t end = at + word.size();
    while (end < line.size()) {
      if (line[end] == '\\') {
        end += 2;
      } else if (line[end] == '\'' && end + 1 < line.size() && line[end + 1] == '\'') {
        end += 2;
      } else if (line[end] == '\'') {
        break;
      } else {
        ++end;
      }
    }
    line.erase(at, std::min(end + 1, line.size()) - at);
  }
  return line;
}

std::string without_auto_increment(std::string line) {
  const std::size_t at = line.find(" AUTO_INCREMENT=");
  if (at != std::string::npos) {
    line.erase(at, line.find(' ', at + 1) - at);
  }
  return line;
}

// "datetime /* mariadb-5.3 */": how the values are stored, not what they are.
std::string without_remarks(std::string line) {
  constexpr std::string_view kRemark = " /* mariadb-5.3 */";
  for (std::size_t at = line.find(kRemark); at != std::string::npos; at = line.find(kRemark)) {
    line.erase(at, kRemark.size());
  }
  return line;
}

// The word after `label`, up to a blank; empty where the line has none.
std::string word_after(const std::string& line, std::string_view label) {
  const std::size_t at = line.find(label);
  return at == std::string::npos
             ? std::string()
             : line.substr(at + label.size(), line.find(' ', at + label.size()) - at - label.size());
}

// Where the type of a column line ends: "`c` enum('a','b)') NOT NULL" -> after the bracket. npos: its values are no
// text.
std::size_t end_of_text_type(const std::string& line) {
  const std::size_t name_end = line.find("` ", 1);
  if (!line.starts_with("`") || name_end == std::string::npos) {
    return std::string::npos;
  }
  const std::size_t begin = name_end + 2;
  std::size_t end = std::min(line.find_first_of(" (", begin), line.size());
  static const std::set<std::string> kTextTypes = {"char",       "varchar",  "tinytext", "text",
                                                   "mediumtext", "longtext", "enum",     "set"};
  if (!kTextTypes.contains(line.substr(begin, end - begin))) {
    return std::string::npos;
  }
  if (end < line.size() && line[end] == '(') {
    bool quoted = false;
    while (end < line.size() && (quoted || line[end] != ')')) {
      quoted = line[end] == '\'' ? !quoted : quoted;
      ++end;
    }
    end = std::min(end + 1, line.size());
  }
  return end;
}

// Every text column names its collation, be it the table's default or its own: a table's new default changes no column,
// and a conversion changes all.
std::string with_collation(std::string line, const std::string& table_default) {
  const std::size_t end = end_of_text_type(line);
  if (end == std::string::npos) {
    return line;
  }
  std::string own;
  for (const std::string_view word : {" CHARACTER SET ", " COLLATE "}) {
    if (line.compare(end, word.size(), word) == 0) {
      const std::size_t stop = std::min(line.find(' ', end + word.size()), line.size());
      own = line.substr(end, stop - end);
      line.erase(end, stop - end);
    }
  }
  return line.insert(end, own.empty() ? table_default : own);
}

std::string in_one_line(const std::string& text) {
  std::string line;
  for (const std::string& part : lines_of(text)) {
    line += (line.empty() ? "" : " ") + std::string(trim(part));
  }
  return line;
}

bool is_key(const std::string& line) {
  for (const std::string_view word : {"KEY ", "PRIMARY KEY", "UNIQUE KEY", "CONSTRAINT ", "FULLTEXT KEY", "CHECK "}) {
    if (line.starts_with(word)) {
      return true;
    }
  }
  return false;
}

}  // namespace

TableShape shape_of(const std::string& create_statement, bool is_view) {
  TableShape shape;
  shape.is_view = is_view;
  shape.create = create_statement;
  if (is_view) {
    shape.lines.push_back(create_statement);
    return shape;
  }
  std::vector<std::string> lines = lines_of(create_statement);
  std::vector<std::string> keys;
  for (std::size_t i = 1; i < lines.size(); ++i) {  // the first line is CREATE TABLE `name` (
    std::string line(trim(lines[i]));
    if (!line.empty() && line.back() == ',') {
      line.pop_back();
    }
    line = without_remarks(without_comment(line));
    if (line.starts_with(")")) {
      line = "table " + std::string(trim(without_auto_increment(line).substr(1)));
    }
    (is_key(line) ? keys : shape.lines).push_back(line);
  }
  std::string table_default;
  if (!shape.lines.empty() && shape.lines.back().starts_with("table ")) {
    const std::string collation = word_after(shape.lines.back(), " COLLATE=");
    const std::string charset = word_after(shape.lines.back(), " CHARSET=");
    table_default = !collation.empty() ? " COLLATE " + collation : !charset.empty() ? " CHARACTER SET " + charset : "";
  }
  for (std::string& line : shape.lines) {
    line = with_collation(std::move(line), table_default);
  }
  std::sort(keys.begin(), keys.end());
  shape.lines.insert(shape.lines.end(), keys.begin(), keys.end());
  return shape;
}

namespace {

// What SHOW CREATE does not tell of a database and its tables.
Result<void> read_database(Sql& sql, const std::string& database, Schema& schema) {
  const std::string name = sql_string(database);
  std::vector<std::string>& lines = schema.databases[database];
  REHEARSAL_TRY_SET(const std::vector<Row> defaults,
                    sql.query("SELECT CONCAT('default character set ', DEFAULT_CHARACTER_SET_NAME, ' collate ',"
                              " DEFAULT_COLLATION_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
                              name));
  REHEARSAL_TRY_SET(
      const std::vector<Row> programs,
      sql.query("SELECT CONCAT(LOWER(type), ' `', name, '`') FROM mysql.proc WHERE db = " + name +
                " UNION ALL SELECT CONCAT('event `', name, '`') FROM mysql.event WHERE db = " + name + " ORDER BY 1"));
  for (const std::vector<Row>* rows : {&defaults, &programs}) {
    for (const Row& row : *rows) {
      lines.push_back(row.at(0).value_or(""));
    }
  }
  REHEARSAL_TRY_SET(const std::vector<Row> formats,
                    sql.query("SELECT NAME, ROW_FORMAT FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE " +
                              sql_string(replace_all(database, "_", "\\_") + "/%")));
  for (const Row& row : formats) {
    const std::string table = row.at(0).value_or("").substr(database.size() + 1);
    if (const auto found = schema.tables.find(database + "." + table); found != schema.tables.end()) {
      found->second.lines.push_back("row format " + row.at(1).value_or(""));
    }
  }
  REHEARSAL_TRY_SET(const std::vector<Row> triggers,
                    sql.query("SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION,"
                              " ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = " +
                              name + " ORDER BY TRIGGER_NAME"));
  for (const Row& row : triggers) {
    const auto found = schema.tables.find(database + "." + row.at(0).value_or(""));
    if (found != schema.tables.end()) {
      found->second.lines.push_back("TRIGGER " + sql_name(row.at(1).value_or("")) + " " + row.at(2).value_or("") + " " +
                                    row.at(3).value_or("") + " " + mask_sql(in_one_line(row.at(4).value_or(""))));
    }
  }
  return {};
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

std::vector<std::string> differences(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::vector<std::string> details;
  for (const std::string& line : before) {
    if (!has(after, line)) {
      details.push_back("- " + line);
    }
  }
  for (const std::string& line : after) {
    if (!has(before, line)) {
      details.push_back("+ " + line);
    }
  }
  return details;
}

}  // namespace

Result<Schema> read_schema(Sql& sql, const std::vector<std::string>& databases) {
  Schema schema;
  for (const std::string& database : databases) {
    REHEARSAL_TRY_SET(const auto there, sql.query("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
                                                  sql_string(database)));
    if (there.empty()) {
      continue;  // a step may drop a whole database
    }
    REHEARSAL_TRY_SET(const std::vector<Row> tables, sql.query("SHOW FULL TABLES FROM " + sql_name(database)));
    for (const Row& row : tables) {
      const std::string name = row.at(0).value_or("");
      const bool is_view = row.at(1).value_or("") == "VIEW";
      const std::string kind = is_view ? "SHOW CREATE VIEW " : "SHOW CREATE TABLE ";
      const auto text = sql.query(kind + sql_name(TableName{database, name}));
      // A view whose table has lost a column cannot be shown; that it exists is still worth knowing.
      const std::string statement = text && !text->empty() ? text->front().at(1).value_or("") : "";
      if (!text && !is_view) {
        return fail(text.error());
      }
      schema.tables[database + "." + name] = shape_of(statement, is_view);
    }
    REHEARSAL_TRY_SET(
        const std::vector<Row> keys,
        sql.query("SELECT CONCAT(UNIQUE_CONSTRAINT_SCHEMA, '.', REFERENCED_TABLE_NAME),"
                  " CONCAT(CONSTRAINT_SCHEMA, '.', TABLE_NAME)"
                  " FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = " +
                  sql_string(database) +
                  " AND (DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))"));
    for (const Row& row : keys) {
      schema.cascades.push_back({row.at(0).value_or(""), row.at(1).value_or("")});
    }
    REHEARSAL_TRY(read_database(sql, database, schema));
  }
  return schema;
}

std::vector<SchemaChange> compare(const Schema& before, const Schema& after) {
  std::vector<SchemaChange> changes;
  for (const auto& [name, shape] : before.tables) {
    const auto now = after.tables.find(name);
    if (now == after.tables.end()) {
      changes.push_back({name, "dropped", {}});
      continue;
    }
    if (now->second.lines == shape.lines) {
      continue;
    }
    SchemaChange change{name, "altered", differences(shape.lines, now->second.lines)};
    if (change.details.empty()) {
      change.details.push_back("the order of the columns");
    }
    changes.push_back(std::move(change));
  }
  for (const auto& [name, shape] : after.tables) {
    if (!before.tables.contains(name)) {
      SchemaChange change{name, "created", {}};
      for (const std::string& line : shape.lines) {
        change.details.push_back("+ " + line);
      }
      changes.push_back(std::move(change));
    }
  }
  for (const auto& [name, lines] : before.databases) {
    const auto now = after.databases.find(name);
    if (now == after.databases.end()) {
      changes.push_back({name, "dropped", {}});
    } else if (std::vector<std::string> details = differences(lines, now->second); !details.empty()) {
      changes.push_back({name, "altered", std::move(details)});
    }
  }
  return changes;
}

std::set<std::string> with_cascades(std::set<std::string> tables, const std::vector<Cascade>& cascades) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const Cascade& cascade : cascades) {
      if (tables.contains(cascade.parent) && tables.insert(cascade.child).second) {
        grew = true;
      }
    }
  }
  return tables;
}

}  // namespace rehearsal
