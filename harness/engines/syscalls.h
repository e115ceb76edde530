// What a program in the room may ask of the kernel: a list of system calls for this machine's own architecture, and of
// the kinds of sockets. Whatever is not on it, later inventions included, is answered as by a kernel that does not have
// it. One list for every engine: as a filter for bubblewrap, as a profile for docker and podman.
#pragma once

#include <string>

#include "base/result.h"

namespace rehearsal {

enum class RoomGuest {
  step,    // runs code that is not ours
  server,  // MariaDB: also reads and writes its files through io_uring
};

// The filter as the bytes that bubblewrap's --seccomp reads.
[[nodiscard]] Result<std::string> seccomp_filter(RoomGuest guest);

// The same as the JSON that `--security-opt seccomp=FILE` reads.
[[nodiscard]] std::string seccomp_profile(RoomGuest guest);

}  // namespace rehearsal
