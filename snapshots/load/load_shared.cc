#include "snapshots/load/load_shared.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/interrupt.h"
#include "base/text.h"
#include "snapshots/index/object_changes.h"

namespace rehearsal {

namespace {

constexpr double kProgressSeconds = 0.2;
constexpr std::size_t kChangesKept = 100;

}  // namespace

std::string place_of(const DumpFile::Place& at, std::string_view schema, std::string_view object) {
  std::string place = at.file + ", line " + std::to_string(at.line);
  if (!object.empty()) {
    place += ", " + (schema.empty() ? "" : std::string(schema) + ".") + std::string(object);
  }
  return place;
}

void LoadShared::adapt(Adaptation adaptation) {
  const std::lock_guard<std::mutex> lock(mutex_);
  report.adaptations.push_back(std::move(adaptation));
}

bool LoadShared::first_of_system_schema(const std::string& schema) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return system_schemas_.insert(schema).second;
}

void LoadShared::add(std::uint64_t statements, std::uint64_t rows) {
  const std::lock_guard<std::mutex> lock(mutex_);
  report.statements += statements;
  report.rows += rows;
}

void LoadShared::change(const DumpEvent& event, const DumpFile::Place& place, const std::vector<SqlWarning>& warnings) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string table = std::string(event.schema) + "." + std::string(event.object);
  for (const SqlWarning& warning : warnings) {
    const auto known = std::find_if(report.changed.begin(), report.changed.end(), [&](const ChangedRows& one) {
      return one.table == table && one.number == warning.number;
    });
    if (known != report.changed.end()) {
      ++known->times;
    } else if (report.changed.size() < kChangesKept) {
      report.changed.push_back({.table = table,
                                .number = warning.number,
                                .message = warning.message,
                                .file = place.file,
                                .line = place.line,
                                .times = 1});
    }
  }
}

void LoadShared::look_at(const DumpTable& table) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (std::find(report.look_at.begin(), report.look_at.end(), &table) == report.look_at.end()) {
    report.look_at.push_back(&table);
  }
}

void LoadShared::start_again(const DumpTable& table) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string name = table.schema + "." + table.name;
  std::erase_if(report.changed, [&](const ChangedRows& one) { return one.table == name; });
  report.rows -= std::min(report.rows, table.rows);
}

void LoadShared::tell(const std::string& file, const DumpEvent& event, std::uint64_t bytes) {
  if (!options.progress) {
    return;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  done_ += bytes;
  if (since_told_.seconds() < kProgressSeconds) {
    return;
  }
  since_told_ = Stopwatch();
  std::string object(event.object);
  if (!event.schema.empty() && !object.empty()) {
    object = std::string(event.schema) + "." + object;
  }
  options.progress(
      {.file = file, .done = done_, .all = index.bytes(), .object = std::move(object), .rows = report.rows});
}

Result<std::unique_ptr<Sql>> open_restore_session(const SqlLogin& target, bool rows) {
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql, rows
                                                  ? Sql::connect_with_files(target.socket, target.user, target.password)
                                                  : Sql::connect(target.socket, target.user, target.password));
  // What a dump sets by itself, for those that do not. Zero in an AUTO_INCREMENT column is a value, not a question.
  REHEARSAL_TRY(
      sql->execute("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', unique_checks = 0,"
                   " foreign_key_checks = 0, innodb_strict_mode = 0, autocommit = 1,"
                   " max_heap_table_size = 17179869184"));
  return sql;
}

bool execute_as(RestoreAccount& account, Sql& sql, std::string_view text) {
  if (sql.execute(text)) {
    return true;
  }
  constexpr int kSchemas = 8;
  for (int more = 0; more < kSchemas && is_denied(sql.last_errno()); ++more) {
    const auto allowed = account.allow_denied(sql.last_message());
    if (!allowed || !*allowed) {
      return false;
    }
    if (sql.execute(text)) {
      return true;
    }
  }
  return false;
}

bool execute_view(RestoreAccount& account, Sql& sql, std::string_view schema, std::string_view text) {
  constexpr unsigned kRoutineDenied = 1370;
  if (execute_as(account, sql, text)) {
    return true;
  }
  if (sql.last_errno() != kRoutineDenied || !account.let_execute(true)) {
    return false;
  }
  // Rights on the schema in use are read when it is entered.
  const std::string use = "USE " + sql_name(schema);
  const bool made = sql.execute(use) && execute_as(account, sql, text);
  return account.let_execute(false) && sql.execute_aside(use) && made;
}

tl::unexpected<Error> restore_refusal(const DumpIndex& index, const Sql& sql, const DumpFile::Place& place,
                                      std::string_view schema, std::string_view object) {
  const unsigned number = sql.last_errno();
  const std::string& message = sql.last_message();
  const bool machine = is_machine_failure(number, message);
  return fail(machine ? ErrorKind::failed : ErrorKind::unusable_dump,
              (machine ? "the restore failed: " : "the server refuses a statement of the dump: ") + message + " (" +
                  std::to_string(number) + ")",
              place_of(place, schema, object), refusal_hint(number, message, index));
}

}  // namespace rehearsal
