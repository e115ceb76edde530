// A lane's server for the survey: combinations are set up on it, one real step makes their changes through the client
// as the service's account, and the real judge says what it found.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "survey/change.h"

#include "base/result.h"
#include "harness/engines/engine.h"
#include "harness/lane/lane.h"
#include "harness/server/run_server.h"
#include "harness/step/step_exec.h"
#include "snapshots/keep/store.h"

namespace rehearsal::survey {

struct Told {
  std::vector<Finding> findings;
  std::string output;  // of the step; a combination whose SQL the server refuses is named in it
  double seconds = 0;
};

class Bench {
 public:
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench();

  // An Error where this machine cannot run one.
  [[nodiscard]] static Result<std::unique_ptr<Bench>> make();

  // All of one phase, in one step. Their schemas are gone afterwards.
  [[nodiscard]] Result<Told> run(const std::vector<Combination>& combinations);

 private:
  Bench() = default;
  [[nodiscard]] Result<void> start();
  [[nodiscard]] Result<Told> take_step(const std::vector<Combination>& combinations, const Lane& lane,
                                       const std::vector<std::string>& schemas);
  [[nodiscard]] Result<void> set_up(const std::vector<Combination>& combinations);
  [[nodiscard]] Result<std::map<std::string, std::int64_t>> count_rows(const std::vector<std::string>& schemas);
  [[nodiscard]] Result<void> clear(const std::vector<std::string>& schemas);

  std::filesystem::path dir_;
  Talk talk_{Loudness::quiet, false};
  Service service_;
  ServiceAccount account_{"survey", "secret"};
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Store> store_;
  std::optional<RunDir> run_;
  std::optional<LaneContext> context_;
  std::unique_ptr<RunServer> server_;
  int steps_ = 0;
};

}  // namespace rehearsal::survey
