// What is kept between runs, with every call of the operating system failing in every way: a golden is whole or not
// there, a clone is whole or not there, nothing that somebody reads is removed, and afterwards all goes on.
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "fakes/every_fault.h"
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "base/os/power_cut.h"
#include "snapshots/keep/golden_store.h"
#include "snapshots/keep/mounts.h"
#include "snapshots/keep/store.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::string kPages(150'000, 'p');

// As a server does that was killed before its files reached the disk.
void write_unflushed(const fs::path& file, const std::string& text) {
  os::note_opening(file.c_str(), O_WRONLY | O_CREAT);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0) {
    static_cast<void>(!::write(fd, text.data(), text.size()));
    ::close(fd);
  }
}

GoldenManifest proven() {
  GoldenManifest manifest;
  manifest.content_key = "c0ffee";
  manifest.server_version = "mariadb 10.11.14";
  manifest.rows = 6;
  manifest.verified = true;
  return manifest;
}

class KeepEveryFault : public testing::TestWithParam<CloneMethod> {
 protected:
  void SetUp() override {
    if (GetParam() == CloneMethod::xfs && std::getenv("REHEARSAL_SURVEY") == nullptr) {
      GTEST_SKIP() << "a file system is made for each fault: in `make faults`";
    }
    state_ = make_unique_dir(quick_folder(), "keep-every-fault").value();
    if (auto opened = Store::open_with(state_, GetParam()); !opened) {
      GTEST_SKIP() << "no " << to_word(GetParam()) << " here: " << to_text(opened.error());
    }
  }
  void TearDown() override { empty(); }
  void empty() {
    if (state_.empty()) {
      return;
    }
    ASSERT_TRUE(unmount_below(state_));
    ASSERT_TRUE(remove_tree(state_));
  }
  void make_ready(bool with_golden) {
    empty();
    if (with_golden) {
      ASSERT_TRUE(keep());
    }
  }
  // Claims the key, "restores" and seals, as a run does.
  Result<void> keep() const {
    REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_with(state_, GetParam()));
    const GoldenStore goldens(*store);
    REHEARSAL_TRY_SET(GoldenClaim claim, goldens.claim("k1"));
    if (claim.kept) {
      return {};
    }
    REHEARSAL_TRY(make_private_dir(claim.staging->data()));
    write_unflushed(claim.staging->data() / "ibdata1", kPages);
    std::error_code error;
    fs::create_symlink("ibdata1", claim.staging->data() / "link", error);
    write_unflushed(claim.staging->data() / "dropped", kPages);
    REHEARSAL_TRY_SET(const KeptGolden kept, goldens.seal(std::move(*claim.staging), proven()));
    return store->close();
  }
  Result<void> clone() const {
    REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_with(state_, GetParam()));
    const fs::path golden = store->root() / "goldens/k1/data";
    const fs::path first = store->run_dir("r1") / "data";
    const fs::path second = store->run_dir("r1") / "checkpoint";
    REHEARSAL_TRY(store->clone(golden, first));
    write_unflushed(first / "new", "written by the clone's server");
    std::error_code error;
    fs::remove(first / "dropped", error);
    REHEARSAL_TRY(store->clone(first, second));
    REHEARSAL_TRY_SET(const std::string pages, read_file(second / "ibdata1"));
    REHEARSAL_TRY_SET(const std::string more, read_file(second / "new"));
    if (pages != kPages || more.empty() || fs::exists(second / "dropped")) {
      return fail("the clone is another");
    }
    return store->close();
  }
  // Somebody else's look, after the fault.
  void expect_whole_goldens(const char* when) const {
    const auto store = Store::open_with(state_, GetParam());
    ASSERT_TRUE(store) << when << ": " << to_text(store.error());
    const auto goldens = GoldenStore(**store).list();
    ASSERT_TRUE(goldens) << when << ": " << to_text(goldens.error());
    for (const GoldenInfo& golden : *goldens) {
      EXPECT_EQ(golden.unreadable, "") << when;
      EXPECT_TRUE(golden.manifest.verified) << when;
      EXPECT_EQ(read_file(golden.dir / "data/ibdata1").value_or("(gone)").size(), kPages.size())
          << when << ": a golden is proven and not whole";
    }
  }
  void expect_clean() const {
    const auto cleaned = Store::clean(state_, [](const std::string&) -> Result<bool> { return false; });
    ASSERT_TRUE(cleaned) << to_text(cleaned.error());
    EXPECT_TRUE(cleaned->failed.empty()) << cleaned->failed.front();
    EXPECT_TRUE(mounts_below(state_).value().empty());
    const auto store = Store::open_with(state_, GetParam());
    ASSERT_TRUE(store);
    EXPECT_TRUE(entries_of((*store)->root() / "runs").value().empty());
    for (const fs::path& entry : entries_of((*store)->root() / "goldens").value_or(std::vector<fs::path>())) {
      EXPECT_NE(entry.extension(), ".staging");
    }
    for (const fs::path& entry : entries_of(state_).value_or(std::vector<fs::path>())) {
      EXPECT_FALSE(entry.filename().string().starts_with("probe-")) << entry;
      EXPECT_NE(entry.extension(), ".part") << entry;
    }
  }

  fs::path state_;
};

TEST_P(KeepEveryFault, AGoldenIsProvenAndWholeOrNotThere) {
  every_fault([&] { make_ready(false); }, [&] { return keep(); },
              [&](const FaultPoint&, const Result<void>*) {
                expect_whole_goldens("after the fault");
                const auto again = keep();
                EXPECT_TRUE(again) << "again: " << to_text(again.error());
                expect_whole_goldens("done again");
                expect_clean();
              });
}

TEST_P(KeepEveryFault, ACloneIsWholeOrAnErrorAndCleanTakesIt) {
  every_fault([&] { make_ready(true); }, [&] { return clone(); },
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && !*done) {
                  EXPECT_NE(done->error().what, "the clone is another");
                }
                expect_clean();
                expect_whole_goldens("after the fault");
                const auto again = clone();
                EXPECT_TRUE(again) << "again: " << to_text(again.error());
                expect_clean();
              });
}

// Another file system may not copy ranges: then bytes go through us.
TEST_P(KeepEveryFault, ACopyThroughABufferIsWholeToo) {
  every_fault([&] { make_ready(true); }, [&] { return clone(); },
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && !*done) {
                  EXPECT_NE(done->error().what, "the clone is another");
                }
                expect_clean();
              },
              {{.place = "*",
                .call = "copy_file_range",
                .number = 1,
                .onwards = true,
                .fault = {.kind = os::FaultKind::error, .number = EPERM}}});
}

TEST_P(KeepEveryFault, WhatIsKnownOfAGoldenIsWrittenOrAnError) {
  every_fault(
      [&] {
        make_ready(true);
        const auto store = Store::open_with(state_, GetParam());
        ASSERT_TRUE(make_private_dir((*store)->root() / "goldens/unreadable/data"));
        ASSERT_TRUE(write_file((*store)->root() / "goldens/unreadable/data/ibdata1", kPages));
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_with(state_, GetParam()));
        REHEARSAL_TRY_SET(const FreeSpace room, store->free_space());
        const GoldenStore goldens(*store);
        REHEARSAL_TRY_SET(GoldenClaim claim, goldens.claim("k2"));
        REHEARSAL_TRY(goldens.discard(std::move(*claim.staging)));
        REHEARSAL_TRY(goldens.note_proof("k1", "content", "2 of 2"));
        REHEARSAL_TRY_SET(const std::vector<GoldenInfo> listed, goldens.list());
        REHEARSAL_TRY(goldens.remove(listed.back()));
        REHEARSAL_TRY(goldens.note_refusal("k1", "values differ"));
        return room.store > 0 ? store->close() : fail("no room");
      },
      [&](const FaultPoint&, const Result<void>* done) {
        const auto store = Store::open_with(state_, GetParam());
        ASSERT_TRUE(store);
        const auto goldens = GoldenStore(**store).list();
        ASSERT_TRUE(goldens);
        if (done != nullptr && *done) {
          ASSERT_EQ(goldens->size(), 1U);
          EXPECT_FALSE(goldens->front().manifest.verified);
        }
        EXPECT_EQ(read_file((*store)->root() / "goldens/k1/data/ibdata1").value_or("(gone)").size(), kPages.size());
        EXPECT_TRUE((*store)->close());
        expect_clean();
      });
}

TEST_P(KeepEveryFault, AGoldenIsRemovedWholeAndNeverBelowAClone) {
  const auto remove = [&]() -> Result<void> {
    REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_with(state_, GetParam()));
    REHEARSAL_TRY(store->clone(store->root() / "goldens/k1/data", store->run_dir("r1") / "data"));
    const GoldenStore goldens(*store);
    if (const auto below = goldens.remove("k1"); below && GetParam() == CloneMethod::overlay) {
      return fail("removed below a clone");
    }
    REHEARSAL_TRY(store->remove(store->run_dir("r1") / "data"));
    if (GetParam() == CloneMethod::overlay) {
      REHEARSAL_TRY(goldens.remove("k1"));
    }
    return store->close();
  };
  every_fault([&] { make_ready(true); }, remove,
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && !*done) {
                  EXPECT_NE(done->error().what, "removed below a clone");
                }
                expect_whole_goldens("after the fault");
                expect_clean();
              });
}

TEST_P(KeepEveryFault, CleanSparesWhatIsToStay) {
  every_fault(
      [&] {
        make_ready(true);
        const auto store = Store::open_with(state_, GetParam());
        ASSERT_TRUE((*store)->clone((*store)->root() / "goldens/k1/data", (*store)->run_dir("stays") / "data"));
        ASSERT_TRUE((*store)->clone((*store)->root() / "goldens/k1/data", (*store)->run_dir("goes") / "data"));
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(const Swept swept,
                          Store::clean(state_, [](const std::string& run) -> Result<bool> { return run == "stays"; }));
        return swept.failed.empty() ? Result<void>() : fail(swept.failed.front());
      },
      [&](const FaultPoint&, const Result<void>* done) {
        const auto store = Store::open_with(state_, GetParam());
        ASSERT_TRUE(store);
        const fs::path stays = (*store)->run_dir("stays") / "data";
        EXPECT_TRUE((*store)->attach(stays));
        EXPECT_EQ(read_file(stays / "ibdata1").value_or("(gone)").size(), kPages.size());
        if (done != nullptr && *done) {
          EXPECT_FALSE(fs::exists((*store)->run_dir("goes")));
        }
        EXPECT_TRUE((*store)->close());
        expect_whole_goldens("after the fault");
        expect_clean();
      });
}

// The store in an image file: there whole, or not there.
TEST(StoreImageEveryFault, AnImageIsMadeWholeOrNotAtAll) {
  const fs::path state = make_unique_dir(quick_folder(), "image-every-fault").value();
  const auto gone = [&] {
    ASSERT_TRUE(unmount_below(state));
    ASSERT_TRUE(remove_tree(state));
  };
  if (const auto made = Store::make(state, 1'000'000'000); !made) {
    gone();
    GTEST_SKIP() << "no store in an image file here: " << to_text(made.error());
  }
  every_fault(
      gone,
      [&]() -> Result<void> {
        REHEARSAL_TRY(Store::make(state, 1'000'000'000));
        REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_kept(state));
        if (store->method() != CloneMethod::xfs) {
          return fail("another store than the one that was made");
        }
        REHEARSAL_TRY(store->free_space());
        return store->close();
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && !*done) {
          EXPECT_NE(done->error().what, "another store than the one that was made");
        }
        const auto swept = Store::clean(state, [](const std::string&) -> Result<bool> { return false; });
        ASSERT_TRUE(swept) << to_text(swept.error());
        EXPECT_TRUE(swept->failed.empty()) << swept->failed.front();
        EXPECT_TRUE(mounts_below(state).value().empty());
        if (!Store::image_of(state).empty()) {
          const auto store = Store::open_kept(state);
          ASSERT_TRUE(store) << to_text(store.error());
          EXPECT_TRUE((*store)->close());
        }
      });
  gone();
}

INSTANTIATE_TEST_SUITE_P(Methods, KeepEveryFault,
                         testing::Values(CloneMethod::copy, CloneMethod::overlay, CloneMethod::xfs),
                         [](const auto& one) { return std::string(to_word(one.param)); });

}  // namespace
}  // namespace rehearsal
