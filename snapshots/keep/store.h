// Where data directories live and how they are cloned. The first of these that really works is taken:
//
//   reflink   the state directory's own file system shares extents (XFS, btrfs)      STATE/store.d
//   xfs       an XFS in a sparse image file, mounted through a loop device; root     STATE/store.xfs at STATE/store
//   overlay   a clone is an overlay mount over what it is a clone of; root           STATE/store.d
//   copy      a clone is a copy                                                      STATE/store.d
//
// Below the root: goldens/ (see golden_store.h) and runs/RUN/ for the clones and checkpoints of a run. Several
// processes may use one store at the same time; the last one unmounts the image.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/words.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/keep/space.h"

namespace rehearsal {

enum class CloneMethod { reflink, xfs, overlay, copy };

constexpr std::array<const char*, 4> words_of(CloneMethod) {
  return {"reflink", "xfs", "overlay", "copy"};
}

// What a cleaning removed and what it could not, for people.
struct Swept {
  std::vector<std::string> removed;
  std::vector<std::string> failed;
};

class Store {
 public:
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();  // closes

  // The first method that works. An image made here is as large as the free space allows, so `size_hint` (bytes that
  // are to be stored) only refuses one that could never do.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& state, std::uint64_t size_hint,
                                                           const std::function<void(const std::string&)>& say = {});
  // By this method; an Error where it does not work.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open_with(const std::filesystem::path& state, CloneMethod method);
  // The store as open() finds it, for those who only look at what is kept or remove it: never makes an image. An
  // Error where there is one and it cannot be mounted, as what it holds would seem to be gone.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open_kept(const std::filesystem::path& state);
  // Makes the store in an image file of `bytes`, empty and unmounted. An Error where the file system shares extents
  // itself, where a store holds something already, without root, and where `bytes` is too small or not free. The image.
  [[nodiscard]] static Result<std::filesystem::path> make(const std::filesystem::path& state, std::uint64_t bytes);

  // The image file of a store that was made; empty where there is none.
  [[nodiscard]] static std::filesystem::path image_of(const std::filesystem::path& state);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] CloneMethod method() const { return method_; }
  [[nodiscard]] std::filesystem::path run_dir(const std::string& run) const { return root_ / "runs" / run; }
  [[nodiscard]] Result<FreeSpace> free_space() const;

  // `from` is a data directory whose server is stopped or paused: a golden, clone or checkpoint of this store. `to`
  // must not exist. Under overlay `from` must stay as it is while clones of it exist, unless it is a clone itself.
  [[nodiscard]] Result<void> clone(const std::filesystem::path& from, const std::filesystem::path& to);
  // A clone of an earlier process: mounts it again where that is needed.
  [[nodiscard]] Result<void> attach(const std::filesystem::path& dir);
  // Unmounts and removes a clone, or a folder with clones in it. It is not a failure if nothing is there.
  Result<void> remove(const std::filesystem::path& dir);
  // Unmounts what this process mounted; the folders stay. The image goes with its last user.
  Result<void> close();

  // Removes runs/RUN of each run for which `keep` is false, what dead restores left half made, and mounts that nobody
  // uses. Never touches what a living process holds, nor a run of which `keep` cannot say.
  [[nodiscard]] static Result<Swept> clean(const std::filesystem::path& state,
                                           const std::function<Result<bool>(const std::string&)>& keep);

 private:
  Store() = default;
  enum class Missing { make, leave };  // what to do where there is no image
  struct Wish {
    std::optional<CloneMethod> method = {};  // none: the first that works
    Missing missing = Missing::make;
    std::uint64_t size_hint = 0;
    std::function<void(const std::string&)> say = {};
  };
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& state, const Wish& wish);
  [[nodiscard]] Result<CloneMethod> find_method(const Wish& wish);
  Result<void> open_image(std::uint64_t size_hint, const std::function<void(const std::string&)>& say, Missing missing);

  std::filesystem::path state_;
  std::filesystem::path root_;
  CloneMethod method_ = CloneMethod::copy;
  FileLock user_;                            // shared, while the store is in use
  std::set<std::filesystem::path> mounted_;  // overlays
  bool open_ = false;
};

// An Error with the figures where the disk has no room for a restore of the dumps.
[[nodiscard]] Result<void> require_space(const DumpIndex& index, const Store& store);

}  // namespace rehearsal
