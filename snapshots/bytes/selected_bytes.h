// A dump file without some of its bytes, as one stream, and the way back from a place in the stream to the file's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "snapshots/bytes/parted_source.h"

namespace rehearsal {

struct ByteSkip {
  std::uint64_t begin = 0;  // of the uncompressed file
  std::uint64_t end = 0;
  std::uint64_t lines = 0;  // line ends in it
};

class SelectedBytes {
 public:
  // `skips` in order and apart. The stream ends at `end` of the file, or where the file does.
  SelectedBytes(PartedSource& source, std::vector<ByteSkip> skips, std::uint64_t end = UINT64_MAX)
      : source_(source), skips_(std::move(skips)), end_(end) {}

  // As a ByteReader of the scanner.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);

  // The file's byte and line of a byte and line of the stream.
  [[nodiscard]] std::uint64_t byte_of(std::uint64_t byte) const;
  [[nodiscard]] std::uint64_t line_of(std::uint64_t byte, std::uint64_t line) const;

 private:
  PartedSource& source_;
  std::vector<ByteSkip> skips_;
  std::uint64_t end_;
  std::size_t next_ = 0;  // of the skips
};

}  // namespace rehearsal
