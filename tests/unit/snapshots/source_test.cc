#include "snapshots/bytes/source.h"

#include <filesystem>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "base/process.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class SourceTest : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = *make_unique_dir(fs::temp_directory_path(), "source-test"); }
  void TearDown() override { remove_tree(dir_); }

  std::string write(const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(write_file(dir_ / name, bytes));
    return (dir_ / name).string();
  }
  static std::string packed_by(const std::string& program, const std::string& file) {
    const auto out = run_checked({{program, "-c", file}, own_environment(), {}, {}, {}, {}, 60, true});
    EXPECT_TRUE(out) << program;
    return out.value_or("");
  }
  static Result<std::string> read_all(const std::string& path, Source* keep = nullptr,
                                      Decoding decoding = Decoding::beside) {
    REHEARSAL_TRY_SET(Source source, Source::open(path, decoding));
    std::string all;
    char block[7001];
    for (;;) {
      REHEARSAL_TRY_SET(const std::size_t got, source.read(block));
      if (got == 0) {
        break;
      }
      all.append(block, got);
    }
    if (keep != nullptr) {
      *keep = std::move(source);
    }
    return all;
  }
  static std::string text() {
    std::string all = "-- a dump\n";
    for (int i = 0; i < 30000; ++i) {
      all += "INSERT INTO t VALUES (" + std::to_string(i * 7919) + ");\n";
    }
    return all;
  }

  fs::path dir_;
};

TEST_F(SourceTest, reads_every_compression_by_its_first_bytes_with_several_members) {
  const std::string plain = write("plain.zst", text());  // the name lies
  const auto read = read_all(plain);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, text());
  for (const auto& [program, name] : {std::pair{"gzip", "gzip"}, {"zstd", "zstd"}, {"xz", "xz"}, {"bzip2", "bzip2"}}) {
    const std::string member = packed_by(program, plain);
    const std::string path = write("dump.sql", member + member);
    auto source = Source::open(path);
    ASSERT_TRUE(source) << program;
    EXPECT_EQ(source->compression(), name);
    Source kept = std::move(*source);
    const auto both = read_all(path, &kept);
    ASSERT_TRUE(both) << program;
    EXPECT_EQ(*both, text() + text()) << program;
    EXPECT_EQ(kept.bytes_consumed(), member.size() * 2);
    EXPECT_EQ(kept.bytes_on_disk(), member.size() * 2);
    EXPECT_EQ(kept.bytes_read(), text().size() * 2);
  }
}

TEST_F(SourceTest, a_cut_or_damaged_stream_is_an_error_with_the_file_the_byte_and_the_decoders_words) {
  const std::string plain = write("plain", text());
  for (const char* program : {"gzip", "zstd", "xz", "bzip2"}) {
    std::string packed = packed_by(program, plain);
    const auto cut = read_all(write("cut", packed.substr(0, packed.size() * 2 / 3)));
    ASSERT_FALSE(cut) << program;
    EXPECT_EQ(cut.error().kind, ErrorKind::unusable_dump);
    EXPECT_NE(cut.error().where.find("cut, byte "), std::string::npos);
    EXPECT_FALSE(cut.error().hint.empty());
    packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
    packed[packed.size() / 2 + 1] = static_cast<char>(packed[packed.size() / 2 + 1] ^ 0x55);
    EXPECT_FALSE(read_all(write("damaged", packed))) << program;
    EXPECT_FALSE(read_all(write("damaged", packed), nullptr, Decoding::here)) << program;
  }
}

TEST_F(SourceTest, frames_that_are_decoded_here_read_as_the_program_reads_them) {
  const std::string plain = write("plain", text());
  const std::string frame = packed_by("zstd", plain);
  const std::string skippable("\x51\x2a\x4d\x18\x03\0\0\0abc", 11);
  // Of a stream whose length is not known, so that the window keeps its width.
  Command wide = {{"zstd", "-c", "--long=27"}, own_environment(), {}, {}, {}, {}, 60, true};
  wide.input_file = plain;
  const std::string wide_frame = run_checked(wide).value_or("");
  ASSERT_FALSE(wide_frame.empty());
  const std::vector<std::pair<std::string, int>> files = {
      {frame, 1},
      {frame + frame + frame, 3},
      {skippable + frame + skippable + frame + skippable, 2},
      {wide_frame, 1},
      {frame + wide_frame + frame, 3},
      {std::string("\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51", 13) + frame, 1}};  // an empty frame
  for (const auto& [packed, times] : files) {
    const std::string path = write("dump", packed);
    auto source = Source::open(path, Decoding::here);
    ASSERT_TRUE(source);
    Source kept = std::move(*source);
    const auto here = read_all(path, &kept, Decoding::here);
    ASSERT_TRUE(here) << to_text(here.error());
    EXPECT_EQ(here->size(), text().size() * static_cast<std::size_t>(times));
    EXPECT_EQ(*here, read_all(path).value_or(""));
    EXPECT_EQ(kept.bytes_consumed(), packed.size());
  }
}

TEST_F(SourceTest, a_frame_cut_at_any_byte_is_never_read_as_whole) {
  const std::string packed = packed_by("zstd", write("plain", text().substr(0, 20000)));
  for (std::size_t size = 4; size < packed.size(); size += 1 + size / 50) {
    const auto read = read_all(write("cut", packed.substr(0, size)), nullptr, Decoding::here);
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().kind, ErrorKind::unusable_dump);
    EXPECT_NE(read.error().hint.find("zstd: "), std::string::npos) << to_text(read.error());
  }
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const auto read = read_all(write("damaged", damaged), nullptr, Decoding::here);
    EXPECT_TRUE(!read || *read == text().substr(0, 20000) || at < 4) << at;
  }
}

TEST_F(SourceTest, what_came_before_the_damage_is_read_first) {
  const std::string packed = packed_by("bzip2", write("plain", std::string(3000000, 'x') + text()));
  auto source = Source::open(write("cut", packed.substr(0, packed.size() - 20)));
  ASSERT_TRUE(source);
  std::string block(1U << 20, '\0');
  const auto first = source->read(block);
  ASSERT_TRUE(first);
  EXPECT_GT(*first, 0U);
}

TEST_F(SourceTest, refuses_what_is_no_dump_and_says_what_it_is) {
  const auto refusal = [](const std::string& path) {
    const auto read = read_all(path);
    EXPECT_FALSE(read) << path;
    EXPECT_EQ(read ? ErrorKind::failed : read.error().kind, ErrorKind::unusable_dump) << path;
    return read ? "" : read.error().what;
  };
  EXPECT_NE(refusal(write("empty", "")).find("empty"), std::string::npos);
  EXPECT_NE(refusal(dir_.string()).find("folder"), std::string::npos);
  EXPECT_NE(refusal((dir_ / "missing").string()).find("cannot open"), std::string::npos);
  EXPECT_NE(refusal(write("utf16", std::string("\xff\xfe-\0-\0", 6))).find("UTF-16"), std::string::npos);
  EXPECT_NE(refusal(write("utf16-bare", std::string("-\0-\0 \0", 6))).find("UTF-16"), std::string::npos);
  EXPECT_NE(refusal(write("bom", "\xef\xbb\xbf-- dump")).find("byte order mark"), std::string::npos);
  EXPECT_NE(refusal(write("zip", "PK\x03\x04.....")).find("zip"), std::string::npos);
  EXPECT_NE(refusal("/dev/null").find("regular"), std::string::npos);
  const std::string nothing = write("nothing", "");
  EXPECT_NE(refusal(write("nothing.gz", packed_by("gzip", nothing))).find("empty"), std::string::npos);
  const std::string tar = write("a.tar", std::string(257, 'a') + "ustar" + std::string(300, '\0'));
  EXPECT_NE(refusal(tar).find("tar"), std::string::npos);
  EXPECT_NE(refusal(write("a.tar.gz", packed_by("gzip", tar))).find("tar"), std::string::npos);
}

TEST_F(SourceTest, leaving_before_the_end_leaves_no_decoder_behind) {
  const std::string packed = packed_by("gzip", write("plain", std::string(20000000, 'x')));
  {
    auto source = Source::open(write("big", packed));
    ASSERT_TRUE(source);
    char block[10];
    ASSERT_TRUE(source->read(block));
  }
  const auto children = read_file("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  ASSERT_TRUE(children);
  EXPECT_EQ(*children, "");
}

}  // namespace
}  // namespace rehearsal
