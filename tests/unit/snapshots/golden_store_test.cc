#include "snapshots/keep/golden_store.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/interrupt.h"
#include "snapshots/keep/mounts.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class GoldenStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    state_ = make_unique_dir(fs::temp_directory_path(), "restore-goldens").value();
    store_ = std::move(*Store::open_with(state_, CloneMethod::copy));
  }
  void TearDown() override {
    store_.reset();
    static_cast<void>(remove_tree(state_));
  }
  static GoldenManifest manifest() {
    GoldenManifest made;
    made.content_key = "c0ffee";
    made.server_version = "mariadb 10.11.14";
    made.root_password = "s3cret";
    made.dumps = {"prod.sql.zst"};
    made.tables = 3;
    made.rows = 6;
    made.verified = true;
    made.adaptations = {"left out"};
    made.seconds = 1.5;
    return made;
  }
  // Restores `key` as far as these tests care.
  static void keep(const GoldenStore& goldens, const std::string& key) {
    auto claim = goldens.claim(key);
    ASSERT_TRUE(claim && claim->staging);
    ASSERT_TRUE(make_private_dir(claim->staging->data()));
    ASSERT_TRUE(write_file(claim->staging->data() / "ibdata1", "pages of " + key));
    ASSERT_TRUE(goldens.seal(std::move(*claim->staging), manifest()));
  }

  fs::path state_;
  std::unique_ptr<Store> store_;
};

TEST_F(GoldenStoreTest, WhatIsSealedIsFoundAgainWithAllThatIsKnownOfIt) {
  const GoldenStore goldens(*store_);
  EXPECT_FALSE(goldens.find("k1").value().has_value());
  keep(goldens, "k1");
  const auto found = goldens.find("k1");
  ASSERT_TRUE(found && *found);
  const KeptGolden& kept = **found;
  EXPECT_EQ(read_file(kept.data / "ibdata1").value(), "pages of k1");
  EXPECT_EQ(kept.manifest.key, "k1");
  EXPECT_EQ(kept.manifest.root_password, "s3cret");
  EXPECT_EQ(kept.manifest.rows, 6U);
  EXPECT_EQ(kept.manifest.adaptations, std::vector<std::string>{"left out"});
  EXPECT_GT(kept.manifest.bytes, 0U);
  EXPECT_FALSE(kept.manifest.created.empty());
  const auto again = goldens.claim("k1");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->kept.has_value());
  EXPECT_FALSE(again->staging.has_value());
}

TEST_F(GoldenStoreTest, AGoldenWhoseDeeperProofFailedCountsAsNotVerifiedFromThenOn) {
  const GoldenStore goldens(*store_);
  keep(goldens, "k1");
  ASSERT_TRUE(goldens.note_refusal("k1", "s.t: values differ"));
  const auto again = goldens.claim("k1");
  ASSERT_TRUE(again && again->kept);
  EXPECT_FALSE(again->kept->manifest.verified);
  EXPECT_EQ(again->kept->manifest.proof, "s.t: values differ");
}

TEST_F(GoldenStoreTest, WhatIsNotVerifiedIsNeverKept) {
  const GoldenStore goldens(*store_);
  auto claim = goldens.claim("k1");
  ASSERT_TRUE(claim && claim->staging);
  GoldenManifest unproven = manifest();
  unproven.verified = false;
  EXPECT_FALSE(goldens.seal(std::move(*claim->staging), unproven));
  EXPECT_FALSE(goldens.find("k1").value().has_value());
}

TEST_F(GoldenStoreTest, ASecondRunWaitsForTheFirstAndUsesItsGolden) {
  const GoldenStore goldens(*store_);
  auto first = goldens.claim("k1");
  ASSERT_TRUE(first && first->staging);
  std::atomic<bool> waiting = false;
  std::string pages;
  std::thread second([&] {
    auto claim = goldens.claim("k1", [&](const std::string&) { waiting = true; });
    if (claim && claim->kept) {
      pages = read_file(claim->kept->data / "ibdata1").value_or("");
    }
  });
  while (!waiting) {
    std::this_thread::yield();
  }
  ASSERT_TRUE(make_private_dir(first->staging->data()));
  ASSERT_TRUE(write_file(first->staging->data() / "ibdata1", "once"));
  ASSERT_TRUE(goldens.seal(std::move(*first->staging), manifest()));
  second.join();
  EXPECT_EQ(pages, "once");
}

TEST_F(GoldenStoreTest, AUsedGoldenStaysAndAFreeOneGoesByTheBeginningOfItsKey) {
  const GoldenStore goldens(*store_);
  keep(goldens, "aaa-1");
  keep(goldens, "aab-1");
  EXPECT_FALSE(goldens.remove("aa")) << "two begin so";
  EXPECT_FALSE(goldens.remove("")) << "all begin so";
  EXPECT_FALSE(goldens.remove("zz"));
  {
    const auto used = goldens.find("aaa-1");
    ASSERT_TRUE(used && *used);
    EXPECT_FALSE(goldens.remove("aaa"));
    const auto list = goldens.list().value();
    ASSERT_EQ(list.size(), 2U);
    for (const GoldenInfo& info : list) {
      EXPECT_EQ(info.in_use, info.manifest.key == "aaa-1");
    }
  }
  EXPECT_EQ(goldens.remove("aaa").value(), "aaa-1");
  EXPECT_FALSE(goldens.find("aaa-1").value().has_value());
  EXPECT_TRUE(goldens.find("aab-1").value().has_value());
}

TEST_F(GoldenStoreTest, AGoldenThatCannotBeReadIsShownWithItsSizeAndCanGo) {
  const GoldenStore goldens(*store_);
  keep(goldens, "k1");
  keep(goldens, "k2");
  keep(goldens, "k3");
  const fs::path dir = store_->root() / "goldens";
  ASSERT_TRUE(write_file(dir / "k2" / "manifest.json", "{\"key\": \"k2\""));
  fs::remove(dir / "k3" / "manifest.json");
  const auto list = goldens.list().value();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].manifest.key, "k1");
  EXPECT_TRUE(list[0].unreadable.empty());
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(list[i].manifest.key, "k" + std::to_string(i + 1));
    EXPECT_FALSE(list[i].unreadable.empty());
    EXPECT_GT(list[i].manifest.bytes, 0U);
    EXPECT_TRUE(goldens.remove(list[i]));
  }
  EXPECT_EQ(goldens.list().value().size(), 1U);
}

TEST_F(GoldenStoreTest, AGoldenUsedSinceItWasListedStays) {
  const GoldenStore goldens(*store_);
  keep(goldens, "k1");
  GoldenInfo listed = goldens.list().value().at(0);
  listed.manifest.used = "2026-01-01T00:00:00Z";  // find() has marked it since
  EXPECT_FALSE(goldens.remove(listed));
  EXPECT_TRUE(goldens.find("k1").value().has_value());
  EXPECT_TRUE(goldens.remove(goldens.list().value().at(0)));
  EXPECT_FALSE(goldens.remove(listed)) << "it is gone";
}

TEST_F(GoldenStoreTest, AManifestOfBeforeTheTimeOfTheDumpIsStillRead) {
  const GoldenStore goldens(*store_);
  keep(goldens, "k1");
  const fs::path file = store_->root() / "goldens" / "k1" / "manifest.json";
  nlohmann::json json = nlohmann::json::parse(read_file(file).value());
  ASSERT_EQ(json.erase("dumped"), 1U);
  ASSERT_TRUE(write_file(file, json.dump()));
  const auto found = goldens.find("k1");
  ASSERT_TRUE(found && *found);
  EXPECT_TRUE((*found)->manifest.dumped.empty());
}

TEST_F(GoldenStoreTest, TheRestoreOfADeadProcessIsCleanedAndThatOfALivingOneIsNot) {
  const GoldenStore goldens(*store_);
  auto living = goldens.claim("living");
  ASSERT_TRUE(living && living->staging);
  ASSERT_TRUE(make_private_dir(living->staging->data()));
  const pid_t child = ::fork();
  if (child == 0) {
    auto dying = goldens.claim("dead");
    const bool claimed = dying && dying->staging && make_private_dir(dying->staging->data());
    ::_exit(claimed ? 0 : 1);  // no destructor runs, as after SIGKILL
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE(fs::exists(store_->root() / "goldens" / "dead.staging"));
  const auto removed = Store::clean(state_, [](const std::string&) { return true; });
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->removed.size(), 1U);
  EXPECT_FALSE(fs::exists(store_->root() / "goldens" / "dead.staging"));
  EXPECT_TRUE(fs::exists(living->staging->data()));
  const auto retry = goldens.claim("dead");
  ASSERT_TRUE(retry);
  EXPECT_TRUE(retry->staging.has_value()) << "the dead process's lock is still there";
}

TEST_F(GoldenStoreTest, AGoldenBelowAKeptOverlayIsNotRemoved) {
  store_.reset();
  auto opened = Store::open_with(state_, CloneMethod::overlay);
  if (!opened) {
    GTEST_SKIP() << to_text(opened.error());
  }
  store_ = std::move(*opened);
  const GoldenStore goldens(*store_);
  keep(goldens, "k1");
  const fs::path clone = store_->run_dir("r") / "lane" / "data";
  ASSERT_TRUE(store_->clone(store_->root() / "goldens" / "k1" / "data", clone));
  EXPECT_FALSE(goldens.remove("k1"));
  const auto held = goldens.list().value();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].held_by, layer_of(clone));
  EXPECT_FALSE(held[0].removable());
  ASSERT_TRUE(store_->remove(clone));
  EXPECT_TRUE(goldens.list().value().at(0).removable());
  EXPECT_TRUE(goldens.remove("k1"));
}

TEST(GoldenKey, TellsContentAndServerApart) {
  DumpIndex one;
  one.files.resize(1);
  one.files[0].content_hash = "aa";
  DumpIndex other = one;
  other.files[0].content_hash = "bb";
  EXPECT_NE(golden_key(one, "mariadb 10.11.14"), golden_key(other, "mariadb 10.11.14"));
  EXPECT_NE(golden_key(one, "mariadb 10.11.14"), golden_key(one, "mariadb 10.11.15"));
  EXPECT_EQ(golden_key(one, "mariadb 10.11.14").find_first_of("/ ."), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
