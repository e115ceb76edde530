// Executing one step of a lane: its configuration is written, its command is run in the sandbox as often as its phase
// needs, its output is kept. What the outcome means is step_judge's business.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/engines/engine.h"
#include "harness/server/lane_context.h"
#include "harness/step/step_outcome.h"
#include "scenarios/plan.h"

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

// A room for what runs a release's code, with a folder to write into: all but what is run, and within which limits.
[[nodiscard]] StepSpec room_of(const StepRunner& runner, const std::string& run, const std::filesystem::path& work);

// Where a step runs.
struct StepStage {
  const LaneContext& lane;
  Server& server;
  const ServiceAccount& account;
  const std::vector<std::string>& schemas;
  std::function<std::string()> killed_for = {};  // as of StepSpec; none: nothing but its limits ends the step
};

// An Error is a failure of the harness or an interruption; a step that ran and failed is a value. `dir` keeps the
// step's configuration and its output; what it wrote into its work folder goes.
[[nodiscard]] Result<StepOutcome> execute_step(const PlanStep& step, const StepStage& stage,
                                               const std::filesystem::path& dir);

// Runs an online step's proving command on a server that holds a copy of what the command left, until it is known what
// remains, and adds what it learned to `outcome`. The step's own output stays as it is.
Result<void> prove_online(const PlanStep& step, const StepStage& stage, const std::filesystem::path& dir,
                          StepOutcome& outcome);

// Of a signal that others send. One of the program's own making, such as for a bad address, is its failure.
[[nodiscard]] bool is_killed_from_outside(int exit_status);

// As the catalogue lists it; `ok` for an unlisted 0 and `failed` for any other.
[[nodiscard]] ExitMeaning exit_meaning(const PlanStep& step, int exit_status);

}  // namespace rehearsal
