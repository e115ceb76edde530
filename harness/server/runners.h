// What runs the steps of each service at each release: an environment made from the package index, the operator's
// image, or a command of his. Making them is the network work of `rehearse prepare`; a run finds them made.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "base/talk.h"
#include "harness/engines/engine.h"
#include "harness/server/lane_context.h"
#include "scenarios/plan.h"

namespace rehearsal {

// service -> release -> runner
using Runners = std::map<std::string, std::map<std::string, StepRunner>>;

// Makes what is missing, several at a time. An Error names the service, the version and what failed.
[[nodiscard]] Result<Runners> prepare_runners(Engine& engine, const std::filesystem::path& state,
                                              const Catalogue& catalogue, const Scenario& scenario, const Plan& plan,
                                              Talk& talk);

// What holds the code that is asked whether it can live: each release of a lane's path, those of `runners` and those
// that run no step. What cannot be made is warned of and left out; an Error is an interruption.
[[nodiscard]] Result<Runners> prepare_codes(Engine& engine, const std::filesystem::path& state,
                                            const Catalogue& catalogue, const Scenario& scenario, const Plan& plan,
                                            const Runners& runners, Talk& talk);

}  // namespace rehearsal
