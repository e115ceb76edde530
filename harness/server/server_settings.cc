#include "harness/server/server_settings.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "harness/server/server_parity.h"
#include "snapshots/load/server_options.h"

namespace rehearsal {

Result<ServerSettings> server_settings(const Scenario& scenario, const DumpIndex& index, Engine& engine,
                                       const std::filesystem::path& catalogue) {
  ServerSettings settings;
  settings.restore_seconds = scenario.restore_seconds;
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
  ServerRules rules;
  if (!catalogue.empty()) {
    REHEARSAL_TRY_SET(rules, load_server_rules(catalogue / "server.toml"));
  }
  ParityOptions parity = parity_server_options(rules, index, production, settings.memory_bytes, version);
  settings.step_options = std::move(parity.options);
  settings.parity = std::move(parity.notes);
  settings.collations = std::move(parity.collations);
  for (ParityCondition& condition : parity.conditions) {
    Finding finding;
    finding.code = std::move(condition.code);
    finding.severity = Severity::warning;
    finding.title = std::move(condition.title);
    finding.detail = std::move(condition.detail);
    settings.findings.push_back(std::move(finding));
  }
  return settings;
}

void map_more_collations(DumpIndex& index, const CollationMap& more) {
  for (const auto& [from, to] : more) {
    if (index.map_collations.emplace(from, to).second) {
      index.mapped_collations.emplace(from, 0);
    }
  }
}

void name_as_in_production(RunRecord& record, const CollationMap& collations) {
  const auto name = [&](std::string& text) { text = as_in_production(text, collations); };
  for (Finding& finding : record.findings) {
    for (std::string* text : {&finding.title, &finding.detail, &finding.cause, &finding.statement, &finding.error}) {
      name(*text);
    }
    if (finding.fix) {
      name(finding.fix->sql);
      name(finding.fix->decision);
    }
  }
  for (StepRecord& step : record.steps) {
    for (SchemaChange& change : step.schema) {
      std::for_each(change.details.begin(), change.details.end(), name);
    }
  }
}

}  // namespace rehearsal
