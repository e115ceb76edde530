// What a restore does with each event of a dump: pure decisions, no server.
//
// A dump is executed as it is, but for what must never run in a rehearsal: statements of kinds that a restore does not
// execute (statement_kinds.h), and what touches the server's own schemas. Each of those is left out and reported.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "snapshots/index/dump_index.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

// One thing that the restore did otherwise than the dump says.
struct Adaptation {
  std::string kind;        // "replication-statement", "account-statement", "system-schema", "global-variable",
                           // "session-variable", "server-statement", "routine-call", "query", "event", "definer",
                           // "collation-mapped", "database-created", "table-option", "table-engine"
  std::string file = {};   // file name without folders; empty where it is of the whole restore
  std::uint64_t line = 0;  // 0 where no line applies
  std::string what;        // one sentence; never holds a quoted value of the dump
};
// "what (file, line N)"
[[nodiscard]] std::string to_text(const Adaptation& adaptation);

enum class Treatment {
  execute,
  leave_out,  // means nothing to the server or to this restore
  report,     // left out, and listed
};

struct Decision {
  Treatment treatment = Treatment::execute;
  std::string kind;  // report: as in Adaptation
  std::string what;
};

[[nodiscard]] Decision decide(const DumpEvent& event, unsigned server_version);

// The first words of a statement up to its first quoted value: passwords and rows are not shown.
[[nodiscard]] std::string statement_excerpt(std::string_view text, unsigned server_version);

// Why the server may have refused, and what to do; empty where nothing can be said.
[[nodiscard]] std::string refusal_hint(unsigned number, std::string_view message, const DumpIndex& index);
// Two rows with one key: what the collations that are replaced have to do with it.
[[nodiscard]] std::string same_key_hint(const DumpIndex& index);
// The machine is at fault, not the dump: disk full, memory, a server that died.
[[nodiscard]] bool is_machine_failure(unsigned number, std::string_view message);
// Refused for want of a right: the statement reaches beyond the dump's schemas, or executes a routine.
[[nodiscard]] bool is_denied(unsigned number);
// SET of a variable, or to a value, that this server does not have.
[[nodiscard]] bool is_unknown_variable(unsigned number);

}  // namespace rehearsal
