#include "harness/audit/stored_objects.h"

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

std::string qualified(const StoredObject& object) {
  return sql_name(TableName{object.schema, object.name});
}

}  // namespace

Result<std::vector<StoredObject>> read_views(Sql& sql) {
  std::vector<StoredObject> views;
  REHEARSAL_TRY_SET(
      const std::vector<Row> schemas,
      sql.query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE " + sql_no_system_schema("SCHEMA_NAME")));
  for (const Row& row : schemas) {
    const std::string schema = row.at(0).value_or("");
    // SHOW reads a table's kind and no more of it.
    REHEARSAL_TRY_SET(const std::vector<Row> names,
                      sql.query("SHOW FULL TABLES FROM " + sql_name(schema) + " WHERE Table_type = 'VIEW'"));
    for (const Row& name : names) {
      StoredObject view;
      view.schema = schema;
      view.name = name.at(0).value_or("");
      view.drop = "VIEW";
      const auto rows = sql.query(fmt::format(
          "SELECT VIEW_DEFINITION, DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
          sql_string(schema), sql_string(view.name)));
      if (rows && !rows->empty()) {
        view.body = rows->front().at(0).value_or("");
        view.definer = rows->front().at(1).value_or("");
      } else if (is_lost_connection(sql.last_errno())) {
        return fail(rows.error());
      }
      views.push_back(std::move(view));
    }
  }
  return views;
}

Result<std::vector<StoredObject>> read_bodies(Sql& sql) {
  struct Source {
    ObjectKind kind;
    const char* query;  // schema, name, word after DROP, own table, body, definer
    const char* schema_column;
  };
  constexpr Source kSources[] = {
      {ObjectKind::trigger,
       "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, 'TRIGGER', EVENT_OBJECT_TABLE, ACTION_STATEMENT, DEFINER"
       " FROM information_schema.TRIGGERS",
       "TRIGGER_SCHEMA"},
      {ObjectKind::event,
       "SELECT EVENT_SCHEMA, EVENT_NAME, 'EVENT', '', EVENT_DEFINITION, DEFINER FROM information_schema.EVENTS",
       "EVENT_SCHEMA"},
      {ObjectKind::routine,
       "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, '', ROUTINE_DEFINITION, DEFINER FROM "
       "information_schema.ROUTINES",
       "ROUTINE_SCHEMA"},
  };
  std::vector<StoredObject> objects;
  for (const Source& source : kSources) {
    const auto rows = sql.query(fmt::format("{} WHERE {}", source.query, sql_no_system_schema(source.schema_column)));
    if (!rows) {
      // A server without an event scheduler refuses to list events.
      if (is_lost_connection(sql.last_errno())) {
        return fail(rows.error());
      }
      continue;
    }
    for (const Row& row : *rows) {
      objects.push_back({.kind = source.kind,
                         .schema = row.at(0).value_or(""),
                         .name = row.at(1).value_or(""),
                         .drop = row.at(2).value_or(""),
                         .own_table = row.at(3).value_or(""),
                         .body = row.at(4).value_or(""),
                         .definer = row.at(5).value_or("")});
    }
  }
  return objects;
}

Result<std::set<std::pair<std::string, std::string>>> read_tables(Sql& sql, const std::vector<std::string>& schemas) {
  std::set<std::pair<std::string, std::string>> tables;
  for (const std::string& schema : schemas) {
    REHEARSAL_TRY_SET(const std::vector<Row> names,
                      sql.query("SHOW FULL TABLES FROM " + sql_name(schema) + " WHERE Table_type <> 'VIEW'"));
    for (const Row& name : names) {
      tables.insert({schema, name.at(0).value_or("")});
    }
  }
  return tables;
}

Result<std::optional<std::string>> error_of_view(Sql& sql, const StoredObject& view) {
  const auto opened = sql.execute("SHOW FIELDS FROM " + qualified(view));
  if (opened) {
    return std::nullopt;
  }
  if (is_lost_connection(sql.last_errno())) {
    return fail(opened.error());
  }
  return sql.last_message();
}

}  // namespace rehearsal
