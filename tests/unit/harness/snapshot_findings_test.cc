#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "harness/run/snapshot.h"

namespace rehearsal {
namespace {

TEST(SnapshotFindings, rows_that_the_scenario_declares_left_out_are_information) {
  const std::filesystem::path dir = *make_unique_dir(std::filesystem::temp_directory_path(), "snapshot-findings");
  ASSERT_TRUE(write_file(dir / "dump.sql",
                         "CREATE TABLE t (a int);\n-- Dumping data for table `t`\nINSERT INTO t VALUES (1);\n"
                         "CREATE TABLE shadow_a (a int);\nCREATE TABLE shadow_b (a int);\n"));
  const auto index = scan_dumps({{(dir / "dump.sql").string(), "nova"}});
  remove_tree(dir);
  ASSERT_TRUE(index);
  const std::vector<Finding> open = findings_of(*index, {"nova.shadow_a"});
  ASSERT_EQ(open.size(), 3U) << "and that the dump says nothing of its end";
  EXPECT_EQ(open[0].severity, Severity::warning);
  EXPECT_EQ(open[0].table, "nova.shadow_b");
  EXPECT_NE(open[0].detail.find("left_out = [\"nova.shadow_b\"]"), std::string::npos) << open[0].detail;
  const std::vector<Finding> declared = findings_of(*index, {"nova.shadow_*"});
  ASSERT_EQ(declared.size(), 2U);
  EXPECT_EQ(declared[0].code, "tables-left-out");
  EXPECT_EQ(declared[0].severity, Severity::info);
  EXPECT_NE(declared[0].title.find("nova.shadow_a, nova.shadow_b"), std::string::npos) << declared[0].title;
}

}  // namespace
}  // namespace rehearsal
