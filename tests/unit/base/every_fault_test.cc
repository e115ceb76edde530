// The doors of base, with every call behind them failing in every way.
#include "fakes/every_fault.h"

#include <filesystem>

#include <fcntl.h>

#include "base/line_file.h"
#include "base/process.h"
#include "base/text.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class EveryFault : public testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(quick_folder(), "every-fault").value(); }
  void TearDown() override { remove_tree(dir_); }

  // A folder that holds FILE with the text "old" and nothing else.
  void with_old_file() {
    remove_tree(dir_);
    ASSERT_TRUE(make_private_dir(dir_));
    ASSERT_TRUE(write_file(dir_ / "file", "old"));
  }
  [[nodiscard]] std::string text() const { return read_file(dir_ / "file").value_or("(gone)"); }
  [[nodiscard]] std::size_t entries() const { return entries_of(dir_).value().size(); }

  fs::path dir_;
};

TEST_F(EveryFault, AFileIsOldOrNewAndANewOneStays) {
  every_fault([&] { with_old_file(); }, [&] { return write_file(dir_ / "file", "new"); },
              [&](const FaultPoint& point, const Result<void>* done) {
                const std::string now = text();
                EXPECT_TRUE(now == "old" || now == "new") << now;
                if (done != nullptr && *done) {
                  EXPECT_EQ(now, "new");
                }
                if (!point.ends_the_process()) {
                  EXPECT_EQ(entries(), 1U) << "something is left beside it";
                }
              });
}

TEST_F(EveryFault, WhatWasWrittenOutlivesAPowerCutAfterwards) {
  every_fault([&] { with_old_file(); },
              [&]() -> Result<void> {
                REHEARSAL_TRY(write_file(dir_ / "file", "new"));
                REHEARSAL_TRY(write_file(dir_ / "mark", "it is written"));
                return {};
              },
              [&](const FaultPoint&, const Result<void>*) {
                if (fs::exists(dir_ / "mark")) {
                  EXPECT_EQ(text(), "new") << "the mark is there before what it tells of";
                }
              });
}

TEST_F(EveryFault, AppendedIsAllOrAnError) {
  every_fault([&] { with_old_file(); }, [&] { return append_file(dir_ / "file", " and new"); },
              [&](const FaultPoint&, const Result<void>* done) {
                EXPECT_TRUE(text().starts_with("old"));
                if (done != nullptr && *done) {
                  EXPECT_EQ(text(), "old and new");
                }
              });
}

TEST_F(EveryFault, WhatIsReadIsWholeOrAnError) {
  const std::string long_text(200'000, 'x');
  std::string got;
  every_fault(
      [&] {
        with_old_file();
        ASSERT_TRUE(write_file(dir_ / "file", long_text));
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(got, read_file(dir_ / "file"));
        REHEARSAL_TRY_SET(const std::string end, read_end(dir_ / "file", 300'000));
        return end == got ? Result<void>() : fail("the end is another");
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && *done) {
          EXPECT_EQ(got.size(), long_text.size());
        } else if (done != nullptr) {
          EXPECT_NE(done->error().what, "the end is another");
        }
      });
}

TEST_F(EveryFault, AFolderIsListedToItsEndOrNot) {
  std::size_t seen = 0;
  every_fault(
      [&] {
        with_old_file();
        ASSERT_TRUE(make_private_dir(dir_ / "a/b"));
        ASSERT_TRUE(write_file(dir_ / "a/b/c", ""));
      },
      [&]() -> Result<void> {
        REHEARSAL_TRY_SET(const std::vector<fs::path> all, tree_of(dir_));
        REHEARSAL_TRY_SET(const std::uint64_t room, free_bytes(dir_));
        REHEARSAL_TRY_SET(const bool there, is_there(dir_ / "a"));
        REHEARSAL_TRY_SET(const bool folder, is_folder(dir_ / "a"));
        seen = all.size() + (there && room > 0 ? 1 : 0) + (folder ? 1 : 0);
        return {};
      },
      [&](const FaultPoint&, const Result<void>* done) {
        if (done != nullptr && *done) {
          EXPECT_EQ(seen, 6U);
        }
      });
}

TEST_F(EveryFault, AFolderIsMadeOrAnErrorSaysWhyNot) {
  every_fault([&] { with_old_file(); },
              [&]() -> Result<void> {
                REHEARSAL_TRY(make_private_dir(dir_ / "a/b"));
                REHEARSAL_TRY_SET(const fs::path unique, make_unique_dir(dir_ / "u", "x"));
                REHEARSAL_TRY(rename_durably(unique, dir_ / "a/b/named"));
                REHEARSAL_TRY(remove_tree(dir_ / "file"));
                return {};
              },
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && *done) {
                  EXPECT_TRUE(fs::is_directory(dir_ / "a/b/named"));
                  EXPECT_FALSE(fs::exists(dir_ / "file"));
                }
              });
}

TEST_F(EveryFault, ALockIsHeldByOneOrNotGiven) {
  every_fault([&] { with_old_file(); },
              [&]() -> Result<void> {
                REHEARSAL_TRY_SET(const FileLock first, FileLock::wait(dir_ / "lock", FileLock::Mode::exclusive));
                REHEARSAL_TRY_SET(const FileLock second, FileLock::try_lock(dir_ / "lock", FileLock::Mode::exclusive));
                return first.held() && !second.held() ? Result<void>() : fail("two hold it, or none");
              },
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && !*done) {
                  EXPECT_NE(done->error().what, "two hold it, or none");
                }
              });
}

TEST_F(EveryFault, LinesComeBackAsTheyWentOrNotAtAll) {
  std::size_t read = 0;
  every_fault([&] { with_old_file(); },
              [&]() -> Result<void> {
                REHEARSAL_TRY_SET(LineWriter out, LineWriter::create(dir_ / "lines"));
                for (int i = 0; i < 3; ++i) {
                  REHEARSAL_TRY(out.write(std::string(900'000, 'a')));
                }
                REHEARSAL_TRY(out.close());
                REHEARSAL_TRY_SET(LineReader in, LineReader::open(dir_ / "lines"));
                for (read = 0;; ++read) {
                  REHEARSAL_TRY_SET(const std::optional<std::string> line, in.next());
                  if (!line) {
                    return {};
                  }
                }
              },
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && *done) {
                  EXPECT_EQ(read, 3U);
                }
              });
}

// A program that is given a file, is looked after, and takes too long.
TEST_F(EveryFault, AProgramThatTakesTooLongIsEnded) {
  Command command;
  command.argv = {"/bin/sh", "-c", "cat <&5; exec sleep 100"};
  command.environment = own_environment();
  command.output_bytes = 1000;
  command.idle_seconds = 90;
  command.timeout_seconds = 0.25;
  command.watch = [](int) { return std::string(); };
  command.open_files = {{5, dir_ / "file"}};
  every_fault([&] { with_old_file(); },
              [&]() -> Result<void> {
                REHEARSAL_TRY_SET(const ProcessResult result, run_process(command));
                return result.ended_by.empty() ? fail("it ended by itself") : Result<void>();
              },
              [&](const FaultPoint& point, const Result<void>*) {
                if (!point.ends_the_process()) {
                  EXPECT_LT(::waitpid(-1, nullptr, WNOHANG), 0) << "a program is left";
                }
              });
}

TEST_F(EveryFault, AProgramBesideUsIsWaitedFor) {
  Command command;
  command.argv = {"/bin/sleep", "0.05"};
  every_fault([&] { with_old_file(); },
              [&]() -> Result<void> {
                REHEARSAL_TRY_SET(Child child, Child::start(command));
                const int status = child.wait(30);
                return status == 0 ? Result<void>() : fail("exit status " + std::to_string(status));
              },
              [&](const FaultPoint& point, const Result<void>*) {
                if (!point.ends_the_process()) {
                  EXPECT_LT(::waitpid(-1, nullptr, WNOHANG), 0) << "a program is left";
                }
              });
}

// A program's words reach us whole, or its failure does.
TEST_F(EveryFault, WhatAProgramSaysIsWholeOrAnError) {
  std::string said;
  Command command;
  command.argv = {"/bin/sh", "-c", "cat; echo out; echo err >&2"};
  command.environment = own_environment();
  command.input_file = dir_ / "file";
  for (const bool limited : {false, true}) {
    for (const bool into_file : {false, true}) {
      command.output_bytes = limited ? 1000 : 0;
      command.output_file = into_file ? dir_ / "said" : fs::path();
      every_fault([&] { with_old_file(); },
                  [&]() -> Result<void> {
                    said.clear();
                    REHEARSAL_TRY_SET(const ProcessResult result, run_process(command));
                    if (!result.ok()) {
                      return fail("exit status " + std::to_string(result.exit_status));
                    }
                    said = result.out;
                    if (into_file) {
                      REHEARSAL_TRY_SET(said, read_file(dir_ / "said"));
                    }
                    return {};
                  },
                  [&](const FaultPoint&, const Result<void>* done) {
                    if (done != nullptr && *done) {
                      EXPECT_EQ(said, "oldout\n");
                    }
                  });
    }
  }
}

}  // namespace
}  // namespace rehearsal
