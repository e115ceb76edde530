// Do the databases of the snapshot agree with each other? Asked once a run, of a clone of the golden that no step has
// touched. What does not match is either skew, where dumps were taken one after the other or work was under way, or
// rot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/run/golden.h"
#include "harness/run/snapshot.h"
#include "harness/server/workplace.h"
#include "reports/record.h"
#include "scenarios/consistency.h"
#include "scenarios/plan.h"

namespace rehearsal {

inline constexpr int kConsistencySeconds = 60;  // the most that one query may take

// An information that a check could not be made: what was not looked for, and how its query failed with the server's
// message `reason`, which is masked.
[[nodiscard]] Finding query_not_made(const ConsistencyCheck& check, const std::string& looked_for,
                                     const std::string& failure, const std::string& reason);

// The roles whose schemas are all in the snapshot.
[[nodiscard]] RoleSchemas role_schemas(const Catalogue& catalogue, const std::vector<ServiceState>& states,
                                       const SnapshotFacts& facts);

// "2026-11-24 04:12:00": rows changed later than this may differ because of when the dumps were taken. A day before the
// earliest dump's end: dumps take hours, and tell the end in their host's time zone. None where no dump tells its end.
[[nodiscard]] std::optional<std::string> skew_begins(const std::vector<DumpFile>& files);

// One finding for each check that finds rows. A check that the server refuses or that takes longer than a minute is
// told as not made.
[[nodiscard]] Result<std::vector<Finding>> check_consistency(Sql& sql, const std::vector<ConsistencyCheck>& checks,
                                                             const RoleSchemas& schemas,
                                                             const std::optional<std::string>& skew_since);

// All of it on a server of its own, which is gone afterwards; nothing is started where no check can be made. A failure
// of the harness is told and does not stop the run.
[[nodiscard]] Result<std::vector<Finding>> audit_golden(const Workplace& place, const Golden& golden,
                                                        const Snapshot& snapshot);

}  // namespace rehearsal
