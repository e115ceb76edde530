#include "harness/twin/twin_store.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/random.h"
#include "base/text.h"
#include "harness/engines/environment_key.h"
#include "scenarios/lane_plan.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Of what a twin's file holds; another layout is another twin.
constexpr int kLayout = 5;

constexpr std::array<std::string_view, 5> kNotTaken = {
    "--innodb-buffer-pool-size=", "--innodb-doublewrite=", "--innodb-flush-log-at-trx-commit=", "--max-allowed-packet=",
    "--max-connections="};

std::optional<Twin> read_kept(const fs::path& file, const std::string& material) {
  const auto text = read_file(file);
  if (!text) {
    return std::nullopt;
  }
  try {
    const auto json = nlohmann::ordered_json::parse(*text);
    return json.at("material") == material ? std::optional(twin_from(json.at("twin"))) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;  // of another version of the program: made anew
  }
}

}  // namespace

std::vector<std::string> twin_server_options(const std::vector<std::string>& step_options) {
  std::vector<std::string> options;
  for (const std::string& option : step_options) {
    if (std::none_of(kNotTaken.begin(), kNotTaken.end(),
                     [&](std::string_view start) { return option.starts_with(start); })) {
      options.push_back(option);
    }
  }
  // Nothing of an empty database is worth a write that is waited for.
  options.insert(options.end(), {"--innodb-buffer-pool-size=134217728", "--innodb-doublewrite=0",
                                 "--innodb-flush-log-at-trx-commit=0"});
  return options;
}

std::string twin_material(const ReferenceLane& reference, const std::map<std::string, DatabaseDefaults>& defaults,
                          const std::map<std::string, StepRunner>& runners, const std::string& server_version,
                          const std::vector<std::string>& server_options) {
  nlohmann::json json = {{"layout", kLayout},
                         {"server", server_version},
                         {"options", server_options},
                         {"schemas", reference.lane.schemas},
                         {"start", reference.start_steps}};
  if (!reference.start_heads.empty()) {
    json["start_heads"] = reference.start_heads;
  }
  for (const auto& [role, wanted] : defaults) {
    json["defaults"][role] = {wanted.charset, wanted.collation};
  }
  for (const auto& [release, runner] : runners) {
    // An environment's name tells its packages and its platform.
    json["runners"][release] = {runner.environment.filename().string(), runner.image, runner.prefix};
  }
  for (const PlanStep& step : reference.lane.steps) {
    nlohmann::json files = nlohmann::json::object();
    for (const ConfigFile& file : step.config) {
      files[file.name] = file.text;
    }
    json["steps"].push_back({step.id, step.command, files});
  }
  return json_text(json, 1);
}

TwinStore::~TwinStore() {
  if (!empty_.empty()) {
    if (auto removed = context_.place.store->remove(empty_.parent_path()); !removed) {
      context_.place.talk.warn(to_text(removed.error()));
    }
  }
}

Result<const Twin*> TwinStore::get(const Lane& lane) {
  Entry* entry = nullptr;
  {
    const std::lock_guard guard(mutex_);
    std::unique_ptr<Entry>& known = entries_[lane.service];
    if (!known) {
      known = std::make_unique<Entry>();
    }
    entry = known.get();
  }
  const std::lock_guard guard(entry->mutex);
  if (!entry->twin) {
    entry->twin = find_or_make(lane);
    context_.place.talk.done("twin of " + lane.service);
  }
  if (!*entry->twin) {
    return fail(entry->twin->error());
  }
  return &**entry->twin;
}

Result<Twin> TwinStore::find_or_make(const Lane& lane) {
  const Service& service = *context_.place.catalogue.service(lane.service);
  REHEARSAL_TRY_SET(ReferenceLane reference,
                    plan_reference(service, context_.place.scenario.service(lane.service), context_.path));
  reference.start_heads = reference_start_heads(service, lane);
  if (!reference.start_heads.empty()) {
    Result<Twin> stepped = find_or_make(service, lane, reference);
    if (stepped || stepped.error().kind == ErrorKind::interrupted) {
      return stepped;
    }
    context_.place.talk.detail(fmt::format("{}: the twin cannot be stepped to where production starts: {}",
                                           lane.service, to_text(stepped.error())));
    reference.start_heads.clear();
  }
  return find_or_make(service, lane, reference);
}

Result<Twin> TwinStore::find_or_make(const Service& service, const Lane& lane, const ReferenceLane& reference) {
  Plan plan;
  plan.path = context_.path;
  plan.lanes = {reference.lane};
  REHEARSAL_TRY_SET(Runners all, prepare_runners(*context_.place.engine, context_.place.state, context_.place.catalogue,
                                                 context_.place.scenario, plan, context_.place.talk));
  const std::map<std::string, StepRunner> runners = std::move(all[lane.service]);
  const std::map<std::string, DatabaseDefaults> defaults = defaults_by_role(service, lane, context_.index);
  REHEARSAL_TRY_SET(const std::string server_version, context_.place.engine->server_version());
  const std::string material = twin_material(reference, defaults, runners, server_version,
                                             twin_server_options(context_.place.settings.step_options));
  const fs::path folder = context_.place.state / "twins";
  const std::string key =
      fmt::format("{}-{}-{}-{}", lane.service, context_.path.from, context_.path.to, text_hash(material));
  const fs::path file = folder / (key + ".json");
  if (auto kept = read_kept(file, material)) {
    return fit(*kept, service, lane);
  }
  REHEARSAL_TRY(make_private_dir(folder / ".locks"));
  REHEARSAL_TRY_SET(const FileLock held, FileLock::wait(folder / ".locks" / key, FileLock::Mode::exclusive, 0));
  if (auto kept = read_kept(file, material)) {
    return fit(*kept, service, lane);
  }
  const Stopwatch watch;
  REHEARSAL_TRY_SET(const Twin twin, make(service, reference, defaults, runners));
  context_.place.talk.say(
      fmt::format("{}: the same path on an empty database took {}", lane.service, human_seconds(watch.seconds())));
  // A failure may be the machine's; it is not kept for the next run.
  if (twin.failed_step.empty()) {
    REHEARSAL_TRY(
        write_file(file, json_text(nlohmann::ordered_json{{"material", material}, {"twin", twin_json(twin)}})));
  }
  return fit(twin, service, lane);
}

Result<Twin> TwinStore::make(const Service& service, const ReferenceLane& reference,
                             const std::map<std::string, DatabaseDefaults>& defaults,
                             const std::map<std::string, StepRunner>& runners) {
  REHEARSAL_TRY(ensure_empty_database());
  const LaneContext lane{.engine = *context_.place.engine,
                         .store = *context_.place.store,
                         .run = context_.place.run,
                         .talk = context_.place.talk,
                         .service = service,
                         .golden = empty_,
                         .root_password = root_password_,
                         .server_options = twin_server_options(context_.place.settings.step_options),
                         .memory_bytes = context_.place.settings.memory_bytes,
                         .runners = runners,
                         .store_dir = empty_.parent_path() / service.name};
  return make_twin(reference, defaults, lane);
}

Result<void> TwinStore::ensure_empty_database() {
  const std::lock_guard guard(empty_mutex_);
  if (!empty_.empty()) {
    return {};
  }
  const fs::path folder = context_.place.folder() / "twins";
  REHEARSAL_TRY(make_private_dir(folder));
  root_password_ = random_word();
  const Result<void> made = context_.place.engine->make_database(folder / ".empty", root_password_);
  if (!made) {
    context_.place.store->remove(folder);
    return fail(made.error());
  }
  empty_ = folder / ".empty";
  return {};
}

}  // namespace rehearsal
