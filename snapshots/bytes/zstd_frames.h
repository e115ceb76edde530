// Frames of zstd, decoded in the caller's thread: no pipe stands between the decoder and the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

struct ZSTD_DCtx_s;

namespace rehearsal {

class ZstdFrames {
 public:
  // From where the file's offset stands. The file stays the caller's.
  explicit ZstdFrames(int file);

  // Fills the span from its start as far as it can; 0 is the end, or a frame that is too wide. An Error holds the
  // library's words; what came before the damage is told first.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);

  // The next frame needs more memory than is given to it here (32 MiB); the file's offset stands at its beginning.
  [[nodiscard]] bool too_wide() const { return too_wide_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  [[nodiscard]] Result<bool> fetch();

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  int file_;
  std::vector<char> packed_;
  std::uint64_t base_ = 0;  // of the file, where `packed_` begins
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t frame_ = 0;  // of the file, where the last frame begins
  bool inside_ = false;      // a frame
  bool pending_ = false;     // the library may hold decoded bytes
  bool too_wide_ = false;
  std::optional<Error> damage_;
};

}  // namespace rehearsal
