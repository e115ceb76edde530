// Which release's code lived at which moment, as every shape of the report tells it: a row a service, moments from left
// to right. Pure.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

// The codes that were asked at one moment; the record must outlive it.
struct ProbedMoment {
  std::string name;  // "2023.2:expand"
  bool after_failure = false;
  std::vector<const ProbeRecord*> codes;
};

struct ProbedService {
  std::string service;
  std::vector<ProbedMoment> moments;
};

// In the record's order.
[[nodiscard]] std::vector<ProbedService> probed_services(const RunRecord& record);

// Every code of it was asked and answered at every moment.
[[nodiscard]] bool lives_everywhere(const ProbedService& service);

// One character beside a word; never alone: ✓ ✗ –. Code that need not live any more has neither of the first two.
[[nodiscard]] const char* mark_of(const ProbeRecord& probe);
// "2023.1 lives", "2023.1 breaks: 1 of 103", "2023.1 not asked"
[[nodiscard]] std::string probe_text(const ProbeRecord& probe);
// "start ✓ 2023.1 lives; 2023.2:expand ✗ 2023.1 breaks: 1 of 103, ✓ 2023.2 lives"
[[nodiscard]] std::string moments_text(const ProbedService& service);

// "1,941 questions to the code of 6 services"
[[nodiscard]] std::string probes_sum_text(const RunRecord& record);

}  // namespace rehearsal
