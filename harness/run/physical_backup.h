// Physical backups (mariadb-backup) among the inputs become dumps: a copy of the backup is prepared, a private server
// runs on the copy, and mariadb-dump writes what it holds. The backup itself is only read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/result.h"
#include "base/talk.h"
#include "harness/engines/engines.h"
#include "harness/server/state.h"
#include "scenarios/scenario.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

[[nodiscard]] bool any_physical_backup(const std::vector<DumpInput>& inputs);

// The dumps that were made of backups, in the run's folder; removed with this.
class BackupDumps {
 public:
  // Nothing of the engine is touched where no input is a backup.
  BackupDumps(EngineKind engine, EngineOptions options, std::filesystem::path state, const RunDir& run, Talk& talk)
      : engine_(engine), options_(std::move(options)), state_(std::move(state)), run_(run), talk_(talk) {}
  BackupDumps(const BackupDumps&) = delete;
  BackupDumps& operator=(const BackupDumps&) = delete;
  ~BackupDumps();

  // The inputs with a dump in place of each backup; the scenario says what memory their servers have. An Error of kind
  // `unusable_dump` where a backup cannot be prepared or served; of kind `failed` where mariadb-backup is not installed
  // or the disk has no room for the copy.
  [[nodiscard]] Result<std::vector<DumpInput>> replace(std::vector<DumpInput> inputs, const Scenario& scenario);

 private:
  EngineKind engine_;
  EngineOptions options_;
  std::filesystem::path state_;
  const RunDir& run_;
  Talk& talk_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace rehearsal
