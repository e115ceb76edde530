// What the services of a release ask of the records that running services left in the database, before they start: a
// record that is too old, or says nothing, stops them or holds them back. The catalogue ([[version_rule]]) has it from
// the services' own code. The dump tells the records as production wrote them, so they are judged by the code of the
// path's first hop; a rehearsal starts no service, so later hops take it that the runbook was followed. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/severity.h"
#include "scenarios/row_rules.h"

namespace rehearsal {

class TomlReader;

struct VersionRule {
  RowRule rows;  // the records that the services mind; ${bound} is that of the release, ${release} its name
  std::map<std::string, std::string> bounds;  // release -> ${bound}; in a release that is not named nothing is asked
  // SQL: when the record was renewed last. A service is held for running where that lies within an hour of the dump's
  // newest; it is never compared with now.
  std::string heartbeat;
  Severity severity = Severity::blocker;  // they do not start; warning: they start and are held back
  std::string check;                      // the upgrade check that asks the same; empty: none does
  std::string relaxed_by;                 // "group/option": where it is true the services only warn
  std::string meaning;                    // what follows from it
};

// A rule as the first hop's release has it.
struct VersionQuestion {
  VersionRule rule;  // expanded
  std::string release;
  bool relaxed = false;
};

// The rules of the array "version_rule". What is wrong with them is said through the reader.
[[nodiscard]] std::vector<VersionRule> read_version_rules(TomlReader& table);

// What the code of `release` asks; `config` is the operator's INI.
[[nodiscard]] std::vector<VersionQuestion> version_questions(const std::vector<VersionRule>& rules,
                                                             const std::string& release, const std::string& config);

}  // namespace rehearsal
