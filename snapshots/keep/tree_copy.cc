#include "snapshots/keep/tree_copy.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/calls.h"
#include "base/os/folders.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> trouble(const std::string& what, const fs::path& where) {
  const int number = errno;
  return fail(what + ": " + std::strerror(number), where.string(),
              number == ENOSPC ? "the disk is full: free some space below the state directory" : "");
}

// Where the kernel can copy between the two files it does; else through a buffer.
Result<void> copy_range(int in, int out, off_t begin, off_t end, const fs::path& name) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  bool by_kernel = true;
  std::vector<char> buffer;
  while (begin < end) {
    REHEARSAL_TRY(check_interrupt());
    const std::size_t want = std::min<std::size_t>(static_cast<std::size_t>(end - begin), 64 * kBlock);
    if (by_kernel) {
      off_t from = begin;
      off_t to = begin;
      const ssize_t done = unbroken([&] { return os::copy_file_range(in, &from, out, &to, want); });
      if (done > 0) {
        begin += done;
        continue;
      }
      if (done < 0 && (errno == ENOSPC || errno == EIO)) {
        return trouble("cannot copy", name);
      }
      by_kernel = false;
      buffer.resize(kBlock);
      continue;
    }
    const ssize_t got = unbroken([&] { return os::pread(in, buffer.data(), std::min(want, kBlock), begin); });
    if (got < 0) {
      return trouble("cannot read", name);
    }
    if (got == 0) {
      return fail("the file became shorter while it was copied", name.string());
    }
    for (ssize_t put = 0; put < got;) {
      const ssize_t wrote = unbroken(
          [&] { return os::pwrite(out, buffer.data() + put, static_cast<std::size_t>(got - put), begin + put); });
      if (wrote < 0) {
        return trouble("cannot write", name);
      }
      put += wrote;
    }
    begin += got;
  }
  return {};
}

Result<void> copy_sparse(int in, int out, off_t size, const fs::path& name) {
  if (os::ftruncate(out, size) != 0) {
    return trouble("cannot size", name);
  }
  off_t at = 0;
  while (at < size) {
    const off_t data = ::lseek(in, at, SEEK_DATA);
    if (data < 0) {
      if (errno == ENXIO) {
        break;  // only a hole is left
      }
      return copy_range(in, out, at, size, name);
    }
    off_t hole = ::lseek(in, data, SEEK_HOLE);
    hole = hole < 0 || hole > size ? size : hole;
    REHEARSAL_TRY(copy_range(in, out, data, hole, name));
    at = hole;
  }
  return {};
}

// Overlay keeps what it knows of a file in attributes. Those of the machine's security modules are the machine's.
Result<void> copy_attributes(const fs::path& from, const fs::path& to) {
  char names[4096];
  const ssize_t length = os::llistxattr(from.c_str(), names, sizeof names);
  if (length < 0 && errno != ENOTSUP) {
    return trouble("cannot read the attributes of", from);
  }
  for (ssize_t at = 0; at < length;) {
    const char* name = names + at;
    at += static_cast<ssize_t>(std::strlen(name)) + 1;
    if (std::string_view(name).starts_with("security.")) {
      continue;
    }
    char value[4096];
    const ssize_t size = os::lgetxattr(from.c_str(), name, value, sizeof value);
    if (size < 0) {
      return trouble("cannot read the attributes of", from);
    }
    if (os::lsetxattr(to.c_str(), name, value, static_cast<std::size_t>(size), 0) != 0) {
      return trouble("cannot set the attributes of", to);
    }
  }
  return {};
}

Result<void> copy_file(const fs::path& from, const fs::path& to, const struct stat& info, CopyMethod method) {
  const Descriptor in = open_file(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (!in.ok()) {
    return trouble("cannot read", from);
  }
  Descriptor out = open_file(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, info.st_mode & 07777);
  if (!out.ok()) {
    return trouble("cannot make", to);
  }
  switch (method) {
    case CopyMethod::reflink:
      if (os::share_extents(in.get(), out.get()) != 0) {
        return trouble("cannot share the extents of", from);
      }
      break;
    case CopyMethod::sparse:
      REHEARSAL_TRY(copy_sparse(in.get(), out.get(), info.st_size, from));
      break;
  }
  if (!out.close()) {
    return trouble("cannot write", to);
  }
  return {};
}

Result<void> copy_owner(const fs::path& to, const struct stat& info) {
  // Without privileges everything is ours anyway.
  if (os::lchown(to.c_str(), info.st_uid, info.st_gid) != 0 && ::geteuid() == 0) {
    return trouble("cannot give away", to);
  }
  if (!S_ISLNK(info.st_mode) && os::chmod(to.c_str(), info.st_mode & 07777) != 0) {
    return trouble("cannot set the mode of", to);
  }
  return {};
}

Result<void> copy_entry(const fs::path& from, const fs::path& to, CopyMethod method) {
  REHEARSAL_TRY(check_interrupt());
  struct stat info {};
  if (os::lstat(from.c_str(), &info) != 0) {
    return trouble("cannot read", from);
  }
  if (S_ISSOCK(info.st_mode) || S_ISFIFO(info.st_mode) || S_ISBLK(info.st_mode)) {
    return {};
  }
  if (S_ISREG(info.st_mode) && from.extension() == ".pid") {
    return {};
  }
  if (S_ISDIR(info.st_mode)) {
    if (os::mkdir(to.c_str(), 0700) != 0) {
      return trouble("cannot make the folder", to);
    }
    REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(from));
    for (const fs::path& entry : entries) {
      REHEARSAL_TRY(copy_entry(entry, to / entry.filename(), method));
    }
  } else if (S_ISREG(info.st_mode)) {
    REHEARSAL_TRY(copy_file(from, to, info, method));
  } else if (S_ISLNK(info.st_mode)) {
    std::error_code error;
    os::copy_symlink(from, to, error);
    if (error) {
      return fail("cannot copy the link: " + error.message(), from.string());
    }
  } else if (os::mknod(to.c_str(), info.st_mode, info.st_rdev) != 0) {  // overlay's mark of a removed file
    return trouble("cannot make", to);
  }
  REHEARSAL_TRY(copy_attributes(from, to));
  return copy_owner(to, info);
}

}  // namespace

Result<void> copy_tree(const fs::path& from, const fs::path& to, CopyMethod method) {
  struct stat there {};
  if (os::lstat(to.c_str(), &there) == 0) {
    return fail("the copy's target exists already", to.string());
  }
  REHEARSAL_TRY(make_private_dir(to.parent_path()));
  Result<void> done = copy_entry(from, to, method);
  if (!done) {
    static_cast<void>(remove_tree(to));
  }
  return done;
}

bool has_reflink(const fs::path& dir) {
  auto place = make_unique_dir(dir, "probe");
  if (!place) {
    return false;
  }
  const std::string text(16384, 'x');
  const fs::path from = *place / "from";
  const fs::path to = *place / "to";
  bool works = false;
  if (write_file(from, text)) {
    struct stat info {};
    works = os::lstat(from.c_str(), &info) == 0 && copy_file(from, to, info, CopyMethod::reflink).has_value();
    const auto read = works ? read_file(to) : Result<std::string>(std::string());
    works = works && read && *read == text;
  }
  static_cast<void>(remove_tree(*place));
  return works;
}

}  // namespace rehearsal
