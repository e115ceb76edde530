#include "snapshots/index/load_order.h"

#include <algorithm>

#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "snapshots/index/object_changes.h"
#include "snapshots/index/restore_policy.h"

namespace rehearsal {

namespace {

FileReach::Name name_of(const DumpEvent& event) {
  return {std::string(event.schema), std::string(event.object)};
}

}  // namespace

void LoadOrderJudge::heed(const DumpEvent& event) {
  switch (event.kind) {
    case EventKind::insert:
      return insert(event);
    case EventKind::create_database:
      reach_.schemas[std::string(event.object)] = event.text;
      return;
    case EventKind::create_table:
    case EventKind::create_view:
    case EventKind::create_routine:
    case EventKind::create_event:
    case EventKind::create_sequence:
      return create(event);
    case EventKind::drop:
      return drop(event);
    case EventKind::alter_table:
      return alter(event);
    case EventKind::create_trigger:
      return trigger(event);
    case EventKind::other:
      return other(event);
    case EventKind::comment:
    case EventKind::client_command:
    case EventKind::session:
    case EventKind::use_database:
    case EventKind::account:
    case EventKind::replication:
      return;
  }
}

void LoadOrderJudge::change(const Name& name) {
  reach_.changed.insert(name);
  reach_.schemas.emplace(name.first, "");
}

// Rows of a table that the file does not make are loaded when other files have made it.
void LoadOrderJudge::insert(const DumpEvent& event) {
  if (!event.first || is_system_schema(event.schema)) {
    return;
  }
  const Name name = name_of(event);
  if (reach_.watched.contains(name)) {
    forbid(event, "a trigger is made before rows of its table");
  }
  if (event.rows_text.empty()) {
    forbid(event, "rows are not given as values");
    reach_.anywhere = reach_.anywhere.empty() ? reach_.ordered : reach_.anywhere;
  }
  reach_.filled.insert(name);
}

void LoadOrderJudge::create(const DumpEvent& event) {
  if (is_system_schema(event.schema)) {
    return;
  }
  const Name name = name_of(event);
  if (event.kind == EventKind::create_table) {
    if (reach_.filled.contains(name)) {
      forbid(event, "a table is made after rows of its name");
    }
    reach_.made.insert(name);
  }
  change(name);
}

void LoadOrderJudge::alter(const DumpEvent& event) {
  if (is_system_schema(event.schema)) {
    return;
  }
  const std::string_view begin = event.text.substr(0, 1024);
  const bool keys_only = any_word(begin, server_version_, {"KEYS"}, event.quoting()) &&
                         any_word(begin, server_version_, {"DISABLE", "ENABLE"}, event.quoting());
  if (keys_only) {
    return;
  }
  change(name_of(event));
  if (reach_.filled.contains(name_of(event))) {
    forbid(event, "a table is altered after its rows");
  }
  for (const ObjectChange& renamed : object_changes(event, server_version_)) {
    change({renamed.new_schema, renamed.new_object});
    forbid(event, "a table is renamed");
  }
}

void LoadOrderJudge::drop(const DumpEvent& event) {
  for (const ObjectChange& dropped : object_changes(event, server_version_)) {
    if (is_system_schema(dropped.schema)) {
      continue;
    }
    const Name name{dropped.schema, dropped.object};
    if (dropped.sort == ObjectSort::database) {
      reach_.dropped_schemas.insert(dropped.schema);
      if (filled_in(dropped.schema)) {
        forbid(event, "what holds rows already is dropped");
      }
      continue;
    }
    const bool made_trigger = dropped.sort == ObjectSort::trigger && triggers_.contains(name);
    if (reach_.filled.contains(name)) {
      forbid(event, "what holds rows already is dropped");
    } else if (made_trigger || reach_.watched.contains(name)) {
      forbid(event, "a trigger is dropped after it is made");
    }
    change(name);
  }
}

bool LoadOrderJudge::filled_in(std::string_view schema) const {
  const auto in_it = [&](const Name& name) { return name.first == schema; };
  return std::any_of(reach_.filled.begin(), reach_.filled.end(), in_it) ||
         std::any_of(triggers_.begin(), triggers_.end(), in_it);
}

void LoadOrderJudge::other(const DumpEvent& event) {
  if (decide(event, server_version_).treatment != Treatment::execute) {
    return;
  }
  const Token verb = TokenReader(event.text, server_version_, event.quoting()).next();
  // A sequence's value is set so; a variable's, which rows may use, is not seen by other connections.
  const bool sets_sequence = verb.is("DO") || (verb.is("SELECT") && !any_word(event.text, server_version_, {"INTO"}));
  if (sets_sequence || (reach_.filled.empty() && triggers_.empty() && verb.is("CREATE"))) {
    return;
  }
  const std::vector<ObjectChange> changes = object_changes(event, server_version_);
  for (const ObjectChange& one : changes) {
    change({one.schema, one.object});
    if (one.what == ObjectChange::What::renamed) {
      change({one.new_schema, one.new_object});
    }
  }
  forbid(event, "a statement that may read or change rows");
  if (changes.empty() && reach_.anywhere.empty()) {
    reach_.anywhere = "a statement that may read or change rows (line " + std::to_string(event.line) + ")";
  }
}

void LoadOrderJudge::trigger(const DumpEvent& event) {
  triggers_.insert(name_of(event));
  change(name_of(event));
  reach_.watched.insert(table_of_trigger(event, server_version_));
}

void LoadOrderJudge::forbid(const DumpEvent& event, const char* why) {
  if (reach_.ordered.empty()) {
    reach_.ordered = std::string(why) + " (line " + std::to_string(event.line) + ")";
  }
}

}  // namespace rehearsal
