// The operator's assertions: each is asked on the lane whose service holds the schemas that it names, read-only, and
// judged when the lanes are over. One that cannot be asked is named, and no GO is given. Pure but for the questions.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/audit/questions.h"
#include "harness/step/lane_outcome.h"
#include "reports/record.h"
#include "scenarios/assertion.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Where an assertion is asked.
struct AssertionPlace {
  std::optional<std::size_t> lane;  // none: nowhere
  std::string refused;              // then why
};

// One for each assertion. `schemas`: all of the snapshot.
[[nodiscard]] std::vector<AssertionPlace> place_assertions(const std::vector<Assertion>& assertions,
                                                           const std::vector<Lane>& lanes,
                                                           const std::set<std::string>& schemas);

// Those that lane number `lane` is asked.
[[nodiscard]] std::vector<Question> assertion_questions(const std::vector<Assertion>& assertions,
                                                        const std::vector<AssertionPlace>& places, std::size_t lane);

// A blocker for each that does not hold, a warning for each that could not be asked before and after.
[[nodiscard]] std::vector<Finding> assertion_findings(const std::vector<Assertion>& assertions,
                                                      const std::vector<AssertionPlace>& places,
                                                      const std::vector<Lane>& lanes,
                                                      const std::vector<LaneOutcome>& outcomes);

// Adds the gate of the assertions, where there are some, to a record that has its findings and other gates.
void add_assertion_gate(RunRecord& record, const std::vector<Assertion>& assertions);

// "12 before and 11 after": two answers as a report may tell them, values masked that could be a person's.
[[nodiscard]] std::string told_answer(const std::string& answer);

}  // namespace rehearsal
