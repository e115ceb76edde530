// The records that running services left in the dump, held against what the services of the first hop ask of them
// (scenarios/version_rules.h). Asked once, at the lane's start: no step of the path mends them, and where a step fails
// before an upgrade check would have asked, they strike all the same.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// One finding for each question that finds rows, with the fix untried; on a path of several hops also what is taken
// for granted on the later ones. A column or table that a schema does not have is passed over.
[[nodiscard]] Result<std::vector<Finding>> judge_service_versions(Sql& sql, const Service& service, const Lane& lane);

// The question that the finding came from; none: it is not a finding of this kind.
[[nodiscard]] const VersionQuestion* version_question_of(const Lane& lane, const Finding& finding);

// The finding that speaks of the rows for whose sake this upgrade check failed; none: no question is the check's, or
// it found nothing.
[[nodiscard]] Finding* version_finding_of_check(const Lane& lane, const Finding& check, std::vector<Finding>& findings);

// Does the question still find rows?
[[nodiscard]] Result<bool> still_too_old(Sql& sql, const Service& service, const Lane& lane,
                                         const VersionQuestion& question);

}  // namespace rehearsal
