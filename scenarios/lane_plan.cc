#include "scenarios/lane_plan.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/text.h"
#include "scenarios/cell_mappings.h"
#include "scenarios/cells.h"
#include "scenarios/ini.h"
#include "scenarios/plan_start.h"

namespace rehearsal {

namespace {

class LanePlanner {
 public:
  LanePlanner(const LaneSource& source, Plan& plan)
      : service_(source.service), wishes_(source.wishes), facts_(source.facts), state_(source.state), plan_(plan) {
    lane_.service = service_.name;
    lane_.schemas = state_.schemas;
    lane_.lost_cells = state_.lost_cells;
    lane_.left_out = state_.left_out;
    lane_.left_out_sql = state_.left_out_sql;
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
        plan_.findings.push_back({
            .code = "option-not-used",
            .severity = Severity::info,
            .service = service_.name,
            .title = "the scenario's option " + option + " is not used",
            .detail = "A rehearsal sets its own connections; no part of production may be reached.",
        });
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
    step.may_change = !only_reads(phase.phase);
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
        Rewriting rewriting{
            .schema = schema->second,
            .table = column.table,
            .column = column.column,
            .where_column = column.key_column,
            .where_value = *row[key],
            .value = column.kind,
        };
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

}  // namespace

Result<Lane> plan_lane(const LaneSource& source, const Catalogue& catalogue, bool purged, Plan& plan) {
  return LanePlanner(source, plan).make(catalogue, plan.path, purged);
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
  return LanePlanner({.service = service, .wishes = wishes, .facts = SnapshotFacts{}, .state = state}, remarks)
      .make_reference(path);
}

}  // namespace rehearsal
