// What one statement is about: its kind and the object it names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/sql/quoting.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

struct Statement {
  EventKind kind = EventKind::other;
  std::string schema;  // as named in the statement; empty where it is not
  std::string object;
  bool placeholder = false;                                    // as in DumpEvent
  bool more = false;                                           // USE: words follow the name
  std::optional<std::pair<std::string, std::string>> definer;  // user, host
};

// Looks at the beginning of the statement only: `text` may be cut.
[[nodiscard]] Statement classify_statement(std::string_view text, unsigned server_version, Quoting quoting = {});

// "CREATE TABLE", "INSERT INTO" …; empty for kinds that name no object.
[[nodiscard]] std::string_view statement_words(EventKind kind);

}  // namespace rehearsal
