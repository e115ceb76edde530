#include "harness/lane_ready.h"

#include <map>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

Result<std::vector<std::string>> make_ready(Sql& sql, const Lane& lane, const ServiceAccount& account,
                                            const std::vector<std::string>& schemas) {
  REHEARSAL_TRY(make_account(sql, account, schemas));
  std::map<std::string, std::string> values;
  for (const std::string& schema : schemas) {
    values["url:" + schema] = account.url(schema);
  }
  std::vector<std::string> adaptations;
  for (const Rewriting& rewriting : lane.rewritings) {
    REHEARSAL_TRY(sql.execute(fmt::format("UPDATE {}.{} SET {} = {} WHERE {} = {}", sql_name(rewriting.schema),
                                          sql_name(rewriting.table), sql_name(rewriting.column),
                                          sql_string(expand(rewriting.value, values)), sql_name(rewriting.where_column),
                                          sql_string(rewriting.where_value))));
    adaptations.push_back(fmt::format("{}: {}.{}.{} rewritten on the clone: {}", lane.service, rewriting.schema,
                                      rewriting.table, rewriting.column, rewriting.what));
  }
  return adaptations;
}

}  // namespace rehearsal
