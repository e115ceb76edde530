// Drills without servers: each ends as the test says, and what was asked is kept.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "harness/lane/drill_site.h"

namespace rehearsal {

// What happens in one drill.
struct FakeDrill {
  std::vector<Hit> hits = {Hit{.killed = true,
                               .stopped = {},
                               .talk = {.seconds = 1, .statements = 3},
                               .ended = {.seconds = 1, .statements = 2}}};  // of each try
  SecondRun again = {};
  StateDifference difference = {};
  std::string breaks = {};  // the call that fails
};

class FakeDrillSite final : public DrillSite {
 public:
  Result<void> begin(DrillStart start) override {
    starts.push_back(start);
    return asked("begin");
  }
  Result<Hit> strike(Killed victim, const StrikeMoment& moment) override {
    REHEARSAL_TRY(asked("strike"));
    victims.push_back(victim);
    moments.push_back(moment);
    const std::vector<Hit>& hits = now().hits;
    return hits.at(std::min(tries_++, hits.size() - 1));
  }
  Result<SecondRun> run() override {
    REHEARSAL_TRY(asked("run"));
    return now().again;
  }
  Result<StateDifference> compare() override {
    REHEARSAL_TRY(asked("compare"));
    return now().difference;
  }
  Result<StateDifference> compare_undisturbed() override {
    REHEARSAL_TRY(asked("compare_undisturbed"));
    return undisturbed;
  }
  void tell(const std::string& words) override {
    told.push_back(words);
    tries_ = 0;
  }

  // Answers, by the drill's place.
  std::array<FakeDrill, 6> drills;
  StateDifference undisturbed;

  // What was asked.
  std::vector<std::string> told, calls;
  std::vector<DrillStart> starts;
  std::vector<Killed> victims;
  std::vector<StrikeMoment> moments;

 private:
  [[nodiscard]] FakeDrill& now() { return drills.at(told.size() - 1); }
  Result<void> asked(const char* call) {
    calls.emplace_back(call);
    return now().breaks == call ? fail("broken: " + now().breaks) : Result<void>();
  }

  std::size_t tries_ = 0;
};

}  // namespace rehearsal
