#include "snapshots/keep/store.h"

#include <cstring>
#include <fstream>
#include <iostream>

#include "server_fixture.h"
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "snapshots/keep/mounts.h"
#include "snapshots/keep/tree_copy.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class StoreTest : public ::testing::TestWithParam<CloneMethod> {
 protected:
  void SetUp() override {
    state_ = make_unique_dir(fs::temp_directory_path(), "restore-store").value();
    auto opened = Store::open_with(state_, GetParam());
    if (!opened) {
      GTEST_SKIP() << "no " << to_word(GetParam()) << " on this machine: " << to_text(opened.error());
    }
    store_ = std::move(*opened);
    golden_ = store_->root() / "goldens" / "g" / "data";
    ASSERT_TRUE(make_private_dir(golden_ / "nova"));
    ASSERT_TRUE(write_file(golden_ / "ibdata1", "pages"));
    ASSERT_TRUE(write_file(golden_ / "nova" / "t.ibd", std::string(100000, 'r')));
    ASSERT_TRUE(write_file(golden_ / "server.pid", "17"));
  }
  void TearDown() override {
    store_.reset();
    static_cast<void>(unmount_below(state_));
    static_cast<void>(remove_tree(state_));
  }
  std::string text(const fs::path& file) { return read_file(file).value_or("(no file)"); }

  fs::path state_;
  fs::path golden_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreTest, ACloneIsTheSameAndLeavesItsOriginalAlone) {
  const fs::path clone = store_->run_dir("r1") / "lane" / "data";
  ASSERT_TRUE(store_->clone(golden_, clone));
  EXPECT_EQ(text(clone / "ibdata1"), "pages");
  ASSERT_TRUE(write_file(clone / "ibdata1", "changed"));
  fs::remove(clone / "nova" / "t.ibd");
  ASSERT_TRUE(write_file(clone / "nova" / "new.ibd", "new"));
  EXPECT_EQ(text(golden_ / "ibdata1"), "pages");
  EXPECT_EQ(text(golden_ / "nova" / "t.ibd").size(), 100000U);
  EXPECT_FALSE(fs::exists(golden_ / "nova" / "new.ibd"));
}

TEST_P(StoreTest, ACheckpointHoldsWhatItsCloneHeldThen) {
  const fs::path clone = store_->run_dir("r1") / "data";
  const fs::path checkpoint = store_->run_dir("r1") / "checkpoints" / "one";
  const fs::path resumed = store_->run_dir("r2") / "data";
  ASSERT_TRUE(store_->clone(golden_, clone));
  fs::remove(clone / "nova" / "t.ibd");
  ASSERT_TRUE(write_file(clone / "ibdata1", "first step"));
  ASSERT_TRUE(store_->clone(clone, checkpoint));
  ASSERT_TRUE(write_file(clone / "ibdata1", "second step"));
  ASSERT_TRUE(store_->clone(checkpoint, resumed));
  ASSERT_TRUE(store_->remove(clone));
  EXPECT_FALSE(fs::exists(clone));
  EXPECT_EQ(text(checkpoint / "ibdata1"), "first step");
  EXPECT_EQ(text(resumed / "ibdata1"), "first step");
  EXPECT_FALSE(fs::exists(resumed / "nova" / "t.ibd")) << "a file removed before the checkpoint came back";
}

TEST_P(StoreTest, AKeptCloneIsThereForALaterProcess) {
  const fs::path clone = store_->run_dir("kept") / "data";
  ASSERT_TRUE(store_->clone(golden_, clone));
  ASSERT_TRUE(write_file(clone / "ibdata1", "after the step"));
  ASSERT_TRUE(store_->close());
  EXPECT_TRUE(mounts_below(state_).value().empty()) << "something stays mounted";
  store_ = std::move(*Store::open_with(state_, GetParam()));
  ASSERT_TRUE(store_->attach(clone));
  EXPECT_EQ(text(clone / "ibdata1"), "after the step");
}

TEST_P(StoreTest, TheLastUserUnmountsNotTheFirst) {
  auto other = Store::open_with(state_, GetParam());
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->close());
  EXPECT_EQ(text(golden_ / "ibdata1"), "pages");
  ASSERT_TRUE(store_->close());
  EXPECT_TRUE(mounts_below(state_).value().empty());
}

TEST_P(StoreTest, CleanTakesDeadRunsAndSparesKeptOnes) {
  ASSERT_TRUE(store_->clone(golden_, store_->run_dir("dead") / "data"));
  ASSERT_TRUE(store_->clone(golden_, store_->run_dir("live") / "data"));
  const auto removed = Store::clean(state_, [](const std::string& run) { return run == "live"; });
  ASSERT_TRUE(removed) << to_text(removed.error());
  EXPECT_EQ(removed->removed.size(), 1U);
  EXPECT_FALSE(fs::exists(store_->run_dir("dead")));
  EXPECT_EQ(text(store_->run_dir("live") / "data" / "ibdata1"), "pages");
}

TEST_P(StoreTest, CleanAfterAKilledProcessLeavesNoMount) {
  const fs::path root = store_->root();
  ASSERT_TRUE(store_->clone(golden_, store_->run_dir("dead") / "data"));
  store_.reset();
  // As SIGKILL leaves it: mounted, and nobody holds a lock.
  const pid_t child = ::fork();
  if (child == 0) {
    auto held = Store::open_with(state_, GetParam());
    if (held) {
      static_cast<void>((*held)->attach((*held)->run_dir("dead") / "data"));
    }
    ::_exit(held ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto removed = Store::clean(state_, [](const std::string&) { return false; });
  ASSERT_TRUE(removed) << to_text(removed.error());
  EXPECT_FALSE(removed->removed.empty());
  EXPECT_TRUE(mounts_below(state_).value().empty());
  EXPECT_FALSE(fs::exists(root / "runs" / "dead"));
}

TEST_P(StoreTest, ADatabaseRunsOnACloneAndOnACloneOfThePausedOne) {
  std::string why;
  auto server = TestServer::make(why);
  if (!server) {
    GTEST_SKIP() << why;
  }
  const fs::path golden = store_->root() / "goldens" / "db" / "data";
  ASSERT_TRUE(copy_tree(server->data(), golden, CopyMethod::sparse));
  const fs::path data = store_->run_dir("r") / "data";
  ::sync();  // as a sealed golden is
  const Stopwatch cloning;
  ASSERT_TRUE(store_->clone(golden, data));
  RecordProperty("clone_ms", static_cast<int>(cloning.seconds() * 1000));
  std::cout << to_word(GetParam()) << ": clone of a fresh database " << cloning.seconds() * 1000 << " ms\n";
  const Stopwatch starting;
  ASSERT_TRUE(server->start({"--skip-log-bin"}, data)) << server->log();
  std::cout << to_word(GetParam()) << ": start on it " << starting.seconds() * 1000 << " ms\n";
  auto sql = server->sql();
  ASSERT_TRUE(sql->execute("CREATE DATABASE d"));
  ASSERT_TRUE(sql->execute("CREATE TABLE d.t (a INT)"));
  ASSERT_TRUE(sql->execute("INSERT INTO d.t VALUES (1), (2)"));
  server->signal(SIGSTOP);
  const fs::path checkpoint = store_->run_dir("r") / "checkpoint";
  const Stopwatch pausing;
  ASSERT_TRUE(store_->clone(data, checkpoint));
  std::cout << to_word(GetParam()) << ": clone of a paused one " << pausing.seconds() * 1000 << " ms\n";
  server->signal(SIGCONT);
  ASSERT_TRUE(sql->execute("INSERT INTO d.t VALUES (3)"));
  sql.reset();
  ASSERT_EQ(server->stop(), 0);
  ASSERT_TRUE(server->start({"--skip-log-bin"}, checkpoint)) << server->log();
  sql = server->sql();
  EXPECT_EQ(sql->value("SELECT COUNT(*) FROM d.t").value(), "2");
  sql.reset();
  server->stop();
}

INSTANTIATE_TEST_SUITE_P(Methods, StoreTest,
                         ::testing::Values(CloneMethod::reflink, CloneMethod::xfs, CloneMethod::overlay,
                                           CloneMethod::copy),
                         [](const auto& method) { return std::string(to_word(method.param)); });

TEST(TreeCopy, KeepsHolesModesAndLinksAndLeavesSocketsAndPidFiles) {
  const fs::path dir = make_unique_dir(fs::temp_directory_path(), "restore-copy").value();
  ASSERT_TRUE(make_private_dir(dir / "from"));
  const fs::path holes = dir / "from" / "holes";
  std::ofstream(holes) << "begin";
  fs::resize_file(holes, 8 << 20);
  std::ofstream(holes, std::ios::app) << "end";
  fs::permissions(holes, fs::perms::owner_read | fs::perms::group_read);
  fs::create_symlink("holes", dir / "from" / "link");
  std::ofstream(dir / "from" / "x.pid") << "1";
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (dir / "from" / "sock").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  ASSERT_TRUE(copy_tree(dir / "from", dir / "to", CopyMethod::sparse));
  struct stat info {};
  ASSERT_EQ(::stat((dir / "to" / "holes").c_str(), &info), 0);
  EXPECT_EQ(info.st_size, (8 << 20) + 3);
  EXPECT_LT(info.st_blocks * 512, 1 << 20) << "the hole was filled";
  EXPECT_EQ(info.st_mode & 07777, 0440U);
  EXPECT_EQ(read_file(dir / "to" / "holes").value(), read_file(holes).value());
  EXPECT_EQ(fs::read_symlink(dir / "to" / "link"), "holes");
  EXPECT_FALSE(fs::exists(fs::symlink_status(dir / "to" / "sock")));
  EXPECT_FALSE(fs::exists(dir / "to" / "x.pid"));
  EXPECT_FALSE(copy_tree(dir / "from", dir / "to", CopyMethod::sparse)) << "an existing target is never written over";
  ASSERT_TRUE(remove_tree(dir));
}

class StoreMakingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    state_ = make_unique_dir(fs::temp_directory_path(), "restore-making").value();
    if (::geteuid() != 0) {
      GTEST_SKIP() << "making a store needs root";
    }
    if (has_reflink(state_)) {
      GTEST_SKIP() << "no store is needed here";
    }
  }
  void TearDown() override {
    static_cast<void>(unmount_below(state_));
    static_cast<void>(remove_tree(state_));
  }
  static void expect_refusal(const Result<fs::path>& made, const std::string& why) {
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().what.find(why), std::string::npos) << made.error().what;
  }

  fs::path state_;
};

TEST_F(StoreMakingTest, AMadeStoreIsAsLargeAsAskedForAndUsedFromThenOn) {
  const auto image = Store::make(state_, 2'000'000'000);
  if (!image) {
    GTEST_SKIP() << to_text(image.error());
  }
  EXPECT_EQ(fs::file_size(*image), 2'000'000'000U);
  EXPECT_TRUE(mounts_below(state_).value().empty()) << "nobody uses it yet";
  expect_refusal(Store::make(state_, 2'000'000'000), "already");
  for (const bool kept : {false, true}) {
    const auto store = kept ? Store::open_kept(state_) : Store::open(state_, 0);
    ASSERT_TRUE(store) << to_text(store.error());
    EXPECT_EQ((*store)->method(), CloneMethod::xfs);
    const FreeSpace free = (*store)->free_space().value();
    EXPECT_LE(free.store, 2'000'000'000U);
    EXPECT_TRUE(free.disk_below.has_value());
  }
}

TEST_F(StoreMakingTest, WhatAnImageHoldsIsCachedOnce) {
  const auto image = Store::make(state_, 2'000'000'000);
  if (!image) {
    GTEST_SKIP() << to_text(image.error());
  }
  const int direct = ::open(image->c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (direct < 0) {
    GTEST_SKIP() << "the file system of " << state_ << " always caches";
  }
  ::close(direct);
  const auto store = Store::open(state_, 0).value();
  struct stat info {};
  ASSERT_EQ(::stat(store->root().c_str(), &info), 0);
  const fs::path loop =
      "/sys/dev/block/" + std::to_string(major(info.st_dev)) + ":" + std::to_string(minor(info.st_dev)) + "/loop/dio";
  EXPECT_EQ(trim(read_file(loop).value()), "1");
}

TEST_F(StoreMakingTest, ASizeThatCannotBeIsRefusedAndLeavesNothing) {
  expect_refusal(Store::make(state_, 999'999'999), "too small");
  const std::uint64_t free = free_bytes(state_).value();
  expect_refusal(Store::make(state_, free + 10'000'000'000), "are free");
  EXPECT_FALSE(fs::exists(state_ / "store.xfs"));
  EXPECT_FALSE(fs::exists(state_ / "store.xfs.part"));
}

TEST_F(StoreMakingTest, AStoreThatHoldsAGoldenIsNotHiddenByAnImage) {
  {
    const auto store = Store::open_with(state_, CloneMethod::copy);
    ASSERT_TRUE(make_private_dir((*store)->root() / "goldens" / "k1" / "data"));
  }
  expect_refusal(Store::make(state_, 2'000'000'000), "holds something");
}

TEST_F(StoreMakingTest, ARunThatWorksWithoutAnImageKeepsItsStore) {
  const auto used = Store::open_with(state_, CloneMethod::copy);
  ASSERT_TRUE(used);
  expect_refusal(Store::make(state_, 2'000'000'000), "a run uses");
  ASSERT_TRUE((*used)->close());
  EXPECT_TRUE(Store::make(state_, 2'000'000'000));
}

TEST_F(StoreMakingTest, LookingAtWhatIsKeptMakesNoImage) {
  const auto store = Store::open_kept(state_);
  ASSERT_TRUE(store) << to_text(store.error());
  EXPECT_NE((*store)->method(), CloneMethod::xfs);
  EXPECT_FALSE(fs::exists(state_ / "store.xfs"));
}

// Root of most containers: it may do anything but mount.
TEST_F(StoreMakingTest, WhereNothingCanBeMountedNoImageIsLeft) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root makes images";
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN);  // of the programs that it runs
    const auto store = Store::open(state_, 0);
    const bool made = store && make_private_dir((*store)->root() / "goldens" / "k1" / "data");
    ::_exit(made && (*store)->method() != CloneMethod::xfs ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_FALSE(fs::exists(state_ / "store.xfs"));
  // Later, mounting allowed or not, what was kept is found.
  for (const bool kept : {true, false}) {
    const auto store = kept ? Store::open_kept(state_) : Store::open(state_, 0);
    ASSERT_TRUE(store) << to_text(store.error());
    EXPECT_TRUE(fs::exists((*store)->root() / "goldens" / "k1" / "data")) << to_word((*store)->method());
  }
}

TEST_F(StoreMakingTest, AnImageThatCannotBeOpenedIsNotTakenForAnEmptyStore) {
  ASSERT_TRUE(write_file(state_ / "store.xfs", "no file system"));
  const auto store = Store::open_kept(state_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().where, (state_ / "store.xfs").string());
}

TEST(StoreSpace, ADumpLargerThanTheDiskIsRefusedWithTheFigures) {
  const fs::path state = make_unique_dir(fs::temp_directory_path(), "restore-space").value();
  const auto store = Store::open_with(state, CloneMethod::copy);
  ASSERT_TRUE(store);
  DumpIndex index;
  index.files.resize(1);
  index.files[0].bytes = 1000;
  EXPECT_TRUE(require_space(index, **store));
  index.files[0].bytes = 1'000'000'000'000'000;
  DumpTable table;
  table.bytes = 500'000'000'000'000;
  index.tables.push_back(table);
  const auto refused = require_space(index, **store);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find(human_bytes(free_bytes(state).value())), std::string::npos)
      << refused.error().what;
  ASSERT_TRUE(remove_tree(state));
}

}  // namespace
}  // namespace rehearsal
