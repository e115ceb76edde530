// A lane's questions to the code of its releases: who is loaded, and what is asked at which moment, on which server.
// That code cannot be loaded or does not answer is told in the answers and stops nothing.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/probes/asker.h"
#include "harness/server/lane_context.h"
#include "harness/server/run_server.h"
#include "harness/step/code_answers.h"
#include "scenarios/moments.h"
#include "scenarios/plan.h"

namespace rehearsal {

// The reference parts of the schemas as loaders name them: role -> schemas, each once.
[[nodiscard]] std::map<std::string, std::vector<std::string>> schemas_by_role(const Service& service, const Lane& lane);

// The objects outlive it. Errors are interruptions, and failures of the lane's server.
class LaneProbes {
 public:
  LaneProbes(const Lane& lane, const LaneContext& context, const std::vector<std::string>& schemas);

  // Before the first step, or once a step is done, as `server` is then; each answer is added. Where the moment asks
  // nothing, nothing happens. A step that changed no table and no row says nothing new to a code that wrote before.
  Result<void> at_start(RunServer& server, std::vector<MomentAnswers>& answers);
  Result<void> after(const PlanStep& step, bool failed, bool changed, RunServer& server,
                     std::vector<MomentAnswers>& answers);
  // The server that was asked goes.
  void let_go() { askers_.clear(); }

 private:
  // A release's code, or why there is none.
  struct Voice {
    std::unique_ptr<Asker> asker;
    std::string silent;
    bool told = false;  // how long it took to load
  };

  // A question to every code of the moment that answers; the last answers are theirs, in the same order.
  Result<void> ask_writes(const Moment& moment, RunServer& server, std::vector<MomentAnswers>& asked);
  Result<void> ask(const Moment& moment, bool failed, bool changed, RunServer& server,
                   std::vector<MomentAnswers>& answers);
  Result<Voice*> voice_of(const std::string& release, RunServer& server);
  // Adds what the code answers, or says why it does not.
  Result<void> ask_code(Voice& voice, const std::string& question, MomentAnswers& one);
  // An account that may do this and nothing else, from there.
  Result<void> make_account_for(Sql& sql, const char* rights, const char* from) const;

  const Lane& lane_;
  const LaneContext& context_;
  const std::vector<std::string>& schemas_;
  const CodeRule* rule_ = nullptr;
  std::vector<Moment> moments_;
  std::string account_, password_;
  int started_ = 0;
  std::set<std::string> wrote_;          // releases whose code was asked to write
  std::map<std::string, Voice> askers_;  // by release
};

}  // namespace rehearsal
