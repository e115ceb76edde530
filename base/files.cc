#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/os/calls.h"
#include "base/os/folders.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

std::string reason() {
  return std::strerror(errno);
}

}  // namespace

Result<std::string> read_file(const fs::path& file, os::Site from) {
  const os::Door door("read_file", from);
  const Descriptor in = open_file(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (!in.ok()) {
    return fail("cannot read: " + reason(), file.string());
  }
  std::string text;
  char block[65536];
  for (;;) {
    const ssize_t got = unbroken([&] { return os::read(in.get(), block, sizeof block); });
    if (got < 0) {
      return fail("cannot read: " + reason(), file.string());
    }
    if (got == 0) {
      return text;
    }
    text.append(block, static_cast<std::size_t>(got));
  }
}

Result<std::string> read_end(const fs::path& file, std::size_t bytes, os::Site from) {
  const os::Door door("read_end", from);
  const Descriptor in = open_file(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info {};
  if (!in.ok() || os::fstat(in.get(), &info) != 0) {
    return fail("cannot read: " + reason(), file.string());
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  const std::size_t start = size - std::min(size, bytes);
  std::string text(size - start, '\0');
  for (std::size_t have = 0; have < text.size();) {
    const ssize_t got = unbroken(
        [&] { return os::pread(in.get(), text.data() + have, text.size() - have, static_cast<off_t>(start + have)); });
    if (got < 0) {
      return fail("cannot read: " + reason(), file.string());
    }
    if (got == 0) {
      text.resize(have);
    }
    have += static_cast<std::size_t>(got);
  }
  if (start > 0) {
    const std::size_t line = text.find('\n');
    text.erase(0, line == std::string::npos ? 0 : line + 1);
  }
  return text;
}

std::string read_tail(const fs::path& file, std::size_t bytes, os::Site from) {
  return read_end(file, bytes, from).value_or("");
}

namespace {

constexpr const char* kMakeSpace = "free some space or choose another folder";

// The names in a folder, as they are now. Some network file systems flush no folders, and one that we may not read we
// cannot flush.
bool flush_folder(const fs::path& folder) {
  const Descriptor names = open_file(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool flushed = names.ok() && unbroken([&] { return os::fsync(names.get()); }) == 0;
  return flushed || errno == EINVAL || errno == EACCES;
}

}  // namespace

Result<void> append_file(const fs::path& file, std::string_view text, os::Site from) {
  const os::Door door("append_file", from);
  Descriptor out = open_file(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (!out.ok() || !write_all(out.get(), text) || !out.close()) {
    return fail("cannot write: " + reason(), file.string(), kMakeSpace);
  }
  return {};
}

Result<void> write_file(const fs::path& file, std::string_view text, os::Site from) {
  const os::Door door("write_file", from);
  fs::path part = file;
  part += "." + std::to_string(::getpid()) + ".part";
  Descriptor out = open_file(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (!out.ok()) {
    return fail("cannot write: " + reason(), part.string());
  }
  const bool written = write_all(out.get(), text) && unbroken([&] { return os::fsync(out.get()); }) == 0 &&
                       out.close() && os::rename(part.c_str(), file.c_str()) == 0;
  if (!written) {
    const std::string why = reason();
    os::unlink(part.c_str());
    return fail("cannot write: " + why, file.string(), kMakeSpace);
  }
  if (!flush_folder(file.parent_path())) {
    return fail("cannot write: " + reason(), file.string(), kMakeSpace);
  }
  return {};
}

Result<bool> is_there(const fs::path& path, os::Site from) {
  const os::Door door("is_there", from);
  std::error_code error;
  const bool there = os::exists(path, error);
  if (error) {
    return fail("cannot look whether it is there: " + error.message(), path.string());
  }
  return there;
}

Result<bool> is_folder(const fs::path& path, os::Site from) {
  const os::Door door("is_folder", from);
  std::error_code error;
  const bool folder = os::is_directory(path, error);
  if (error) {
    return fail("cannot look whether it is a folder: " + error.message(), path.string());
  }
  return folder;
}

Result<std::vector<fs::path>> entries_of(const fs::path& folder, os::Site from) {
  const os::Door door("entries_of", from);
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : os::entries(folder, error)) {
    found.push_back(entry.path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail("cannot list the folder: " + error.message(), folder.string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

namespace {

Result<void> add_tree(const fs::path& folder, std::vector<fs::path>& found) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(folder));
  for (const fs::path& entry : entries) {
    found.push_back(entry);
    struct stat info {};
    if (os::lstat(entry.c_str(), &info) != 0 && errno != ENOENT) {
      return fail("cannot look what it is: " + reason(), entry.string());
    }
    if (S_ISDIR(info.st_mode)) {
      REHEARSAL_TRY(add_tree(entry, found));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<fs::path>> tree_of(const fs::path& folder, os::Site from) {
  const os::Door door("tree_of", from);
  std::vector<fs::path> found;
  REHEARSAL_TRY(add_tree(folder, found));
  return found;
}

Result<void> rename_durably(const fs::path& old_name, const fs::path& new_name, os::Site from) {
  const os::Door door("rename_durably", from);
  if (os::rename(old_name.c_str(), new_name.c_str()) != 0 || !flush_folder(new_name.parent_path())) {
    return fail("cannot rename: " + reason(), new_name.string());
  }
  return {};
}

Result<void> make_private_dir(const fs::path& dir, os::Site from) {
  const os::Door door("make_private_dir", from);
  if (dir.empty()) {
    return {};
  }
  REHEARSAL_TRY_SET(const bool there, is_folder(dir));
  if (there) {
    return {};
  }
  if (dir.has_parent_path() && dir.parent_path() != dir) {
    REHEARSAL_TRY(make_private_dir(dir.parent_path()));
  }
  if (os::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail("cannot make the folder: " + reason(), dir.string());
  }
  return {};
}

Result<fs::path> make_unique_dir(const fs::path& parent, std::string_view prefix, os::Site from) {
  const os::Door door("make_unique_dir", from);
  REHEARSAL_TRY(make_private_dir(parent));
  std::string name = (parent / (std::string(prefix) + "-XXXXXX")).string();
  if (os::mkdtemp(name.data()) == nullptr) {
    return fail("cannot make a folder: " + reason(), parent.string());
  }
  return fs::path(name);
}

Result<void> remove_tree(const fs::path& dir, os::Site from) {
  const os::Door door("remove_tree", from);
  // Whoever is being killed may remove its own files meanwhile.
  constexpr int kTries = 5;
  std::error_code error;
  for (int i = 0; i < kTries; ++i) {
    os::remove_all(dir, error);
    if (error != std::errc::no_such_file_or_directory && error != std::errc::directory_not_empty) {
      break;
    }
  }
  if (error) {
    return fail("cannot remove: " + error.message(), dir.string());
  }
  return {};
}

Result<std::uint64_t> free_bytes(const fs::path& dir, os::Site from) {
  const os::Door door("free_bytes", from);
  struct statvfs info {};
  if (unbroken([&] { return os::statvfs(dir.c_str(), &info); }) != 0) {
    return fail("cannot determine the free space: " + reason(), dir.string());
  }
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

std::uint64_t tree_bytes(const fs::path& dir, os::Site from) {
  const os::Door door("tree_bytes", from);
  std::uint64_t total = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(dir, error), end; !error && at != end; at.increment(error)) {
    struct stat info {};
    if (os::lstat(at->path().c_str(), &info) == 0) {
      total += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
  }
  return total;
}

fs::path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  const std::string all = std::string(path != nullptr ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
  for (const std::string& dir : split(all, ':')) {
    if (dir.empty()) {
      continue;
    }
    fs::path candidate = fs::path(dir) / name;
    std::error_code error;
    if (::access(candidate.c_str(), X_OK) == 0 && !os::is_directory(candidate, error)) {
      return candidate;
    }
  }
  return {};
}

namespace {

Result<Descriptor> open_lock(const fs::path& file) {
  Descriptor lock = open_file(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (!lock.ok()) {
    return fail("cannot open the lock: " + reason(), file.string());
  }
  return lock;
}

int operation(FileLock::Mode mode) {
  return (mode == FileLock::Mode::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
}

}  // namespace

Result<FileLock> FileLock::wait(const fs::path& file, Mode mode, double after_interrupt, os::Site from) {
  const os::Door door("FileLock::wait", from);
  REHEARSAL_TRY_SET(Descriptor lock, open_lock(file));
  constexpr double kMostSeconds = 7200;
  const Stopwatch watch;
  std::optional<Stopwatch> asked;
  while (os::flock(lock.get(), operation(mode)) != 0) {
    const int number = errno;
    if (interrupted() && !asked) {
      asked.emplace();
    }
    const bool stopped = asked && asked->seconds() >= after_interrupt;
    if (stopped || watch.seconds() > kMostSeconds || (number != EINTR && number != EWOULDBLOCK)) {
      const std::string why = number == EWOULDBLOCK ? "another process holds it" : std::strerror(number);
      return stopped ? fail(ErrorKind::interrupted, "stopped by the operator", file.string())
                     : fail("cannot lock: " + why, file.string());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return FileLock(std::move(lock));
}

Result<FileLock> FileLock::try_lock(const fs::path& file, Mode mode, os::Site from) {
  const os::Door door("FileLock::try_lock", from);
  REHEARSAL_TRY_SET(Descriptor lock, open_lock(file));
  if (unbroken([&] { return os::flock(lock.get(), operation(mode)); }) == 0) {
    return FileLock(std::move(lock));
  }
  if (errno != EWOULDBLOCK) {
    return fail("cannot lock: " + reason(), file.string());
  }
  return FileLock();
}

}  // namespace rehearsal
