#include "scenarios/consistency.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "base/contains.h"
#include "base/files.h"
#include "base/text.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

PerSchema read_per(TomlReader& entry) {
  PerSchema per;
  for (const char* key : {"name", "roles", "sql"}) {
    entry.require(key);
  }
  entry.read("name", per.name);
  entry.read("roles", per.roles);
  entry.read("sql", per.sql);
  entry.read("join", per.join);
  if (per.join != "AND" && per.join != "OR") {
    entry.wrong("join", "is '" + per.join + "'", "use AND or OR");
  }
  return per;
}

ConsistencyCheck read_check(TomlReader& entry) {
  ConsistencyCheck check;
  for (const char* key : {"id", "service", "of", "table", "where", "keys", "words", "meaning", "source"}) {
    entry.require(key);
  }
  entry.read("id", check.id);
  entry.read("service", check.service);
  entry.read("of", check.of);
  entry.read("table", check.table);
  entry.read("join", check.join);
  entry.read("where", check.where);
  entry.read("keys", check.keys);
  entry.read("age", check.age);
  entry.read("severity", check.severity, {Severity::info, Severity::warning});
  entry.read("since", check.since);
  entry.read("end_only", check.end_only);
  entry.read("words", check.words);
  entry.read("meaning", check.meaning);
  entry.read("source", check.source);
  entry.tables("per", [&](TomlReader& inner) { check.per.push_back(read_per(inner)); });
  return check;
}

// The "${service.role}" of a template.
std::vector<std::string> roles_in(const std::string& text) {
  std::vector<std::string> roles;
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
    const std::size_t end = text.find('}', at);
    const std::string name = end == std::string::npos ? "" : text.substr(at + 2, end - at - 2);
    if (contains(name, '.')) {
      roles.push_back(name);
    }
  }
  return roles;
}

}  // namespace

std::vector<std::string> roles_of(const ConsistencyCheck& check) {
  std::set<std::string> roles(check.of.begin(), check.of.end());
  const auto add = [&](const std::vector<std::string>& more) { roles.insert(more.begin(), more.end()); };
  add(roles_in(check.join));
  add(roles_in(check.where));
  for (const PerSchema& per : check.per) {
    add(per.roles);
    add(roles_in(per.sql));
  }
  return {roles.begin(), roles.end()};
}

std::vector<ConsistencyQuery> queries_of(const ConsistencyCheck& check, const RoleSchemas& schemas) {
  std::map<std::string, std::string> values;
  for (const std::string& role : roles_of(check)) {
    const auto found = schemas.find(role);
    if (found == schemas.end() || found->second.empty()) {
      return {};
    }
    values[role] = sql_name(found->second.front());
  }
  for (const PerSchema& per : check.per) {
    std::vector<std::string> parts;
    for (const std::string& role : per.roles) {
      for (const std::string& schema : schemas.at(role)) {
        values["schema"] = sql_name(schema);
        parts.push_back("(" + expand(per.sql, values) + ")");
      }
    }
    values[per.name] = "(" + join(parts, " " + per.join + " ") + ")";
  }
  std::vector<std::string> columns;
  for (const std::string& key : check.keys) {
    columns.push_back("t." + sql_name(key));
  }
  columns.push_back(check.age.empty() ? "NULL" : check.age);
  std::vector<ConsistencyQuery> queries;
  for (const std::string& role : check.of) {
    for (const std::string& schema : schemas.at(role)) {
      values["schema"] = sql_name(schema);
      queries.push_back({schema, check.table,
                         "SELECT " + join(columns, ", ") + " FROM " + sql_name(schema) + "." + sql_name(check.table) +
                             " t " + expand(check.join, values) + " WHERE " + expand(check.where, values)});
    }
  }
  return queries;
}

Result<std::vector<ConsistencyCheck>> load_consistency(const fs::path& file) {
  std::vector<ConsistencyCheck> checks;
  REHEARSAL_TRY_SET(const bool there, is_there(file));
  if (!there) {
    return checks;
  }
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  REHEARSAL_TRY_SET(const toml::table document, parse_toml(text, file.string(), ErrorKind::failed));
  TomlProblems problems{file.string(), ErrorKind::failed, {}};
  TomlReader reader(document, "", problems);
  reader.tables("check", [&](TomlReader& entry) { checks.push_back(read_check(entry)); });
  reader.finish();
  if (problems.first) {
    return fail(*problems.first);
  }
  return checks;
}

}  // namespace rehearsal
