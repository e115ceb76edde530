#include "harness/diagnosis/server_state.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/core.h>

#include "base/sql/tokens.h"
#include "base/text.h"
#include "harness/audit/stored_objects.h"
#include "harness/diagnosis/diagnose.h"
#include "harness/diagnosis/lock_wait.h"
#include "snapshots/load/definers.h"

namespace rehearsal {

namespace {

constexpr int kUnknownCharacterSet = 1115;
constexpr int kLockWait = 1205;
constexpr int kDeadlock = 1213;
constexpr int kUnknownCollation = 1273;
constexpr int kNoDefiner = 1449;

std::string shown(const std::vector<StoredObject>& objects) {
  constexpr std::size_t kShown = 10;
  std::vector<std::string> names;
  names.reserve(objects.size());
  for (const StoredObject& object : objects) {
    names.push_back(lower(object.drop) + " " + object.full_name());
  }
  return join_some(std::move(names), ", ", kShown);
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

// The query that tells in whose name the object runs.
std::string definer_query(const StoredObject& object) {
  const char* columns = "VIEWS WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}";
  switch (object.kind) {
    case ObjectKind::view:
      break;
    case ObjectKind::trigger:
      columns = "TRIGGERS WHERE TRIGGER_SCHEMA = {} AND TRIGGER_NAME = {}";
      break;
    case ObjectKind::event:
      columns = "EVENTS WHERE EVENT_SCHEMA = {} AND EVENT_NAME = {}";
      break;
    case ObjectKind::routine:
      columns = "ROUTINES WHERE ROUTINE_SCHEMA = {} AND ROUTINE_NAME = {}";
      break;
  }
  return "SELECT DEFINER FROM information_schema." +
         fmt::format(fmt::runtime(columns), sql_string(object.schema), sql_string(object.name)) + ";";
}

// "The user specified as a definer ('user'@'host') does not exist"
Result<void> blame_definer(Sql& sql, const std::string& message, Finding& finding) {
  const std::size_t begin = message.find("('");
  const std::size_t middle = message.rfind("'@'");
  const std::size_t end = message.rfind("')");
  if (begin == std::string::npos || middle == std::string::npos || middle < begin + 2 || end == std::string::npos ||
      end < middle + 3) {
    return {};
  }
  const std::string user = message.substr(begin + 2, middle - begin - 2);
  const std::string host = message.substr(middle + 3, end - middle - 3);
  REHEARSAL_TRY_SET(const std::vector<StoredObject> objects,
                    stored_objects(sql, [&](const StoredObject& one) { return one.definer == user + "@" + host; }));
  if (objects.empty()) {
    return {};
  }
  finding.table = place_of(objects);
  finding.title =
      fmt::format("{} as an account that the server does not have: {}",
                  plural(objects.size(), "object") + (objects.size() == 1 ? " runs" : " run"), shown(objects));
  finding.detail = "The migration's own statement is sound; it meets an object that can no longer run.";
  std::set<std::string> schemas;
  for (const StoredObject& object : objects) {
    schemas.insert(object.schema);
  }
  Fix fix;
  fix.sql = join(definer_statements(user, host, schemas), ";\n") + ";";
  fix.decision = "To see which account it is: " + definer_query(objects.front()) +
                 " It is created locked: nobody can log in with it. If these objects should run as another account, "
                 "recreate them with that definer instead; if they are left over, drop them.";
  finding.fix = std::move(fix);
  return {};
}

// Common collations of the same character set, as far as the server has them.
Result<std::vector<std::string>> substitutes(Sql& sql, const std::string& collation) {
  std::vector<std::string> names;
  REHEARSAL_TRY_SET(
      const std::vector<Row> rows,
      sql.query(fmt::format("SELECT COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                            " WHERE CHARACTER_SET_NAME = {} AND COLLATION_NAME IN (CONCAT(CHARACTER_SET_NAME,"
                            " '_unicode_520_ci'), CONCAT(CHARACTER_SET_NAME, '_unicode_ci'), CONCAT(CHARACTER_SET_NAME,"
                            " '_general_ci'), CONCAT(CHARACTER_SET_NAME, '_bin')) ORDER BY COLLATION_NAME DESC",
                            sql_string(collation.substr(0, collation.find('_'))))));
  names.reserve(rows.size());
  for (const Row& row : rows) {
    names.push_back(row.at(0).value_or(""));
  }
  return names;
}

// "Unknown collation: 'x'", "Unknown character set: 'x'"
Result<void> blame_collation(Sql& sql, const RefusedStatement& refused, Finding& finding) {
  const std::string name = object_in_message(refused.error.message);
  if (name.empty()) {
    return {};
  }
  const std::string what = refused.error.number == kUnknownCollation ? "collation" : "character set";
  REHEARSAL_TRY_SET(const auto version, sql.value("SELECT VERSION()"));
  const bool said = lower(refused.sql).find(lower(name)) != std::string::npos;
  std::vector<StoredObject> objects;
  if (!said) {
    REHEARSAL_TRY_SET(objects, stored_objects(sql, [&](const StoredObject& one) {
                        return lower(one.body).find(lower(name)) != std::string::npos;
                      }));
  }
  if (!said && objects.empty()) {
    return {};
  }
  std::string where = "the refused statement names it";
  if (said && !refused.table.empty()) {
    finding.table = refused.table;
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
                 "Which collation should replace {} in what is named here? It changes equality and order: check unique "
                 "keys over text. {}",
                 name, instead);
  finding.fix = std::move(fix);
  return {};
}

}  // namespace

bool is_about_server_state(int error_number) {
  switch (error_number) {
    case kNoDefiner:
    case kUnknownCollation:
    case kUnknownCharacterSet:
    case kLockWait:
    case kDeadlock:
      return true;
    default:
      return false;
  }
}

void hide_account(Finding& finding, Pseudonyms& pseudonyms) {
  if (finding.code != finding_code(kNoDefiner, {}) || !finding.fix) {
    return;
  }
  // A fix that was tried in vain stands in what is to be decided.
  Fix& fix = *finding.fix;
  const std::size_t begin = fix.sql.empty() ? fix.decision.find("\"CREATE ") : 0;
  if (begin == std::string::npos) {
    return;
  }
  const std::string sql = fix.sql.empty() ? fix.decision.substr(begin + 1) : fix.sql;
  TokenReader reader(sql, kServerOfTexts);
  if (!reader.next().is("CREATE") || !is_any(reader.next(), {"USER", "ROLE"})) {
    return;
  }
  const Token user = reader.next();
  std::string host;
  if (reader.next().is('@')) {
    host = unquoted_string(reader.next().text, true);
  }
  const std::string name = unquoted_string(user.text, true);
  for (std::string* text : {&fix.sql, &fix.decision}) {
    *text = replace_all(*text, account_text({name, host}), pseudonyms.name_of(name, host));
  }
}

Result<void> blame_server_state(Sql& sql, const RefusedStatement& refused, Finding& finding) {
  switch (refused.error.number) {
    case kNoDefiner:
      return blame_definer(sql, refused.error.message, finding);
    case kLockWait:
      return blame_lock_holder(sql, refused, finding);
    case kDeadlock:
      return blame_deadlock(sql, refused, finding);
    default:
      return blame_collation(sql, refused, finding);
  }
}

}  // namespace rehearsal
