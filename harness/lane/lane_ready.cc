#include "harness/lane/lane_ready.h"

#include <map>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/lane/lost_cells.h"
#include "harness/lane/retry.h"

namespace rehearsal {

namespace {

// In the order in which they were made: one may need another.
Result<void> make_left_out(Sql& sql, const Lane& lane, std::vector<std::string>& adaptations) {
  if (lane.left_out.empty()) {
    return {};
  }
  REHEARSAL_TRY_SET(const FixEffect made, apply_fix(sql, lane.left_out_sql));
  if (!made.refused.empty()) {
    return fail("the tables that the dump leaves out cannot be made: " + made.refused, lane.service,
                "dump them too, without their rows: --no-data");
  }
  for (const LeftOutTable& table : lane.left_out) {
    adaptations.push_back(
        fmt::format("{}: {} is not in the dump and was made empty on the clone", lane.service, table.table));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> make_ready(Sql& sql, const Lane& lane, const Service& service,
                                            const ServiceAccount& account, const std::vector<std::string>& schemas) {
  std::vector<std::string> granted = schemas;
  // That a database is not there is to be found by who may use it.
  for (const CellWithoutDatabase& cell : lane.lost_cells) {
    granted.push_back(cell.schema);
  }
  REHEARSAL_TRY(make_account(sql, account, granted));
  std::map<std::string, std::string> values;
  for (const std::string& schema : granted) {
    values["url:" + schema] = account.url(schema);
  }
  REHEARSAL_TRY_SET(std::vector<std::string> adaptations, set_aside_elsewhere(sql, lane, service));
  REHEARSAL_TRY(make_left_out(sql, lane, adaptations));
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
