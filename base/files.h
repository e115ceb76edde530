// Files and folders: whole reads, atomic writes, private folders, locks, and how much room there is. Each function is a
// door (base/os/site.h): a fault behind it is told as its caller's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/os/site.h"
#include "base/result.h"

namespace rehearsal {

[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file, os::Site from = os::Site::here());
// The last `bytes` of a file, from the start of a line.
[[nodiscard]] Result<std::string> read_end(const std::filesystem::path& file, std::size_t bytes,
                                           os::Site from = os::Site::here());
// Likewise, for words that explain something: empty where it cannot be read.
[[nodiscard]] std::string read_tail(const std::filesystem::path& file, std::size_t bytes,
                                    os::Site from = os::Site::here());

// Writes beside the file and renames over it, so that a reader sees the old text or the new, never half. What was
// written outlives a power cut.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& file, std::string_view text,
                                      os::Site from = os::Site::here());

// Adds to the end of the file, which is made where there is none.
[[nodiscard]] Result<void> append_file(const std::filesystem::path& file, std::string_view text,
                                       os::Site from = os::Site::here());

// Whether there is such a file or folder; an Error where that cannot be found out.
[[nodiscard]] Result<bool> is_there(const std::filesystem::path& path, os::Site from = os::Site::here());
[[nodiscard]] Result<bool> is_folder(const std::filesystem::path& path, os::Site from = os::Site::here());
// What is in a folder, sorted by name; nothing where there is no such folder. All of it or an Error.
[[nodiscard]] Result<std::vector<std::filesystem::path>> entries_of(const std::filesystem::path& folder,
                                                                    os::Site from = os::Site::here());
// All that is below a folder, sorted; links are not followed. Nothing where there is no such folder.
[[nodiscard]] Result<std::vector<std::filesystem::path>> tree_of(const std::filesystem::path& folder,
                                                                 os::Site from = os::Site::here());
// Gives the file or folder its new name, which outlives a power cut.
[[nodiscard]] Result<void> rename_durably(const std::filesystem::path& old_name, const std::filesystem::path& new_name,
                                          os::Site from = os::Site::here());

// Makes the folder and its parents; folders made here have mode 0700.
[[nodiscard]] Result<void> make_private_dir(const std::filesystem::path& dir, os::Site from = os::Site::here());
// A new private folder PARENT/PREFIX-XXXXXX.
[[nodiscard]] Result<std::filesystem::path> make_unique_dir(const std::filesystem::path& parent,
                                                            std::string_view prefix, os::Site from = os::Site::here());
// Removes the whole tree; it is not a failure if nothing is there.
Result<void> remove_tree(const std::filesystem::path& dir, os::Site from = os::Site::here());

[[nodiscard]] Result<std::uint64_t> free_bytes(const std::filesystem::path& dir, os::Site from = os::Site::here());
// Bytes that the files below really occupy on the disk (holes do not count; shared extents do).
[[nodiscard]] std::uint64_t tree_bytes(const std::filesystem::path& dir, os::Site from = os::Site::here());

// Finds a program on PATH and in the sbin folders; empty where it is not installed.
[[nodiscard]] std::filesystem::path find_program(std::string_view name);

// An advisory lock on a file, held while the object lives and gone when the process dies.
class FileLock {
 public:
  FileLock() = default;

  enum class Mode { shared, exclusive };
  // Waits for the lock, two hours at most. The file is made where it is missing. Whoever cleans up after Ctrl-C still
  // gets a lock that is free soon: `after_interrupt` is in seconds.
  [[nodiscard]] static Result<FileLock> wait(const std::filesystem::path& file, Mode mode, double after_interrupt = 5,
                                             os::Site from = os::Site::here());
  // Held by somebody else: an object for which held() is false.
  [[nodiscard]] static Result<FileLock> try_lock(const std::filesystem::path& file, Mode mode,
                                                 os::Site from = os::Site::here());
  [[nodiscard]] bool held() const { return file_.ok(); }

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace rehearsal
