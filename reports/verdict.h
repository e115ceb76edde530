// The verdict of a run, by the order of its rules: restore not proven: INCONCLUSIVE; any blocker: NO-GO; coverage not
// given, or a mandatory gate not run for another reason than an earlier blocker: INCONCLUSIVE; any warning: CONDITIONS;
// else GO. What is absent was not earned: a missing mandatory gate counts as not run, and a failure that no finding
// tells of (a step, a gate) counts as a blocker. A gate that failed counts as its worst finding, so it follows where
// that is waived; a step of the upgrade that nothing makes pass is never more than INCONCLUSIVE. A gate that is not
// mandatory and did not run changes nothing: it stands beside the verdict (reports/scope.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

// A condition on the verdict and what it means, in plain words.
struct GateMeaning {
  GateId id;
  const char* meaning;    // true where the gate passed
  const char* failure;    // true where it failed
  bool mandatory = true;  // where it did not run, nothing is proven
  bool always = true;     // of every run; the others where the scenario asks for them
};

// All gates, in the order in which they are reported.
[[nodiscard]] const std::vector<GateMeaning>& gate_meanings();
[[nodiscard]] const GateMeaning& gate_meaning(GateId id);

// Sets verdict and reasons (at most five, the most important first). Nothing else changes.
void judge(RunRecord& record);

// Why one finding matters, as one sentence: service, step, revision, table and count where they are known.
[[nodiscard]] std::string finding_sentence(const Finding& finding);

}  // namespace rehearsal
