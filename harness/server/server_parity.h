// How close the rehearsal's server comes to production's: what it is told, what it only stands in for, and what is left
// as a condition of the verdict. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/server_rules.h"
#include "snapshots/index/collations.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/load/server_options.h"

namespace rehearsal {

// Something that decides migrations and is not as in production.
struct ParityCondition {
  std::string code;           // of `rehearse explain`
  std::string title, detail;  // what differs; why it matters and what to do
};

struct ParityOptions {
  std::vector<std::string> options;
  std::vector<std::string> notes;  // differences that decide nothing, or are made up for
  std::vector<ParityCondition> conditions;
  // Collations of the dump that change places in the restore, because the rehearsal's server gives new tables another
  // one than production's does and cannot be told otherwise: a foreign key then finds columns alike that are alike in
  // production, and no others.
  CollationMap collations;
};

// Durable, with a binary log, strict as production is. `production` is what SHOW VARIABLES told, empty where it was not
// given; what is not told is the default of the series that wrote the dump, or MariaDB 10.11 as Debian ships it.
// `server_version` ("11.8.9") is the rehearsal's own.
[[nodiscard]] ParityOptions parity_server_options(const ServerRules& rules, const DumpIndex& index,
                                                  const ServerVariables& production, std::uint64_t memory_bytes,
                                                  const std::string& server_version);

// A text with the collations that changed places named as production names them.
[[nodiscard]] std::string as_in_production(const std::string& text, const CollationMap& collations);

}  // namespace rehearsal
