// A decompressor that runs beside us, from an open file into a pipe.
#pragma once

#include <string>

#include "base/result.h"

namespace rehearsal {

class Decoder {
 public:
  Decoder(Decoder&& other) noexcept;
  Decoder& operator=(Decoder&& other) noexcept;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder();  // kills it where it still runs

  // `compression` is "gzip", "zstd", "xz" or "bzip2". Reads `file` from where its offset stands; the offset is shared.
  // The file stays the caller's.
  [[nodiscard]] static Result<Decoder> start(const std::string& compression, int file);

  [[nodiscard]] int output() const { return output_; }  // to be read to its end
  // Waits for its end. An Error holds the decoder's own words, or the signal that ended it.
  [[nodiscard]] Result<void> finish();

 private:
  Decoder() = default;
  void release();
  std::string program_;
  int pid_ = -1;
  int output_ = -1;
  int words_ = -1;
};

}  // namespace rehearsal
