#include "snapshots/bytes/mirrored_memory.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include "base/os/calls.h"

namespace rehearsal {

MirroredMemory::MirroredMemory(MirroredMemory&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MirroredMemory& MirroredMemory::operator=(MirroredMemory&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
  return *this;
}

MirroredMemory::~MirroredMemory() {
  if (start_ != nullptr) {
    ::munmap(start_, 2 * size_);
  }
}

Result<MirroredMemory> MirroredMemory::make(std::size_t bytes) {
  const auto refuse = [&] {
    return fail("cannot get " + std::to_string(bytes) + " bytes of memory: " + std::strerror(errno));
  };
  const std::size_t size = std::bit_ceil(std::max(bytes, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))));
  const int file = os::memfd_create("dump-window", MFD_CLOEXEC);
  if (file < 0) {
    return refuse();
  }
  MirroredMemory memory;
  void* const room = os::ftruncate(file, static_cast<off_t>(size)) == 0
                         ? os::mmap(nullptr, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                         : MAP_FAILED;
  bool mapped = room != MAP_FAILED;
  if (mapped) {
    memory.start_ = static_cast<char*>(room);
    memory.size_ = size;
    for (char* const half : {memory.start_, memory.start_ + size}) {
      mapped = mapped && os::mmap(half, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED;
    }
  }
  const int error = errno;
  os::close(file);
  errno = error;
  if (!mapped) {
    return refuse();
  }
  return memory;
}

}  // namespace rehearsal
