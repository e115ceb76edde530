#include "base/os/power_cut.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rehearsal::os {

namespace fs = std::filesystem;

namespace {

struct Changed {
  std::string from, to, before;  // `before`: a second name of what `to` was; empty: there was nothing
};

struct Unflushed {
  bool is_new = false;
  off_t kept = 0;  // bytes that the disk has
};

std::atomic<bool> g_watching{false};
std::mutex g_cut_mutex;
std::map<std::string, Unflushed> g_files;
std::vector<Changed> g_names;

std::string path_of(int fd) {
  std::error_code error;
  return fs::read_symlink("/proc/self/fd/" + std::to_string(fd), error).string();
}

void forget_names() {
  std::error_code error;
  for (const Changed& name : g_names) {
    if (!name.before.empty()) {
      fs::remove_all(name.before, error);
    }
  }
  g_names.clear();
}

off_t size_of(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? info.st_size : 0;
}

}  // namespace

void watch_for_power_cut(bool on) {
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  g_watching = on;
  g_files.clear();
  forget_names();
}

bool watching_for_power_cut() {
  return g_watching;
}

void note_opening(const char* path, int flags) {
  if (!g_watching || (flags & O_ACCMODE) == O_RDONLY) {
    return;
  }
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  std::error_code error;
  const std::string name = fs::absolute(path, error).string();
  struct stat info {};
  const bool is_there = ::lstat(name.c_str(), &info) == 0;
  if (!is_there && (flags & O_CREAT) != 0) {
    g_files[name] = {.is_new = true};
  } else if (is_there && S_ISREG(info.st_mode) && (flags & O_TRUNC) != 0 && !g_files.contains(name)) {
    g_files[name] = {};
  }
}

void note_writing(int fd) {
  if (!g_watching) {
    return;
  }
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  const std::string name = path_of(fd);
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    g_files.try_emplace(name, Unflushed{.kept = info.st_size});
  }
}

void note_flushed(int fd) {
  if (!g_watching) {
    return;
  }
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    const std::string folder = path_of(fd);
    std::erase_if(g_names, [&](const Changed& name) {
      std::error_code error;
      const bool below = fs::path(name.to).parent_path() == folder;
      if (below && !name.before.empty()) {
        fs::remove_all(name.before, error);
      }
      return below;
    });
    return;
  }
  g_files.erase(path_of(fd));
}

void note_all_flushed() {
  if (!g_watching) {
    return;
  }
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  g_files.clear();
  forget_names();
}

void note_renaming(const char* from, const char* to) {
  if (!g_watching) {
    return;
  }
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  std::error_code error;
  Changed name{.from = fs::absolute(from, error).string(), .to = fs::absolute(to, error).string(), .before = {}};
  struct stat info {};
  if (::lstat(name.to.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
    name.before = name.to + ".before-cut-" + std::to_string(g_names.size());
    fs::create_hard_link(name.to, name.before, error);
  }
  // What is known of the file, or of those in the folder, goes with its name.
  g_files.erase(name.to);
  std::map<std::string, Unflushed> renamed;
  std::erase_if(g_files, [&](const auto& file) {
    const bool goes = file.first == name.from || file.first.starts_with(name.from + "/");
    if (goes) {
      renamed[name.to + file.first.substr(name.from.size())] = file.second;
    }
    return goes;
  });
  g_files.merge(renamed);
  g_names.push_back(std::move(name));
}

void note_not_renamed() {
  if (!g_watching) {
    return;
  }
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  if (!g_names.empty()) {
    std::error_code error;
    fs::remove(g_names.back().before, error);
    g_names.pop_back();
  }
}

void drop_what_is_not_flushed() {
  const std::lock_guard<std::mutex> lock(g_cut_mutex);
  std::error_code error;
  for (const auto& [name, file] : g_files) {
    if (file.is_new) {
      fs::remove(name, error);
    } else if (size_of(name) > file.kept) {
      static_cast<void>(!::truncate(name.c_str(), file.kept));
    }
  }
  for (auto name = g_names.rbegin(); name != g_names.rend(); ++name) {
    fs::rename(name->to, name->from, error);
    if (!name->before.empty()) {
      fs::rename(name->before, name->to, error);
    }
  }
}

}  // namespace rehearsal::os
