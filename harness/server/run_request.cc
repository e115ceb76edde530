#include "harness/server/run_request.h"

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/json_fields.h"
#include "base/json_text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRequestFile = "request.json";

}  // namespace

template <typename V>
void fields(V& v, FieldsOf<V, RunRequest>& request) {
  v("scenario", request.scenario_file);
  v("text", request.scenario_text);
  v("catalogue", request.catalogue);
  v("out", request.out);
  v("engine", request.engine);
  v("verify", request.wish.proof);
  v("twin", request.wish.twin);
  v.younger("probes", request.wish.probes);
  v("purged", request.wish.purged);
  v("sample_seconds", request.wish.sample_seconds);
  v("from_step", request.wish.from_step);
  v("kill_drill", request.wish.kill_drill);
  v("map_collations", request.map_collations);
  v("sittings", request.sessions);
  v("over", request.over);
}

Result<void> write_request(const fs::path& run, const RunRequest& request) {
  return write_file(run / kRequestFile, json_text(json_of(request), 2) + "\n");
}

Result<bool> has_request(const fs::path& run) {
  return is_there(run / kRequestFile);
}

Result<RunRequest> read_request(const fs::path& run) {
  REHEARSAL_TRY_SET(const bool there, has_request(run));
  if (!there) {
    return fail(ErrorKind::usage, "the run cannot be resumed: it has no record of what it was asked for",
                (run / kRequestFile).string(), "start it again with `rehearse run SCENARIO`");
  }
  REHEARSAL_TRY_SET(const std::string text, read_file(run / kRequestFile));
  try {
    RunRequest request;
    read_json(nlohmann::ordered_json::parse(text), request, kRequestFile);
    if (request.scenario_text.empty() || request.sessions.empty()) {
      return fail("what the run was asked for cannot be read: the scenario or its beginning is missing",
                  (run / kRequestFile).string());
    }
    return request;
  } catch (const std::exception& error) {
    return fail(std::string("what the run was asked for cannot be read: ") + error.what(),
                (run / kRequestFile).string());
  }
}

}  // namespace rehearsal
