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

void sweep_lane_folder(const LaneFolder& folder, const std::set<fs::path>& kept) {
  const fs::path checkpoints = folder.context.store_dir / "checkpoints";
  for (const fs::path& parent : {checkpoints, folder.context.store_dir}) {
    std::error_code error;
    std::vector<fs::path> there;
    for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
      there.push_back(at->path());
    }
    for (const fs::path& dir : there) {
      // A clone takes its layer with it.
      if (!kept.contains(dir) && dir != checkpoints && dir.extension() != ".layer") {
        drop_lane_data(folder, dir);
      }
    }
  }
}

}  // namespace rehearsal
