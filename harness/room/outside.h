// What the attempts on the room are to find, put where nothing of the room should reach: listeners on this machine's
// addresses and sockets, and files with a secret. It listens while it lives, and counts who comes.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace rehearsal {

class Outside {
 public:
  // Below `folder` lie the secret and a socket; /tmp and /dev/shm get a file each, which go with this.
  [[nodiscard]] static Result<std::unique_ptr<Outside>> prepare(const std::filesystem::path& folder);
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;
  ~Outside();

  [[nodiscard]] int connections() const { return connections_; }
  // JSON for attempts.py: port, address, abstract, socket, secret, temporary, shared, disk, pid.
  [[nodiscard]] std::string told() const;

 private:
  Outside() = default;
  Result<void> listen_on(int family, const void* address, unsigned length);

  std::filesystem::path secret_, socket_, temporary_, shared_;
  std::string abstract_, address_;
  int port_ = 0;
  unsigned disk_major_ = 0, disk_minor_ = 0;
  std::vector<int> listeners_;
  std::atomic<int> connections_{0};
  std::jthread thread_;
};

}  // namespace rehearsal
