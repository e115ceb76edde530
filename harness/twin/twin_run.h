// Making a twin: a release's own commands on empty schemas, on a server of their own.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "harness/lane.h"
#include "harness/twin/twin.h"
#include "snapshots/dump_index.h"

namespace rehearsal {

// A database's defaults as its CREATE DATABASE statement says them; empty: the server's.
struct DatabaseDefaults {
  std::string charset, collation;
};
[[nodiscard]] DatabaseDefaults database_defaults(const std::string& create_statement);

// The defaults of the snapshot's databases by the reference's role. Of several cells those of the largest.
[[nodiscard]] std::map<std::string, DatabaseDefaults> defaults_by_role(const Service& service, const Lane& lane,
                                                                       const DumpIndex& index);

// `context` is that of a lane whose golden is an empty data directory; its counts are not used. An Error where the
// first release's schema cannot be made; a later step that fails is part of the twin.
[[nodiscard]] Result<Twin> make_twin(const ReferenceLane& reference,
                                     const std::map<std::string, DatabaseDefaults>& defaults,
                                     const LaneContext& context);

}  // namespace rehearsal
