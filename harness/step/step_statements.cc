#include "harness/step/step_statements.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "harness/locks/ddl_text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr std::size_t kTextTold = 1500;

// Upper case; what follows a comment is no verb that matters here.
std::string verb_of(std::string_view sql) {
  std::string verb;
  for (const char c : trim(sql)) {
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
      break;
    }
    verb += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return verb;
}

bool quicker(const NumberedStatement& a, const NumberedStatement& b) {
  return a.statement.seconds > b.statement.seconds;  // the heap's top is the quickest
}

// The table that a statement of rows works on, by the word before it.
std::string table_of_rows(const LoggedStatement& statement) {
  const std::string verb = verb_of(statement.sql);
  const std::string text = " " + one_line(statement.sql, 4000) + " ";
  const std::string before = verb == "UPDATE"                        ? " update "
                             : verb == "INSERT" || verb == "REPLACE" ? " into "
                                                                     : " from ";
  const std::string words = lower(text);
  // The first that is a name and no subquery.
  for (std::size_t at = words.find(before); at != std::string::npos; at = words.find(before, at + 1)) {
    // TRUNCATE takes any name, qualified or not.
    const DdlText named = read_ddl("TRUNCATE TABLE " + text.substr(at + before.size()));
    const std::string& schema = named.schema.empty() ? statement.schema : named.schema;
    if (!named.table.empty() && named.table != "(" && named.table != "''" && !schema.empty()) {
      return schema + "." + named.table;
    }
  }
  return {};
}

// The end of a transaction; it is slow where the disk is.
bool ends_transaction(const std::string& sql) {
  const std::string verb = verb_of(sql);
  return verb == "COMMIT" || verb == "ROLLBACK";
}

StatementRecord record_of(const LoggedStatement& statement) {
  StatementRecord record;
  record.sql = mask_sql(one_line(statement.sql, kTextTold));
  record.seconds = statement.seconds;
  record.rows = statement.rows_affected;
  return record;
}

// The wait that was measured for this statement, taken out of `waits`.
std::optional<LockWait> take_wait(std::vector<LockWait>& waits, const LoggedStatement& statement) {
  const auto found = std::find_if(waits.begin(), waits.end(), [&](const LockWait& wait) {
    return wait.thread == statement.thread && statement.sql.starts_with(wait.sql);
  });
  if (found == waits.end()) {
    return {};
  }
  LockWait wait = std::move(*found);
  waits.erase(found);
  return wait;
}

}  // namespace

void StepStatements::add_to_transaction(const LoggedStatement& statement) {
  const std::string verb = verb_of(statement.sql);
  const bool changes = verb == "INSERT" || verb == "UPDATE" || verb == "DELETE" || verb == "REPLACE";
  Transaction& open = open_[statement.thread];
  open.seconds += statement.seconds;
  open.rows += changes ? statement.rows_affected : 0;
  // Savepoints within a transaction, and all that does not end it.
  const std::string text = lower(one_line(statement.sql, 40));
  const bool goes_on = changes || verb == "SELECT" || verb == "WITH" || verb == "SAVEPOINT" || verb == "RELEASE" ||
                       text.starts_with("rollback to") || verb == "SHOW" || verb == "SET";
  if (goes_on) {
    return;
  }
  if (open.rows > 0 && open.seconds > longest_.seconds) {
    longest_ = open;
  }
  open = {};
}

void StepStatements::add(const LoggedStatement& statement) {
  const std::int64_t number = count_++;
  seconds_ += statement.seconds;
  add_to_transaction(statement);
  last_.push_back({number, statement});
  if (last_.size() > kLastKept) {
    last_.pop_front();
  }
  const DdlKind kind = read_ddl(statement.sql).kind;
  if (kind != DdlKind::none || foreign_key_checks_set(statement.sql) >= 0) {
    if (ddl_.size() < kDdlKept) {
      ddl_.push_back({number, statement});
    }
    return;
  }
  if (statement.seconds < (ends_transaction(statement.sql) ? kCommitWorthTelling : kWorthTelling)) {
    return;
  }
  slowest_.push_back({number, statement});
  std::push_heap(slowest_.begin(), slowest_.end(), quicker);
  if (slowest_.size() > kSlowestKept) {
    std::pop_heap(slowest_.begin(), slowest_.end(), quicker);
    slowest_.pop_back();
  }
}

std::vector<StatementRecord> statement_records(const StepStatements& statements,
                                               const std::vector<Alteration>& alterations,
                                               const std::vector<LockWait>& waits) {
  std::map<std::int64_t, StatementRecord> records;
  std::vector<LockWait> left = waits;
  for (std::size_t i = 0; i < statements.ddl().size(); ++i) {
    const auto& [number, statement] = statements.ddl()[i];
    const DdlText ddl = read_ddl(statement.sql);
    if (ddl.kind == DdlKind::none) {
      continue;
    }
    StatementRecord record = record_of(statement);
    const std::string& schema = ddl.schema.empty() ? statement.schema : ddl.schema;
    record.table = ddl.table.empty() || schema.empty() ? "" : schema + "." + ddl.table;
    if (i < alterations.size()) {
      record.algorithm = alterations[i].algorithm;
    }
    // Only a copy affects rows.
    if (has_algorithm(ddl.kind) && statement.rows_affected > 0) {
      record.algorithm = "COPY";
    }
    if (const auto wait = take_wait(left, statement)) {
      record.writers_waited = wait->writer;
      record.readers_waited = wait->reader;
    }
    records.emplace(number, std::move(record));
  }
  for (const auto& [number, statement] : statements.slowest()) {
    StatementRecord record = record_of(statement);
    record.table = table_of_rows(statement);
    records.emplace(number, std::move(record));
  }
  std::vector<StatementRecord> in_order;
  for (auto& [number, record] : records) {
    in_order.push_back(std::move(record));
  }
  return in_order;
}

}  // namespace rehearsal
