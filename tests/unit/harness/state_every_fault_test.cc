// The state directory, with every call of the operating system failing in every way: a living run is never held for
// dead, a what-if never for the last run of production, and what a run wrote is read again whole or not at all.
#include <filesystem>
#include <memory>

#include "fakes/every_fault.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "harness/cli/report_files.h"
#include "harness/lane/lane_memory.h"
#include "harness/server/checkpoints.h"
#include "harness/server/run_request.h"
#include "harness/server/state.h"
#include "reports/json.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class StateEveryFault : public testing::Test {
 protected:
  void SetUp() override { state_ = make_unique_dir(quick_folder(), "state-every-fault").value(); }
  void TearDown() override { empty(); }
  void empty() {
    for (const RunInfo& run : list_runs(state_).value_or(std::vector<RunInfo>())) {
      remove_tree(RunDir::short_dir_of(run.id));
    }
    remove_tree(state_);
  }
  static RunRequest request(bool purged) {
    RunRequest asked;
    asked.scenario_file = "/s.toml";
    asked.scenario_text = "[path]\n";
    asked.sessions = {"2026-11-01T00:00:00Z"};
    asked.wish.purged = purged;
    return asked;
  }
  // A run that came to its end.
  std::string ended_run(bool purged) const {
    auto run = RunDir::create(state_).value();
    EXPECT_TRUE(write_request(run.path(), request(purged)));
    EXPECT_TRUE(write_file(run.path() / "report.json", "{}"));
    return run.id();
  }

  fs::path state_;
};

TEST_F(StateEveryFault, ALivingRunIsNeverHeldForDead) {
  std::unique_ptr<RunDir> living;
  std::vector<RunInfo> seen;
  every_fault(
      [&] {
        living.reset();
        empty();
        living = std::make_unique<RunDir>(RunDir::create(state_).value());
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(seen, list_runs(state_));
        return {};
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && *done) {
          ASSERT_EQ(seen.size(), 1U);
          EXPECT_TRUE(seen.front().alive);
        }
      });
}

TEST_F(StateEveryFault, AWhatIfIsNeverTheLastRunOfProduction) {
  std::string real;
  std::string last;
  every_fault(
      [&] {
        empty();
        real = ended_run(false);
        const std::string what_if = ended_run(true);
        // The name of a run begins with the second in which it began.
        fs::rename(state_ / "runs" / what_if, state_ / "runs" / ("9" + what_if));
        remove_tree(RunDir::short_dir_of(what_if));
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(last, run_named(state_, "last"));
        return {};
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && *done) {
          EXPECT_EQ(last, real);
        }
      });
}

TEST_F(StateEveryFault, ARunIsTakenOverOnlyWhereNobodyHoldsIt) {
  std::string id;
  every_fault(
      [&] {
        empty();
        id = ended_run(false);
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY(find_data_dir("tests", "REHEARSAL_NO_SUCH_VARIABLE"));
        REHEARSAL_TRY_SET(RunDir mine, RunDir::take_over(state_, id));
        REHEARSAL_TRY_SET(RunDir looked_at, RunDir::open(state_, id));
        return looked_at.hold() ? fail("two hold it") : Result<void>();
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && !*done) {
          EXPECT_NE(done->error().what, "two hold it");
        }
      });
}

TEST_F(StateEveryFault, WhatALaneKnewIsReadWholeOrNotAtAll) {
  const fs::path run = state_ / "run";
  std::optional<LaneMemory> read;
  every_fault(
      [&] {
        empty();
        ASSERT_TRUE(make_private_dir(run));
        LaneMemory memory;
        memory.next = "blue:2:sync";
        memory.password = "p";
        ASSERT_TRUE(make_private_dir(run / "lanes"));
        ASSERT_TRUE(write_memory(run, "blue_2_sync", memory));
        CheckpointLog log(run, {});
        ASSERT_TRUE(log.begin(Lane{}, {"blue"}));
      },
      [&]() -> Result<void> {
        read = read_memory(run, "blue_2_sync");
        REHEARSAL_TRY_SET(const RunCheckpoints kept, read_checkpoints(run));
        return remove_memory(run, "blue_2_sync");
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && read) {
          EXPECT_EQ(read->next, "blue:2:sync");
        }
        if (done != nullptr && *done) {
          EXPECT_FALSE(read_memory(run, "blue_2_sync"));
        }
      });
}

TEST_F(StateEveryFault, WhatARunWroteIsThereWholeOrTheRunKnowsThatItIsNot) {
  const std::string service = "blue";
  fs::path path;
  every_fault(
      [&] {
        empty();
        path.clear();
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(const RunDir run, RunDir::create(state_));
        path = run.path();
        REHEARSAL_TRY(write_request(run.path(), request(false)));
        Lane lane;
        lane.service = service;
        lane.steps.resize(1);
        lane.steps[0].id = "blue:2:sync";
        CheckpointLog log(run.path(), {});
        REHEARSAL_TRY(log.begin(lane, {"blue"}));
        REHEARSAL_TRY(log.add(service, {.step = "blue:2:sync", .after = false, .data = "/s/d"}));
        LaneMemory memory;
        memory.next = "blue:2:sync";
        REHEARSAL_TRY(write_memory(run.path(), "blue_2_sync", memory));
        REHEARSAL_TRY(try_report_folder(run.path()));
        return write_report(RunRecord(), run.path());
      },
      [&](const FaultPoint&, const Result<void>* done) {
        const auto runs = list_runs(state_);
        ASSERT_TRUE(runs) << to_text(runs.error());
        for (const RunInfo& run : *runs) {
          EXPECT_FALSE(run.alive);
          const bool asked = has_request(run.path).value();
          EXPECT_TRUE(!asked || read_request(run.path)) << "half a request";
          const bool kept = has_checkpoints(run.path).value();
          EXPECT_TRUE(!kept || read_checkpoints(run.path)) << "half a list of checkpoints";
          if (run.finished) {
            EXPECT_TRUE(read_file(run.path / "report.json").and_then(from_report_json)) << "half a report";
          }
        }
        if (done != nullptr && *done) {
          EXPECT_TRUE(runs->front().finished);
          EXPECT_TRUE(read_memory(path, "blue_2_sync"));
          EXPECT_TRUE(find_state(read_checkpoints(path).value(), "blue:2:sync", false));
        }
      });
}

}  // namespace
}  // namespace rehearsal
