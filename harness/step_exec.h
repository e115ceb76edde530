// Executing one step of a lane: its configuration is written, its command is run in the sandbox as often as its phase
// needs, its output is kept. What the outcome means is step_judge's business.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engine.h"
#include "harness/lane.h"
#include "harness/online_output.h"
#include "scenarios/plan.h"
#include "snapshots/sql.h"

namespace rehearsal {

// The account that a service's steps use, from 127.0.0.1: ALL on its own schemas, nothing else; never root.
struct ServiceAccount {
  std::string name, password;
  // Of a name that no other account has.
  [[nodiscard]] static ServiceAccount of(const std::string& service, const std::string& password);
  // mysql+pymysql://name:password@127.0.0.1:3306/SCHEMA?charset=utf8
  [[nodiscard]] std::string url(const std::string& schema) const;
};

// ALL on these schemas, as installers grant it; nothing global.
[[nodiscard]] Result<void> make_account(Sql& sql, const ServiceAccount& account,
                                        const std::vector<std::string>& schemas);

struct StepOutcome {
  int exit_status = 0;  // of the last invocation
  std::string meaning;  // the catalogue's word for it: "ok", "more", "failed", "warnings"
  bool timed_out = false;
  std::string limit;  // what ended it beside itself: "time", "idle", "output", "files", "memory", "processes"
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

// An Error is a failure of the harness or an interruption; a step that ran and failed is a value. `dir` keeps the
// step's configuration and its output; what it wrote into its work folder goes.
[[nodiscard]] Result<StepOutcome> execute_step(const PlanStep& step, const LaneContext& lane, Server& server,
                                               const ServiceAccount& account, const std::vector<std::string>& schemas,
                                               const std::filesystem::path& dir);

// Runs an online step's proving command on `server`, which holds a copy of what the command left, until it is known
// what remains, and adds what it learned to `outcome`. The step's own output stays as it is.
Result<void> prove_online(const PlanStep& step, const LaneContext& lane, Server& server, const ServiceAccount& account,
                          const std::vector<std::string>& schemas, const std::filesystem::path& dir,
                          StepOutcome& outcome);

// The catalogue's word for an exit status; "ok" for an unlisted 0 and "failed" for any other.
[[nodiscard]] std::string exit_meaning(const PlanStep& step, int exit_status);

}  // namespace rehearsal
