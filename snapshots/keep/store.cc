#include "snapshots/keep/store.h"

#include <algorithm>
#include <thread>

#include <unistd.h>

#include "base/os/folders.h"
#include "base/text.h"
#include "snapshots/keep/mounts.h"
#include "snapshots/keep/tree_copy.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargestImage = 200'000'000'000;
// Below it a server's own files leave no room; mkfs.xfs takes 300 MB at least.
constexpr std::uint64_t kSmallestImage = 1'000'000'000;

fs::path image_file(const fs::path& state) {
  return state / "store.xfs";
}
fs::path image_root(const fs::path& state) {
  return state / "store";
}
fs::path plain_root(const fs::path& state) {
  return state / "store.d";
}
fs::path users_lock(const fs::path& state) {
  return state / "store.users";
}
// Held while the image is made, mounted or unmounted.
fs::path mount_lock(const fs::path& state) {
  return state / "store.lock";
}

Result<std::vector<fs::path>> folders_in(const fs::path& dir) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(dir));
  std::vector<fs::path> found;
  for (const fs::path& entry : entries) {
    REHEARSAL_TRY_SET(const bool folder, is_folder(entry));
    if (folder) {
      found.push_back(entry);
    }
  }
  return found;
}

// Through an image nobody would find again what lies in a store that clones without one.
Result<void> nothing_without_image(const fs::path& state) {
  for (const char* part : {"goldens", "runs"}) {
    REHEARSAL_TRY_SET(const std::vector<fs::path> kept, folders_in(plain_root(state) / part));
    if (!kept.empty()) {
      return fail(
          "a store that clones without an image already holds something", (plain_root(state) / part).string(),
          "empty it first: rehearse clean, rehearse snapshot prune --keep 0; or name another folder with --state");
    }
  }
  return {};
}

// Mounts the image, which is to share extents.
Result<void> enter_image(const fs::path& state) {
  REHEARSAL_TRY(mount_image(image_file(state), image_root(state)));
  if (!has_reflink(image_root(state))) {
    return fail("the store in the image file does not share extents", image_file(state).string());
  }
  return {};
}

// One that cannot be entered goes again: root in a container may make an image and not mount it.
Result<void> enter_new_image(const fs::path& state, std::uint64_t bytes) {
  REHEARSAL_TRY(make_image(image_file(state), bytes));
  Result<void> entered = enter_image(state);
  if (!entered) {
    static_cast<void>(unmount_image(image_root(state)));
    std::error_code error;
    os::remove(image_file(state), error);
  }
  return entered;
}

// What could not be removed does not keep the rest from it.
class Sweep {
 public:
  void drop(const fs::path& dir, const std::string& what) {
    const Result<void> gone = unmount_below(dir).and_then([&] { return remove_tree(dir); });
    if (gone) {
      done(what);
    }
    note(gone);
  }
  void done(const std::string& what) { swept_.removed.push_back(what); }
  void note(const Result<void>& gone) {
    if (!gone) {
      swept_.failed.push_back(to_text(gone.error()));
    }
  }
  [[nodiscard]] Swept take() { return std::move(swept_); }

 private:
  Swept swept_;
};

Result<void> sweep_runs(const fs::path& runs, const std::function<Result<bool>(const std::string&)>& keep,
                        Sweep& sweep) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> folders, folders_in(runs));
  for (const fs::path& run : folders) {
    const Result<bool> stays = keep(run.filename().string());
    if (!stays) {
      sweep.note(fail(stays.error()));
    } else if (!*stays) {
      sweep.drop(run, "clones of run " + run.filename().string());
    }
  }
  return {};
}

Result<void> sweep_stagings(const fs::path& goldens, Sweep& sweep) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> folders, folders_in(goldens));
  for (const fs::path& staging : folders) {
    if (staging.extension() != ".staging") {
      continue;
    }
    const std::string key = staging.stem().string();
    REHEARSAL_TRY_SET(const FileLock lock, FileLock::try_lock(goldens / (key + ".lock"), FileLock::Mode::exclusive));
    if (lock.held()) {
      sweep.drop(staging, "unfinished restore " + staging.string());
    }
  }
  return {};
}

Result<void> sweep_probes(const fs::path& parent, Sweep& sweep) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> folders, folders_in(parent));
  for (const fs::path& dir : folders) {
    if (dir.filename().string().starts_with("probe-")) {
      sweep.drop(dir, "probe " + dir.string());
    }
  }
  return {};
}

// Under the mount lock: unmounts the image where nobody has the store open.
Result<bool> unmount_unused(const fs::path& state) {
  REHEARSAL_TRY_SET(const FileLock alone, FileLock::try_lock(users_lock(state), FileLock::Mode::exclusive));
  REHEARSAL_TRY_SET(const bool mounted, is_mount_point(image_root(state)));
  if (!alone.held() || !mounted) {
    return false;
  }
  return unmount_image(image_root(state)).has_value();
}

}  // namespace

Store::~Store() {
  static_cast<void>(close());
}

Result<void> Store::open_image(std::uint64_t size_hint, const std::function<void(const std::string&)>& say,
                               Missing missing) {
  if (::geteuid() != 0) {
    return fail("a store in an image file needs root");
  }
  const fs::path image = image_file(state_);
  REHEARSAL_TRY_SET(const bool there, is_there(image));
  if (there) {
    return enter_image(state_);
  }
  if (missing == Missing::leave) {
    return fail("there is no store in an image file", image.string());
  }
  REHEARSAL_TRY(nothing_without_image(state_));
  REHEARSAL_TRY_SET(const std::uint64_t free, free_bytes(state_));
  const std::uint64_t size = std::min(kLargestImage, free / 10 * 9);
  if (size < kSmallestImage || size < size_hint) {
    return fail("there is no room for a store in an image file: " + human_bytes(free) + " free", state_.string());
  }
  if (say) {
    say("making a store that clones instantly: " + image.string());
  }
  return enter_new_image(state_, size);
}

Result<std::unique_ptr<Store>> Store::open(const fs::path& state, std::uint64_t size_hint,
                                           const std::function<void(const std::string&)>& say) {
  return open(state, Wish{.size_hint = size_hint, .say = say});
}

Result<std::unique_ptr<Store>> Store::open_with(const fs::path& state, CloneMethod method) {
  return open(state, Wish{.method = method});
}

Result<std::unique_ptr<Store>> Store::open_kept(const fs::path& state) {
  return open(state, Wish{.missing = Missing::leave});
}

Result<CloneMethod> Store::find_method(const Wish& wish) {
  const auto may = [&](CloneMethod method) { return wish.method.value_or(method) == method; };
  if (may(CloneMethod::reflink) && has_reflink(state_)) {
    return CloneMethod::reflink;
  }
  std::string why;
  if (may(CloneMethod::xfs)) {
    const Result<void> opened = open_image(wish.size_hint, wish.say, wish.missing);
    if (opened) {
      return CloneMethod::xfs;
    }
    why = opened.error().what;
  }
  REHEARSAL_TRY_SET(const bool image, is_there(image_file(state_)));
  if (wish.missing == Missing::leave && image) {
    return fail("what is kept is in an image that cannot be opened: " + why, image_file(state_).string());
  }
  if (may(CloneMethod::overlay) && has_overlay(state_)) {
    return CloneMethod::overlay;
  }
  if (may(CloneMethod::copy)) {
    return CloneMethod::copy;
  }
  return fail(std::string("clones by ") + to_word(*wish.method) + " do not work here" + (why.empty() ? "" : ": " + why),
              state_.string(), "let the store choose");
}

Result<std::unique_ptr<Store>> Store::open(const fs::path& state, const Wish& wish) {
  REHEARSAL_TRY(make_private_dir(state));
  std::unique_ptr<Store> store(new Store());
  store->state_ = fs::absolute(state);
  REHEARSAL_TRY_SET(const FileLock mounting, FileLock::wait(mount_lock(state), FileLock::Mode::exclusive));
  REHEARSAL_TRY_SET(store->user_, FileLock::wait(users_lock(state), FileLock::Mode::shared));
  store->open_ = true;
  REHEARSAL_TRY_SET(store->method_, store->find_method(wish));
  store->root_ = store->method_ == CloneMethod::xfs ? image_root(store->state_) : plain_root(store->state_);
  REHEARSAL_TRY(make_private_dir(store->root_ / "runs"));
  REHEARSAL_TRY(make_private_dir(store->root_ / "goldens"));
  return store;
}

fs::path Store::image_of(const fs::path& state) {
  std::error_code error;
  const fs::path image = image_file(state);
  return os::exists(image, error) ? image : fs::path();
}

Result<fs::path> Store::make(const fs::path& state, std::uint64_t bytes) {
  if (bytes < kSmallestImage) {
    return fail(ErrorKind::usage, "a store of " + human_bytes(bytes) + " is too small", {},
                "the smallest is " + human_bytes(kSmallestImage));
  }
  if (::geteuid() != 0) {
    return fail("a store in an image file needs root, to mount it", state.string(),
                "run it with sudo, or name a folder on XFS or btrfs with --state: it needs no image");
  }
  REHEARSAL_TRY(make_private_dir(state));
  REHEARSAL_TRY_SET(const FileLock mounting, FileLock::wait(mount_lock(state), FileLock::Mode::exclusive));
  const fs::path image = image_file(state);
  REHEARSAL_TRY_SET(const bool there, is_there(image));
  if (there) {
    return fail("there is a store already", image.string(), "it is used as it is; rehearse snapshot list shows it");
  }
  REHEARSAL_TRY_SET(const FileLock alone, FileLock::try_lock(users_lock(state), FileLock::Mode::exclusive));
  if (!alone.held()) {
    return fail("a run uses this state directory and would not find its clones again", state.string(),
                "wait for its end: rehearse list");
  }
  REHEARSAL_TRY(nothing_without_image(state));
  if (has_reflink(state)) {
    return fail("the file system shares extents itself; a store needs no image here", state.string());
  }
  REHEARSAL_TRY_SET(const std::uint64_t free, free_bytes(state));
  if (bytes > free) {
    return fail("a store of " + human_bytes(bytes) + " does not fit: " + human_bytes(free) + " are free",
                state.string(), "make it smaller, or name another folder with --state");
  }
  REHEARSAL_TRY(enter_new_image(state, bytes));
  REHEARSAL_TRY(unmount_image(image_root(state)));
  return image;
}

Result<FreeSpace> Store::free_space() const {
  FreeSpace free;
  REHEARSAL_TRY_SET(free.store, free_bytes(root_));
  if (method_ == CloneMethod::xfs) {
    REHEARSAL_TRY_SET(free.disk_below, free_bytes(state_));
  }
  return free;
}

Result<void> Store::clone(const fs::path& from, const fs::path& to) {
  REHEARSAL_TRY_SET(const bool source, is_folder(from));
  if (!source) {
    return fail("there is nothing to clone", from.string());
  }
  if (method_ == CloneMethod::overlay) {
    REHEARSAL_TRY(make_private_dir(to.parent_path()));
    REHEARSAL_TRY_SET(const bool layered, is_overlay_clone(from));
    REHEARSAL_TRY(layered ? copy_overlay(from, to) : make_overlay(from, to));
    mounted_.insert(to);
    return {};
  }
  // A clone gets its name when it is whole.
  fs::path part = to;
  part += ".part";
  REHEARSAL_TRY_SET(const bool target, is_there(to));
  if (target) {
    return fail("the clone's target exists already", to.string());
  }
  REHEARSAL_TRY(remove_tree(part));
  REHEARSAL_TRY(copy_tree(from, part, method_ == CloneMethod::copy ? CopyMethod::sparse : CopyMethod::reflink));
  Result<void> named = rename_durably(part, to);
  if (!named) {
    static_cast<void>(remove_tree(part));
    static_cast<void>(remove_tree(to));
  }
  return named;
}

Result<void> Store::attach(const fs::path& dir) {
  REHEARSAL_TRY_SET(const bool layered, is_overlay_clone(dir));
  REHEARSAL_TRY_SET(const bool mounted, is_mount_point(dir));
  if (!layered || mounted) {
    return {};
  }
  REHEARSAL_TRY(mount_overlay(dir));
  mounted_.insert(dir);
  return {};
}

Result<void> Store::remove(const fs::path& dir) {
  REHEARSAL_TRY(unmount_below(dir));
  REHEARSAL_TRY(remove_tree(dir));
  REHEARSAL_TRY(remove_tree(layer_of(dir)));
  fs::path part = dir;
  part += ".part";
  REHEARSAL_TRY(remove_tree(part));
  mounted_.erase(dir);
  return {};
}

Result<void> Store::close() {
  if (!open_) {
    return {};
  }
  open_ = false;
  Result<void> outcome;
  for (const fs::path& dir : mounted_) {
    if (auto done = unmount_below(dir); !done) {
      outcome = std::move(done);
    }
  }
  mounted_.clear();
  REHEARSAL_TRY_SET(const FileLock mounting, FileLock::wait(mount_lock(state_), FileLock::Mode::exclusive));
  user_ = FileLock();
  REHEARSAL_TRY(unmount_unused(state_));
  return outcome;
}

Result<Swept> Store::clean(const fs::path& state, const std::function<Result<bool>(const std::string&)>& keep) {
  Sweep sweep;
  REHEARSAL_TRY_SET(const bool folder, is_folder(state));
  if (!folder) {
    return sweep.take();
  }
  REHEARSAL_TRY_SET(const FileLock mounting, FileLock::wait(mount_lock(state), FileLock::Mode::exclusive));
  fs::path unfinished = image_file(state);
  unfinished += ".part";
  REHEARSAL_TRY_SET(const bool half_made, is_there(unfinished));
  if (half_made) {
    sweep.drop(unfinished, "half-made store " + unfinished.string());
  }
  REHEARSAL_TRY_SET(const bool image, is_there(image_file(state)));
  if (image && ::geteuid() == 0) {
    REHEARSAL_TRY(mount_image(image_file(state), image_root(state)));
  }
  for (const fs::path& root : {image_root(state), plain_root(state)}) {
    sweep.note(sweep_runs(root / "runs", keep, sweep));
    sweep.note(sweep_stagings(root / "goldens", sweep));
  }
  // Probes are made under the mount lock, which is ours now.
  for (const fs::path& parent : {state, image_root(state), plain_root(state)}) {
    sweep.note(sweep_probes(parent, sweep));
  }
  Result<bool> unmounted = unmount_unused(state);
  if (unmounted && *unmounted) {
    sweep.done("mount " + image_root(state).string());
  }
  sweep.note(unmounted.map([](bool) {}));
  return sweep.take();
}

Result<void> require_space(const DumpIndex& index, const Store& store) {
  REHEARSAL_TRY_SET(const FreeSpace free, store.free_space());
  return enough_space(space_needed(index, std::thread::hardware_concurrency()), free, store.root().string());
}

}  // namespace rehearsal
