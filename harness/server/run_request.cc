#include "harness/server/run_request.h"

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/json_text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFile = "request.json";

}  // namespace

Result<void> write_request(const fs::path& run, const RunRequest& request) {
  const nlohmann::json json = {{"scenario", request.scenario_file.string()},
                               {"text", request.scenario_text},
                               {"catalogue", request.catalogue.string()},
                               {"out", request.out.string()},
                               {"engine", request.engine},
                               {"verify", request.verify},
                               {"twin", request.twin},
                               {"purged", request.purged},
                               {"sample_seconds", request.sample_seconds},
                               {"from_step", request.from_step},
                               {"map_collations", request.map_collations},
                               {"sittings", request.sittings},
                               {"over", request.over}};
  return write_file(run / kFile, json_text(json, 2) + "\n");
}

Result<RunRequest> read_request(const fs::path& run) {
  const auto text = read_file(run / kFile);
  if (!text) {
    return fail(ErrorKind::usage, "the run cannot be gone on with: it does not tell what it was asked for",
                (run / kFile).string(), "start it anew with `rehearse run SCENARIO`");
  }
  try {
    const nlohmann::json json = nlohmann::json::parse(*text);
    RunRequest request;
    request.scenario_file = json.at("scenario").get<std::string>();
    json.at("text").get_to(request.scenario_text);
    request.catalogue = json.at("catalogue").get<std::string>();
    request.out = json.at("out").get<std::string>();
    json.at("engine").get_to(request.engine);
    json.at("verify").get_to(request.verify);
    json.at("twin").get_to(request.twin);
    json.at("purged").get_to(request.purged);
    request.sample_seconds = json.value("sample_seconds", 0.0);
    json.at("from_step").get_to(request.from_step);
    json.at("map_collations").get_to(request.map_collations);
    json.at("sittings").get_to(request.sittings);
    json.at("over").get_to(request.over);
    return request;
  } catch (const nlohmann::json::exception& error) {
    return fail(std::string("what the run was asked for cannot be read: ") + error.what(), (run / kFile).string());
  }
}

}  // namespace rehearsal
