// Character sets and collations that a snapshot's databases give to tables which do not name their own.
#pragma once

#include <map>
#include <string>

#include "scenarios/plan.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// A database's defaults as its CREATE DATABASE statement says them; empty: the server's.
struct DatabaseDefaults {
  std::string charset, collation;
};
[[nodiscard]] DatabaseDefaults database_defaults(const std::string& create_statement);

// The defaults of the snapshot's databases by the reference's role. Of several cells those of the largest.
[[nodiscard]] std::map<std::string, DatabaseDefaults> defaults_by_role(const Service& service, const Lane& lane,
                                                                       const DumpIndex& index);

}  // namespace rehearsal
