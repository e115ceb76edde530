// The kept twins: STATE/twins/KEY.json, keyed by all that shapes a reference: the steps and the code that runs them,
// the server's version and settings, the databases' default character sets. A twin is made once and used by every run
// on the same path, whatever the snapshot.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/server/runners.h"
#include "harness/server/workplace.h"
#include "harness/twin/twin.h"
#include "harness/twin/twin_run.h"
#include "scenarios/lane_plan.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// All that making a twin needs from outside; the objects outlive the store of twins.
struct TwinContext {
  const Workplace& place;
  const Path& path;
  const DumpIndex& index;
};

class TwinStore {
 public:
  explicit TwinStore(TwinContext context) : context_(std::move(context)) {}
  TwinStore(const TwinStore&) = delete;
  TwinStore& operator=(const TwinStore&) = delete;
  ~TwinStore();

  // The lane's twin in the lane's words; made where it is not kept, which takes as long as installing the service's
  // schema does, and installs the first release's code where that is missing. From any thread; two that ask for the
  // same one get the same. One that could not be made is not tried again.
  [[nodiscard]] Result<const Twin*> get(const Lane& lane);

 private:
  struct Entry {
    std::mutex mutex;
    std::optional<Result<Twin>> twin;
  };

  [[nodiscard]] Result<Twin> find_or_make(const Lane& lane);
  [[nodiscard]] Result<Twin> find_or_make(const Service& service, const Lane& lane, const ReferenceLane& reference);
  [[nodiscard]] Result<Twin> make(const Service& service, const ReferenceLane& reference,
                                  const std::map<std::string, DatabaseDefaults>& defaults,
                                  const std::map<std::string, StepRunner>& runners);
  [[nodiscard]] Result<void> ensure_empty_database();

  TwinContext context_;
  std::mutex mutex_;  // of entries_
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::mutex empty_mutex_;
  std::filesystem::path empty_;  // a data directory without schemas; empty until it is needed
  std::string root_password_;
};

// The pure part: everything that shapes a twin, as text; the same text means the same twin.
[[nodiscard]] std::string twin_material(const ReferenceLane& reference,
                                        const std::map<std::string, DatabaseDefaults>& defaults,
                                        const std::map<std::string, StepRunner>& runners,
                                        const std::string& server_version,
                                        const std::vector<std::string>& server_options);
// A twin's server has production's settings but for those that are about speed and size.
[[nodiscard]] std::vector<std::string> twin_server_options(const std::vector<std::string>& step_options);

}  // namespace rehearsal
