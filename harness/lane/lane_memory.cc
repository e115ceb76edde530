#include "harness/lane/lane_memory.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/content_hash.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/os/folders.h"
#include "harness/diff/schema_json.h"
#include "harness/step/code_answers_json.h"
#include "reports/json.h"

namespace rehearsal {

namespace fs = std::filesystem;

template <typename V>
void fields(V& v, FieldsOf<V, Answer>& answer) {
  v("text", answer.text);
  v("refused", answer.refused);
}

template <typename V>
void fields(V& v, FieldsOf<V, MomentAnswers>& one) {
  v("moment", one.moment);
  v("step", one.step);
  v("code", one.code);
  v("role", one.role);
  v("must_live", one.must_live);
  v("after_failure", one.after_failure);
  v("not_asked", one.not_asked);
  v("answers", one.answers);
  v("loading_seconds", one.loading_seconds);
  v("seconds", one.seconds);
}

namespace {

constexpr int kLayout = 1;

fs::path file_of(const fs::path& run, const std::string& name) {
  return run / "lanes" / (name + ".json");
}

// What a memory's file holds; steps and findings as in a report.
struct KeptMemory {
  int layout = kLayout;
  LaneMemory memory;
  std::vector<nlohmann::ordered_json> steps, findings;
};

template <typename V>
void fields(V& v, FieldsOf<V, KeptMemory>& kept) {
  auto& outcome = kept.memory.outcome;
  v("layout", kept.layout);
  v("plan", kept.memory.plan);
  v("next", kept.memory.next);
  v("password", kept.memory.password);
  v("counts", kept.memory.counts);
  v("hop", kept.memory.new_to_hop.release);
  v("new_to_hop", kept.memory.new_to_hop.things);
  v.group("outcome", [&](V& inner) {
    inner("steps", kept.steps);
    inner("findings", kept.findings);
    inner("adaptations", outcome.adaptations);
    inner.younger("before", outcome.before);
    inner.younger("after", outcome.after);
    inner("start", outcome.schemas.start);
    inner("revisions", outcome.schemas.revisions);
    inner.younger("end", outcome.schemas.end);
    inner.younger("probes", outcome.probes);
  });
}

}  // namespace

std::vector<std::string> fingerprints(const Lane& lane, const std::map<std::string, StepRunner>& runners,
                                      const std::vector<std::string>& server_options) {
  nlohmann::json rewritings = nlohmann::json::array();
  for (const Rewriting& rewriting : lane.rewritings) {
    rewritings.push_back(nlohmann::json::array(
        {rewriting.schema, rewriting.table, rewriting.column, rewriting.where_value, rewriting.value}));
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
  KeptMemory kept;
  kept.memory = memory;
  for (const StepRecord& step : memory.outcome.steps) {
    kept.steps.push_back(step_json(step));
  }
  for (const Finding& finding : memory.outcome.findings) {
    kept.findings.push_back(finding_json(finding));
  }
  return write_file(file_of(run, name), json_text(json_of(kept)) + "\n");
}

std::optional<LaneMemory> read_memory(const fs::path& run, const std::string& name) {
  const auto text = read_file(file_of(run, name));
  if (!text) {
    return std::nullopt;
  }
  try {
    KeptMemory kept;
    read_json(nlohmann::ordered_json::parse(*text), kept, "memory", MissingField::is_an_error);
    if (kept.layout != kLayout) {
      return std::nullopt;
    }
    LaneMemory memory = std::move(kept.memory);
    for (const nlohmann::ordered_json& step : kept.steps) {
      memory.outcome.steps.push_back(step_from(step));
    }
    for (const nlohmann::ordered_json& finding : kept.findings) {
      memory.outcome.findings.push_back(finding_from(finding));
    }
    return memory;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Result<void> remove_memory(const fs::path& run, const std::string& name) {
  std::error_code error;
  os::remove(file_of(run, name), error);
  return error ? fail("cannot remove: " + error.message(), file_of(run, name).string()) : Result<void>();
}

}  // namespace rehearsal
