// What a scan holds of a row that is longer than its window.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "snapshots/scan/scanner.h"

namespace rehearsal {
namespace {

// Of this process, in KiB.
std::size_t memory(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(what + ":")) {
      return std::stoul(line.substr(what.size() + 1));
    }
  }
  return 0;
}

// The window doubled, kept the old memory beside the new, and read on into all of it.
TEST(ScanMemory, a_long_row_is_held_once) {
  constexpr std::size_t kRow = std::size_t{32} << 20;
  const std::string head = "INSERT INTO `t` VALUES (1,0x";
  const std::string tail = ");\n";
  std::size_t at = 0;
  const ByteReader read = [&](std::span<char> into) -> Result<std::size_t> {
    std::string_view words = at < head.size() ? std::string_view(head).substr(at) : std::string_view();
    std::size_t some = words.size();
    if (at >= head.size() && at < kRow) {
      some = kRow - at;
    } else if (at >= kRow) {
      words = at < kRow + tail.size() ? std::string_view(tail).substr(at - kRow) : std::string_view();
      some = words.empty() ? 2 * kRow - at : words.size();
    }
    some = std::min(some, into.size());
    words.empty() ? std::memset(into.data(), at < kRow ? 'A' : '\n', some)
                  : std::memcpy(into.data(), words.data(), some);
    at += some;
    return some;
  };
  std::ofstream("/proc/self/clear_refs") << 5;  // the high-water mark begins here
  const std::size_t before = memory("VmRSS");
  std::uint64_t rows = 0;
  const EventSink take = [&](const DumpEvent& event) -> Result<void> {
    rows += event.rows;
    return {};
  };
  ScanSettings settings;
  settings.schema = "s";
  settings.read_ahead = true;
  const auto end = scan(read, take, settings);
  ASSERT_TRUE(end) << to_text(end.error());
  EXPECT_EQ(rows, 1U);
  constexpr std::size_t kMore = std::size_t{24} << 20;  // what it grows by, and reads ahead
  EXPECT_LT(memory("VmHWM") - before, (kRow + kMore) >> 10);
}

}  // namespace
}  // namespace rehearsal
