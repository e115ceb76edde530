// A step is in a closed room, on every engine that works here: the program's own attempts to get out of it.

#include "integration/program.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

class Room : public testing::TestWithParam<const char*> {};

TEST_P(Room, HoldsEveryAttempt) {
  const std::vector<std::string> engines = working_engines();
  const std::string name = GetParam();
  if (std::find(engines.begin(), engines.end(), name) == engines.end()) {
    GTEST_SKIP() << name << " does not work here";
  }
  const auto result = run_process(rehearse_command({"doctor", "--json", "--engine", name}));
  ASSERT_TRUE(result) << to_text(result.error());
  const auto report = nlohmann::json::parse(result->out);
  ASSERT_EQ(report.at("engines").size(), 1U) << result->out;
  const auto& engine = report.at("engines").front();
  EXPECT_EQ(engine.at("engine"), name);
  EXPECT_TRUE(engine.at("problems").empty()) << engine.at("problems").dump(2);
  EXPECT_GE(engine.at("room").at("attempts"), 65) << result->out;
  EXPECT_EQ(engine.at("room").at("attempts"), engine.at("room").at("held"));
  EXPECT_TRUE(report.at("ready").get<bool>());
  EXPECT_EQ(result->exit_status, 0);
}

INSTANTIATE_TEST_SUITE_P(All, Room, testing::Values("process", "docker"),
                         [](const auto& engine) { return std::string(engine.param); });

}  // namespace
}  // namespace rehearsal
