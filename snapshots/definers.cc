#include "snapshots/definers.h"

#include <set>
#include <string>

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
    // Without a host it is a role.
    const std::string account = host.empty() ? sql_string(user) : sql_string(user) + "@" + sql_string(host);
    REHEARSAL_TRY(host.empty() ? sql.execute("CREATE ROLE " + account)
                               : sql.execute("CREATE USER " + account + " ACCOUNT LOCK"));
    for (const std::string& schema : schemas) {
      // In a grant, _ and % of a database's name are patterns.
      const std::string pattern = replace_all(replace_all(schema, "_", "\\_"), "%", "\\%");
      REHEARSAL_TRY(sql.execute("GRANT ALL ON " + sql_name(pattern) + ".* TO " + account));
    }
    made.push_back(
        {"definer", "", 0,
         "the account " + user + (host.empty() ? "" : "@" + host) + ", a DEFINER in the dump, is made and locked"});
  }
  return made;
}

}  // namespace rehearsal
