#include "harness/room/outside.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/files.h"
#include "base/random.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// An address of this machine that is not loopback; loopback where there is none.
std::string own_address() {
  std::string found = "127.0.0.1";
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) {
    return found;
  }
  for (const ifaddrs* at = all; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr != nullptr && at->ifa_addr->sa_family == AF_INET && (at->ifa_flags & IFF_LOOPBACK) == 0) {
      char text[INET_ADDRSTRLEN] = {};
      sockaddr_in address{};
      std::memcpy(&address, at->ifa_addr, sizeof address);
      if (::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) != nullptr) {
        found = text;
        break;
      }
    }
  }
  ::freeifaddrs(all);
  return found;
}

}  // namespace

Result<void> Outside::listen_on(int family, const void* address, unsigned length) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  if (fd >= 0 && family == AF_INET6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  }
  if (fd < 0 || ::bind(fd, static_cast<const sockaddr*>(address), length) != 0 || ::listen(fd, 16) != 0) {
    const int error = errno;
    if (fd >= 0) {
      ::close(fd);
    }
    return fail("cannot listen for what comes out of the room: " + std::string(std::strerror(error)));
  }
  listeners_.push_back(fd);
  return {};
}

Result<std::unique_ptr<Outside>> Outside::prepare(const fs::path& folder) {
  std::unique_ptr<Outside> outside(new Outside());
  const std::string word = random_word();
  outside->secret_ = folder / "secret";
  outside->socket_ = folder / "s";
  outside->temporary_ = fs::path("/tmp") / ("rehearsal-secret-" + word);
  outside->shared_ = fs::path("/dev/shm") / ("rehearsal-secret-" + word);
  outside->abstract_ = "rehearsal-" + word;
  outside->address_ = own_address();
  for (const fs::path& file : {outside->secret_, outside->temporary_, outside->shared_}) {
    REHEARSAL_TRY(write_file(file, word));
  }

  sockaddr_in four{};
  four.sin_family = AF_INET;
  REHEARSAL_TRY(outside->listen_on(AF_INET, &four, sizeof four));
  socklen_t length = sizeof four;
  ::getsockname(outside->listeners_.front(), reinterpret_cast<sockaddr*>(&four), &length);
  outside->port_ = ntohs(four.sin_port);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = four.sin_port;
  static_cast<void>(outside->listen_on(AF_INET6, &six, sizeof six));  // a machine may have no IPv6
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  const std::string name = outside->socket_.string();
  std::memcpy(path.sun_path, name.c_str(), std::min(name.size(), sizeof path.sun_path - 1));
  REHEARSAL_TRY(outside->listen_on(AF_UNIX, &path, sizeof path));
  sockaddr_un bare{};
  bare.sun_family = AF_UNIX;
  std::memcpy(bare.sun_path + 1, outside->abstract_.c_str(), outside->abstract_.size());
  REHEARSAL_TRY(outside->listen_on(
      AF_UNIX, &bare, static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + 1 + outside->abstract_.size())));

  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0) {
    outside->disk_major_ = major(status.st_dev);
    outside->disk_minor_ = minor(status.st_dev);
  }
  outside->thread_ = std::jthread([self = outside.get()](const std::stop_token& stop) {
    std::vector<pollfd> ready;
    for (const int fd : self->listeners_) {
      ready.push_back({fd, POLLIN, 0});
    }
    while (!stop.stop_requested()) {
      if (::poll(ready.data(), ready.size(), 50) <= 0) {
        continue;
      }
      for (const pollfd& one : ready) {
        const int guest = (one.revents & POLLIN) != 0 ? ::accept(one.fd, nullptr, nullptr) : -1;
        if (guest >= 0) {
          ++self->connections_;
          ::close(guest);
        }
      }
    }
  });
  return outside;
}

Outside::~Outside() {
  thread_.request_stop();
  if (thread_.joinable()) {
    thread_.join();
  }
  for (const int fd : listeners_) {
    ::close(fd);
  }
  std::error_code ignored;
  for (const fs::path& file : {secret_, socket_, temporary_, shared_}) {
    fs::remove(file, ignored);
  }
}

std::string Outside::told() const {
  // A file system of its own kind has no disk to name.
  const bool disk = disk_major_ != 0;
  return nlohmann::json{{"port", port_},
                        {"address", address_},
                        {"abstract", abstract_},
                        {"socket", socket_.string()},
                        {"secret", secret_.string()},
                        {"temporary", temporary_.string()},
                        {"shared", shared_.string()},
                        {"disk", {disk ? disk_major_ : 8, disk ? disk_minor_ : 0}},
                        {"pid", ::getpid()}}
      .dump();
}

}  // namespace rehearsal
