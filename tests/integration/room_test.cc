// A step is in a closed room, on every engine that works here: the program's own attempts to get out of it.

#include <filesystem>
#include <string>
#include <vector>

#include "integration/program.h"
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace rehearsal {
namespace {

// What `doctor` says of one engine, where every attempt on its room is held.
void expect_held(const Command& doctor, const std::string& name) {
  const auto result = run_process(doctor);
  ASSERT_TRUE(result) << to_text(result.error());
  const auto report = nlohmann::json::parse(result->out, nullptr, false);
  ASSERT_FALSE(report.is_discarded()) << result->out << result->err;
  ASSERT_EQ(report.at("engines").size(), 1U) << result->out;
  const auto& engine = report.at("engines").front();
  EXPECT_EQ(engine.at("engine"), name);
  EXPECT_TRUE(engine.at("problems").empty()) << engine.at("problems").dump(2);
  EXPECT_GE(engine.at("room").at("attempts"), 65) << result->out;
  EXPECT_EQ(engine.at("room").at("attempts"), engine.at("room").at("held"));
  EXPECT_TRUE(report.at("ready").get<bool>());
  EXPECT_EQ(result->exit_status, 0);
}

// Without rights there are no control groups: what a step takes is counted by looking.
TEST(RoomOfAUser, HoldsEveryAttemptWithoutAnyRights) {
  constexpr unsigned kNobody = 65534;
  if (::geteuid() != 0) {
    GTEST_SKIP() << "the other tests of this room are of a user without rights";
  }
  const auto state = make_unique_dir(std::filesystem::temp_directory_path(), "rehearsal-user");
  ASSERT_TRUE(state);
  ASSERT_EQ(::chown(state->c_str(), kNobody, kNobody), 0);
  Command doctor = rehearse_command({"doctor", "--json", "--engine", "process"}, state->string());
  const std::vector<std::string> words = std::move(doctor.argv);
  const std::vector<std::string> as_nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  doctor.argv = as_nobody;
  doctor.argv.insert(doctor.argv.end(), {"test", "-x", words.front()});
  const auto reachable = run_process(doctor);
  doctor.argv = as_nobody;
  doctor.argv.insert(doctor.argv.end(), words.begin(), words.end());
  doctor.environment["HOME"] = state->string();
  if (!reachable || !reachable->ok()) {
    remove_tree(*state);
    GTEST_SKIP() << "the program lies where another user cannot read it";
  }
  expect_held(doctor, "process");
  remove_tree(*state);
}

class Room : public testing::TestWithParam<const char*> {};

bool works(const std::string& engine) {
  if (engine == "podman") {  // its images are made where it is the only engine
    const auto image =
        run_process({{engine, "image", "inspect", "rehearsal/runner:bookworm", "rehearsal/mariadb:10.11"},
                     own_environment(),
                     {},
                     {},
                     {},
                     {},
                     60,
                     true});
    return image && image->ok();
  }
  const std::vector<std::string> engines = working_engines();
  return std::find(engines.begin(), engines.end(), engine) != engines.end();
}

TEST_P(Room, HoldsEveryAttempt) {
  const std::string name = GetParam();
  if (!works(name)) {
    GTEST_SKIP() << name << " does not work here";
  }
  expect_held(rehearse_command({"doctor", "--json", "--engine", name}), name);
}

INSTANTIATE_TEST_SUITE_P(All, Room, testing::Values("process", "docker", "podman"),
                         [](const auto& engine) { return std::string(engine.param); });

}  // namespace
}  // namespace rehearsal
