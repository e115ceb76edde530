// Memory that is mapped twice, the second time behind the first: bytes that run over its end go on at its start and are
// still in one piece. A byte has its place by its number.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace rehearsal {

class MirroredMemory {
 public:
  MirroredMemory() = default;
  MirroredMemory(MirroredMemory&& other) noexcept;
  MirroredMemory& operator=(MirroredMemory&& other) noexcept;
  MirroredMemory(const MirroredMemory&) = delete;
  MirroredMemory& operator=(const MirroredMemory&) = delete;
  ~MirroredMemory();

  // Of at least so many bytes, and of a power of two. An Error where the system has no more.
  [[nodiscard]] static Result<MirroredMemory> make(std::size_t bytes);

  [[nodiscard]] std::size_t size() const { return size_; }
  // Where byte `number` lies; size() bytes from there on may be used as one piece.
  [[nodiscard]] char* at(std::uint64_t number) const { return start_ + (number & (size_ - 1)); }

 private:
  char* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rehearsal
