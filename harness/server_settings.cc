#include "harness/server_settings.h"

#include "base/files.h"
#include "base/text.h"
#include "snapshots/server_options.h"

namespace rehearsal {

Result<ServerSettings> server_settings(const Scenario& scenario, const DumpIndex& index, Engine& engine) {
  ServerSettings settings;
  const auto memory = parse_size(scenario.memory);
  if (!memory) {
    return fail(ErrorKind::wrong_scenario, memory.error().what, "[server] memory", memory.error().hint);
  }
  settings.memory_bytes = *memory;
  if (settings.memory_bytes < kLeastServerMemory) {
    return fail(ErrorKind::wrong_scenario, "a server needs at least 256m of memory", "[server] memory",
                "write it as \"4g\" or \"512m\"");
  }
  ServerVariables production;
  if (!scenario.variables.empty()) {
    const auto text = read_file(scenario.variables);
    if (!text) {
      return fail(ErrorKind::wrong_scenario, text.error().what, "[server] variables: " + text.error().where,
                  "write production's SHOW GLOBAL VARIABLES to this file, or leave the key out");
    }
    REHEARSAL_TRY_SET(production, parse_server_variables(*text));
  }
  REHEARSAL_TRY_SET(const std::string server, engine.server_version());
  const std::string version = server.substr(server.rfind(' ') + 1);  // "mariadb 10.11.14"
  settings.restore_options = restore_server_options(index, settings.memory_bytes, version);
  ParityOptions parity = parity_server_options(index, production, settings.memory_bytes, version);
  settings.step_options = std::move(parity.options);
  settings.parity = std::move(parity.notes);
  return settings;
}

}  // namespace rehearsal
