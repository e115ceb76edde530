// Files and folders: whole reads, atomic writes, private folders, locks, and how much room there is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rehearsal {

[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file);
// The last `bytes` of a file, from the start of a line; empty where there is no such file.
[[nodiscard]] std::string read_tail(const std::filesystem::path& file, std::size_t bytes);

// Writes beside the file and renames over it, so that a reader sees the old text or the new, never half.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& file, std::string_view text);

// Adds to the end of the file, which is made where there is none.
[[nodiscard]] Result<void> append_file(const std::filesystem::path& file, std::string_view text);

// Makes the folder and its parents; folders made here have mode 0700.
[[nodiscard]] Result<void> make_private_dir(const std::filesystem::path& dir);
// A new private folder PARENT/PREFIX-XXXXXX.
[[nodiscard]] Result<std::filesystem::path> make_unique_dir(const std::filesystem::path& parent,
                                                            std::string_view prefix);
// Removes the whole tree; it is not a failure if nothing is there.
Result<void> remove_tree(const std::filesystem::path& dir);

[[nodiscard]] Result<std::uint64_t> free_bytes(const std::filesystem::path& dir);
// Bytes that the files below really occupy on the disk (holes do not count; shared extents do).
[[nodiscard]] std::uint64_t tree_bytes(const std::filesystem::path& dir);

// Finds a program on PATH and in the sbin folders; empty where it is not installed.
[[nodiscard]] std::filesystem::path find_program(std::string_view name);

// An advisory lock on a file, held while the object lives and gone when the process dies.
class FileLock {
 public:
  FileLock() = default;
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  enum class Mode { shared, exclusive };
  // Waits for the lock, two hours at most. The file is made where it is missing. Whoever cleans up after Ctrl-C still
  // gets a lock that is free soon: `after_interrupt` is in seconds.
  [[nodiscard]] static Result<FileLock> wait(const std::filesystem::path& file, Mode mode, double after_interrupt = 5);
  // Held by somebody else: an object for which held() is false.
  [[nodiscard]] static Result<FileLock> try_lock(const std::filesystem::path& file, Mode mode);
  [[nodiscard]] bool held() const { return fd_ >= 0; }

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace rehearsal
