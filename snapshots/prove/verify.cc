#include "snapshots/prove/verify.h"

#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/sql/side_by_side.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kTablesAStatement = 10;

using Name = std::pair<std::string, std::string>;  // schema, object

std::string shown(const Name& name) {
  return name.first + "." + name.second;
}

Result<std::set<Name>> names(Sql& sql, const std::string& statement) {
  std::set<Name> found;
  REHEARSAL_TRY(sql.for_each_row(statement, [&](const Row& row) -> Result<void> {
    if (row.size() >= 2 && row[0] && row[1] && !is_system_schema(*row[0])) {
      found.emplace(*row[0], *row[1]);
    }
    return {};
  }));
  return found;
}

Result<std::set<Name>> tables_where(Sql& sql, const std::string& condition) {
  return names(sql, "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE " + condition);
}

std::string why(std::uint64_t expected, std::uint64_t found, const DumpTable& table) {
  if (found > expected) {
    return "the server holds more rows than the dump: is the table in more than one of the dumps, or filled by a "
           "trigger?";
  }
  if (!table.unique_keys.empty()) {
    return "rows of the dump are not in the server: it may hold rows with the same unique key, which INSERT IGNORE and "
           "REPLACE collapse into one";
  }
  return "rows of the dump are not in the server";
}

Result<std::map<Name, std::uint64_t>> count_rows(const SqlLogin& target, unsigned jobs, const std::vector<Name>& tables,
                                                 const std::set<Name>& versioned) {
  std::map<Name, std::uint64_t> counts;
  std::mutex mutex;
  const std::size_t statements = (tables.size() + kTablesAStatement - 1) / kTablesAStatement;
  REHEARSAL_TRY(side_by_side(target, jobs, statements, [&](std::size_t nth, Sql& sql) -> Result<void> {
    const std::size_t begin = nth * kTablesAStatement;
    const std::size_t end = std::min(tables.size(), begin + kTablesAStatement);
    std::string statement;
    for (std::size_t i = begin; i < end; ++i) {
      statement += (i == begin ? "SELECT " : " UNION ALL SELECT ") + std::to_string(i) + ", COUNT(*) FROM " +
                   sql_name(TableName{tables[i].first, tables[i].second}) +
                   (versioned.contains(tables[i]) ? " FOR SYSTEM_TIME ALL" : "");
    }
    return sql.for_each_row(statement, [&](const Row& row) -> Result<void> {
      if (row.size() >= 2 && row[0] && row[1]) {
        const std::lock_guard<std::mutex> lock(mutex);
        counts[tables.at(std::stoull(*row[0]))] = std::stoull(*row[1]);
      }
      return {};
    });
  }));
  return counts;
}

// Views, triggers and the like are told by name only.
void compare_names(const std::vector<std::string>& wanted, const std::set<Name>& found, const std::string& kind,
                   Verification& verification) {
  std::set<std::string> have;
  for (const Name& name : found) {
    have.insert(shown(name));
  }
  for (const std::string& name : wanted) {
    if (!is_system_schema(schema_of(name)) && !have.contains(name)) {
      verification.mismatches.push_back(
          {.kind = Mismatch::Kind::missing,
           .table = name,
           .what = "the dump creates this " + kind + ", but the server has none of that name"});
    }
  }
}

}  // namespace

std::string Verification::text() const {
  if (proven()) {
    std::string text = plural(rows, "row") + " in " + plural(tables, "table") + " counted, as many as the dump holds";
    if (contents > 0) {
      text += "; every value of " + plural(contents, "table") + " is the dump's";
    }
    if (redumped) {
      text += "; a second dump holds the same";
    }
    if (!not_compared.empty()) {
      text += "; values not compared: " + join_some(not_compared, ", ", 3);
    }
    return text;
  }
  constexpr std::size_t kShown = 5;
  std::string all;
  for (std::size_t i = 0; i < mismatches.size() && i < kShown; ++i) {
    const Mismatch& one = mismatches[i];
    all += all.empty() ? "" : "; ";
    all += one.table + ": ";
    if (one.kind == Mismatch::Kind::rows) {
      all += human_count(one.found) + " of " + plural(one.expected, "row") + ", ";
    }
    all += one.what;
  }
  if (mismatches.size() > kShown) {
    all += "; and " + std::to_string(mismatches.size() - kShown) + " more";
  }
  return all;
}

Result<Verification> verify_counts(const SqlLogin& target, const DumpIndex& index, unsigned jobs) {
  const Stopwatch watch;
  REHEARSAL_TRY_SET(const std::unique_ptr<Sql> connection, Sql::connect(target.socket, target.user, target.password));
  Sql& sql = *connection;
  Verification verification;
  REHEARSAL_TRY_SET(const std::set<Name> there, tables_where(sql, "TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')"));
  // A dump with history holds rows that are no more; one without was loaded just now, and its table has none.
  REHEARSAL_TRY_SET(const std::set<Name> versioned, tables_where(sql, "TABLE_TYPE = 'SYSTEM VERSIONED'"));
  // Its rows are those of the tables that it is made of.
  REHEARSAL_TRY_SET(const std::set<Name> merged, tables_where(sql, "ENGINE = 'MRG_MyISAM'"));
  std::vector<Name> to_count;
  std::set<Name> known;
  for (const DumpTable& table : index.tables) {
    const Name name{table.schema, table.name};
    if (is_system_schema(table.schema) || !known.insert(name).second) {
      continue;
    }
    if (merged.contains(name)) {
      ++verification.tables;
    } else if (there.contains(name)) {
      to_count.push_back(name);
    } else {
      verification.mismatches.push_back({.kind = Mismatch::Kind::missing,
                                         .table = shown(name),
                                         .expected = table.rows,
                                         .what = "the dump holds this table, but the server has none of that name"});
    }
  }
  REHEARSAL_TRY_SET(auto counts, count_rows(target, jobs, to_count, versioned));
  for (const Name& name : to_count) {
    const DumpTable& table = *index.find(name.first, name.second);
    const std::uint64_t found = counts[name];
    verification.rows += found;
    ++verification.tables;
    if (found != table.rows) {
      verification.mismatches.push_back({.kind = Mismatch::Kind::rows,
                                         .table = shown(name),
                                         .expected = table.rows,
                                         .found = found,
                                         .what = why(table.rows, found, table)});
    }
  }
  for (const Name& name : there) {
    if (!known.contains(name)) {
      verification.mismatches.push_back({.kind = Mismatch::Kind::extra,
                                         .table = shown(name),
                                         .what = "the server has a table that the scan of the dump did not see"});
    }
  }
  REHEARSAL_TRY_SET(const auto views, names(sql, "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS"));
  REHEARSAL_TRY_SET(const auto triggers,
                    names(sql, "SELECT TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS"));
  REHEARSAL_TRY_SET(const auto routines,
                    names(sql, "SELECT ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES"));
  REHEARSAL_TRY_SET(const auto events, names(sql, "SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS"));
  compare_names(index.views, views, "view", verification);
  compare_names(index.triggers, triggers, "trigger", verification);
  compare_names(index.routines, routines, "routine", verification);
  compare_names(index.events, events, "event", verification);
  verification.seconds = watch.seconds();
  return verification;
}

}  // namespace rehearsal
