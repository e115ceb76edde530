#include "harness/engines/environments.h"

#include <chrono>
#include <thread>

#include "fakes/fake_engine.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "harness/engines/environment_key.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

EnvironmentRequest thing() {
  EnvironmentRequest request;
  request.service = "thing";
  request.release = "2024.1";
  request.package = "openstack-thing";
  request.version = "1.2.3";
  request.requirements = {"pymysql"};
  request.version_command = {"thing-manage", "--version"};
  return request;
}

TEST(EnvironmentKey, ChangesWithEverythingThatMatters) {
  const std::string material = environment_material(thing(), "debian12", "a==1\n");
  const std::string key = environment_key(thing(), material);
  EXPECT_TRUE(key.starts_with("thing-1.2.3-")) << key;
  EXPECT_EQ(key, environment_key(thing(), environment_material(thing(), "debian12", "a==1\n")));
  EXPECT_NE(material, environment_material(thing(), "debian13", "a==1\n"));
  EXPECT_NE(material, environment_material(thing(), "debian12", "a==2\n"));
  EnvironmentRequest other = thing();
  other.requirements.emplace_back("setuptools<81");
  EXPECT_NE(key, environment_key(other, environment_material(other, "debian12", "a==1\n")));
  other = thing();
  other.exclude_newer = "2026-11-15";
  EXPECT_NE(key, environment_key(other, environment_material(other, "debian12", "a==1\n")));
}

TEST(EnvironmentKey, ConstraintsOfTheServiceItselfAreLeftOut) {
  EXPECT_EQ(constraints_without("a==1\nOpenStack.Thing===1.0;python_version>='3.9'\nopenstack-thing-lib==2\n",
                                "openstack-thing"),
            "a==1\nopenstack-thing-lib==2\n");
}

TEST(EnvironmentKey, TheInstallerIsToldWhatWasAsked) {
  EnvironmentRequest request = thing();
  request.exclude_newer = "2026-11-15";
  const std::string words = shell_words(install_environment_arguments("/t/uv", "/e/thing", "/c", request));
  EXPECT_NE(words.find("/t/uv pip install --python /e/thing/bin/python"), std::string::npos) << words;
  EXPECT_NE(words.find("--exclude-newer 2026-11-15"), std::string::npos) << words;
  EXPECT_NE(words.find("openstack-thing==1.2.3 pymysql"), std::string::npos) << words;
  EXPECT_EQ(words.find("--constraints"), std::string::npos) << words;
}

TEST(EnvironmentKey, PipsSettingsAreToldToUv) {
  const std::string conf = "[global]\nindex-url = https://index/simple\ncert=/ca.pem\n[list]\nformat = json\n";
  const Environment settings = uv_settings({{"PIP_FIND_LINKS", "/a /b"}, {"SSL_CERT_FILE", "/own.pem"}}, conf);
  EXPECT_EQ(settings, (Environment{{"UV_INDEX_URL", "https://index/simple"}, {"UV_FIND_LINKS", "/a,/b"}}));
  EXPECT_EQ(uv_settings({{"PIP_INDEX_URL", "https://mine"}}, conf).at("UV_INDEX_URL"), "https://mine");
  EXPECT_FALSE(uv_settings({{"UV_INDEX_URL", "https://uv"}}, conf).contains("UV_INDEX_URL"));
}

// An installer that makes what the real one would make, and can break.
class Installer {
 public:
  Result<ProcessResult> operator()(const StepSpec& step) {
    const std::string words = join(step.argv, " ");
    ran.push_back(words);
    ProcessResult result;
    if (words.find(" -m venv ") != std::string::npos) {
      REHEARSAL_TRY(make_private_dir(fs::path(step.argv.back()) / "bin"));
      REHEARSAL_TRY(make_private_dir(fs::path(step.argv.back()) / "lib/python3.11/site-packages/thing"));
    }
    const std::string& broken = break_once.empty() ? break_at : break_once;
    if (!broken.empty() && words.find(broken) != std::string::npos) {
      break_once.clear();
      REHEARSAL_TRY(write_file(step.output_file, "no solution found\n"));
      result.exit_status = 1;
    }
    return result;
  }

  std::vector<std::string> ran;
  std::string break_at;    // what is run with these words fails
  std::string break_once;  // once
};

class Environments : public testing::Test {
 protected:
  void SetUp() override {
    const Result<fs::path> made = make_unique_dir(fs::temp_directory_path(), "rehearsal-environments");
    ASSERT_TRUE(made);
    state_ = *made;
    engine_.installs = [this](const StepSpec& step) { return installer_(step); };
  }
  void TearDown() override { remove_tree(state_); }
  Result<fs::path> ensure(const EnvironmentRequest& request) {
    return ensure_environment(engine_, state_, request, [](const std::string&) {});
  }

  fs::path state_;
  FakeEngine engine_;
  Installer installer_;
};

TEST_F(Environments, AreMadeOnceAndFoundAgain) {
  EXPECT_EQ(have_environment(engine_, state_, thing()), false);
  const Result<fs::path> made = ensure(thing());
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(installer_.ran.back(), (*made / "bin/thing-manage").string() + " --version");
  EXPECT_EQ(have_environment(engine_, state_, thing()), true);
  installer_.ran.clear();
  EXPECT_EQ(ensure(thing()), *made);
  EXPECT_TRUE(installer_.ran.empty());
}

TEST_F(Environments, WhoseMakingWasBrokenOffAreMadeAnew) {
  installer_.break_at = "pip install --python";
  const Result<fs::path> broken = ensure(thing());
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().what.find("openstack-thing 1.2.3"), std::string::npos);
  EXPECT_NE(broken.error().hint.find("no solution found"), std::string::npos);
  installer_.break_at.clear();
  EXPECT_TRUE(ensure(thing()));
}

TEST_F(Environments, ThatDoNotStartDoNotCount) {
  installer_.break_at = "thing-manage --version";
  ASSERT_FALSE(ensure(thing()));
  EXPECT_EQ(have_environment(engine_, state_, thing()), false);
}

TEST_F(Environments, WhosePackagesChangedAreStartedBeforeUse) {
  const Result<fs::path> made = ensure(thing());
  ASSERT_TRUE(made);
  for (const bool starts : {true, false}) {
    SCOPED_TRACE(starts);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const fs::path package = *made / "lib/python3.11/site-packages" / (starts ? "one" : "another");
    ASSERT_TRUE(make_private_dir(package));
    installer_.ran.clear();
    installer_.break_once = starts ? "" : "thing-manage --version";
    EXPECT_EQ(ensure(thing()), *made);
    EXPECT_EQ(installer_.ran.front(), (*made / "bin/thing-manage").string() + " --version");
    EXPECT_EQ(installer_.ran.size() > 1, !starts) << join(installer_.ran, "\n");
    EXPECT_EQ(fs::exists(package), starts);
    installer_.ran.clear();
    EXPECT_EQ(ensure(thing()), *made);
    EXPECT_TRUE(installer_.ran.empty());
  }
}

TEST_F(Environments, OfYesterdayAreStartedBeforeUse) {
  const Result<fs::path> made = ensure(thing());
  ASSERT_TRUE(made);
  fs::last_write_time(*made / ".complete", fs::file_time_type::clock::now() - std::chrono::hours(24));
  fs::last_write_time(*made / "bin", fs::file_time_type::clock::now() - std::chrono::hours(48));
  fs::last_write_time(*made / "lib/python3.11/site-packages",
                      fs::file_time_type::clock::now() - std::chrono::hours(48));
  installer_.ran.clear();
  EXPECT_EQ(ensure(thing()), *made);
  EXPECT_EQ(installer_.ran, std::vector<std::string>{(*made / "bin/thing-manage").string() + " --version"});
  installer_.ran.clear();
  EXPECT_EQ(ensure(thing()), *made);
  EXPECT_TRUE(installer_.ran.empty());
}

TEST_F(Environments, OfAStateDirectoryThatWasMovedAreMadeAnew) {
  ASSERT_TRUE(ensure(thing()));
  const fs::path moved = state_.string() + "-moved";
  fs::rename(state_, moved);
  state_ = moved;
  EXPECT_EQ(have_environment(engine_, state_, thing()), false);
  const Result<fs::path> again = ensure(thing());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->string().starts_with(moved.string()));
  EXPECT_EQ(have_environment(engine_, state_, thing()), true);
}

TEST_F(Environments, ComeInTheOrderAskedFor) {
  EnvironmentRequest second = thing();
  second.version = "2.0.0";
  const Result<std::vector<fs::path>> made = ensure_environments(engine_, state_, {second}, [](const std::string&) {});
  ASSERT_TRUE(made) << to_text(made.error());
  ASSERT_EQ(made->size(), 1U);
  EXPECT_NE(made->front().string().find("thing-2.0.0"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
