// Scanning text in a test: what was told, in order.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "snapshots/scanner.h"

namespace rehearsal::testing_scan {

struct Told {
  EventKind kind{};
  std::uint64_t begin = 0, end = 0, line = 0, rows = 0;
  std::string schema, object, text, head, rows_text;
  bool first = true, last = true, placeholder = false;
};

// A reader that gives at most `chunk` bytes at a time.
inline ByteReader reader_of(std::string_view text, std::size_t chunk) {
  return [text, chunk, at = std::size_t{0}](std::span<char> into) mutable -> Result<std::size_t> {
    const std::size_t n = std::min({into.size(), chunk, text.size() - at});
    std::copy_n(text.data() + at, n, into.data());
    at += n;
    return n;
  };
}

struct Scanned {
  std::vector<Told> told;
  ScanEnd end;
  std::string error;

  // The events of statements: no comments.
  [[nodiscard]] std::vector<Told> statements() const {
    std::vector<Told> result;
    std::copy_if(told.begin(), told.end(), std::back_inserter(result),
                 [](const Told& event) { return event.kind != EventKind::comment; });
    return result;
  }
  [[nodiscard]] std::uint64_t rows() const {
    std::uint64_t total = 0;
    for (const Told& event : told) {
      total += event.rows;
    }
    return total;
  }
};

inline Scanned scan_text(std::string_view text, const ScanSettings& settings = {}, std::size_t chunk = 1U << 20) {
  Scanned scanned;
  const auto end = scan(
      reader_of(text, chunk),
      [&](const DumpEvent& e) -> Result<void> {
        scanned.told.push_back({e.kind, e.begin, e.end, e.line, e.rows, std::string(e.schema), std::string(e.object),
                                std::string(e.text), std::string(e.head), std::string(e.rows_text), e.first, e.last,
                                e.placeholder});
        return {};
      },
      settings);
  if (end) {
    scanned.end = *end;
  } else {
    scanned.error = to_text(end.error());
  }
  return scanned;
}

}  // namespace rehearsal::testing_scan
