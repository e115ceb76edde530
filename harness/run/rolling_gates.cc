#include "harness/run/rolling_gates.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "scenarios/moments.h"

namespace rehearsal {

namespace {

struct RollingGate {
  GateId id;
  CodeRole role;
  const char* finding;
};

constexpr RollingGate kRollingGates[] = {
    {GateId::old_code_lives, CodeRole::old_code, "old-code-breaks"},
    {GateId::new_code_lives, CodeRole::new_code, "new-code-breaks"},
};

bool blocks(const RunRecord& record, const std::string& service) {
  return std::any_of(record.findings.begin(), record.findings.end(), [&](const Finding& finding) {
    return finding.severity == Severity::blocker && (finding.service == service || finding.service.empty());
  });
}

// Where the code had to live and was not asked: "start: it cannot be loaded".
std::vector<std::string> silent_moments(const RunRecord& record, const Lane& lane, const CodeRule& rule,
                                        CodeRole role) {
  std::vector<std::string> silent;
  for (const Moment& moment : moments_of(lane, rule)) {
    for (const AskedCode& code : moment.codes) {
      if (code.role != role || !code.must_live) {
        continue;
      }
      const auto found = std::find_if(record.probes.begin(), record.probes.end(), [&](const ProbeRecord& probe) {
        return probe.service == lane.service && probe.moment == moment.name && probe.code == code.release &&
               probe.role == to_word(role) && !probe.after_failure;
      });
      if (found == record.probes.end()) {
        silent.push_back(fmt::format("the code of {} was not asked at {}", code.release, moment.name));
      } else if (!found->not_asked.empty()) {
        silent.push_back(fmt::format("the code of {} was not asked at {}: {}", code.release, moment.name,
                                     found->not_asked.substr(0, found->not_asked.find('\n'))));
      } else if (found->asked <= found->left_out) {
        silent.push_back(fmt::format("of the code of {} every question was left out at {}", code.release, moment.name));
      }
    }
  }
  return silent;
}

std::string lived_words(const RunRecord& record, const std::string& service, CodeRole role) {
  std::size_t moments = 0;
  std::int64_t asked = 0, left_out = 0;
  for (const ProbeRecord& probe : record.probes) {
    if (probe.service == service && probe.role == to_word(role) && probe.must_live) {
      ++moments;
      asked = std::max(asked, probe.asked);
      left_out = std::max(left_out, probe.left_out);
    }
  }
  return fmt::format("{} at {}{}", plural(static_cast<std::uint64_t>(asked), "question"), plural(moments, "moment"),
                     left_out > 0 ? fmt::format("; {} left out", left_out) : std::string());
}

GateRecord rolling_gate(const RunRecord& record, const Lane& lane, const Service& service, const RollingGate& kind,
                        std::optional<Downtime> downtime) {
  GateRecord gate{.id = kind.id, .service = lane.service, .mandatory = downtime.has_value()};
  if (service.codes.empty()) {
    gate.detail = "the catalogue does not say how its code is asked";
    return gate;
  }
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    if (record.findings[i].code == kind.finding && record.findings[i].service == lane.service) {
      gate.findings.push_back(i);
    }
  }
  const std::vector<std::string> silent = silent_moments(record, lane, service.codes.front(), kind.role);
  if (!gate.findings.empty()) {
    gate.result = GateResult::failed;
    gate.detail = record.findings[gate.findings.front()].title;
  } else if (!silent.empty()) {
    gate.detail = silent.front();
    if (silent.size() > 1) {
      gate.detail += fmt::format(" (and {} more)", silent.size() - 1);
    }
  } else {
    gate.result = GateResult::passed;
    gate.detail = lived_words(record, lane.service, kind.role);
  }
  gate.after_blocker = gate.result == GateResult::not_run && blocks(record, lane.service);
  return gate;
}

}  // namespace

void add_rolling_gates(RunRecord& record, const Plan& plan, const Catalogue& catalogue,
                       std::optional<Downtime> downtime, bool asked) {
  if (downtime == Downtime::all) {
    for (const RollingGate& kind : kRollingGates) {
      record.gates.push_back({.id = kind.id,
                              .detail = "nothing was asked: all of the cloud may stop ([rolling] downtime = \"all\")",
                              .mandatory = false});
    }
    return;
  }
  for (const Lane& lane : plan.lanes) {
    const Service* service = catalogue.service(lane.service);
    if (service == nullptr || lane.hops.empty()) {
      continue;
    }
    for (const RollingGate& kind : kRollingGates) {
      GateRecord gate = rolling_gate(record, lane, *service, kind, downtime);
      if (!asked) {
        gate.detail = "the run was asked to leave it out: --no-probes";
      }
      record.gates.push_back(std::move(gate));
    }
  }
}

}  // namespace rehearsal
