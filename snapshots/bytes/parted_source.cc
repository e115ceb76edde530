#include "snapshots/bytes/parted_source.h"

#include <algorithm>
#include <filesystem>

namespace rehearsal {

Result<PartedSource> PartedSource::open(const DumpInput& input, const std::vector<PartSpan>& scanned,
                                        Decoding decoding) {
  PartedSource parted;
  parted.decoding_ = decoding;
  for (const DumpPart& part : input.parts) {
    parted.paths_.push_back(part.path);
  }
  if (parted.paths_.empty()) {
    parted.paths_.push_back(input.path);
  } else if (scanned.size() == input.parts.size()) {
    for (const PartSpan& part : scanned) {
      parted.known_ends_.push_back(part.end);
    }
  }
  for (const std::string& path : parted.paths_) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    parted.sizes_.push_back(error ? 0 : size);
    parted.on_disk_ += parted.sizes_.back();
  }
  REHEARSAL_TRY(parted.begin());
  parted.compression_ = parted.source_->compression();
  return parted;
}

Result<void> PartedSource::begin() {
  if (!source_) {
    REHEARSAL_TRY_SET(source_, Source::open(paths_[part_], decoding_));
  }
  return {};
}

void PartedSource::end() {
  source_.reset();
  consumed_ += sizes_[part_];
  ends_.push_back(at_);
  ++part_;
}

std::optional<std::uint64_t> PartedSource::known_end() const {
  return known_ends_.empty() ? std::nullopt : std::optional(known_ends_[part_]);
}

Result<std::size_t> PartedSource::read(std::span<char> into) {
  for (;;) {
    REHEARSAL_TRY(begin());
    REHEARSAL_TRY_SET(const std::size_t got, source_->read(into));
    at_ += got;
    if (got > 0 || into.empty() || part_ + 1 == paths_.size()) {
      return got;
    }
    end();
  }
}

Result<void> PartedSource::skip(std::uint64_t bytes) {
  while (bytes > 0) {
    const std::optional<std::uint64_t> end_of_part = known_end();
    if (!end_of_part || part_ + 1 == paths_.size()) {
      REHEARSAL_TRY(begin());
      at_ += bytes;
      return source_->skip(bytes);
    }
    const std::uint64_t now = std::min(bytes, *end_of_part - at_);
    if (at_ + now == *end_of_part) {
      at_ += now;
      bytes -= now;
      end();
      continue;
    }
    REHEARSAL_TRY(begin());
    REHEARSAL_TRY(source_->skip(now));
    at_ += now;
    bytes -= now;
  }
  return {};
}

std::uint64_t PartedSource::bytes_consumed() const {
  return consumed_ + (source_ ? source_->bytes_consumed() : 0);
}

}  // namespace rehearsal
