#include "harness/diff/schema.h"

#include <algorithm>
#include <optional>

#include "base/contains.h"
#include "base/sql/pieces.h"
#include "base/table_name.h"
#include "base/text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

// Of a column, or of a table's options.
void drop_comment(Pieces& pieces) {
  if (const auto at = pieces.find({"COMMENT"})) {
    const std::size_t value = pieces[*at + 1].is('=') ? *at + 2 : *at + 1;
    if (pieces[value].kind == TokenKind::string) {
      pieces.erase(*at, value + 1);
    }
  }
}

// "utf8mb4_bin" of "COLLATE=utf8mb4_bin"; empty where the option is not said.
std::string option_of(const Pieces& options, std::string_view word) {
  const auto at = options.find({word, "="});
  return at ? std::string(options[*at + 2].text) : std::string();
}

// Where the type of a column ends: "`c` enum('a','b)') NOT NULL" -> behind the parenthesis. None: its values are no
// text.
std::optional<std::size_t> end_of_text_type(const Pieces& column) {
  if (column[0].kind != TokenKind::name || !is_text_type(column[1])) {
    return std::nullopt;
  }
  return column[2].is('(') ? column.behind_parenthesis(2) : 2;
}

// Every text column names its collation, be it the table's default or its own: a table's new default changes no column,
// and a conversion changes all. `table_default`: "COLLATE utf8mb4_bin".
void name_collation(Pieces& column, const std::string& table_default) {
  const auto end = end_of_text_type(column);
  if (!end) {
    return;
  }
  Pieces own(table_default);
  if (column.is_at(*end, {"CHARACTER", "SET"})) {
    own = column.part(*end, *end + 3);
    column.erase(*end, *end + 3);
  }
  if (column.is_at(*end, {"COLLATE"})) {
    own = column.part(*end, *end + 2);
    column.erase(*end, *end + 2);
  }
  column.insert(*end, own);
}

std::string in_one_line(const std::string& text) {
  std::string line;
  for (const std::string& part : lines_of(text)) {
    line += (line.empty() ? "" : " ") + std::string(trim(part));
  }
  return line;
}

bool is_key(const Pieces& part) {
  return is_any(part[0], {"KEY", "PRIMARY", "UNIQUE", "CONSTRAINT", "FULLTEXT", "SPATIAL", "CHECK"});
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
  const Pieces create(create_statement);
  constexpr std::size_t kBehindName = 3;  // CREATE SEQUENCE `name`, which has options alone
  const std::size_t open = create.find({"("}).value_or(kBehindName);
  const std::size_t behind = create[open].is('(') ? create.behind_parenthesis(open) : kBehindName;
  Pieces options = create.part(behind, create.size());
  drop_comment(options);
  if (const auto next_id = options.find({"AUTO_INCREMENT", "="})) {
    options.erase(*next_id, *next_id + 3);
  }
  const std::string collation = option_of(options, "COLLATE"), charset = option_of(options, "CHARSET");
  const std::string table_default = !collation.empty() ? "COLLATE " + collation
                                    : !charset.empty() ? "CHARACTER SET " + charset
                                                       : "";
  std::vector<std::string> keys;
  for (Pieces& part : create.part(open + 1, behind - 1).split_at_commas()) {
    drop_comment(part);
    name_collation(part, table_default);
    (is_key(part) ? keys : shape.lines).push_back(part.text());
  }
  shape.lines.push_back("table " + options.text());
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
  return contains(lines, line);
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
