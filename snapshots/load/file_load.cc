#include "snapshots/load/file_load.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/interrupt.h"
#include "base/text.h"
#include "snapshots/index/object_changes.h"

namespace rehearsal {

namespace {

constexpr unsigned kErrorDuringCommit = 1180;

// As a statement that makes another session read and keep a view as this one does.
Result<std::string> session_of(Sql& sql) {
  REHEARSAL_TRY_SET(const std::vector<Row> rows, sql.query("SELECT @@SESSION.sql_mode, @@SESSION.character_set_client,"
                                                           " @@SESSION.collation_connection"));
  if (rows.empty() || rows[0].size() < 3) {
    return std::string();
  }
  return "SET SESSION sql_mode = " + sql_string(rows[0][0].value_or("")) +
         ", character_set_client = " + sql_string(rows[0][1].value_or("")) +
         ", collation_connection = " + sql_string(rows[0][2].value_or(""));
}

}  // namespace

FileLoad::FileLoad(LoadShared& shared, const DumpFile& about, LoadPart part, std::unique_ptr<Sql> sql,
                   const SelectedBytes* bytes, bool by_insert)
    : shared_(shared),
      about_(about),
      file_(std::filesystem::path(about.path).filename().string()),
      part_(part),
      sql_(std::move(sql)),
      bytes_(bytes),
      rows_(*sql_, shared.index, shared.server_version, shared.options.least_bytes),
      by_insert_(by_insert) {}

DumpFile::Place FileLoad::place(const DumpEvent& event) const {
  return about_.place(bytes_ == nullptr ? event.line : bytes_->line_of(event.begin, event.line));
}

void FileLoad::adapt(const DumpEvent& event, std::string kind, std::string what) {
  DumpFile::Place at = place(event);
  shared_.adapt({.kind = std::move(kind), .file = std::move(at.file), .line = at.line, .what = std::move(what)});
}

Result<void> FileLoad::take(const DumpEvent& event) {
  const bool maps = !shared_.index.mapped_collations.empty() && event.kind != EventKind::insert &&
                    event.kind != EventKind::comment && event.last;
  if (!maps) {
    return take_mapped(event);
  }
  const MappedText text =
      map_collations(event.text, shared_.index.map_collations, shared_.server_version, event.quoting());
  DumpEvent mapped = event;
  mapped.text = text.text;
  return take_mapped(mapped);
}

Result<void> FileLoad::take_mapped(const DumpEvent& event) {
  const bool runs_as = event.kind == EventKind::create_view || event.kind == EventKind::create_routine ||
                       event.kind == EventKind::create_trigger || event.kind == EventKind::create_event;
  if (!runs_as || !event.last || !shared_.account.renames()) {
    return take_owned(event);
  }
  const std::string text = shared_.account.with_own_definer(event.text, shared_.server_version, event.quoting());
  DumpEvent owned = event;
  owned.text = text;
  return take_owned(owned);
}

Result<void> FileLoad::take_owned(const DumpEvent& event) {
  REHEARSAL_TRY(check_interrupt());
  if (shared_.stop) {
    return fail(ErrorKind::interrupted, "stopped: another part of the restore failed");
  }
  const bool session = event.kind == EventKind::session || event.kind == EventKind::use_database;
  if (part_ == LoadPart::rows && !session && event.kind != EventKind::insert) {
    return {};
  }
  shared_.tell(file_, event, part_ == LoadPart::rows && session ? 0 : event.end - event.begin);
  const Decision decision = decide(event, shared_.server_version);
  switch (decision.treatment) {
    case Treatment::leave_out:
      return {};
    case Treatment::report:
      if (part_ != LoadPart::rows && event.first &&
          (decision.kind != "system-schema" || shared_.first_of_system_schema(decision.what))) {
        adapt(event, decision.kind, decision.what);
      }
      return {};
    case Treatment::execute:
      break;
  }
  if (!event.last && event.kind != EventKind::insert) {
    return fail(ErrorKind::unusable_dump, "the dump ends inside a statement",
                place_of(place(event), event.schema, event.object));
  }
  if (part_ == LoadPart::structure && (session || event.kind == EventKind::create_trigger)) {
    keep(event);
    if (!session) {
      return enter(event);
    }
  }
  if (event.kind != EventKind::insert) {
    REHEARSAL_TRY(rows_.close());
  }
  REHEARSAL_TRY(shared_.account.allow(event.schema));
  if (event.kind == EventKind::create_database || event.kind == EventKind::use_database) {
    REHEARSAL_TRY(shared_.account.allow(event.object));
  }
  return run(event);
}

Result<void> FileLoad::run(const DumpEvent& event) {
  switch (event.kind) {
    case EventKind::session:
      return session(event);
    case EventKind::insert:
      return insert(event);
    case EventKind::create_database:
      return execute(event, event.text);
    case EventKind::use_database:
      dump_uses_ = true;
      return change_schema(event, event.object);
    case EventKind::create_table:
      REHEARSAL_TRY(enter(event));
      REHEARSAL_TRY(execute(event, event.text));
      return read_table_warnings(event);
    case EventKind::create_view:
      return create_view(event);
    case EventKind::create_event:
      shared_.events = true;
      REHEARSAL_TRY(enter(event));
      return create_event(event);
    case EventKind::create_routine:
    case EventKind::create_trigger:
    case EventKind::other:
      REHEARSAL_TRY(enter(event));
      return execute_or_leave_out(event);
    case EventKind::create_sequence:
    case EventKind::alter_table:
      REHEARSAL_TRY(enter(event));
      return execute(event, event.text);
    case EventKind::drop:
      if (!event.schema.empty()) {
        REHEARSAL_TRY(enter(event));
      }
      return drop(event);
    case EventKind::comment:
    case EventKind::client_command:
    case EventKind::account:
    case EventKind::replication:
      break;
  }
  return {};
}

Result<void> FileLoad::finish() {
  REHEARSAL_TRY(rows_.close());
  for (const DumpTable* table : rows_.odd()) {
    shared_.look_at(*table);
  }
  return sql_->execute("COMMIT");
}

Result<void> FileLoad::execute(const DumpEvent& event, std::string_view text) {
  if (!execute_as(shared_.account, *sql_, text)) {
    return restore_refusal(shared_.index, *sql_, place(event), event.schema, event.object);
  }
  shared_.add(1, 0);
  return {};
}

Result<void> FileLoad::execute_or_leave_out(const DumpEvent& event) {
  constexpr unsigned kRoutineDenied = 1370;
  constexpr unsigned kNotPrepared = 1243;
  if (execute_as(shared_.account, *sql_, event.text)) {
    shared_.add(1, 0);
    return {};
  }
  const unsigned number = sql_->last_errno();
  // A statement that computes rows by a routine cannot be left out: what the rows then are is not what the client
  // makes.
  const bool left_out = number == kNotPrepared || (is_denied(number) && number != kRoutineDenied);
  if (!left_out) {
    return restore_refusal(shared_.index, *sql_, place(event), event.schema, event.object);
  }
  leave_out_denied(event);
  return {};
}

void FileLoad::leave_out_denied(const DumpEvent& event) {
  if (part_ != LoadPart::rows) {
    adapt(event, "server-statement",
          "not executed, it reaches beyond the dump's schemas or executes a routine: " +
              statement_excerpt(event.text, shared_.server_version));
  }
}

void FileLoad::keep(const DumpEvent& event) {
  const bool uses = event.kind == EventKind::use_database;
  triggers_.push_back({.place = place(event),
                       .schema = uses ? std::string(event.object) : std::string(event.schema),
                       .object = event.kind == EventKind::create_trigger ? std::string(event.object) : std::string(),
                       .text = uses ? std::string() : std::string(event.text)});
}

Result<void> FileLoad::session(const DumpEvent& event) {
  const bool sets_zone = lower(event.text.substr(0, 200)).find("time_zone") != std::string::npos;
  if (sql_->execute(event.text)) {
    shared_.add(1, 0);
    if (sets_zone) {
      unknown_zone_.reset();
    }
    return {};
  }
  const bool unknown_zone = sql_->last_errno() == 1298;
  if (is_denied(sql_->last_errno())) {
    leave_out_denied(event);
    return {};
  }
  if (!unknown_zone && !is_unknown_variable(sql_->last_errno())) {
    return restore_refusal(shared_.index, *sql_, place(event), {}, {});
  }
  if (unknown_zone) {
    unknown_zone_ = place(event);  // harmless for an event's time zone, not for rows
  }
  if (part_ != LoadPart::rows) {
    adapt(event, "session-variable",
          "not executed, this server does not know it: " + statement_excerpt(event.text, shared_.server_version));
  }
  return {};
}

Result<void> FileLoad::insert(const DumpEvent& event) {
  if (unknown_zone_) {
    return fail(ErrorKind::unusable_dump, "rows are given in a time zone that the server does not know",
                place_of(*unknown_zone_, {}, {}), refusal_hint(1298, {}, shared_.index));
  }
  if (part_ == LoadPart::rows && !by_insert_) {
    REHEARSAL_TRY_SET(const bool taken, rows_.take(event));
    if (taken) {
      shared_.add(0, event.rows);
      return {};
    }
  }
  REHEARSAL_TRY(enter(event));
  if (event.first && event.last) {
    REHEARSAL_TRY(execute_insert(event, event.text));
  } else if (!event.rows_text.empty()) {
    statement_.assign(event.head);
    statement_ += ' ';
    statement_ += event.rows_text;
    REHEARSAL_TRY(execute_insert(event, statement_));
  } else if (event.rows > 0) {
    return fail(ErrorKind::unusable_dump, "a statement is too long to be executed and cannot be cut into rows",
                place_of(place(event), event.schema, event.object));
  }
  if (inserted_ == nullptr || inserted_->name != event.object || inserted_->schema != event.schema) {
    inserted_ = shared_.index.find(std::string(event.schema), std::string(event.object));
    if (inserted_ != nullptr) {
      shared_.look_at(*inserted_);
    }
  }
  if (const std::vector<SqlWarning> warnings = sql_->warnings(); !warnings.empty()) {
    shared_.change(event, place(event), warnings);
  }
  shared_.add(0, event.rows);
  return {};
}

// The first rows of an empty table are checked for duplicates when they are committed, and then the server does not say
// which: asked again, with the checks on, it does.
Result<void> FileLoad::execute_insert(const DumpEvent& event, std::string_view text) {
  auto done = execute(event, text);
  if (!done && sql_->last_errno() == kErrorDuringCommit && done.error().kind == ErrorKind::unusable_dump) {
    REHEARSAL_TRY(sql_->execute("SET SESSION unique_checks = 1"));
    return execute(event, text);
  }
  return done;
}

// Dumps of one database may name none: then the scanner's default is made and used.
Result<void> FileLoad::enter(const DumpEvent& event) {
  if (dump_uses_) {
    return {};
  }
  if (event.schema.empty()) {
    return fail(ErrorKind::unusable_dump, "no database selected: the dump does not say which database it belongs to",
                place_of(place(event), {}, event.object),
                "name it: --schema NAME, or in a scenario dumps = [{ file = \"" + file_ + "\", schema = \"NAME\" }]");
  }
  return change_schema(event, event.schema);
}

Result<void> FileLoad::change_schema(const DumpEvent& event, std::string_view schema) {
  if (schema == current_schema_) {
    return {};
  }
  const std::string use = "USE " + sql_name(schema);
  if (!sql_->execute(use)) {
    if (sql_->last_errno() != 1049) {
      return restore_refusal(shared_.index, *sql_, place(event), schema, event.object);
    }
    if (!sql_->execute("CREATE DATABASE " + sql_name(schema)) || !sql_->execute(use)) {
      return restore_refusal(shared_.index, *sql_, place(event), schema, event.object);
    }
    adapt(event, "database-created",
          "the dump does not create the database " + std::string(schema) +
              ": created with the server's default character set, which may not be production's");
  }
  current_schema_ = schema;
  return {};
}

Result<void> FileLoad::drop(const DumpEvent& event) {
  for (const ObjectChange& change : object_changes(event, shared_.server_version)) {
    if (change.sort == ObjectSort::database && change.schema == current_schema_) {
      current_schema_.clear();  // the server's own choice goes with the database
    }
    if (change.sort == ObjectSort::view) {
      std::erase_if(shared_.views, [&](const Postponed& view) {
        return view.schema == change.schema && view.object == change.object;
      });
    }
  }
  return execute_or_leave_out(event);
}

Result<void> FileLoad::create_view(const DumpEvent& event) {
  REHEARSAL_TRY(enter(event));
  if (execute_view(shared_.account, *sql_, current_schema_, event.text)) {
    shared_.add(1, 0);
    return {};
  }
  // No such table, no such database, invalid underlying view, no such routine.
  const unsigned number = sql_->last_errno();
  if (is_denied(number)) {
    leave_out_denied(event);
    return {};
  }
  if (event.placeholder || (number != 1146 && number != 1049 && number != 1356 && number != 1305)) {
    return restore_refusal(shared_.index, *sql_, place(event), event.schema, event.object);
  }
  REHEARSAL_TRY_SET(std::string session, session_of(*sql_));
  shared_.views.push_back({.place = place(event),
                           .schema = current_schema_,
                           .object = std::string(event.object),
                           .text = std::string(event.text),
                           .session = std::move(session)});
  return {};
}

// An event whose time has come is gone as soon as it is made; production has it. Before its time it stays.
Result<void> FileLoad::create_event(const DumpEvent& event) {
  constexpr unsigned kDroppedAtOnce = 1588;
  REHEARSAL_TRY(execute_or_leave_out(event));
  const std::vector<SqlWarning> told = sql_->warnings();
  const bool gone =
      std::any_of(told.begin(), told.end(), [](const SqlWarning& one) { return one.number == kDroppedAtOnce; });
  if (!gone) {
    return {};
  }
  REHEARSAL_TRY(sql_->execute("SET TIMESTAMP = 1"));
  REHEARSAL_TRY(execute(event, event.text));
  adapt(event, "event",
        "the time of the event " + std::string(event.schema) + "." + std::string(event.object) +
            " has passed since the dump: it is made as if it had not");
  return sql_->execute("SET TIMESTAMP = DEFAULT");
}

// With strict mode off the server takes what it would refuse later, and says so in a warning.
Result<void> FileLoad::read_table_warnings(const DumpEvent& event) {
  for (const SqlWarning& warning : sql_->warnings()) {
    const unsigned code = warning.number;
    if (code == 139 || code == 140 || code == 1118 || code == 1266 || code == 1286 || code == 1478) {
      adapt(
          event, "table-option",
          std::string(event.schema) + "." + std::string(event.object) + " is not as the dump says: " + warning.message);
    }
  }
  return {};
}

}  // namespace rehearsal
