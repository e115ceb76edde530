#include "harness/diagnosis/server_state.h"

#include <algorithm>
#include <functional>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/audit/stored_objects.h"
#include "harness/diagnosis/ddl.h"
#include "harness/diagnosis/diagnose.h"
#include "reports/mask.h"

namespace rehearsal {

namespace {

constexpr int kUnknownCharacterSet = 1115;
constexpr int kLockWait = 1205;
constexpr int kDeadlock = 1213;
constexpr int kUnknownCollation = 1273;
constexpr int kNoDefiner = 1449;

std::string shown(const StoredObject& object) {
  return lower(object.drop) + " " + object.full_name();
}

std::string shown(const std::vector<StoredObject>& objects) {
  constexpr std::size_t kShown = 10;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < objects.size() && i < kShown; ++i) {
    names.push_back(shown(objects[i]));
  }
  return join(names, ", ") + (objects.size() > kShown ? fmt::format(" and {} more", objects.size() - kShown) : "");
}

// Views, triggers, events and routines for which `is_meant` holds.
Result<std::vector<StoredObject>> stored_objects(Sql& sql, const std::function<bool(const StoredObject&)>& is_meant) {
  REHEARSAL_TRY_SET(std::vector<StoredObject> objects, read_views(sql));
  REHEARSAL_TRY_SET(const std::vector<StoredObject> bodies, read_bodies(sql));
  objects.insert(objects.end(), bodies.begin(), bodies.end());
  objects.erase(
      std::remove_if(objects.begin(), objects.end(), [&](const StoredObject& object) { return !is_meant(object); }),
      objects.end());
  return objects;
}

// The table that the first of them stands on, or else its own name.
std::string place_of(const std::vector<StoredObject>& objects) {
  const auto on_table =
      std::find_if(objects.begin(), objects.end(), [](const auto& one) { return !one.own_table.empty(); });
  const StoredObject& object = on_table == objects.end() ? objects.front() : *on_table;
  return object.schema + "." + (object.own_table.empty() ? object.name : object.own_table);
}

// Whether the statement is DDL and its table is now the finding's.
bool name_table(const std::string& statement, const std::vector<std::string>& schemas, Finding& finding) {
  const auto ddl = parse_ddl(statement);
  if (!ddl || ddl->table.empty()) {
    return false;
  }
  const std::string schema = !ddl->schema.empty() ? ddl->schema : schemas.empty() ? "" : schemas.front();
  finding.table = (schema.empty() ? "" : schema + ".") + ddl->table;
  return true;
}

// "The user specified as a definer ('user'@'host') does not exist"
Result<bool> blame_definer(Sql& sql, const std::string& message, Finding& finding) {
  const std::size_t begin = message.find("('");
  const std::size_t middle = message.rfind("'@'");
  const std::size_t end = message.rfind("')");
  if (begin == std::string::npos || middle == std::string::npos || middle < begin + 2 || end == std::string::npos ||
      end < middle + 3) {
    return false;
  }
  const std::string user = message.substr(begin + 2, middle - begin - 2);
  const std::string host = message.substr(middle + 3, end - middle - 3);
  REHEARSAL_TRY_SET(const std::vector<StoredObject> objects,
                    stored_objects(sql, [&](const StoredObject& one) { return one.definer == user + "@" + host; }));
  if (objects.empty()) {
    return false;
  }
  const std::string account = sql_string(user) + "@" + sql_string(host);
  finding.table = place_of(objects);
  finding.title = fmt::format("{} in the name of {}, an account that the server does not have: {}",
                              objects.size() == 1 ? "1 object runs" : fmt::format("{} objects run", objects.size()),
                              account, shown(objects));
  finding.detail = "The migration's own statement is sound; it meets an object that can no longer run.";
  Fix fix;
  fix.sql = fmt::format("CREATE USER {} ACCOUNT LOCK;", account);
  std::vector<std::string> granted;
  for (const StoredObject& object : objects) {
    if (std::find(granted.begin(), granted.end(), object.schema) == granted.end()) {
      granted.push_back(object.schema);
      fix.sql += fmt::format("\nGRANT ALL ON {}.* TO {};", sql_name(object.schema), account);
    }
  }
  fix.decision =
      "The account is made locked: nobody can log in with it. Were these objects to run under another account, make "
      "them again with that definer instead; were they forgotten, drop them.";
  finding.fix = std::move(fix);
  return true;
}

// The collations of the same character set that the server has, its default first.
Result<std::vector<std::string>> substitutes(Sql& sql, const std::string& collation) {
  std::vector<std::string> names;
  REHEARSAL_TRY_SET(
      const std::vector<Row> rows,
      sql.query(fmt::format("SELECT COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                            " WHERE CHARACTER_SET_NAME = {} AND COLLATION_NAME IN (CONCAT(CHARACTER_SET_NAME,"
                            " '_unicode_520_ci'), CONCAT(CHARACTER_SET_NAME, '_unicode_ci'), CONCAT(CHARACTER_SET_NAME,"
                            " '_general_ci'), CONCAT(CHARACTER_SET_NAME, '_bin')) ORDER BY COLLATION_NAME DESC",
                            sql_string(collation.substr(0, collation.find('_'))))));
  for (const Row& row : rows) {
    names.push_back(row.at(0).value_or(""));
  }
  return names;
}

// "Unknown collation: 'x'", "Unknown character set: 'x'"
Result<bool> blame_collation(Sql& sql, const std::vector<std::string>& schemas, const ErrorText& error,
                             const std::string& statement, Finding& finding) {
  const std::string name = object_in_message(error.message);
  if (name.empty()) {
    return false;
  }
  const std::string what = error.number == kUnknownCollation ? "collation" : "character set";
  REHEARSAL_TRY_SET(const auto version, sql.value("SELECT VERSION()"));
  const bool said = lower(statement).find(lower(name)) != std::string::npos;
  std::vector<StoredObject> objects;
  if (!said) {
    REHEARSAL_TRY_SET(objects, stored_objects(sql, [&](const StoredObject& one) {
                        return lower(one.body).find(lower(name)) != std::string::npos;
                      }));
  }
  if (!said && objects.empty()) {
    return false;
  }
  std::string where = "the refused statement names it";
  if (said && name_table(statement, schemas, finding)) {
    where = fmt::format("the migration's own statement on {} names it", finding.table);
  } else if (!said) {
    finding.table = place_of(objects);
    where = "it is named by " + shown(objects);
  }
  finding.title =
      fmt::format("the server ({}) has no {} {}; {}", version.value_or("unknown version"), what, name, where);
  REHEARSAL_TRY_SET(const std::vector<std::string> near, substitutes(sql, name));
  const std::string instead = near.empty()
                                  ? "Nothing of the same character set is known here."
                                  : fmt::format("Here the nearest of the same character set are {}.", join(near, ", "));
  Fix fix;
  fix.decision =
      said ? fmt::format(
                 "Does production's server know {}? Then rehearse with that server ([server] image). If not, this "
                 "release does not run on it: upgrade the server first. {}",
                 name, instead)
           : fmt::format(
                 "Which collation is to take the place of {} in what is named here? Equality and order change with it: "
                 "look at unique keys over text. {}",
                 name, instead);
  finding.fix = std::move(fix);
  return true;
}

// What a client's death does not end: a prepared transaction keeps its locks over a restart, too.
Result<std::vector<std::string>> prepared_transactions(Sql& sql) {
  std::vector<std::string> names;
  REHEARSAL_TRY_SET(const std::vector<Row> rows, sql.query("XA RECOVER FORMAT='SQL'"));
  for (const Row& row : rows) {
    names.push_back(row.empty() ? "" : row.back().value_or(""));
  }
  return names;
}

// Open transactions of others, as "connection 12 of 'nova', since 2026-01-01 10:00:00, 3 rows locked".
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

Result<bool> blame_lock(Sql& sql, const std::vector<std::string>& schemas, const ErrorText& error,
                        const std::string& statement, const StepTrace& trace, Finding& finding) {
  name_table(statement, schemas, finding);
  const std::string place = finding.table.empty() ? "a lock" : "a lock on " + finding.table;
  REHEARSAL_TRY_SET(const std::vector<std::string> prepared, prepared_transactions(sql));
  REHEARSAL_TRY_SET(const std::vector<std::string> open, open_transactions(sql));
  Fix fix;
  if (!prepared.empty()) {
    finding.title =
        fmt::format("the statement waited for {}, and {} prepared and neither committed nor rolled back: {}", place,
                    prepared.size() == 1 ? "1 transaction is" : fmt::format("{} transactions are", prepared.size()),
                    join(prepared, ", "));
    finding.detail = "A prepared transaction outlives its client and the server's restart; it keeps its locks.";
    for (const std::string& xid : prepared) {
      fix.sql += fmt::format("{}XA ROLLBACK {};", fix.sql.empty() ? "" : "\n", xid);
    }
    fix.decision = "Whose transactions are they, and are they to be committed (XA COMMIT) instead?";
  } else if (error.number == kDeadlock) {
    REHEARSAL_TRY_SET(const std::vector<Row> status, sql.query("SHOW ENGINE INNODB STATUS"));
    const Deadlock deadlock =
        latest_deadlock(status.empty() || status.front().empty() ? std::string() : status.front().back().value_or(""));
    if (finding.table.empty() && !deadlock.tables.empty()) {
      finding.table = deadlock.tables.front();
    }
    finding.title = fmt::format(
        "two transactions of the step waited for each other's rows in {}",
        deadlock.tables.empty() ? "tables that the server does not name any more" : join(deadlock.tables, ", "));
    finding.detail = deadlock.keys.empty() ? "" : "Locks met on " + join(deadlock.keys, ", ") + ".";
    fix.decision =
        "Nobody else was connected: the step's own connections met. If it passes when run again as it is, run it again "
        "in the window too; if not, it is a fault of the migration, and a newer version of the service is needed.";
  } else {
    std::vector<std::string> unfinished;
    for (const std::string& one : trace.unfinished(statement)) {
      unfinished.push_back(mask_sql(one));
    }
    finding.title = fmt::format("the statement waited for {} longer than the server allows", place);
    if (!open.empty()) {
      finding.title += "; another transaction holds one: " + join(open, "; ");
    } else if (!unfinished.empty()) {
      finding.title += "; a further connection of the step had a transaction open";
    }
    if (!unfinished.empty()) {
      finding.detail = "Not ended when it waited, last statement of each connection: " + join(unfinished, "; ") + ".";
    }
    fix.decision =
        "Nobody but the step was connected: it blocked itself through a second connection. If it passes when run again "
        "as it is, give it time in the window; if not, it is a fault of the migration, and a newer version of the "
        "service is needed.";
  }
  finding.fix = std::move(fix);
  return true;
}

}  // namespace

Deadlock latest_deadlock(const std::string& status) {
  Deadlock deadlock;
  const std::size_t begin = status.find("LATEST DETECTED DEADLOCK");
  if (begin == std::string::npos) {
    return deadlock;
  }
  const std::size_t end = status.find("\nTRANSACTIONS\n", begin);
  const auto add = [](std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) {
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

Result<bool> blame_server_state(Sql& sql, const std::vector<std::string>& schemas, const ErrorText& error,
                                const std::string& statement, const StepTrace& trace, Finding& finding) {
  switch (error.number) {
    case kNoDefiner:
      return blame_definer(sql, error.message, finding);
    case kUnknownCollation:
    case kUnknownCharacterSet:
      return blame_collation(sql, schemas, error, statement, finding);
    case kLockWait:
    case kDeadlock:
      return blame_lock(sql, schemas, error, statement, trace, finding);
    default:
      return false;
  }
}

}  // namespace rehearsal
