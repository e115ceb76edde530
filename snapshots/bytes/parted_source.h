// A dump that may lie in several files, as one stream of uncompressed bytes: the files in order, one behind the other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshots/bytes/dump_input.h"
#include "snapshots/bytes/source.h"

namespace rehearsal {

class PartedSource {
 public:
  // `scanned`: the parts of the same input, where it was scanned before; those that are passed over are then not
  // opened.
  [[nodiscard]] static Result<PartedSource> open(const DumpInput& input, const std::vector<PartSpan>& scanned = {},
                                                 Decoding decoding = Decoding::beside);

  // As Source::read; what one call reads is of one part.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);
  [[nodiscard]] Result<void> skip(std::uint64_t bytes);

  [[nodiscard]] const std::string& compression() const { return compression_; }  // of the first part
  [[nodiscard]] std::uint64_t bytes_on_disk() const { return on_disk_; }
  [[nodiscard]] std::uint64_t bytes_consumed() const;
  [[nodiscard]] std::uint64_t bytes_read() const { return at_; }
  // Of the part being read.
  [[nodiscard]] const std::string& path() const { return paths_[part_]; }
  // Where the parts that were read to their end ended.
  [[nodiscard]] const std::vector<std::uint64_t>& ends() const { return ends_; }

 private:
  PartedSource() = default;
  [[nodiscard]] std::optional<std::uint64_t> known_end() const;
  [[nodiscard]] Result<void> begin();
  void end();

  std::vector<std::string> paths_;
  std::vector<std::uint64_t> sizes_;       // on disk
  std::vector<std::uint64_t> known_ends_;  // empty: not known
  std::vector<std::uint64_t> ends_;
  std::string compression_;
  std::uint64_t on_disk_ = 0;
  std::uint64_t consumed_ = 0;  // of parts that were ended
  std::uint64_t at_ = 0;
  std::size_t part_ = 0;
  Decoding decoding_ = Decoding::beside;
  std::optional<Source> source_;
};

}  // namespace rehearsal
