#include "harness/lane/lane_memory.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "harness/lane/lane_starts.h"
#include "harness/server/run_request.h"
#include "harness/server/runners.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kSteps = {"blue:2:check", "blue:2:sync", "blue:2:online"};

Lane blue() {
  Lane lane;
  lane.service = "blue";
  lane.schemas = {{"main", "blue"}};
  for (const std::string& id : kSteps) {
    PlanStep step;
    step.id = id;
    step.release = "2";
    step.command = {"blue-manage", id};
    step.config = {{"blue.conf", "[database]\nconnection = @"}};
    lane.steps.push_back(step);
  }
  return lane;
}

LaneMemory memory_before(std::size_t next) {
  LaneMemory memory;
  memory.plan = fingerprints(blue(), {}, {});
  memory.next = next < kSteps.size() ? kSteps[next] : "";
  memory.password = "secret";
  memory.counts = {{"blue.things", 7}};
  memory.new_to_hop = {"2", {"blue.things.colour"}};
  for (std::size_t i = 0; i < next; ++i) {
    StepRecord step;
    step.id = kSteps[i];
    step.seconds = 1.5;
    step.exit_status = 0;
    memory.outcome.steps.push_back(step);
  }
  Finding finding;
  finding.code = "rows-dropped";
  finding.rows = {{{"id", "1\xff"}}};
  memory.outcome.findings.push_back(finding);
  memory.outcome.adaptations = {"blue: something"};
  memory.outcome.schemas.start.tables["blue.things"] = {{"column `id` int"}, false, "CREATE TABLE `things`"};
  memory.outcome.schemas.start.databases["blue"] = {"character set utf8mb4"};
  memory.outcome.schemas.start.cascades = {{"blue.parents", "blue.things"}};
  memory.outcome.schemas.revisions = {{"blue", "abc"}};
  memory.outcome.before = {{"live", {"7", ""}}, {"odd", {std::nullopt, "no such column"}}};
  return memory;
}

class LaneMemories : public ::testing::Test {
 protected:
  void SetUp() override {
    state_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-memory").value();
    run_ = make_run("20260101-000000-aaaa");
  }
  void TearDown() override { remove_tree(state_); }

  [[nodiscard]] fs::path make_run(const std::string& id) const {
    fs::path run = state_ / "runs" / id;
    EXPECT_TRUE(make_private_dir(run));
    EXPECT_TRUE(write_file(run / "lock", ""));
    return run;
  }
  // A checkpoint before a step, with what the lane knew there.
  [[nodiscard]] KeptState keep(const fs::path& run, std::size_t at) const {
    const fs::path data = state_ / "data" / run.filename() / std::to_string(at);
    EXPECT_TRUE(make_private_dir(data));
    EXPECT_TRUE(write_memory(run, file_name_of(kSteps[at]), memory_before(at)));
    return {kSteps[at], false, data};
  }
  static RunCheckpoints checkpoints(std::vector<KeptState> states) {
    RunCheckpoints kept;
    kept.golden_key = "golden";
    kept.root_password = "root";
    KeptLane lane{"blue", {"blue"}, {}, std::move(states)};
    for (const std::string& id : kSteps) {
      lane.steps.push_back({id, true, false});
    }
    kept.lanes = {lane};
    return kept;
  }
  static MarkedLanes wanted(const std::vector<Lane>& lanes) {
    MarkedLanes wanted{lanes, {}};
    for (const Lane& lane : lanes) {
      wanted.marks.push_back(fingerprints(lane, {}, {}));
    }
    return wanted;
  }

  fs::path state_;
  fs::path run_;
};

TEST_F(LaneMemories, AreReadBackAsTheyWereWritten) {
  const LaneMemory written = memory_before(2);
  ASSERT_TRUE(write_memory(run_, "there", written));
  EXPECT_EQ(fs::status(run_ / "lanes").permissions() & fs::perms::others_all, fs::perms::none);
  const auto read = read_memory(run_, "there");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plan, written.plan);
  EXPECT_EQ(read->next, kSteps[2]);
  EXPECT_EQ(read->password, "secret");
  EXPECT_EQ(read->counts, written.counts);
  EXPECT_EQ(read->new_to_hop.release, "2");
  EXPECT_EQ(read->new_to_hop.things, written.new_to_hop.things);
  ASSERT_EQ(read->outcome.steps.size(), 2);
  EXPECT_EQ(read->outcome.steps[1].id, kSteps[1]);
  EXPECT_EQ(read->outcome.steps[1].exit_status, 0);
  ASSERT_EQ(read->outcome.findings.size(), 1);
  EXPECT_EQ(read->outcome.findings[0].code, "rows-dropped");
  EXPECT_EQ(read->outcome.adaptations, written.outcome.adaptations);
  EXPECT_EQ(read->outcome.before, written.outcome.before);
  EXPECT_TRUE(read->outcome.after.empty());
  EXPECT_TRUE(compare(read->outcome.schemas.start, written.outcome.schemas.start).empty());
  EXPECT_EQ(read->outcome.schemas.start.databases, written.outcome.schemas.start.databases);
  EXPECT_EQ(read->outcome.schemas.start.cascades.size(), 1);
  EXPECT_EQ(read->outcome.schemas.revisions, written.outcome.schemas.revisions);
  EXPECT_FALSE(read->outcome.schemas.end);
}

TEST_F(LaneMemories, ADamagedOneIsNone) {
  EXPECT_FALSE(read_memory(run_, "there"));
  ASSERT_TRUE(write_memory(run_, "there", memory_before(1)));
  const std::string text = read_file(run_ / "lanes/there.json").value();
  for (std::size_t end = 0; end + 2 < text.size(); end += 7) {
    ASSERT_TRUE(write_file(run_ / "lanes/there.json", text.substr(0, end)));
    EXPECT_FALSE(read_memory(run_, "there")) << end;
  }
}

TEST_F(LaneMemories, FingerprintsTellAllThatShapesAStep) {
  const std::vector<std::string> as_it_is = fingerprints(blue(), {}, {});
  ASSERT_EQ(as_it_is.size(), 3);
  EXPECT_EQ(fingerprints(blue(), {}, {}), as_it_is);
  Lane command = blue();
  command.steps[1].command.emplace_back("--more");
  EXPECT_EQ(fingerprints(command, {}, {})[0], as_it_is[0]);
  EXPECT_NE(fingerprints(command, {}, {})[1], as_it_is[1]);
  Lane config = blue();
  config.steps[2].config[0].text += "\ndebug = true";
  EXPECT_NE(fingerprints(config, {}, {})[2], as_it_is[2]);
  Lane version = blue();
  version.steps[0].version = "2.0.1";
  EXPECT_NE(fingerprints(version, {}, {})[0], as_it_is[0]);
  EXPECT_NE(fingerprints(blue(), {}, {"--sql-mode="}), as_it_is);
}

TEST_F(LaneMemories, ALaneGoesOnAtItsLastCheckpoint) {
  const std::vector<Lane> lanes = {blue()};
  const RunCheckpoints kept = checkpoints({keep(run_, 0), keep(run_, 1), keep(run_, 2)});
  const auto starts = resumed_lanes(run_, kept, wanted(lanes));
  ASSERT_TRUE(starts[0].checkpoint);
  EXPECT_EQ(starts[0].checkpoint->memory.next, kSteps[2]);
  EXPECT_TRUE(starts[0].checkpoint->own);

  // One whose data is gone is none, and so is one behind a step that is another now.
  remove_tree(kept.lanes[0].states[2].data);
  EXPECT_EQ(resumed_lanes(run_, kept, wanted(lanes))[0].checkpoint->memory.next, kSteps[1]);
  std::vector<Lane> other = {blue()};
  other[0].steps[0].command.emplace_back("--more");
  EXPECT_EQ(resumed_lanes(run_, kept, wanted(other))[0].checkpoint->memory.next, kSteps[0]);
  EXPECT_FALSE(resumed_lanes(run_, std::nullopt, wanted(lanes))[0].checkpoint);
}

TEST_F(LaneMemories, ALaneThatIsOverIsNotRunAgain) {
  const std::vector<Lane> lanes = {blue()};
  ASSERT_TRUE(write_memory(run_, "blue", memory_before(3)));
  EXPECT_TRUE(resumed_lanes(run_, std::nullopt, wanted(lanes))[0].over);
  std::vector<Lane> other = {blue()};
  other[0].steps[2].command.emplace_back("--more");
  EXPECT_FALSE(resumed_lanes(run_, std::nullopt, wanted(other))[0].over);
}

TEST_F(LaneMemories, AStepBeginsOnTheNearestCheckpointOfTheNewestRunThatHasIt) {
  const std::vector<Lane> lanes = {blue()};
  const fs::path newer = make_run("20260102-000000-bbbb");
  const auto write = [](const fs::path& run, const RunCheckpoints& kept) {
    Lane lane = blue();
    CheckpointLog log(run, kept);
    EXPECT_TRUE(log.begin(lane, {"blue"}));
  };
  write(run_, checkpoints({keep(run_, 1), keep(run_, 2)}));
  write(newer, checkpoints({keep(newer, 1)}));
  const auto nearest = lanes_from_step(state_, "own", "golden", "root", kSteps[2], wanted(lanes));
  ASSERT_TRUE(nearest) << to_text(nearest.error());
  EXPECT_EQ(nearest->run, run_.filename());
  EXPECT_EQ(nearest->step, kSteps[2]);
  EXPECT_EQ(nearest->lanes[0].checkpoint->memory.outcome.steps[0].taken_from, run_.filename());
  EXPECT_FALSE(nearest->lanes[0].checkpoint->own);
  EXPECT_EQ(lanes_from_step(state_, "own", "golden", "root", kSteps[1], wanted(lanes))->run, newer.filename());
  EXPECT_FALSE(lanes_from_step(state_, "own", "another", "root", kSteps[2], wanted(lanes)));
  EXPECT_FALSE(lanes_from_step(state_, "own", "golden", "other", kSteps[2], wanted(lanes)));
  EXPECT_EQ(lanes_from_step(state_, "own", "golden", "root", kSteps[0], wanted(lanes)).error().kind, ErrorKind::usage);
}

TEST_F(LaneMemories, WhatARunWasAskedForIsReadBack) {
  EXPECT_EQ(read_request(run_).error().kind, ErrorKind::usage);
  RunRequest asked;
  asked.scenario_file = "/a/upgrade.toml";
  asked.scenario_text = "text \"quoted\"";
  asked.out = "/out";
  asked.engine = EngineKind::docker;
  asked.wish = {
      .twin = false, .purged = true, .sample_seconds = 600, .from_step = kSteps[1], .proof = ProofDepth::content};
  asked.sessions = {"2026-01-01T00:00:00Z"};
  ASSERT_TRUE(write_request(run_, asked));
  const auto read = read_request(run_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->scenario_file, asked.scenario_file);
  EXPECT_EQ(read->scenario_text, asked.scenario_text);
  EXPECT_EQ(read->out, asked.out);
  EXPECT_EQ(read->engine, EngineKind::docker);
  EXPECT_EQ(read->wish.proof, ProofDepth::content);
  EXPECT_FALSE(read->wish.twin);
  EXPECT_TRUE(read->wish.purged);
  EXPECT_EQ(read->wish.sample_seconds, 600);
  EXPECT_EQ(read->wish.from_step, kSteps[1]);
  EXPECT_EQ(read->sessions, asked.sessions);
  EXPECT_FALSE(read->over);
  for (const char* broken :
       {"{\"text\": 7}", "{}", "[]", "{\"text\": \"t\", \"sessions\": [\"a\"], \"verify\": \"deep\"}"}) {
    ASSERT_TRUE(write_file(run_ / "request.json", broken));
    EXPECT_FALSE(read_request(run_)) << broken;
  }
}

}  // namespace
}  // namespace rehearsal
