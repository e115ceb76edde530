#include "snapshots/load_order.h"

#include <algorithm>

#include "snapshots/restore_policy.h"
#include "snapshots/tokens.h"

namespace rehearsal {

namespace {

std::pair<std::string, std::string> name_of(const DumpEvent& event) {
  return {std::string(event.schema), std::string(event.object)};
}

}  // namespace

void LoadOrderJudge::heed(const DumpEvent& event) {
  if (!reason_.empty()) {
    return;
  }
  switch (event.kind) {
    case EventKind::insert:
      return insert(event);
    case EventKind::create_table:
      if (filled_.contains(name_of(event))) {
        return forbid(event, "a table is made after rows of its name");
      }
      made_.insert(name_of(event));
      return;
    case EventKind::drop:
      return drop(event);
    case EventKind::alter_table:
      if (filled_.contains(name_of(event)) && !any_word(event.text.substr(0, 1024), server_version_, {"KEYS"})) {
        forbid(event, "a table is altered after its rows");
      }
      return;
    case EventKind::create_trigger:
      return trigger(event);
    case EventKind::other:
      return other(event);
    case EventKind::comment:
    case EventKind::client_command:
    case EventKind::session:
    case EventKind::create_database:
    case EventKind::use_database:
    case EventKind::create_view:
    case EventKind::create_routine:
    case EventKind::create_event:
    case EventKind::create_sequence:
    case EventKind::account:
    case EventKind::replication:
      return;
  }
}

void LoadOrderJudge::insert(const DumpEvent& event) {
  if (!event.first) {
    return;
  }
  const Name name = name_of(event);
  if (!made_.contains(name)) {
    forbid(event, "rows are told before their table");
  }
  if (watched_.contains(name)) {
    forbid(event, "a trigger is made before rows of its table");
  }
  if (event.rows_text.empty()) {
    forbid(event, "rows are not given as values");
  }
  filled_.insert(name);
}

void LoadOrderJudge::drop(const DumpEvent& event) {
  if (filled_.contains(name_of(event)) || filled_in(event.object)) {
    forbid(event, "what holds rows already is dropped");
  }
}

bool LoadOrderJudge::filled_in(std::string_view schema) const {
  return std::any_of(filled_.begin(), filled_.end(), [&](const Name& name) { return name.first == schema; });
}

void LoadOrderJudge::other(const DumpEvent& event) {
  if (decide(event, server_version_).treatment != Treatment::execute) {
    return;
  }
  const Token verb = TokenReader(event.text, server_version_).next();
  // A sequence's value is set so.
  if (!verb.is("DO") && !verb.is("SELECT") && !(filled_.empty() && verb.is("CREATE"))) {
    forbid(event, "a statement that may read or change rows");
  }
}

void LoadOrderJudge::trigger(const DumpEvent& event) {
  // CREATE … TRIGGER name BEFORE INSERT ON table
  TokenReader reader(event.text.substr(0, 4096), server_version_);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (!token.is("ON")) {
      continue;
    }
    Name name{std::string(event.schema), unquoted_name(reader.next().text)};
    if (reader.next().is('.')) {
      name = {name.second, unquoted_name(reader.next().text)};
    }
    watched_.insert(std::move(name));
    return;
  }
}

void LoadOrderJudge::forbid(const DumpEvent& event, const char* why) {
  if (reason_.empty()) {
    reason_ = std::string(why) + " (line " + std::to_string(event.line) + ")";
  }
}

}  // namespace rehearsal
