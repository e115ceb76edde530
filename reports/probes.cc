#include "reports/probes.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

std::vector<ProbedService> probed_services(const RunRecord& record) {
  std::vector<ProbedService> services;
  for (const ProbeRecord& probe : record.probes) {
    auto service = std::find_if(services.begin(), services.end(),
                                [&](const ProbedService& one) { return one.service == probe.service; });
    if (service == services.end()) {
      service = services.insert(services.end(), {probe.service, {}});
    }
    std::vector<ProbedMoment>& moments = service->moments;
    if (moments.empty() || moments.back().name != probe.moment || moments.back().after_failure != probe.after_failure) {
      moments.push_back({probe.moment, probe.after_failure, {}});
    }
    moments.back().codes.push_back(&probe);
  }
  return services;
}

bool lives_everywhere(const ProbedService& service) {
  return std::all_of(service.moments.begin(), service.moments.end(), [](const ProbedMoment& moment) {
    return std::all_of(moment.codes.begin(), moment.codes.end(),
                       [](const ProbeRecord* code) { return code->not_asked.empty() && code->failed == 0; });
  });
}

const char* mark_of(const ProbeRecord& probe) {
  if (!probe.not_asked.empty() || (probe.failed > 0 && !probe.must_live)) {
    return "–";
  }
  return probe.failed > 0 ? "✗" : "✓";
}

std::string probe_text(const ProbeRecord& probe) {
  if (!probe.not_asked.empty()) {
    return probe.code + " not asked";
  }
  if (probe.failed == 0) {
    return probe.code + " lives";
  }
  return fmt::format("{} {}: {} of {}", probe.code, probe.must_live ? "breaks" : "is over", probe.failed, probe.asked);
}

std::string moments_text(const ProbedService& service) {
  std::vector<std::string> moments;
  for (const ProbedMoment& moment : service.moments) {
    std::vector<std::string> codes;
    for (const ProbeRecord* code : moment.codes) {
      codes.push_back(fmt::format("{} {}", mark_of(*code), probe_text(*code)));
    }
    moments.push_back(fmt::format("{}{} {}", moment.name, moment.after_failure ? " (failed)" : "", join(codes, ", ")));
  }
  return join(moments, "; ");
}

std::string probes_sum_text(const RunRecord& record) {
  std::set<std::string> services;
  std::int64_t asked = 0;
  for (const ProbeRecord& probe : record.probes) {
    services.insert(probe.service);
    asked += probe.asked;
  }
  return fmt::format("{} to the code of {}", plural(static_cast<std::uint64_t>(asked), "question"),
                     plural(services.size(), "service"));
}

}  // namespace rehearsal
