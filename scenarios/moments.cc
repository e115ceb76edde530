#include "scenarios/moments.h"

#include <utility>

namespace rehearsal {

namespace {

// The hop whose work the step is. Online migrations of the first release come before the first hop's own.
std::size_t hop_of(const Lane& lane, const PlanStep& step) {
  for (std::size_t i = 0; i < lane.hops.size(); ++i) {
    if (lane.hops[i].to == step.release) {
      return i;
    }
  }
  return 0;
}

// The place after the hop's last step of this phase; 0 where it has none.
std::size_t end_of(const Lane& lane, std::size_t hop, Phase phase) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < lane.steps.size(); ++i) {
    const PlanStep& step = lane.steps[i];
    if (step.phase == phase && step.release == lane.hops[hop].to) {
      end = i + 1;
    }
  }
  return end;
}

}  // namespace

std::string moment_of(const PlanStep& step) {
  return step.id.substr(step.id.find(':') + 1);
}

std::vector<Moment> moments_of(const Lane& lane, const CodeRule& rule) {
  std::vector<Moment> moments;
  if (lane.hops.empty()) {
    return moments;
  }
  const auto add = [&](Moment moment) {
    std::erase_if(moment.codes, [&](const AskedCode& code) { return !rule.applies(code.release); });
    if (!moment.codes.empty()) {
      moments.push_back(std::move(moment));
    }
  };
  add({"start", std::nullopt, {{.release = lane.hops.front().from}}});
  std::size_t hop = 0;
  bool gone = false;  // the old code of the hop
  for (std::size_t i = 0; i < lane.steps.size(); ++i) {
    const PlanStep& step = lane.steps[i];
    if (!step.may_change) {
      continue;
    }
    if (const std::size_t at = hop_of(lane, step); at != hop) {
      hop = at;
      gone = false;
    }
    Moment moment{moment_of(step), i, {}};
    if (!gone) {
      gone = step.release == lane.hops[hop].to && step.phase == rule.old_until;
      moment.codes.push_back({.release = lane.hops[hop].from, .must_live = !gone});
    }
    if (const std::size_t end = end_of(lane, hop, rule.new_from); end != 0 && i + 1 >= end) {
      moment.codes.push_back({.release = lane.hops[hop].to, .role = CodeRole::new_code});
    }
    add(std::move(moment));
  }
  return moments;
}

}  // namespace rehearsal
