// A dump file as a stream of uncompressed bytes. The first bytes decide what it is, never its name: plain SQL, gzip,
// zstd, xz or bzip2, each with several members or frames.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace rehearsal {

// Where compressed bytes are decoded: by a process of its own beside the reader, or, where there is a library for it
// (zstd, except frames that need much memory), in the reader's thread.
enum class Decoding : std::uint8_t { beside, here };

class Source {
 public:
  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;
  ~Source();

  // An Error of kind `unusable_dump` where the file is missing, a folder, empty, unreadable, in UTF-16 or of a form
  // that is not read here; of kind `failed` where the decoder's program is not installed.
  [[nodiscard]] static Result<Source> open(const std::string& path, Decoding decoding = Decoding::beside);

  // Fills the span from its start as far as it can; 0 is the end. A decoder that fails, at the end too, is an Error of
  // kind `unusable_dump` that names the file, the byte and the decoder's words.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);

  // Passes over the next bytes: at no cost where the file is plain. Beyond the end: as far as there are any.
  [[nodiscard]] Result<void> skip(std::uint64_t bytes);

  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const std::string& compression() const;  // "", "gzip", "zstd", "xz", "bzip2"
  [[nodiscard]] std::uint64_t bytes_on_disk() const;
  [[nodiscard]] std::uint64_t bytes_consumed() const;  // of those on disk
  [[nodiscard]] std::uint64_t bytes_read() const;      // uncompressed

 private:
  struct Impl;
  explicit Source(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rehearsal
