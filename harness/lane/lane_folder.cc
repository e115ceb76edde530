#include "harness/lane/lane_folder.h"

#include <system_error>
#include <vector>

#include "harness/lane/lane_memory.h"

namespace rehearsal {

namespace fs = std::filesystem;

void drop_lane_data(const LaneFolder& folder, const fs::path& dir) {
  Result<void> removed = folder.context.store.remove(dir);
  if (removed && dir.parent_path() == folder.context.store_dir / "checkpoints") {
    removed = remove_memory(folder.context.run.path(), dir.filename().string());
  }
  if (removed && folder.checkpoints != nullptr) {
    removed = folder.checkpoints->remove(folder.service, dir);
  }
  if (!removed) {
    folder.context.talk.warn(to_text(removed.error()));
  }
}

Result<fs::path> free_data_dir(const fs::path& store_dir) {
  fs::path data = store_dir / "data";
  for (int i = 2;; ++i) {
    REHEARSAL_TRY_SET(const bool taken, is_there(data));
    if (!taken) {
      return data;
    }
    data = store_dir / ("data-" + std::to_string(i));
  }
}

std::set<fs::path> kept_before(const LaneFolder& folder, KeepCheckpoints keep, const std::string& next) {
  if (folder.checkpoints == nullptr) {
    return {};
  }
  const std::vector<fs::path> kept = folder.checkpoints->to_keep(folder.service, keep, next);
  return {kept.begin(), kept.end()};
}

void sweep_lane_folder(const LaneFolder& folder, const std::set<fs::path>& kept) {
  const fs::path checkpoints = folder.context.store_dir / "checkpoints";
  for (const fs::path& parent : {checkpoints, folder.context.store_dir}) {
    const auto there = entries_of(parent);
    if (!there) {
      folder.context.talk.warn(to_text(there.error()));
      continue;
    }
    for (const fs::path& dir : *there) {
      // A clone takes its layer with it.
      if (!kept.contains(dir) && dir != checkpoints && dir.extension() != ".layer") {
        drop_lane_data(folder, dir);
      }
    }
  }
}

}  // namespace rehearsal
