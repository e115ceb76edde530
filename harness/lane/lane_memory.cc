#include "harness/lane/lane_memory.h"

#include <nlohmann/json.hpp>

#include "base/content_hash.h"
#include "base/files.h"
#include "base/json_text.h"
#include "harness/diff/schema_json.h"
#include "reports/json.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr int kLayout = 1;

fs::path file_of(const fs::path& run, const std::string& name) {
  return run / "lanes" / (name + ".json");
}

nlohmann::json kept_json(const Answers& answers) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [id, answer] : answers) {
    json[id] = {{"text", answer.text ? nlohmann::json(*answer.text) : nlohmann::json()}, {"refused", answer.refused}};
  }
  return json;
}

// What an earlier version of the program wrote has none.
Answers answers_from(const nlohmann::json& json, const char* name) {
  Answers answers;
  if (!json.contains(name)) {
    return answers;
  }
  for (const auto& [id, answer] : json.at(name).items()) {
    if (!answer.at("text").is_null()) {
      answers[id].text = answer.at("text").get<std::string>();
    }
    answer.at("refused").get_to(answers[id].refused);
  }
  return answers;
}

nlohmann::json kept_json(const LaneOutcome& outcome) {
  nlohmann::json steps = nlohmann::json::array();
  for (const StepRecord& step : outcome.steps) {
    steps.push_back(nlohmann::json(step_json(step)));
  }
  nlohmann::json findings = nlohmann::json::array();
  for (const Finding& finding : outcome.findings) {
    findings.push_back(nlohmann::json(finding_json(finding)));
  }
  nlohmann::json json = {{"steps", steps},
                         {"findings", findings},
                         {"adaptations", outcome.adaptations},
                         {"before", kept_json(outcome.before)},
                         {"after", kept_json(outcome.after)},
                         {"start", outcome.schemas.start},
                         {"revisions", outcome.schemas.revisions}};
  if (outcome.schemas.end) {
    json["end"] = *outcome.schemas.end;
  }
  return json;
}

LaneOutcome outcome_from(const nlohmann::json& json) {
  LaneOutcome outcome;
  for (const nlohmann::json& step : json.at("steps")) {
    outcome.steps.push_back(step_from(step));
  }
  for (const nlohmann::json& finding : json.at("findings")) {
    outcome.findings.push_back(finding_from(finding));
  }
  json.at("adaptations").get_to(outcome.adaptations);
  outcome.before = answers_from(json, "before");
  outcome.after = answers_from(json, "after");
  json.at("start").get_to(outcome.schemas.start);
  json.at("revisions").get_to(outcome.schemas.revisions);
  if (json.contains("end")) {
    outcome.schemas.end = json.at("end").get<Schema>();
  }
  return outcome;
}

}  // namespace

std::vector<std::string> fingerprints(const Lane& lane, const std::map<std::string, StepRunner>& runners,
                                      const std::vector<std::string>& server_options) {
  nlohmann::json rewritings = nlohmann::json::array();
  for (const Rewriting& rewriting : lane.rewritings) {
    rewritings.push_back({rewriting.schema, rewriting.table, rewriting.column, rewriting.where_value, rewriting.value});
  }
  std::vector<std::string> marks;
  for (const PlanStep& step : lane.steps) {
    nlohmann::json json = {{"id", step.id},
                           {"version", step.version},
                           {"command", step.command},
                           {"proof", step.proof_command},
                           {"schemas", lane.schemas},
                           {"rewritings", rewritings},
                           {"server", server_options},
                           {"config", nlohmann::json::object()}};
    for (const ConfigFile& file : step.config) {
      json["config"][file.name] = file.text;
    }
    if (const auto runner = runners.find(step.release); runner != runners.end()) {
      // An environment's name tells its packages and its platform.
      json["runner"] = {runner->second.environment.filename().string(), runner->second.image, runner->second.prefix};
    }
    ContentHash hash;
    hash.add(json_text(json));
    marks.push_back(hash.hex());
  }
  return marks;
}

Result<void> write_memory(const fs::path& run, const std::string& name, const LaneMemory& memory) {
  REHEARSAL_TRY(make_private_dir(run / "lanes"));
  const nlohmann::json json = {{"layout", kLayout},
                               {"plan", memory.plan},
                               {"next", memory.next},
                               {"password", memory.password},
                               {"counts", memory.counts},
                               {"hop", memory.new_to_hop.release},
                               {"new_to_hop", memory.new_to_hop.things},
                               {"outcome", kept_json(memory.outcome)}};
  return write_file(file_of(run, name), json_text(json) + "\n");
}

std::optional<LaneMemory> read_memory(const fs::path& run, const std::string& name) {
  const auto text = read_file(file_of(run, name));
  if (!text) {
    return std::nullopt;
  }
  try {
    const nlohmann::json json = nlohmann::json::parse(*text);
    if (json.at("layout") != kLayout) {
      return std::nullopt;
    }
    LaneMemory memory;
    json.at("plan").get_to(memory.plan);
    json.at("next").get_to(memory.next);
    json.at("password").get_to(memory.password);
    json.at("counts").get_to(memory.counts);
    json.at("hop").get_to(memory.new_to_hop.release);
    json.at("new_to_hop").get_to(memory.new_to_hop.things);
    memory.outcome = outcome_from(json.at("outcome"));
    return memory;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Result<void> remove_memory(const fs::path& run, const std::string& name) {
  std::error_code error;
  fs::remove(file_of(run, name), error);
  return error ? fail("cannot remove: " + error.message(), file_of(run, name).string()) : Result<void>();
}

}  // namespace rehearsal
