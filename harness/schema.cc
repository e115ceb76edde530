#include "harness/schema.h"

#include <algorithm>

#include "base/text.h"

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
    line = without_comment(line);
    if (line.starts_with(")")) {
      line = "table " + std::string(trim(without_auto_increment(line).substr(1)));
    }
    (is_key(line) ? keys : shape.lines).push_back(line);
  }
  std::sort(keys.begin(), keys.end());
  shape.lines.insert(shape.lines.end(), keys.begin(), keys.end());
  return shape;
}

Result<Schema> read_schema(Sql& sql, const std::vector<std::string>& databases) {
  Schema schema;
  for (const std::string& database : databases) {
    REHEARSAL_TRY_SET(const std::vector<Row> tables, sql.query("SHOW FULL TABLES FROM " + sql_name(database)));
    for (const Row& row : tables) {
      const std::string name = row.at(0).value_or("");
      const bool is_view = row.at(1).value_or("") == "VIEW";
      const std::string kind = is_view ? "SHOW CREATE VIEW " : "SHOW CREATE TABLE ";
      const auto text = sql.query(kind + sql_name(database) + "." + sql_name(name));
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
    SchemaChange change{name, "altered", {}};
    const auto has = [](const std::vector<std::string>& lines, const std::string& line) {
      return std::find(lines.begin(), lines.end(), line) != lines.end();
    };
    for (const std::string& line : shape.lines) {
      if (!has(now->second.lines, line)) {
        change.details.push_back("- " + line);
      }
    }
    for (const std::string& line : now->second.lines) {
      if (!has(shape.lines, line)) {
        change.details.push_back("+ " + line);
      }
    }
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
