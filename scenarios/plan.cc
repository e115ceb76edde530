#include "scenarios/plan.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/names.h"
#include "base/text.h"
#include "scenarios/cell_mappings.h"
#include "scenarios/cells.h"
#include "scenarios/ini.h"
#include "scenarios/plan_start.h"
#include "scenarios/scenario_check.h"
#include "scenarios/schema_match.h"
#include "scenarios/standing_words.h"

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

class LanePlanner {
 public:
  LanePlanner(const Service& service, const ScenarioService& wishes, const SnapshotFacts& facts,
              const ServiceState& state, Plan& plan)
      : service_(service), wishes_(wishes), facts_(facts), state_(state), plan_(plan) {
    lane_.service = service.name;
    lane_.schemas = state.schemas;
    lane_.lost_cells = state.lost_cells;
    lane_.left_out = state.left_out;
    lane_.left_out_sql = state.left_out_sql;
  }

  Result<Lane> make(const Catalogue& catalogue, const Path& path, bool purged) {
    if (purged) {
      REHEARSAL_TRY(add_phases(path.from, {Phase::purge}));
    }
    if (path.hops.empty()) {
      REHEARSAL_TRY(add_phases(path.from, {Phase::online_before, Phase::check}));
    }
    for (std::size_t i = 0; i < path.hops.size(); ++i) {
      // Later hops begin with the code that has just run its online migrations to the end.
      if (i == 0) {
        REHEARSAL_TRY(add_phases(path.hops[i].from, {Phase::online_before}));
      }
      REHEARSAL_TRY(add_phases(path.hops[i].to, {Phase::check, Phase::expand, Phase::migrate, Phase::sync,
                                                 Phase::online, Phase::contract, Phase::status}));
    }
    lane_.first_target = path.hops.empty() ? path.from : path.hops.front().to;
    lane_.versions = version_questions(service_.version_rules, lane_.first_target, wishes_.config);
    add_rewritings();
    for (const auto& [schema, standing] : state_.standings) {
      if (standing.cure != Standing::Cure::none) {
        lane_.standings.push_back(standing);
      }
    }
    add_start_heads(path.from);
    REHEARSAL_TRY(add_catch_up(catalogue, path));
    return std::move(lane_);
  }

  Result<ReferenceLane> make_reference(const Path& path) {
    const std::set<Phase> schema_phases = {Phase::expand, Phase::migrate, Phase::sync, Phase::contract};
    ReferenceLane reference;
    REHEARSAL_TRY(add_phases(path.from, schema_phases));
    reference.start_steps = lane_.steps.size();
    for (const Hop& hop : path.hops) {
      REHEARSAL_TRY(add_phases(hop.to, schema_phases));
    }
    reference.lane = std::move(lane_);
    return reference;
  }

 private:
  // Of revision tables that lack a row or hold a strange one it is not known what the migrations will do.
  void add_start_heads(const std::string& from) {
    for (const auto& [role, schema] : state_.schemas) {
      const auto standing = state_.standings.find(schema);
      const Standing::Kind kind = standing == state_.standings.end() ? Standing::Kind::as_told : standing->second.kind;
      const auto heads = service_.heads.find(head_role(service_, role));
      const auto ordinary = heads == service_.heads.end()  ? std::optional<std::vector<std::string>>()
                            : heads->second.contains(from) ? std::optional(heads->second.at(from))
                                                           : std::nullopt;
      const std::vector<std::string>& rows = state_.revisions.at(schema);
      const bool known = kind != Standing::Kind::row_missing && kind != Standing::Kind::row_doubled &&
                         kind != Standing::Kind::unknown && kind != Standing::Kind::unlike;
      if (known && ordinary && !rows.empty() && rows != *ordinary) {
        lane_.start_heads[schema] = rows;
      }
    }
  }

  // For the schemas of parts that are behind; the lane tells of them with what brings them along.
  Result<void> add_catch_up(const Catalogue& catalogue, const Path& path) {
    std::vector<PlanStep> path_steps = std::exchange(lane_.steps, {});
    REHEARSAL_TRY(add_phases(path.from, {Phase::expand, Phase::migrate, Phase::sync, Phase::contract}));
    for (PlanStep& step : std::exchange(lane_.steps, std::move(path_steps))) {
      const auto schema = lane_.schemas.find(step.part);
      if (schema != lane_.schemas.end() && is_behind(state_, schema->second, path.from)) {
        step.id = "catch-up:" + step.id;
        lane_.catch_up.push_back(std::move(step));
      }
    }
    for (const PlanStep& step : lane_.catch_up) {
      const std::string& schema = step.schemas.front();
      const auto found = std::find_if(plan_.findings.begin(), plan_.findings.end(), [&](const PlanFinding& finding) {
        return finding.code == "release-mismatch" && finding.schema == schema;
      });
      if (found == plan_.findings.end()) {
        continue;  // told with another step
      }
      const std::string& at = state_.releases.at(schema).back();
      const auto way = find_path(catalogue.releases, at, path.from, Via{});
      const std::size_t upgrades = way ? way->hops.size() : 1;
      lane_.behind_words =
          fmt::format("{} behind {}: at {}'s revision {}", upgrades == 1 ? "one upgrade" : plural(upgrades, "upgrade"),
                      path.from, at, join(state_.revisions.at(schema), ", "));
      lane_.behind_revision = join(state_.revisions.at(schema), ", ");
      lane_.behind_table = lane_.behind_table.empty() ? found->table : lane_.behind_table;
      lane_.behind_detail += (lane_.behind_detail.empty() ? "" : " ") + found->detail;
      plan_.findings.erase(found);
    }
    return {};
  }

  Result<void> add_phases(const std::string& release, const std::set<Phase>& wanted) {
    for (const PhaseCommand& phase : service_.phases) {
      if (!wanted.contains(phase.phase) || (!phase.releases.empty() && !phase.releases.contains(release))) {
        continue;
      }
      for (const std::string& part : parts_of(phase)) {
        REHEARSAL_TRY(add_step(phase, release, part));
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> parts_of(const PhaseCommand& phase) const {
    if (lane_.schemas.contains(kCellPart)) {  // a reference's: the one cell that stands for all
      const bool has = phase.part.empty() || lane_.schemas.contains(phase.part);
      return has ? std::vector<std::string>{phase.part} : std::vector<std::string>{};
    }
    if (phase.part != kCellPart) {
      return {phase.part};
    }
    std::vector<std::string> parts;
    for (const auto& [part, schema] : lane_.schemas) {
      if (!service_.schemas.contains(part)) {
        parts.push_back(part);
      }
    }
    return parts;
  }

  Result<std::string> version_at(const std::string& release) const {
    if (const auto wish = wishes_.versions.find(release); wish != wishes_.versions.end()) {
      return wish->second;
    }
    if (const auto known = service_.versions.find(release); known != service_.versions.end()) {
      return known->second;
    }
    return fail(ErrorKind::wrong_scenario, fmt::format("no version of {} is known for {}", service_.name, release),
                "[service." + service_.name + "] versions", "add versions = { \"" + release + "\" = \"…\" }");
  }

  // "${url:@role}" of a template -> "${url:SCHEMA}", as seen by a step on `part`.
  [[nodiscard]] std::string resolved(const std::string& text, const std::string& part) const {
    std::map<std::string, std::string> values;
    std::string any_cell;
    for (const auto& [role, schema] : lane_.schemas) {
      values["url:@" + role] = "${url:" + schema + "}";
      if (service_.cells && role != service_.cells->schema_role && any_cell.empty()) {
        any_cell = schema;
      }
    }
    const auto own = lane_.schemas.find(part);
    const bool on_cell = service_.cells && part != service_.cells->schema_role && own != lane_.schemas.end();
    if (service_.cells) {
      values["url:@cell"] = "${url:" + (on_cell ? own->second : any_cell) + "}";
    }
    return expand(text, values);
  }

  Result<void> add_step(const PhaseCommand& phase, const std::string& release, const std::string& part) {
    PlanStep step;
    step.service = service_.name;
    step.release = release;
    step.phase = phase.phase;
    step.part = part;
    step.id = fmt::format("{}:{}:{}{}", service_.name, release, to_word(phase.phase), part.empty() ? "" : ":" + part);
    REHEARSAL_TRY_SET(step.version, version_at(release));
    const std::string config = config_name(phase, part);
    step.command = with_config(phase.command, config);
    step.proof_command = with_config(phase.proof_command, config);
    const IniMerge merge =
        merge_ini(resolved(service_.config.at(phase.config), part), wishes_.config, service_.protected_options);
    step.config.push_back({config, merge.text});
    for (const std::string& option : merge.not_used) {
      if (told_.insert(option).second) {
        plan_.findings.push_back({"option-not-used", "info", service_.name,
                                  "the scenario's option " + option + " is not used",
                                  "A rehearsal sets its own connections; nothing of production may be reached.", ""});
      }
    }
    if (const auto own = lane_.schemas.find(part); own != lane_.schemas.end()) {
      step.schemas = {own->second};
    } else {
      for (const auto& [role, schema] : lane_.schemas) {
        if (!contains(step.schemas, schema)) {
          step.schemas.push_back(schema);
        }
      }
    }
    step.may_change = phase.phase != Phase::check && phase.phase != Phase::status;
    step.exit_meaning = phase.exit_meaning;
    step.timeout_seconds = phase.timeout_seconds;
    lane_.steps.push_back(std::move(step));
    return {};
  }

  // Parts differ in their configuration, so each has a file of its own: "service-cell1.conf".
  static std::string config_name(const PhaseCommand& phase, const std::string& part) {
    const std::size_t dot = phase.config.rfind('.');
    return part.empty() || dot == std::string::npos
               ? phase.config
               : phase.config.substr(0, dot) + "-" + part + phase.config.substr(dot);
  }

  static std::vector<std::string> with_config(const std::vector<std::string>& command, const std::string& config) {
    std::vector<std::string> words;
    for (const std::string& word : command) {
      if (word == "${config}") {
        words.insert(words.end(),
                     {"--config-file", std::string(kStepEtc) + "/" + config, "--config-dir", kStepEmptyDir});
      } else {
        words.push_back(word);
      }
    }
    return words;
  }

  void add_rewritings() {
    const std::vector<Cell> cells = cells_of(service_, wishes_, facts_);
    const std::map<std::string, std::string> told = told_hosts(service_, facts_);
    for (const UrlColumn& column : service_.url_columns) {
      const auto schema = lane_.schemas.find(column.schema_role);
      if (schema == lane_.schemas.end()) {
        continue;
      }
      const auto table = facts_.captured.find({schema->second, column.table});
      if (table == facts_.captured.end()) {
        continue;
      }
      const auto position = [&](const std::string& name) {
        const auto& columns = table->second.columns;
        return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
      };
      for (const auto& row : table->second.rows) {
        const std::size_t key = position(column.key_column);
        const std::size_t value = position(column.column);
        if (key >= row.size() || value >= row.size() || !row[key] || !row[value]) {
          continue;
        }
        Rewriting rewriting{schema->second, column.table, column.column, column.key_column, *row[key], column.kind, ""};
        const UrlParts old = parts_of_url(*row[value]);
        std::string what = old.host.empty() ? "a template" : "pointed to " + told.at(old.host);
        if (column.kind == "database") {
          std::string target = old.schema.value_or("");
          for (const Cell& cell : cells) {
            const auto id = service_.cells ? position(service_.cells->id_column) : row.size();
            if (id < row.size() && row[id] && *row[id] == cell.id) {
              const CellWithoutDatabase* lost = lost_cell(state_.lost_cells, cell.id);
              target = lost == nullptr ? cell.schema : lost->schema;
              what = cell.part + " " + what;
            }
          }
          rewriting.value = "${url:" + target + "}";
        }
        rewriting.what = what;
        lane_.rewritings.push_back(std::move(rewriting));
      }
    }
  }

  const Service& service_;
  const ScenarioService& wishes_;
  const SnapshotFacts& facts_;
  const ServiceState& state_;
  Plan& plan_;
  Lane lane_;
  std::set<std::string> told_;
};

// Schemas that are a service's for what is in them, and those beside them that look the same.
void tell_found_schemas(const std::vector<ServiceState>& states, const SchemaMatch& match, Plan& plan) {
  for (const ServiceState& state : states) {
    for (const auto& [role, schema] : state.found) {
      plan.findings.push_back(
          {"schema-found", "info", state.service,
           fmt::format("{} is rehearsed as the schema of {} ({})", schema, state.service, role),
           "Its tables and its revision say so; its name is not the usual one. If it is another, say so: " +
               schemas_line(state.service, {{role, "…"}}) + ".",
           schema});
    }
    for (const auto& [role, schemas] : state.alike) {
      std::vector<std::string> lines;
      for (const std::string& schema : schemas) {
        lines.push_back(schemas_line(state.service, {{role, schema}}));
      }
      plan.findings.push_back(
          {"schema-ambiguous", "warning", state.service,
           fmt::format("{} is not rehearsed: {} may each be its schema ({})", state.service, join(schemas, ", "), role),
           "None has the usual name, and nothing is guessed. Write one of: " + join(lines, " or ") + ".",
           schemas.front()});
    }
  }
  for (const SchemaCopy& copy : match.copies) {
    plan.findings.push_back(
        {"schema-copy", "info", copy.service,
         fmt::format("{} looks like the schema of {} too and is not rehearsed", copy.schema, copy.service),
         copy.instead_of.empty()
             ? "No cell mapping names it: a copy, or a cell that was taken out."
             : fmt::format("{} is taken for it. If {} is the one in use, write: {}.", copy.instead_of, copy.schema,
                           schemas_line(copy.service, {{copy.role, copy.schema}})),
         copy.schema});
  }
}

std::vector<std::string> names_of(const std::vector<LeftOutTable>& tables, bool declared) {
  std::vector<std::string> names;
  for (const LeftOutTable& table : tables) {
    if (table.declared == declared) {
      names.push_back(table.table);
    }
  }
  return names;
}

// Tables that are missing make what is said incomplete, unless the operator says that the dump leaves them out.
void tell_missing_tables(const ServiceState& state, Plan& plan) {
  constexpr std::size_t kShown = 8;
  for (const auto& [schema, tables] : state.lost_tables) {
    plan.not_rehearsed.emplace_back(
        state.service, fmt::format("{} of {} not in the snapshot: {}", plural(tables.size(), "table"),
                                   schema + (tables.size() == 1 ? " is" : " are"), join_some(tables, ", ", kShown)));
    std::vector<std::string> names;
    for (const std::string& table : tables) {
      names.push_back("\"" + schema + "." + table + "\"");
    }
    const std::vector<std::string> made = names_of(state.left_out, false);
    const bool empty = std::find(made.begin(), made.end(), schema + "." + tables.front()) != made.end();
    plan.findings.push_back(
        {"tables-missing", "warning", state.service,
         fmt::format("{} lacks {} that its revision has: {}", schema, plural(tables.size(), "table"),
                     join_some(tables, ", ", kShown)),
         fmt::format(
             "A dump does not say what it leaves out. Ask production: {} A table that it has is to be dumped "
             "too, without its rows if need be (--no-data), or declared: [snapshot] left_out = [{}]. One that "
             "it does not have was dropped there, and the service's code asks for it.{}",
             tables_query(schema, tables), join_some(names, ", ", kShown),
             empty ? " Here they were made empty, and what the path does to their rows was not rehearsed." : ""),
         schema + "." + tables.front()});
  }
  if (const std::vector<std::string> declared = names_of(state.left_out, true); !declared.empty()) {
    plan.findings.push_back({"tables-left-out", "info", state.service,
                             fmt::format("not rehearsed: the rows of {} that the dump leaves out: {}",
                                         plural(declared.size(), "table"), join_some(declared, ", ", kShown)),
                             "[snapshot] left_out says so. They are made empty on the clone, as the schema's revision "
                             "has them: what a step does to their rows, and how long it takes, is not known.",
                             declared.front()});
  }
}

// A service with a lane is rehearsed in part, which its own findings say.
std::vector<std::pair<std::string, std::string>> without_lane(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> left_out = plan.not_rehearsed;
  std::erase_if(left_out, [&](const auto& entry) {
    return std::any_of(plan.lanes.begin(), plan.lanes.end(),
                       [&](const Lane& lane) { return lane.service == entry.first; });
  });
  return left_out;
}

void tell_coverage(Plan& plan) {
  for (const NotCovered& one : plan.coverage.not_covered) {
    plan.findings.push_back({code_of(one), "warning", one.service, title_of(one), detail_of(one), one.name()});
  }
  for (const std::string& schema : plan.coverage.of_no_service) {
    plan.findings.push_back({"schema-unknown", "info", "", "schema " + schema + " is no service's and not rehearsed",
                             "It has no revision table and is like no service of the catalogue; if it is one's under "
                             "another name, say so with schemas = { … } in its [service.…].",
                             schema});
  }
}

Result<void> check(const Scenario& scenario, const Catalogue& catalogue, const SnapshotFacts& facts) {
  std::vector<Error> problems = check_names(scenario, catalogue);
  for (Error& problem : check_schemas(scenario, catalogue, facts)) {
    problems.push_back(std::move(problem));
  }
  return problems.empty() ? Result<void>() : fail(one_error(std::move(problems), scenario.file));
}

}  // namespace

Result<Plan> make_plan(const Catalogue& catalogue, const Scenario& asked, const SnapshotFacts& snapshot) {
  REHEARSAL_TRY(check(asked, catalogue, snapshot));
  REHEARSAL_TRY(check_skips(asked, snapshot));
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
  compare_with_release(catalogue, states, facts, from, plan);
  for (const ServiceState& state : states) {
    if (!state.without_tables.empty()) {
      plan.not_rehearsed.emplace_back(state.service, join(state.without_tables, ", ") + " holds none of its tables");
      plan.findings.push_back(
          {"schema-without-tables", "warning", state.service,
           fmt::format("{} is not rehearsed: {} holds none of its tables", state.service,
                       join(state.without_tables, ", ")),
           "The dump left them out, or the schema was made and never filled. Dump its tables, or name the schema that "
           "is in use: " +
               schemas_line(state.service, {{catalogue.service(state.service)->schemas.begin()->first, "…"}}) + ".",
           state.without_tables.front()});
      continue;
    }
    tell_missing_tables(state, plan);
    if (!state.missing.empty()) {
      const std::string missing = join(state.missing, ", ");
      plan.not_rehearsed.emplace_back(state.service, state.alike.empty() ? "the snapshot has no schema for " + missing
                                                                         : "several schemas may be its " + missing);
      if (!state.alike.empty()) {
        continue;
      }
      plan.findings.push_back({"schema-missing", "warning", state.service,
                               state.service + " is not rehearsed: no schema for " + missing,
                               "Dump all schemas of the service, or say their names with schemas = { … } in [service." +
                                   state.service + "].",
                               ""});
      continue;
    }
    const ScenarioService wishes = scenario.service(state.service);
    if (catalogue.service(state.service)->cells) {
      tell_cell_mappings(*catalogue.service(state.service), wishes, facts, state, plan);
    }
    LanePlanner planner(*catalogue.service(state.service), wishes, facts, state, plan);
    REHEARSAL_TRY_SET(Lane lane, planner.make(catalogue, plan.path, scenario.purged));
    for (PlanStep& step : lane.steps) {
      const bool online = step.phase == Phase::online || step.phase == Phase::online_before;
      step.sample_seconds = online ? scenario.sample_seconds : 0;
    }
    set_limits(scenario.limits, lane.catch_up);
    set_limits(scenario.limits, lane.steps);
    plan.lanes.push_back(std::move(lane));
  }
  if (std::vector<Error> problems = check_images(scenario, plan.lanes); !problems.empty()) {
    return fail(one_error(std::move(problems), scenario.file));
  }
  if (std::vector<Error> problems = check_left_out(scenario, facts, plan.lanes); !problems.empty()) {
    return fail(one_error(std::move(problems), scenario.file));
  }
  tell_found_schemas(states, match, plan);
  plan.coverage = cover(catalogue, scenario, snapshot, all, without_lane(plan));
  tell_coverage(plan);
  return plan;
}

std::string reference_role(const Service& service, const std::string& part) {
  return service.cells && part != service.cells->schema_role ? kCellPart : part;
}

std::map<std::string, std::vector<std::string>> reference_start_heads(const Service& service, const Lane& lane) {
  std::map<std::string, std::set<std::vector<std::string>>> by_role;  // empty: where the release ends
  for (const auto& [part, schema] : lane.schemas) {
    const auto heads = lane.start_heads.find(schema);
    by_role[reference_role(service, part)].insert(heads == lane.start_heads.end() ? std::vector<std::string>{}
                                                                                  : heads->second);
  }
  std::map<std::string, std::vector<std::string>> start_heads;
  for (const auto& [role, all] : by_role) {
    const auto schema = service.schemas.find(role);
    if (all.size() == 1 && !all.begin()->empty() && schema != service.schemas.end()) {
      start_heads[schema->second] = *all.begin();
    }
  }
  return start_heads;
}

Result<ReferenceLane> plan_reference(const Service& service, ScenarioService wishes, const Path& path) {
  wishes.schemas.clear();
  ServiceState state;
  state.service = service.name;
  for (const auto& [role, schema] : service.schemas) {
    if (reference_role(service, role) == role) {
      state.schemas[role] = schema;
    }
  }
  Plan remarks;  // the plan of the lane itself makes them
  return LanePlanner(service, wishes, SnapshotFacts{}, state, remarks).make_reference(path);
}

}  // namespace rehearsal
