#include "snapshots/load/restore.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <tuple>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/table_name.h"
#include "base/text.h"
#include "base/threads.h"
#include "snapshots/bytes/parted_source.h"
#include "snapshots/load/file_load.h"
#include "snapshots/load/load_plan.h"
#include "snapshots/load/restore_account.h"
#include "snapshots/scan/mydumper.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {

namespace {

// The part of a restore that needs all inputs: in which order their statements and rows reach the server.
class Restore {
 public:
  Restore(const std::vector<DumpInput>& inputs, LoadShared& shared, const LoadPlan& plan, unsigned jobs)
      : inputs_(inputs), shared_(shared), plan_(plan), jobs_(jobs) {}

  Result<void> run() {
    for (const std::size_t file : plan_.ordered) {
      REHEARSAL_TRY(load(file, LoadPart::all, {}, false));
    }
    for (const std::size_t file : plan_.side_by_side) {
      REHEARSAL_TRY(load(file, LoadPart::structure, {}, false));
    }
    REHEARSAL_TRY(load_rows());
    REHEARSAL_TRY(keep_memory_tables());
    REHEARSAL_TRY(create_triggers());
    return create_views();
  }

 private:
  // One pass over a file.
  Result<void> load(std::size_t file, LoadPart part, const std::vector<const DumpTable*>& tables, bool by_insert) {
    const DumpInput& input = inputs_[file];
    const DumpFile& about = shared_.index.files[file];
    REHEARSAL_TRY_SET(PartedSource source, PartedSource::open(input, about.parts));
    if (source.bytes_on_disk() != about.bytes_on_disk) {
      return fail(ErrorKind::unusable_dump, "the dump has changed since it was scanned", input.path,
                  "wait until the dump command has ended");
    }
    REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql, open_restore_session(shared_.target, part == LoadPart::rows));
    const bool all = part == LoadPart::all;
    SelectedBytes bytes(source, all ? std::vector<ByteSkip>() : rows_but_of(shared_.index, file, tables),
                        part == LoadPart::rows ? end_of_rows(file, tables) : UINT64_MAX);
    const std::string name = std::filesystem::path(input.path).filename().string();
    FileLoad load(shared_, about, part, std::move(sql), &bytes, by_insert);
    ScanSettings settings;
    settings.schema = input.schema;
    settings.delimiter = delimiter_of(input);
    settings.server_version = shared_.server_version;
    REHEARSAL_TRY_SET(const ScanEnd end, scan([&](std::span<char> into) { return bytes.read(into); },
                                              [&](const DumpEvent& event) { return load.take(event); }, settings));
    if (end.inside) {
      return fail(ErrorKind::unusable_dump, "the dump ends inside " + end.what,
                  name + ", byte " + std::to_string(bytes.byte_of(end.bytes)));
    }
    REHEARSAL_TRY(load.finish());
    if (part == LoadPart::structure) {
      triggers_.push_back(load.triggers());
    }
    if (all) {
      // INSERT fills its tables, whatever they are called at the end.
      for (const DumpTable& table : shared_.index.tables) {
        if (std::any_of(table.ranges.begin(), table.ranges.end(),
                        [&](const RowRange& range) { return range.file == file; })) {
          shared_.look_at(table);
        }
      }
    }
    if (load.redo().empty()) {
      return part == LoadPart::rows ? analyze(load.sql(), tables) : Result<void>();
    }
    for (const DumpTable* table : load.redo()) {
      if (!load.sql().execute("TRUNCATE TABLE " + sql_name(TableName{table->schema, table->name}))) {
        return restore_refusal(shared_.index, load.sql(), {name, 0}, table->schema, table->name);
      }
      shared_.start_again(*table);
    }
    REHEARSAL_TRY(this->load(file, LoadPart::rows, load.redo(), true));
    return analyze(load.sql(), tables);
  }

  // The server's own statistics are off during the load; without them its plans would take the tables for empty.
  Result<void> analyze(Sql& sql, const std::vector<const DumpTable*>& tables) {
    std::string names;
    for (const DumpTable* table : tables) {
      names += (names.empty() ? "" : ", ") + sql_name(TableName{table->schema, table->name});
    }
    if (!names.empty() && !sql.execute("ANALYZE NO_WRITE_TO_BINLOG TABLE " + names)) {
      return restore_refusal(shared_.index, sql, {}, {}, names);
    }
    return {};
  }

  Result<void> load_rows() {
    return in_threads(jobs_, plan_.tasks.size(), [&](const NextPlace& next) -> Result<void> {
      for (auto task = next(); task && !shared_.stop; task = next()) {
        const LoadTask& mine = plan_.tasks[*task];
        // Others end because of the first failure: theirs is none of their own.
        if (auto loaded = load(mine.file, LoadPart::rows, mine.tables, false);
            !loaded && !shared_.stop.exchange(true)) {
          return loaded;
        }
      }
      return {};
    });
  }

  // The rows of a MEMORY table go with the server: what is proven now would be empty in the golden.
  Result<void> keep_memory_tables() {
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, open_restore_session(shared_.target));
    REHEARSAL_TRY_SET(const std::vector<Row> tables,
                      sql->query("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE ENGINE = "
                                 "'MEMORY' AND TABLE_TYPE <> 'SYSTEM VIEW' ORDER BY 1, 2"));
    for (const Row& row : tables) {
      const std::string schema = row.at(0).value_or("");
      const std::string table = row.at(1).value_or("");
      if (is_system_schema(schema)) {
        continue;
      }
      const std::string alter = "ALTER TABLE " + sql_name(TableName{schema, table}) + " ENGINE = ";
      const char* engine = sql->execute(alter + "InnoDB") ? "InnoDB" : "Aria";
      if (sql->last_errno() != 0 && !sql->execute(alter + engine)) {
        return restore_refusal(shared_.index, *sql, {}, schema, table);
      }
      shared_.report.adaptations.push_back(
          {.kind = "table-engine",
           .what = schema + "." + table + " is a MEMORY table, whose rows are lost when its server stops: kept as " +
                   engine});
    }
    return {};
  }

  // The session's statements are run again, so that each trigger keeps the modes and character sets it was made with.
  Result<void> create_triggers() {
    for (const std::vector<Postponed>& script : triggers_) {
      const auto last =
          std::find_if(script.rbegin(), script.rend(), [](const Postponed& one) { return !one.object.empty(); });
      if (last == script.rend()) {
        continue;
      }
      REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, open_restore_session(shared_.target));
      std::string schema;
      for (auto one = script.begin(); one != last.base(); ++one) {
        REHEARSAL_TRY(check_interrupt());
        if (!one->schema.empty() && one->schema != schema && (one->text.empty() || !one->object.empty())) {
          schema = one->schema;
          if (!sql->execute("USE " + sql_name(schema))) {
            return restore_refusal(shared_.index, *sql, one->place, schema, one->object);
          }
        }
        if (one->text.empty()) {
          continue;
        }
        const bool done = execute_as(shared_.account, *sql, one->text);
        if (!done && !one->object.empty()) {
          return restore_refusal(shared_.index, *sql, one->place, one->schema, one->object);
        }
        shared_.report.statements += one->object.empty() ? 0 : 1;
      }
    }
    return {};
  }

  // Views may need each other: go round as long as one more succeeds.
  Result<void> create_views() {
    if (shared_.views.empty()) {
      return {};
    }
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, open_restore_session(shared_.target));
    while (!shared_.views.empty()) {
      std::vector<Postponed> left;
      for (const Postponed& view : shared_.views) {
        REHEARSAL_TRY(check_interrupt());
        if ((view.session.empty() || sql->execute(view.session)) && sql->execute("USE " + sql_name(view.schema)) &&
            execute_view(shared_.account, *sql, view.schema, view.text)) {
          ++shared_.report.statements;
        } else if (is_machine_failure(sql->last_errno(), sql->last_message())) {
          return restore_refusal(shared_.index, *sql, view.place, view.schema, view.object);
        } else {
          left.push_back(view);
        }
      }
      if (left.size() == shared_.views.size()) {
        const Postponed& view = left.front();
        if (!view.session.empty()) {
          REHEARSAL_TRY(sql->execute(view.session));
        }
        REHEARSAL_TRY(sql->execute("USE " + sql_name(view.schema)));
        static_cast<void>(execute_view(shared_.account, *sql, view.schema, view.text));
        return restore_refusal(shared_.index, *sql, view.place, view.schema, view.object);
      }
      shared_.views = std::move(left);
    }
    return {};
  }

  const std::vector<DumpInput>& inputs_;
  LoadShared& shared_;
  const LoadPlan& plan_;
  unsigned jobs_;
  std::vector<std::vector<Postponed>> triggers_;  // by file
};

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
                                    const SqlLogin& target, const RestoreOptions& options) {
  const Stopwatch watch;
  REHEARSAL_TRY_SET(const std::unique_ptr<RestoreAccount> account, RestoreAccount::make(target, index));
  LoadShared shared(*account, index, options);
  {
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, open_restore_session(shared.target));
    REHEARSAL_TRY_SET(const auto version, sql->value("SELECT VERSION()"));
    shared.server_version = version_number(version.value_or(""));
  }
  const unsigned jobs = jobs_or_processors(options.jobs);
  const LoadPlan plan = plan_load(index, jobs);
  REHEARSAL_TRY(Restore(inputs, shared, plan, jobs).run());
  REHEARSAL_TRY_SET(std::vector<Adaptation> accounts, account->finish());
  std::move(accounts.begin(), accounts.end(), std::back_inserter(shared.report.adaptations));
  for (const auto& [from, times] : index.mapped_collations) {
    shared.report.adaptations.push_back({.kind = "collation-mapped", .what = index.mapping_text(from)});
  }
  if (shared.events) {
    shared.report.adaptations.push_back(
        {.kind = "event", .what = "the dump's events are created but never run: the event scheduler is off"});
  }
  std::sort(shared.report.look_at.begin(), shared.report.look_at.end());  // whichever thread came first
  std::stable_sort(shared.report.changed.begin(), shared.report.changed.end(),
                   [](const ChangedRows& a, const ChangedRows& b) {
                     return std::tie(a.file, a.line, a.number) < std::tie(b.file, b.line, b.number);
                   });
  shared.report.bytes = index.bytes();
  shared.report.seconds = watch.seconds();
  return std::move(shared.report);
}

}  // namespace rehearsal
