#include "harness/server/checkpoints.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

// sync may change something, check only reads, online failed and then passed with its fix, contract came after it.
RunCheckpoints kept() {
  RunCheckpoints checkpoints;
  checkpoints.root_password = "secret";
  checkpoints.lanes.push_back({"blue",
                               {"blue"},
                               {{"blue:2:sync", true, false},
                                {"blue:2:check", false, false},
                                {"blue:2:online", true, true},
                                {"blue:2:contract", true, false}},
                               {{"blue:2:online", false, "/s/before-online"},
                                {"blue:2:online", true, "/s/after-online"},
                                {"blue:2:contract", false, "/s/before-contract"}}});
  return checkpoints;
}

std::string data_of(const std::string& step, bool after) {
  const auto found = find_state(kept(), step, after);
  return found ? found->state.data.string() : "none";
}

TEST(Checkpoints, AStateIsFoundByItsStep) {
  EXPECT_EQ(data_of("blue:2:online", false), "/s/before-online");
  EXPECT_EQ(data_of("blue:2:online", true), "/s/after-online");
}

TEST(Checkpoints, WhatOnlyReadsLeavesWhatItFound) {
  EXPECT_EQ(data_of("blue:2:check", false), "/s/before-online");
  EXPECT_EQ(data_of("blue:2:check", true), "/s/before-online");
  EXPECT_EQ(data_of("blue:2:sync", true), "/s/before-online");
  EXPECT_EQ(data_of("blue:2:sync", false), "none");
}

TEST(Checkpoints, WhatAFailedStepLeftIsNotWhatTheNextFoundWithTheFix) {
  RunCheckpoints checkpoints = kept();
  std::erase_if(checkpoints.lanes[0].states, [](const KeptState& state) { return state.after; });
  EXPECT_FALSE(find_state(checkpoints, "blue:2:online", true));
  checkpoints.lanes[0].steps[2].failed = false;
  EXPECT_EQ(find_state(checkpoints, "blue:2:online", true)->state.data, "/s/before-contract");
}

TEST(Checkpoints, WhatIsNotKeptIsRefusedWithWhatIs) {
  const auto unknown = find_state(kept(), "blue_2_online", false);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_NE(unknown.error().hint.find("--at blue:2:online [--after]"), std::string::npos) << unknown.error().hint;
  EXPECT_NE(unknown.error().hint.find("--at blue:2:sync --after"), std::string::npos) << unknown.error().hint;
  EXPECT_EQ(unknown.error().hint.find("secret"), std::string::npos);
}

TEST(Checkpoints, WhatTheScenarioKeepsOfAnEarlierSittingStays) {
  const CheckpointLog log(fs::temp_directory_path(), kept());
  using Kept = std::vector<fs::path>;
  EXPECT_EQ(log.to_keep("blue", KeepCheckpoints::all, "blue:2:contract"),
            (Kept{"/s/before-online", "/s/after-online"}));
  EXPECT_EQ(log.to_keep("blue", KeepCheckpoints::failed, "blue:2:contract"),
            (Kept{"/s/before-online", "/s/after-online"}));
  EXPECT_EQ(log.to_keep("blue", KeepCheckpoints::failed, "blue:2:online"), Kept());
  EXPECT_EQ(log.to_keep("blue", KeepCheckpoints::none, "blue:2:contract"), Kept());
  EXPECT_EQ(log.to_keep("green", KeepCheckpoints::all, "green:2:sync"), Kept());
}

TEST(Checkpoints, TheLogIsReadBackAsItWasWritten) {
  const fs::path run = make_unique_dir(fs::temp_directory_path(), "rehearsal-checkpoints").value();
  EXPECT_FALSE(read_checkpoints(run));
  Lane lane;
  lane.service = "blue";
  lane.steps.resize(2);
  lane.steps[0].id = "blue:2:sync";
  lane.steps[1].id = "blue:2:online";
  CheckpointLog log(run, {"key", "secret", EngineKind::process, "image", {"--a=1"}, 7});
  ASSERT_TRUE(log.begin(lane, {"blue"}));
  ASSERT_TRUE(log.add("blue", {"blue:2:sync", false, "/s/one"}));
  ASSERT_TRUE(log.add("blue", {"blue:2:online", false, "/s/two"}));
  EXPECT_EQ(log.last_failed(), "");
  ASSERT_TRUE(log.mark_failed("blue", "blue:2:online"));
  EXPECT_EQ(log.last_failed(), "blue:2:online");
  ASSERT_TRUE(log.remove("blue", "/s/one"));

  const auto read = read_checkpoints(run);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->golden_key, "key");
  EXPECT_EQ(read->server_options, std::vector<std::string>{"--a=1"});
  ASSERT_EQ(read->lanes.size(), 1U);
  EXPECT_EQ(read->lanes[0].schemas, std::vector<std::string>{"blue"});
  EXPECT_FALSE(read->lanes[0].steps[0].failed);
  EXPECT_TRUE(read->lanes[0].steps[1].failed);
  ASSERT_EQ(read->lanes[0].states.size(), 1U);
  EXPECT_EQ(read->lanes[0].states[0].data, "/s/two");
  remove_tree(run);
}

}  // namespace
}  // namespace rehearsal
