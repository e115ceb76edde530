#include "snapshots/definers.h"

#include "base/text.h"
#include "snapshots/hazards.h"

namespace rehearsal {

namespace {

std::set<std::string> schemas_of(const DumpIndex& index) {
  std::set<std::string> schemas;
  for (const auto& [name, text] : index.schemas) {
    schemas.insert(name);
  }
  for (const DumpTable& table : index.tables) {
    schemas.insert(table.schema);
  }
  std::erase_if(schemas, [](const std::string& name) { return name.empty() || is_system_schema(name); });
  return schemas;
}

}  // namespace

std::vector<std::string> definer_statements(const std::string& user, const std::string& host,
                                            const std::set<std::string>& schemas) {
  const std::string account = host.empty() ? sql_string(user) : sql_string(user) + "@" + sql_string(host);
  std::vector<std::string> statements = {host.empty() ? "CREATE ROLE " + account
                                                      : "CREATE USER " + account + " ACCOUNT LOCK"};
  for (const std::string& schema : schemas) {
    // In a grant, _ and % of a database's name are patterns.
    const std::string pattern = replace_all(replace_all(schema, "_", "\\_"), "%", "\\%");
    statements.push_back("GRANT ALL ON " + sql_name(pattern) + ".* TO " + account);
  }
  return statements;
}

Result<std::vector<Adaptation>> create_definers(Sql& sql, const DumpIndex& index) {
  std::vector<Adaptation> made;
  const std::set<std::string> schemas = schemas_of(index);
  for (const auto& [user, host] : index.definers) {
    if (user.empty() || lower(user) == "current_user") {
      continue;
    }
    REHEARSAL_TRY_SET(const auto known, sql.value("SELECT COUNT(*) FROM mysql.global_priv WHERE User = " +
                                                  sql_string(user) + " AND Host = " + sql_string(host)));
    if (known.value_or("0") != "0") {
      continue;
    }
    for (const std::string& statement : definer_statements(user, host, schemas)) {
      REHEARSAL_TRY(sql.execute(statement));
    }
    made.push_back(
        {"definer", "", 0,
         "the account " + user + (host.empty() ? "" : "@" + host) + ", a DEFINER in the dump, is made and locked"});
  }
  return made;
}

}  // namespace rehearsal
