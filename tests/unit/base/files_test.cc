#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-test").value(); }
  void TearDown() override { remove_tree(dir_); }
  fs::path dir_;
};

TEST_F(Files, AWrittenFileReadsBackAndLeavesNothingBeside) {
  ASSERT_TRUE(write_file(dir_ / "a", "one"));
  ASSERT_TRUE(write_file(dir_ / "a", "two"));
  EXPECT_EQ(read_file(dir_ / "a").value(), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()), 1);
}

TEST_F(Files, PrivateFoldersArePrivate) {
  ASSERT_TRUE(make_private_dir(dir_ / "x/y"));
  struct stat info {};
  ASSERT_EQ(::stat((dir_ / "x/y").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(Files, ATailBeginsAtALine) {
  ASSERT_TRUE(write_file(dir_ / "log", "first line\nsecond line\nthird\n"));
  EXPECT_EQ(read_tail(dir_ / "log", 15), "third\n");
  EXPECT_EQ(read_tail(dir_ / "log", 1000), "first line\nsecond line\nthird\n");
  EXPECT_EQ(read_tail(dir_ / "none", 10), "");
}

TEST_F(Files, AnExclusiveLockExcludes) {
  auto first = FileLock::try_lock(dir_ / "lock", FileLock::Mode::exclusive);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->held());
  EXPECT_FALSE(FileLock::try_lock(dir_ / "lock", FileLock::Mode::shared)->held());
  *first = FileLock();
  EXPECT_TRUE(FileLock::try_lock(dir_ / "lock", FileLock::Mode::shared)->held());
}

TEST_F(Files, AWriteThatCannotBeIsAnError) {
  EXPECT_FALSE(write_file(dir_ / "no/such/folder/file", "x"));
}

}  // namespace
}  // namespace rehearsal
