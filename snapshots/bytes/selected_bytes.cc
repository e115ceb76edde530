#include "snapshots/bytes/selected_bytes.h"

#include <algorithm>

namespace rehearsal {

Result<std::size_t> SelectedBytes::read(std::span<char> into) {
  std::size_t got = 0;
  while (got < into.size()) {
    const std::uint64_t at = source_.bytes_read();
    if (next_ < skips_.size() && at >= skips_[next_].begin) {
      if (skips_[next_].end >= end_) {
        return got;
      }
      REHEARSAL_TRY(source_.skip(skips_[next_].end - at));
      ++next_;
      continue;
    }
    const std::uint64_t stop = next_ < skips_.size() ? std::min(skips_[next_].begin, end_) : end_;
    if (at >= stop) {
      return got;
    }
    const std::size_t room = static_cast<std::size_t>(std::min<std::uint64_t>(into.size() - got, stop - at));
    REHEARSAL_TRY_SET(const std::size_t one, source_.read(into.subspan(got, room)));
    if (one == 0) {
      return got;
    }
    got += one;
  }
  return got;
}

std::uint64_t SelectedBytes::byte_of(std::uint64_t byte) const {
  for (const ByteSkip& skip : skips_) {
    if (byte < skip.begin) {
      break;
    }
    byte += skip.end - skip.begin;
  }
  return byte;
}

std::uint64_t SelectedBytes::line_of(std::uint64_t byte, std::uint64_t line) const {
  for (const ByteSkip& skip : skips_) {
    if (byte < skip.begin) {
      break;
    }
    byte += skip.end - skip.begin;
    line += skip.lines;
  }
  return line;
}

}  // namespace rehearsal
