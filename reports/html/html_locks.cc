// What the steps' statements took, and whom they kept waiting.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/html/html_parts.h"
#include "reports/statements.h"
#include "reports/telling.h"

namespace rehearsal::page {

namespace {

constexpr std::size_t kStatementsTold = 25;
// A writer that waits longer is seen by an API's users.
constexpr double kLongWait = 1;

Data statement_row(const ToldStatement& told, const PageLimits& limits) {
  const StatementRecord& statement = *told.statement;
  Data row;
  row.set("id", told.step->id);
  row.set("anchor", anchor_of(told.step->id));
  row.set("sql", text(statement.sql, limits.line));
  row.set("table", text(statement.table, limits.line));
  row.set("time", wait_text(statement.seconds));
  row.set("algorithm", text(statement.algorithm, limits.line));
  row.set("copy", statement.algorithm == "COPY" && statement.rows > 0);
  row.set("rows", statement.rows > 0 ? human_count(static_cast<std::uint64_t>(statement.rows)) : std::string("–"));
  row.set("writers", wait_text(statement.writers_waited));
  row.set("long", statement.writers_waited.value_or(0) >= kLongWait);
  row.set("readers", wait_text(statement.readers_waited));
  return row;
}

}  // namespace

void set_statements(Data& page, const RunRecord& record, const PageLimits& limits) {
  const std::vector<ToldStatement> told = told_statements(record);
  List rows;
  for (const ToldStatement& one : told) {
    if (rows.size() >= std::min(limits.list, kStatementsTold)) {
      break;
    }
    rows.push_back(statement_row(one, limits));
  }
  const StatementRecord* wait = longest_wait(record);
  page.set("has_statements", !told.empty());
  page.set("longest_wait", wait == nullptr ? Data(false)
                                           : text(fmt::format("The longest wait of a writer: {}, for {}.",
                                                              wait_text(wait->writers_waited), wait->table),
                                                  limits.line));
  page.set("more_statements", more(told.size(), rows.size()));
  page.set("statements", std::move(rows));
}

}  // namespace rehearsal::page
