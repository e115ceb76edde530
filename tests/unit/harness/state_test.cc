#include "harness/server/state.h"

#include <optional>

#include <gtest/gtest.h>

#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

TEST(RunNames, TheLastOneIsTheLastThatMayBeMeant) {
  const fs::path state = make_unique_dir(fs::temp_directory_path(), "rehearsal-state").value();
  EXPECT_EQ(ended_run_named(state, "last").error().kind, ErrorKind::usage);
  std::optional<RunDir> run(RunDir::create(state).value());
  const std::string id = run->id();
  const fs::path report = run->path() / "report.json";
  EXPECT_FALSE(ended_run_named(state, "last")) << "it goes on";
  run.reset();
  EXPECT_EQ(ended_run_named(state, "last"), id) << "broken off";
  EXPECT_FALSE(run_named(state, "last")) << "there is nothing to show";
  ASSERT_TRUE(write_file(report, "{}"));
  EXPECT_EQ(run_named(state, "last"), id);
  EXPECT_EQ(run_named(state, "another"), "another");
  remove_tree(state);
}

}  // namespace
}  // namespace rehearsal
