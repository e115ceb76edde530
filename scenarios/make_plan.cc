#include "scenarios/make_plan.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/text.h"
#include "scenarios/cell_mappings.h"
#include "scenarios/detect.h"
#include "scenarios/lane_plan.h"
#include "scenarios/plan_findings.h"
#include "scenarios/plan_start.h"
#include "scenarios/scenario_check.h"
#include "scenarios/schema/standing_words.h"
#include "scenarios/schema_match.h"

namespace rehearsal {

namespace {

void set_limits(const StepLimits& limits, std::vector<PlanStep>& steps) {
  for (PlanStep& step : steps) {
    step.limits = limits;
    if (const auto time = limits.time_seconds.find(to_word(step.phase)); time != limits.time_seconds.end()) {
      step.timeout_seconds = time->second;
    }
  }
}

// A service with a lane is rehearsed in part, which its own findings say.
std::vector<std::pair<std::string, std::string>> without_lane(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> left_out = plan.not_rehearsed;
  std::erase_if(left_out, [&](const auto& entry) { return plan.has_lane(entry.first); });
  return left_out;
}

// One Error of all that was found; nothing where there is none.
Result<void> require_none(std::vector<Error> problems, const Scenario& scenario) {
  return problems.empty() ? Result<void>() : fail(one_error(std::move(problems), scenario.file));
}

Result<void> check_scenario(const Scenario& scenario, const Catalogue& catalogue, const SnapshotFacts& facts) {
  std::vector<Error> problems = check_names(scenario, catalogue);
  for (Error& problem : check_schemas(scenario, catalogue, facts)) {
    problems.push_back(std::move(problem));
  }
  for (Error& problem : check_skips(scenario, facts)) {
    problems.push_back(std::move(problem));
  }
  return require_none(std::move(problems), scenario);
}

// A chain that is left out by a name of its own is one beside the service's.
std::vector<Error> check_skipped_chains(const Scenario& scenario, const Catalogue& catalogue,
                                        const std::vector<Lane>& lanes) {
  std::vector<Error> problems;
  for (const Lane& lane : lanes) {
    for (const auto& [part, schema] : lane.schemas) {
      for (const std::string& table : catalogue.service(lane.service)->revision_tables) {
        if (scenario.skip.contains(schema + "." + table)) {
          problems.push_back({
              .kind = ErrorKind::wrong_scenario,
              .what = "'" + schema + "." + table + "' is " + lane.service + "'s own chain of revisions, and " +
                      lane.service + " is rehearsed",
              .where = "[services] skip",
              .hint = "to leave " + lane.service + " out: skip = { " + schema + " = \"…\" }",
          });
        }
      }
    }
  }
  return problems;
}

}  // namespace

Result<Plan> make_plan(const Catalogue& catalogue, const Scenario& asked, const SnapshotFacts& snapshot) {
  REHEARSAL_TRY(check_scenario(asked, catalogue, snapshot));
  const SnapshotFacts facts = without_skipped(snapshot, asked);
  Plan plan;
  const SchemaMatch match = match_schemas(catalogue, asked, facts);
  const Scenario scenario = with_schemas(asked, match);
  std::vector<ServiceState> all = detect(catalogue, asked, facts);
  std::vector<ServiceState> states;
  for (const ServiceState& state : all) {
    if (scenario.only.empty() || contains(scenario.only, state.service)) {
      states.push_back(state);
    }
  }
  for (const std::string& name : scenario.only) {
    if (std::none_of(states.begin(), states.end(), [&](const ServiceState& s) { return s.service == name; })) {
      return fail(ErrorKind::wrong_scenario, "no schema of " + name + " is in the snapshot", "[services] only",
                  "schemas of the snapshot: " + join(facts.schemas, ", "));
    }
  }
  if (states.empty()) {
    return fail(ErrorKind::wrong_scenario, "the snapshot holds no schema of a service that the catalogue knows",
                "[snapshot] dumps",
                "schemas of the snapshot: " + join(facts.schemas, ", ") +
                    "; a dump that names none needs { file = \"…\", schema = \"…\" }");
  }
  std::string from = scenario.from;
  if (from == "auto") {
    REHEARSAL_TRY_SET(from, detected_release(states));
    Scenario settled = asked;
    settled.from = from;
    for (ServiceState& state : all = detect(catalogue, settled, facts)) {
      for (ServiceState& known : states) {
        if (known.service == state.service) {
          known.standings = state.standings;
        }
      }
    }
  }
  REHEARSAL_TRY_SET(plan.path, find_path(catalogue.releases, from, scenario.to, scenario.via));
  REHEARSAL_TRY(check_first_release(states, plan.path));
  REHEARSAL_TRY(require_none(check_releases(asked, plan.path), scenario));
  compare_with_release(catalogue, states, facts, from, plan);
  for (const ServiceState& state : states) {
    if (!state.without_tables.empty()) {
      plan.not_rehearsed.emplace_back(state.service, join(state.without_tables, ", ") + " holds none of its tables");
      plan.findings.push_back({
          .code = "schema-without-tables",
          .severity = Severity::warning,
          .service = state.service,
          .title = fmt::format("{} is not rehearsed: {} holds none of its tables", state.service,
                               join(state.without_tables, ", ")),
          .detail = "The dump left them out, or the schema was made and never filled. Dump its tables, or name the "
                    "schema that is in use: " +
                    schemas_line(state.service, {{catalogue.service(state.service)->schemas.begin()->first, "…"}}) +
                    ".",
          .table = state.without_tables.front(),
      });
      continue;
    }
    if (!state.untold.empty()) {
      tell_untold(state, plan);
      continue;
    }
    tell_missing_tables(state, plan);
    if (!state.missing.empty()) {
      const std::string missing = join(state.missing, ", ");
      plan.not_rehearsed.emplace_back(state.service, state.alike.empty() ? "the snapshot has no schema for " + missing
                                                                         : "several schemas could be its " + missing);
      if (!state.alike.empty()) {
        continue;
      }
      std::string instead;
      for (const auto& [role, other] : state.others) {
        instead += fmt::format("; the schema named as {}'s {} holds the tables of {}", state.service, role, other);
      }
      plan.findings.push_back({
          .code = "schema-missing",
          .severity = Severity::warning,
          .service = state.service,
          .title = state.service + " is not rehearsed: no schema for " + missing + instead,
          .detail =
              "Dump all schemas of the service, or name them with schemas = { … } in [service." + state.service + "].",
      });
      continue;
    }
    const ScenarioService wishes = scenario.service(state.service);
    if (catalogue.service(state.service)->cells) {
      tell_cell_mappings(*catalogue.service(state.service), wishes, facts, state, plan);
    }
    REHEARSAL_TRY_SET(
        Lane lane,
        plan_lane({.service = *catalogue.service(state.service), .wishes = wishes, .facts = facts, .state = state},
                  catalogue, scenario.purged, plan));
    for (PlanStep& step : lane.steps) {
      const bool online = is_online(step.phase);
      step.sample_seconds = online ? scenario.sample_seconds : 0;
    }
    lane.hops = plan.path.hops;
    set_limits(scenario.limits, lane.catch_up);
    set_limits(scenario.limits, lane.steps);
    plan.lanes.push_back(std::move(lane));
  }
  REHEARSAL_TRY(require_none(check_skipped_chains(scenario, catalogue, plan.lanes), scenario));
  REHEARSAL_TRY(require_none(check_images(scenario, plan.lanes), scenario));
  REHEARSAL_TRY(require_none(check_left_out(scenario, facts, plan.lanes), scenario));
  tell_found_schemas(states, match, plan);
  plan.coverage = cover(catalogue, scenario, snapshot, all, without_lane(plan));
  tell_coverage(plan);
  return plan;
}

}  // namespace rehearsal
