#include "snapshots/restore.h"

#include <filesystem>
#include <set>
#include <span>
#include <utility>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "snapshots/definers.h"
#include "snapshots/scanner.h"
#include "snapshots/source.h"
#include "snapshots/sql.h"

namespace rehearsal {

namespace {

constexpr double kProgressSeconds = 0.2;

// A view that needs a table of a later file.
struct Postponed {
  std::string file;
  std::uint64_t line = 0;
  std::string schema;
  std::string object;
  std::string text;
};

// What all files of one restore share.
struct Shared {
  const RestoreTarget& target;
  const std::function<void(const RestoreProgress&)>& progress;
  unsigned server_version = 0;
  RestoreReport report;
  std::vector<Postponed> postponed;
  std::set<std::string> system_schemas;
  bool events = false;
};

std::string place_of(const std::string& file, std::uint64_t line, std::string_view schema, std::string_view object) {
  std::string place = file + ", line " + std::to_string(line);
  if (!object.empty()) {
    place += ", " + (schema.empty() ? "" : std::string(schema) + ".") + std::string(object);
  }
  return place;
}

tl::unexpected<Error> refusal(const Sql& sql, const std::string& file, std::uint64_t line, std::string_view schema,
                              std::string_view object) {
  const unsigned number = sql.last_errno();
  const std::string& message = sql.last_message();
  const bool machine = is_machine_failure(number, message);
  return fail(machine ? ErrorKind::failed : ErrorKind::unusable_dump,
              (machine ? "the restore failed: " : "the server refuses a statement of the dump: ") + message + " (" +
                  std::to_string(number) + ")",
              place_of(file, line, schema, object), refusal_hint(number, message));
}

Result<std::unique_ptr<Sql>> open_session(const RestoreTarget& target) {
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql, Sql::connect(target.socket, target.user, target.password));
  // What a dump sets by itself, for those that do not. Zero in an AUTO_INCREMENT column is a value, not a question.
  REHEARSAL_TRY(
      sql->execute("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', unique_checks = 0,"
                   " foreign_key_checks = 0, innodb_strict_mode = 0, autocommit = 1"));
  return sql;
}

// One file into one connection.
class FileLoad {
 public:
  FileLoad(Shared& shared, const DumpInput& input, Source& source, std::unique_ptr<Sql> sql)
      : shared_(shared),
        file_(std::filesystem::path(input.path).filename().string()),
        source_(source),
        sql_(std::move(sql)) {}

  Result<void> take(const DumpEvent& event) {
    REHEARSAL_TRY(check_interrupt());
    tell(event);
    const Decision decision = decide(event, shared_.server_version);
    switch (decision.treatment) {
      case Treatment::leave_out:
        return {};
      case Treatment::report:
        report(event, decision);
        return {};
      case Treatment::execute:
        break;
    }
    if (!event.last && event.kind != EventKind::insert) {
      return fail(ErrorKind::unusable_dump, "the dump ends inside a statement",
                  place_of(file_, event.line, event.schema, event.object));
    }
    switch (event.kind) {
      case EventKind::session:
        return session(event);
      case EventKind::insert:
        return insert(event);
      case EventKind::create_database:
        return execute(event, event.text);
      case EventKind::use_database:
        return use(event);
      case EventKind::create_table:
        REHEARSAL_TRY(enter(event));
        REHEARSAL_TRY(execute(event, event.text));
        return read_warnings(event);
      case EventKind::create_view:
        return create_view(event);
      case EventKind::create_event:
        shared_.events = true;
        [[fallthrough]];
      case EventKind::create_routine:
      case EventKind::create_trigger:
      case EventKind::create_sequence:
      case EventKind::alter_table:
      case EventKind::other:
        REHEARSAL_TRY(enter(event));
        return execute(event, event.text);
      case EventKind::drop:
        if (!event.schema.empty()) {
          REHEARSAL_TRY(enter(event));
        }
        return execute(event, event.text);
      case EventKind::comment:
      case EventKind::client_command:
      case EventKind::account:
      case EventKind::replication:
        break;
    }
    return {};
  }

  Result<void> finish() { return sql_->execute("COMMIT"); }

 private:
  void tell(const DumpEvent& event) {
    if (!shared_.progress || since_told_.seconds() < kProgressSeconds) {
      return;
    }
    since_told_ = Stopwatch();
    std::string object(event.object);
    if (!event.schema.empty() && !object.empty()) {
      object = std::string(event.schema) + "." + object;
    }
    shared_.progress(
        {file_, source_.bytes_consumed(), source_.bytes_on_disk(), std::move(object), shared_.report.rows});
  }

  void report(const DumpEvent& event, const Decision& decision) {
    if (decision.kind == "system-schema" && !shared_.system_schemas.insert(decision.what).second) {
      return;
    }
    if (event.first) {
      shared_.report.adaptations.push_back({decision.kind, file_, event.line, decision.what});
    }
  }

  Result<void> execute(const DumpEvent& event, std::string_view text) {
    if (!sql_->execute(text)) {
      return refusal(*sql_, file_, event.line, event.schema, event.object);
    }
    ++shared_.report.statements;
    return {};
  }

  Result<void> session(const DumpEvent& event) {
    const bool sets_zone = lower(event.text.substr(0, 200)).find("time_zone") != std::string::npos;
    if (sql_->execute(event.text)) {
      ++shared_.report.statements;
      unknown_zone_line_ = sets_zone ? 0 : unknown_zone_line_;
      return {};
    }
    const bool unknown_zone = sql_->last_errno() == 1298;
    if (!unknown_zone && !is_unknown_variable(sql_->last_errno())) {
      return refusal(*sql_, file_, event.line, {}, {});
    }
    if (unknown_zone) {
      unknown_zone_line_ = event.line;  // harmless for an event's time zone, not for rows
    }
    shared_.report.adaptations.push_back(
        {"session-variable", file_, event.line,
         "not executed, this server does not know it: " + statement_excerpt(event.text, shared_.server_version)});
    return {};
  }

  Result<void> insert(const DumpEvent& event) {
    if (unknown_zone_line_ != 0) {
      return fail(ErrorKind::unusable_dump, "rows are given in a time zone that the server does not know",
                  place_of(file_, unknown_zone_line_, {}, {}), refusal_hint(1298, {}));
    }
    REHEARSAL_TRY(enter(event));
    if (event.first && event.last) {
      REHEARSAL_TRY(execute(event, event.text));
    } else if (!event.rows_text.empty()) {
      statement_.assign(event.head);
      statement_ += ' ';
      statement_ += event.rows_text;
      REHEARSAL_TRY(execute(event, statement_));
    } else if (event.rows > 0) {
      return fail(ErrorKind::unusable_dump, "a statement is too long to be executed and cannot be cut into rows",
                  place_of(file_, event.line, event.schema, event.object));
    }
    shared_.report.rows += event.rows;
    return {};
  }

  Result<void> use(const DumpEvent& event) {
    dump_uses_ = true;
    return change_schema(event, event.object);
  }

  // Dumps of one database may name none: then the scanner's default is made and used.
  Result<void> enter(const DumpEvent& event) {
    if (dump_uses_) {
      return {};
    }
    if (event.schema.empty()) {
      return fail(ErrorKind::unusable_dump, "the dump does not say which database it is of",
                  place_of(file_, event.line, {}, event.object),
                  "name it in the scenario: dumps = [{ file = \"" + file_ + "\", schema = \"…\" }]");
    }
    return change_schema(event, event.schema);
  }

  Result<void> change_schema(const DumpEvent& event, std::string_view schema) {
    if (schema == current_schema_) {
      return {};
    }
    const std::string use = "USE " + sql_name(schema);
    if (!sql_->execute(use)) {
      if (sql_->last_errno() != 1049) {
        return refusal(*sql_, file_, event.line, schema, event.object);
      }
      if (!sql_->execute("CREATE DATABASE " + sql_name(schema)) || !sql_->execute(use)) {
        return refusal(*sql_, file_, event.line, schema, event.object);
      }
      shared_.report.adaptations.push_back(
          {"database-created", file_, event.line,
           "the dump does not make the database " + std::string(schema) +
               ": made with the server's default character set, which may not be production's"});
    }
    current_schema_ = schema;
    return {};
  }

  Result<void> create_view(const DumpEvent& event) {
    REHEARSAL_TRY(enter(event));
    if (sql_->execute(event.text)) {
      ++shared_.report.statements;
      return {};
    }
    // No such table, no such database, invalid underlying view, no such routine.
    const unsigned number = sql_->last_errno();
    if (event.placeholder || (number != 1146 && number != 1049 && number != 1356 && number != 1305)) {
      return refusal(*sql_, file_, event.line, event.schema, event.object);
    }
    shared_.postponed.push_back(
        {file_, event.line, current_schema_, std::string(event.object), std::string(event.text)});
    return {};
  }

  // With strict mode off the server takes what it would refuse later, and says so in a warning.
  Result<void> read_warnings(const DumpEvent& event) {
    REHEARSAL_TRY_SET(const std::vector<Row> warnings, sql_->query("SHOW WARNINGS"));
    for (const Row& warning : warnings) {
      if (warning.size() < 3 || !warning[1] || !warning[2]) {
        continue;
      }
      const std::string& code = *warning[1];
      if (code == "139" || code == "140" || code == "1118" || code == "1266" || code == "1286" || code == "1478") {
        shared_.report.adaptations.push_back(
            {"table-option", file_, event.line,
             std::string(event.schema) + "." + std::string(event.object) + " is not as the dump says: " + *warning[2]});
      }
    }
    return {};
  }

  Shared& shared_;
  std::string file_;
  Source& source_;
  std::unique_ptr<Sql> sql_;
  std::string current_schema_;
  std::string statement_;
  Stopwatch since_told_;
  std::uint64_t unknown_zone_line_ = 0;
  bool dump_uses_ = false;
};

Result<void> load_file(Shared& shared, const DumpInput& input) {
  REHEARSAL_TRY_SET(Source source, Source::open(input.path));
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql, open_session(shared.target));
  FileLoad load(shared, input, source, std::move(sql));
  ScanSettings settings;
  settings.schema = input.schema;
  settings.server_version = shared.server_version;
  REHEARSAL_TRY_SET(const ScanEnd end, scan([&](std::span<char> into) { return source.read(into); },
                                            [&](const DumpEvent& event) { return load.take(event); }, settings));
  if (end.inside) {
    return fail(ErrorKind::unusable_dump, "the dump ends inside " + end.what,
                std::filesystem::path(input.path).filename().string() + ", byte " + std::to_string(end.bytes));
  }
  shared.report.bytes += end.bytes;
  return load.finish();
}

Result<void> create_postponed(Shared& shared) {
  if (shared.postponed.empty()) {
    return {};
  }
  REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, open_session(shared.target));
  // Views may need each other: go round as long as one more succeeds.
  while (!shared.postponed.empty()) {
    std::vector<Postponed> left;
    for (const Postponed& view : shared.postponed) {
      REHEARSAL_TRY(check_interrupt());
      if (sql->execute("USE " + sql_name(view.schema)) && sql->execute(view.text)) {
        ++shared.report.statements;
      } else if (is_machine_failure(sql->last_errno(), sql->last_message())) {
        return refusal(*sql, view.file, view.line, view.schema, view.object);
      } else {
        left.push_back(view);
      }
    }
    if (left.size() == shared.postponed.size()) {
      const Postponed& view = left.front();
      REHEARSAL_TRY(sql->execute("USE " + sql_name(view.schema)));
      static_cast<void>(sql->execute(view.text));
      return refusal(*sql, view.file, view.line, view.schema, view.object);
    }
    shared.postponed = std::move(left);
  }
  return {};
}

// 101118 for "10.11.18-MariaDB-…".
unsigned version_number(const std::string& text) {
  const std::vector<std::string> parts = split(text.substr(0, text.find('-')), '.');
  unsigned number = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    unsigned part = 0;
    for (const char c : i < parts.size() ? parts[i] : std::string()) {
      part = c >= '0' && c <= '9' ? part * 10 + static_cast<unsigned>(c - '0') : part;
    }
    number = number * 100 + part;
  }
  return number;
}

}  // namespace

std::vector<std::string> RestoreReport::adaptation_lines() const {
  std::vector<std::string> lines;
  for (const Adaptation& adaptation : adaptations) {
    lines.push_back(to_text(adaptation));
  }
  return lines;
}

Result<RestoreReport> restore_dumps(const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                    const RestoreTarget& target,
                                    const std::function<void(const RestoreProgress&)>& progress) {
  const Stopwatch watch;
  Shared shared{target, progress, 0, {}, {}, {}, false};
  {
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, open_session(target));
    REHEARSAL_TRY_SET(const auto version, sql->value("SELECT VERSION()"));
    shared.server_version = version_number(version.value_or(""));
    REHEARSAL_TRY_SET(shared.report.adaptations, create_definers(*sql, index));
  }
  for (const DumpInput& input : inputs) {
    REHEARSAL_TRY(load_file(shared, input));
  }
  REHEARSAL_TRY(create_postponed(shared));
  if (shared.events) {
    shared.report.adaptations.push_back(
        {"event", "", 0, "the dump's events are made but never run: the event scheduler is off"});
  }
  shared.report.seconds = watch.seconds();
  return std::move(shared.report);
}

}  // namespace rehearsal
