// Trials on servers of the run, on clones that go with them.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "harness/lane/server_attempt.h"
#include "harness/lane/trials.h"

namespace rehearsal {

// View and attempt outlive it.
class ServerTrials final : public Trials {
 public:
  ServerTrials(const LaneView& view, const FailedAttempt& failed)
      : view_(view), failed_(failed), dir_(view.context.run.step_dir(failed.step.id)) {}

  [[nodiscard]] Result<std::vector<Finding>> explain(Finding& blocker) override;
  [[nodiscard]] Result<Trial> run(int round, const std::vector<Fix*>& fixes) override;
  [[nodiscard]] Result<RetryProof> run_again(const std::vector<Fix*>& fixes, const PassedState* passed) override;

 private:
  Result<void> explain(const Attempt& attempt, RunServer& server, Finding& finding, std::vector<Finding>& internal);
  [[nodiscard]] Result<std::unique_ptr<RunServer>> start(int round);
  [[nodiscard]] static Result<std::filesystem::path> checkpoint_of(RunServer& trial);

  const LaneView& view_;
  const FailedAttempt& failed_;
  const std::filesystem::path dir_;
};

}  // namespace rehearsal
