#include "base/os/folders.h"

#include <optional>
#include <utility>

#include "base/os/faults.h"

namespace rehearsal::os {

namespace fs = std::filesystem;

namespace {

// True where the call is to fail, with the error that it fails with.
bool is_to_fail(const char* call, Site from, std::error_code& error) {
  error.clear();
  const std::optional<Fault> fault = fault_at(call, from);
  if (!fault || fault->kind != FaultKind::error) {
    return false;
  }
  error.assign(fault->number, std::generic_category());
  return true;
}

}  // namespace

bool exists(const fs::path& path, std::error_code& error, Site from) {
  return !is_to_fail("exists", from, error) && fs::exists(path, error);
}

bool is_directory(const fs::path& path, std::error_code& error, Site from) {
  if (is_to_fail("is_directory", from, error)) {
    return false;
  }
  const bool folder = fs::is_directory(path, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    error.clear();
  }
  return folder;
}

std::vector<fs::directory_entry> entries(const fs::path& folder, std::error_code& error, Site from) {
  std::vector<fs::directory_entry> found;
  if (is_to_fail("open_folder", from, error)) {
    return found;
  }
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_to_fail("read_folder", from, error)) {
      break;
    }
    found.push_back(*at);
  }
  return found;
}

bool remove(const fs::path& path, std::error_code& error, Site from) {
  return !is_to_fail("remove", from, error) && fs::remove(path, error);
}

bool remove_all(const fs::path& path, std::error_code& error, Site from) {
  if (is_to_fail("remove_all", from, error)) {
    return false;
  }
  const std::uintmax_t removed = fs::remove_all(path, error);
  return !error && removed > 0;
}

void copy_symlink(const fs::path& link, const fs::path& to, std::error_code& error, Site from) {
  if (!is_to_fail("copy_symlink", from, error)) {
    fs::copy_symlink(link, to, error);
  }
}

fs::path weakly_canonical(const fs::path& path, std::error_code& error, Site from) {
  return is_to_fail("weakly_canonical", from, error) ? fs::path() : fs::weakly_canonical(path, error);
}

}  // namespace rehearsal::os
