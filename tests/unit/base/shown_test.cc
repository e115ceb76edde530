#include "base/shown.h"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace rehearsal {
namespace {

TEST(Shown, PlainTextStaysAndAllElseIsWrittenOut) {
  EXPECT_EQ(shown("ünïcødé 💥\n\tcolumn"), "ünïcødé 💥\n\tcolumn");
  EXPECT_EQ(shown("n\xE9"), "n\\xE9");
  EXPECT_EQ(shown("a\x1b[31mb\r\x07\x7f"), "a\\x1B[31mb\\x0D\\x07\\x7F");
  EXPECT_EQ(shown(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(shown("\xC2\x9B"
                  "31m"),
            "\\u009B31m");
  EXPECT_EQ(shown("a\xE2\x80\xAE"
                  "b"),
            "a\\u202Eb");
  EXPECT_EQ(shown("\xC0\xAF \xED\xA0\x80 \xF4\x90\x80\x80"), "\\xC0\\xAF \\xED\\xA0\\x80 \\xF4\\x90\\x80\\x80");
}

TEST(Shown, TheBytesOfAnUnfinishedCharacterAreCounted) {
  EXPECT_EQ(unfinished_bytes("a"), 0U);
  EXPECT_EQ(unfinished_bytes("ü"), 0U);
  EXPECT_EQ(unfinished_bytes("a\xC3"), 1U);
  EXPECT_EQ(unfinished_bytes("\xF0\x9F\x92"), 3U);
  EXPECT_EQ(unfinished_bytes("\xA9\xA9\xA9\xA9"), 0U);
}

TEST(JsonText, AnyBytesAreTextThatAReaderTakes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (auto i = random() % 12; i > 0; --i) {
      bytes += static_cast<char>(random() % 256);
    }
    const std::string text = json_text(nlohmann::json{{bytes, {bytes, 1}}}, round % 2 == 0 ? 2 : -1);
    EXPECT_FALSE(nlohmann::json::parse(text, nullptr, false).is_discarded());
    EXPECT_EQ(shown(text), text) << "a terminal would obey it";
    const std::string again = shown(bytes);
    EXPECT_EQ(shown(again), again);
    EXPECT_EQ(json_text(nlohmann::json(again)).find("\\ufffd"), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(json_text(nlohmann::json(again))).get<std::string>(), again);
  }
}

}  // namespace
}  // namespace rehearsal
