// The data of a lane in the store: its own, checkpoints, what trials left.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/result.h"
#include "harness/server/checkpoints.h"
#include "harness/server/lane_context.h"

namespace rehearsal {

struct LaneFolder {
  const LaneContext& context;
  CheckpointLog* checkpoints = nullptr;  // where it is written what is kept; none: nowhere
  const std::string& service;
};

// What an earlier session of the run left of the steps before `next` and `keep` says to keep.
[[nodiscard]] std::set<std::filesystem::path> kept_before(const LaneFolder& folder, KeepCheckpoints keep,
                                                          const std::string& next);

// Removes all that lies in the lane's folder of the store and is not to be kept. What cannot be removed is reported.
void sweep_lane_folder(const LaneFolder& folder, const std::set<std::filesystem::path>& kept);

// A name for a data directory of the lane that nothing has yet.
[[nodiscard]] Result<std::filesystem::path> free_data_dir(const std::filesystem::path& store_dir);

// Removes one data directory, with what is known of it.
void drop_lane_data(const LaneFolder& folder, const std::filesystem::path& dir);

}  // namespace rehearsal
