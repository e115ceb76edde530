#include "harness/diagnosis/lock_wait.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

// What a client's death does not end: a prepared transaction keeps its locks over a restart, too.
Result<std::vector<std::string>> prepared_transactions(Sql& sql) {
  std::vector<std::string> names;
  REHEARSAL_TRY_SET(const std::vector<Row> rows, sql.query("XA RECOVER FORMAT='SQL'"));
  for (const Row& row : rows) {
    names.push_back(row.empty() ? "" : row.back().value_or(""));
  }
  return names;
}

// Open transactions of others, as "connection 12 of 'compute', since 2026-01-01 10:00:00, 3 rows locked".
Result<std::vector<std::string>> open_transactions(Sql& sql) {
  std::vector<std::string> texts;
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql.query("SELECT t.trx_mysql_thread_id, IFNULL(p.USER, ''), t.trx_started, t.trx_rows_locked"
                              " FROM information_schema.INNODB_TRX t LEFT JOIN information_schema.PROCESSLIST p"
                              " ON p.ID = t.trx_mysql_thread_id WHERE t.trx_mysql_thread_id NOT IN (0, CONNECTION_ID())"
                              " ORDER BY t.trx_started"));
  for (const Row& row : rows) {
    texts.push_back(fmt::format("connection {} of '{}', open since {}, {} rows locked", row.at(0).value_or("?"),
                                row.at(1).value_or(""), row.at(2).value_or("?"), row.at(3).value_or("?")));
  }
  return texts;
}

std::string lock_on(const std::string& table) {
  return table.empty() ? "a lock" : "a lock on " + table;
}

bool blame_prepared(const std::vector<std::string>& prepared, const std::string& place, Finding& finding) {
  if (prepared.empty()) {
    return false;
  }
  finding.title = fmt::format("the statement waited for {}, and {} prepared and neither committed nor rolled back: {}",
                              place, plural(prepared.size(), "transaction") + (prepared.size() == 1 ? " is" : " are"),
                              join(prepared, ", "));
  finding.detail = "A prepared transaction outlives its client and the server's restart; it keeps its locks.";
  Fix fix;
  for (const std::string& xid : prepared) {
    fix.sql += fmt::format("{}XA ROLLBACK {};", fix.sql.empty() ? "" : "\n", xid);
  }
  fix.decision = "Whose transactions are they, and should they be committed (XA COMMIT) instead?";
  finding.fix = std::move(fix);
  return true;
}

void ask(const char* decision, Finding& finding) {
  Fix fix;
  fix.decision = decision;
  finding.fix = std::move(fix);
}

// Names the table. True where a prepared transaction explains the rest.
Result<bool> blame_first(Sql& sql, const RefusedStatement& refused, Finding& finding) {
  if (!refused.table.empty()) {
    finding.table = refused.table;
  }
  REHEARSAL_TRY_SET(const std::vector<std::string> prepared, prepared_transactions(sql));
  return blame_prepared(prepared, lock_on(finding.table), finding);
}

}  // namespace

Result<void> blame_lock_holder(Sql& sql, const RefusedStatement& refused, Finding& finding) {
  REHEARSAL_TRY_SET(const bool prepared, blame_first(sql, refused, finding));
  if (prepared) {
    return {};
  }
  REHEARSAL_TRY_SET(const std::vector<std::string> open, open_transactions(sql));
  std::vector<std::string> unfinished;
  for (const std::string& one : refused.trace.unfinished(refused.sql)) {
    unfinished.push_back(mask_sql(one));
  }
  finding.title = fmt::format("the statement waited for {} longer than the server allows", lock_on(finding.table));
  if (!open.empty()) {
    finding.title += "; another transaction holds one: " + join(open, "; ");
  } else if (!unfinished.empty()) {
    finding.title += "; a further connection of the step had a transaction open";
  }
  if (!unfinished.empty()) {
    finding.detail = "Not ended when it waited, last statement of each connection: " + join(unfinished, "; ") + ".";
  }
  ask("Nobody but the step was connected: it blocked itself through a second connection. If it passes when run again "
      "as it is, give it time in the window; if not, it is a defect of the migration, and a newer version of the "
      "service is needed.",
      finding);
  return {};
}

Result<void> blame_deadlock(Sql& sql, const RefusedStatement& refused, Finding& finding) {
  REHEARSAL_TRY_SET(const bool prepared, blame_first(sql, refused, finding));
  if (prepared) {
    return {};
  }
  REHEARSAL_TRY_SET(const std::vector<Row> status, sql.query("SHOW ENGINE INNODB STATUS"));
  const Deadlock deadlock =
      latest_deadlock(status.empty() || status.front().empty() ? std::string() : status.front().back().value_or(""));
  if (finding.table.empty() && !deadlock.tables.empty()) {
    finding.table = deadlock.tables.front();
  }
  finding.title =
      fmt::format("two transactions of the step waited for each other's rows in {}",
                  deadlock.tables.empty() ? "tables that the server no longer names" : join(deadlock.tables, ", "));
  finding.detail = deadlock.keys.empty() ? "" : "Locks met on " + join(deadlock.keys, ", ") + ".";
  ask("Nobody else was connected: the step's own connections met. If it passes when run again as it is, run it again "
      "in the window too; if not, it is a defect of the migration, and a newer version of the service is needed.",
      finding);
  return {};
}

Deadlock latest_deadlock(const std::string& status) {
  Deadlock deadlock;
  const std::size_t begin = status.find("LATEST DETECTED DEADLOCK");
  if (begin == std::string::npos) {
    return deadlock;
  }
  const std::size_t end = status.find("\nTRANSACTIONS\n", begin);
  const auto add = [](std::vector<std::string>& list, std::string text) {
    if (!contains(list, text)) {
      list.push_back(std::move(text));
    }
  };
  // "RECORD LOCKS space id 5 page no 3 n bits 8 index PRIMARY of table `s`.`t` trx id 33 lock_mode X …"
  for (const std::string& line : split(status.substr(begin, end == std::string::npos ? end : end - begin), '\n')) {
    const std::size_t table = line.find(" of table `");
    const std::size_t index = line.find(" index ");
    const std::size_t last = line.find("` trx id");
    if (!line.starts_with("RECORD LOCKS") || table == std::string::npos || index == std::string::npos ||
        last == std::string::npos || last < table + 11 || index > table) {
      continue;
    }
    const std::string name = replace_all(line.substr(table + 11, last - table - 11), "`.`", ".");
    add(deadlock.tables, name);
    add(deadlock.keys, name + ": " + line.substr(index + 7, table - index - 7));
  }
  return deadlock;
}

}  // namespace rehearsal
