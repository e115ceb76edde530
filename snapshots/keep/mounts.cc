#include "snapshots/keep/mounts.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/contains.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/calls.h"
#include "base/os/folders.h"
#include "base/process.h"
#include "base/text.h"
#include "snapshots/keep/tree_copy.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// /proc writes blanks and backslashes as \ooo.
std::string decoded(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

Result<fs::path> real(const fs::path& dir) {
  std::error_code error;
  fs::path path = os::weakly_canonical(fs::absolute(dir), error);
  if (error) {
    return fail("cannot follow the path: " + error.message(), dir.string());
  }
  return path;
}

Command system_command(std::vector<std::string> argv) {
  Command command;
  argv[0] = find_program(argv[0]).string();
  command.argv = std::move(argv);
  command.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"LC_ALL", "C"}};
  command.timeout_seconds = 300;
  command.heed_interrupt = false;
  return command;
}

// Makes DIR, DIR.layer/{upper,work} and says what is below.
Result<void> make_layer(const fs::path& lower, const fs::path& dir, const fs::path* upper) {
  const fs::path layer = layer_of(dir);
  REHEARSAL_TRY_SET(const bool target, is_there(dir));
  REHEARSAL_TRY_SET(const bool layered, is_there(layer));
  if (target || layered) {
    return fail("the clone's target exists already", dir.string());
  }
  struct stat owner {};
  if (os::stat(lower.c_str(), &owner) != 0) {
    return fail(std::string("cannot read: ") + std::strerror(errno), lower.string());
  }
  REHEARSAL_TRY(make_private_dir(layer / "work"));
  if (upper != nullptr) {
    REHEARSAL_TRY(copy_tree(*upper, layer / "upper", CopyMethod::sparse));
  } else {
    REHEARSAL_TRY(make_private_dir(layer / "upper"));
    if (os::chown((layer / "upper").c_str(), owner.st_uid, owner.st_gid) != 0 ||
        os::chmod((layer / "upper").c_str(), owner.st_mode & 07777) != 0) {
      return fail(std::string("cannot change the owner of the overlay's upper folder: ") + std::strerror(errno),
                  layer.string());
    }
  }
  REHEARSAL_TRY(write_file(layer / "lower", lower.string()));
  REHEARSAL_TRY(make_private_dir(dir));
  return mount_overlay(dir);
}

// What is in the mounted file system's cache need not be in the cache of its image too. A kernel that cannot do without
// goes on as it was.
void spare_image_cache(const fs::path& mounted) {
  struct stat info {};
  if (os::stat(mounted.c_str(), &info) != 0 || major(info.st_dev) != LOOP_MAJOR) {
    return;
  }
  const std::string device = "/dev/loop" + std::to_string(minor(info.st_dev));
  if (const Descriptor loop = open_file(device.c_str(), O_RDONLY | O_CLOEXEC); loop.ok()) {
    static_cast<void>(::ioctl(loop.get(), LOOP_SET_DIRECT_IO, 1UL));
  }
}

Result<void> cleaned_up(Result<void> done, const fs::path& dir) {
  if (!done) {
    static_cast<void>(remove_tree(dir));
    static_cast<void>(remove_tree(layer_of(dir)));
  }
  return done;
}

}  // namespace

Result<std::vector<fs::path>> mounts_below(const fs::path& dir) {
  std::vector<fs::path> found;
  REHEARSAL_TRY_SET(const fs::path top_dir, real(dir));
  const std::string top = top_dir.string();
  REHEARSAL_TRY_SET(const std::string text, read_file("/proc/self/mountinfo"));
  for (const std::string& line : lines_of(text)) {
    const std::vector<std::string> fields = split(line, ' ');
    if (fields.size() < 5) {
      continue;
    }
    const std::string point = decoded(fields[4]);
    if (point == top || point.starts_with(top + "/")) {
      found.emplace_back(point);
    }
  }
  std::reverse(found.begin(), found.end());  // later mounts lie deeper or on top
  return found;
}

Result<bool> is_mount_point(const fs::path& dir) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> mounts, mounts_below(dir));
  REHEARSAL_TRY_SET(const fs::path point, real(dir));
  return contains(mounts, point);
}

fs::path layer_of(const fs::path& dir) {
  fs::path layer = dir;
  layer += ".layer";
  return layer;
}

Result<bool> is_overlay_clone(const fs::path& dir) {
  return is_there(layer_of(dir) / "lower");
}

Result<void> make_overlay(const fs::path& lower, const fs::path& dir) {
  REHEARSAL_TRY_SET(const fs::path below, real(lower));
  return cleaned_up(make_layer(below, dir, nullptr), dir);
}

Result<void> copy_overlay(const fs::path& from, const fs::path& dir) {
  REHEARSAL_TRY_SET(const std::string lower, read_file(layer_of(from) / "lower"));
  const fs::path upper = layer_of(from) / "upper";
  return cleaned_up(make_layer(lower, dir, &upper), dir);
}

Result<void> mount_overlay(const fs::path& dir) {
  REHEARSAL_TRY_SET(const bool mounted, is_mount_point(dir));
  if (mounted) {
    return {};
  }
  REHEARSAL_TRY_SET(const fs::path layer, real(layer_of(dir)));
  REHEARSAL_TRY_SET(const std::string lower, read_file(layer / "lower"));
  const std::string upper = (layer / "upper").string();
  const std::string work = (layer / "work").string();
  if ((lower + upper).find_first_of(":,\\") != std::string::npos) {
    return fail("an overlay cannot be mounted below a path with a colon, comma or backslash", upper);
  }
  const std::string options = "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
  if (os::mount("overlay", dir.c_str(), "overlay", 0, options.c_str()) != 0) {
    return fail(std::string("cannot mount the overlay: ") + std::strerror(errno), dir.string());
  }
  return {};
}

bool has_overlay(const fs::path& dir) {
  if (::geteuid() != 0) {
    return false;
  }
  auto place = make_unique_dir(dir, "probe");
  if (!place) {
    return false;
  }
  bool works = false;
  if (make_private_dir(*place / "lower") && write_file(*place / "lower" / "file", "below")) {
    works = make_overlay(*place / "lower", *place / "dir") && write_file(*place / "dir" / "file", "above");
    const auto below = read_file(*place / "lower" / "file");
    const auto above = read_file(*place / "dir" / "file");
    works = works && below && above && *below == "below" && *above == "above";
  }
  static_cast<void>(unmount_below(*place));
  static_cast<void>(remove_tree(*place));
  return works;
}

Result<void> unmount_below(const fs::path& dir) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> mounts, mounts_below(dir));
  for (const fs::path& point : mounts) {
    if (os::umount2(point.c_str(), UMOUNT_NOFOLLOW) != 0 &&
        os::umount2(point.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH) != 0 && errno != EINVAL) {
      return fail(std::string("cannot unmount: ") + std::strerror(errno), point.string());
    }
  }
  return {};
}

Result<void> make_image(const fs::path& image, std::uint64_t bytes) {
  if (find_program("mkfs.xfs").empty()) {
    return fail("mkfs.xfs is not installed", {}, "apt-get install xfsprogs");
  }
  fs::path part = image;
  part += ".part";  // an image whose making was interrupted never gets the name
  Descriptor file = open_file(part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (!file.ok()) {
    return fail(std::string("cannot make the image: ") + std::strerror(errno), part.string());
  }
  if (os::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0 || !file.close()) {
    const std::string why = std::strerror(errno);
    os::unlink(part.c_str());
    return fail("cannot set the size of the image: " + why, part.string());
  }
  auto made = run_checked(system_command({"mkfs.xfs", "-q", "-f", "-m", "reflink=1", part.string()}));
  Result<void> named = made ? rename_durably(part, image) : fail(std::move(made).error());
  if (!named) {
    os::unlink(part.c_str());
  }
  return named;
}

Result<void> mount_image(const fs::path& image, const fs::path& dir) {
  REHEARSAL_TRY_SET(const bool mounted, is_mount_point(dir));
  if (mounted) {
    return {};
  }
  REHEARSAL_TRY(make_private_dir(dir));
  // Whoever was killed while it mounted the image may have left a program that still does.
  constexpr int kTries = 10;
  for (int i = 1;; ++i) {
    const auto done = run_checked(
        system_command({"mount", "-t", "xfs", "-o", "loop,discard,nosuid,nodev", image.string(), dir.string()}));
    REHEARSAL_TRY_SET(const bool there, is_mount_point(dir));
    if (there) {
      break;
    }
    if (i == kTries || interrupted()) {
      return done ? fail("the store was unmounted as soon as it was mounted", dir.string()) : fail(done.error());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  if (os::chmod(dir.c_str(), 0700) != 0) {
    return fail(std::string("cannot set the mode: ") + std::strerror(errno), dir.string());
  }
  spare_image_cache(dir);
  return {};
}

Result<void> unmount_image(const fs::path& dir) {
  REHEARSAL_TRY_SET(const bool mounted, is_mount_point(dir));
  if (mounted && os::umount2(dir.c_str(), UMOUNT_NOFOLLOW) != 0) {
    return fail(std::string("cannot unmount the store: ") + std::strerror(errno), dir.string());
  }
  return {};
}

}  // namespace rehearsal
