#include "snapshots/bytes/zstd_frames.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/descriptor.h"

namespace rehearsal {

namespace {

constexpr int kWindowLog = 25;
constexpr std::size_t kPacked = std::size_t{256} << 10;

}  // namespace

void ZstdFrames::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

ZstdFrames::ZstdFrames(int file) : context_(ZSTD_createDCtx()), file_(file), packed_(kPacked) {
  const off_t at = ::lseek(file, 0, SEEK_CUR);
  base_ = frame_ = at < 0 ? 0 : static_cast<std::uint64_t>(at);
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
}

// False at the end of the file.
Result<bool> ZstdFrames::fetch() {
  const ssize_t got = unbroken([&] { return os::read(file_, packed_.data(), packed_.size()); });
  if (got < 0) {
    return fail(std::string("cannot read: ") + std::strerror(errno));
  }
  base_ += size_;
  at_ = 0;
  size_ = static_cast<std::size_t>(got);
  return got > 0;
}

Result<std::size_t> ZstdFrames::read(std::span<char> into) {
  ZSTD_outBuffer out{into.data(), into.size(), 0};
  while (out.pos < out.size && !too_wide_ && !damage_) {
    if (at_ == size_ && !pending_) {
      REHEARSAL_TRY_SET(const bool more, fetch());
      if (!more) {
        if (inside_) {
          damage_ = fail("zstd: the last frame is cut off").value();
        }
        break;
      }
    }
    ZSTD_inBuffer in{packed_.data(), size_, at_};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
    at_ = in.pos;
    if (ZSTD_isError(left) == 0U) {
      inside_ = left != 0;
      pending_ = inside_ && out.pos == out.size;
      frame_ = inside_ ? frame_ : base_ + at_;
    } else if (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge) {
      too_wide_ = ::lseek(file_, static_cast<off_t>(frame_), SEEK_SET) >= 0;
    } else {
      damage_ = fail(std::string("zstd: ") + ZSTD_getErrorName(left)).value();
    }
  }
  if (out.pos == 0 && damage_) {
    return fail(*damage_);
  }
  return out.pos;
}

}  // namespace rehearsal
