// How a step's command ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/step/online_output.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

// In StepOutcome::limit, of a step that was killed and not by us: by the kernel that had no memory left, or by a
// person.
inline constexpr const char* kKilledFromOutside = "killed";

// The exit status of a command that a signal ended is this and the signal's number.
inline constexpr int kSignalled = 128;

struct StepOutcome {
  int exit_status = 0;                    // of the last invocation
  ExitMeaning meaning = ExitMeaning::ok;  // of it, as the catalogue says
  bool timed_out = false;
  // What ended it beside itself: "time", "idle", "output", "files", "memory", "processes", kKilledFromOutside.
  std::string limit;
  int invocations = 0;
  double seconds = 0;  // of the command itself; proving passes of online migrations are not counted
  std::string output;  // of the first and the last invocation, at most a few MB
  std::optional<OnlineProgress> online;
  bool sampled = false;    // online: stopped at the end of its sample, with more to do
  bool unsettled = false;  // online: given up before it was known what remains
  bool endless = false;    // online: given up because every pass migrated a little and none was the last
  bool in_doubt = false;   // online: what the command printed does not say what remains; prove_online() finds out
  std::optional<OnlineProgress> proof;  // online: what passes on a copy found after the command's own
  std::int64_t proof_batch = 0;         // rows that each of them looked at
};

}  // namespace rehearsal
