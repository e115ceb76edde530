#include "harness/twin/twin.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/schema_json.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

std::string in_schema(const std::string& table, const std::string& schema) {
  return schema + "." + bare_name(table);
}

// The id that the reference's plan gave to the same step.
std::string reference_id(const PlanStep& step, const std::string& role) {
  const std::string id = step.service + ":" + step.release + ":" + to_word(step.phase);
  return role.empty() ? id : id + ":" + role;
}

bool same(const TableShape& a, const TableShape& b) {
  return a.is_view == b.is_view && a.lines == b.lines;
}

// What differs from the schema before.
nlohmann::json difference(const Schema& before, const Schema& after) {
  nlohmann::json changed = nlohmann::json::object();
  nlohmann::json dropped = nlohmann::json::array();
  for (const auto& [name, shape] : after.tables) {
    const auto was = before.tables.find(name);
    if (was == before.tables.end() || !same(was->second, shape)) {
      changed[name] = shape;
    }
  }
  for (const auto& [name, shape] : before.tables) {
    if (!after.tables.contains(name)) {
      dropped.push_back(name);
    }
  }
  return {{"tables", changed}, {"dropped", dropped}, {"cascades", after.cascades}};
}

Schema applied(const Schema& before, const nlohmann::json& json) {
  Schema after = before;
  for (const auto& [name, shape] : json.at("tables").items()) {
    after.tables[name] = shape.get<TableShape>();
  }
  for (const nlohmann::json& name : json.at("dropped")) {
    after.tables.erase(name.get<std::string>());
  }
  after.cascades = json.at("cascades").get<std::vector<Cascade>>();
  return after;
}

}  // namespace

const TwinStep* Twin::step(const std::string& id) const {
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const TwinStep& step) { return step.id == id; });
  return found == steps.end() ? nullptr : &*found;
}

void replace_schema(Schema& target, const std::string& name, const Schema& with) {
  std::erase_if(target.tables, [&](const auto& entry) { return schema_of(entry.first) == name; });
  std::erase_if(target.cascades, [&](const Cascade& cascade) { return schema_of(cascade.child) == name; });
  target.tables.insert(with.tables.begin(), with.tables.end());
  target.cascades.insert(target.cascades.end(), with.cascades.begin(), with.cascades.end());
}

Schema renamed(const Schema& schema, const std::string& from, const std::string& to) {
  Schema result;
  for (const auto& [name, shape] : schema.tables) {
    if (schema_of(name) != from) {
      continue;
    }
    TableShape& target = result.tables[in_schema(name, to)] = shape;
    for (std::string& line : target.lines) {
      line = replace_all(std::move(line), sql_name(from) + ".", sql_name(to) + ".");
    }
    target.create = replace_all(std::move(target.create), sql_name(from) + ".", sql_name(to) + ".");
  }
  for (const Cascade& cascade : schema.cascades) {
    if (schema_of(cascade.child) == from) {
      result.cascades.push_back({in_schema(cascade.parent, to), in_schema(cascade.child, to)});
    }
  }
  return result;
}

Twin fit(const Twin& reference, const Service& service, const Lane& lane) {
  Twin twin;
  twin.schemas = lane.schemas;
  std::map<std::string, std::string> origin;       // schema of the lane -> of the reference
  std::map<std::string, std::string> lane_schema;  // the other way; of the cells any
  for (const auto& [part, schema] : lane.schemas) {
    const auto found = reference.schemas.find(reference_role(service, part));
    if (found == reference.schemas.end()) {
      continue;
    }
    origin[schema] = found->second;
    lane_schema[found->second] = schema;
    replace_schema(twin.start, schema, renamed(reference.start, found->second, schema));
    if (const auto heads = reference.revisions.find(found->second); heads != reference.revisions.end()) {
      twin.revisions[schema] = heads->second;
    }
  }
  Schema now = twin.start;
  for (const PlanStep& step : lane.steps) {
    const std::string role = reference_role(service, step.part);
    const auto made = std::find_if(reference.steps.begin(), reference.steps.end(), [&](const TwinStep& candidate) {
      return candidate.release == step.release && candidate.phase == step.phase && candidate.role == role;
    });
    if (made == reference.steps.end()) {
      if (twin.failed_step.empty() && reference.failed_step == reference_id(step, role)) {
        twin.failed_step = step.id;
        twin.failure = reference.failure;
      }
      continue;
    }
    for (const std::string& schema : step.schemas) {
      if (const auto from = origin.find(schema); from != origin.end()) {
        replace_schema(now, schema, renamed(made->after, from->second, schema));
      }
    }
    TwinStep fitted{step.id,          step.release,    made->phase,    step.part,  now,
                    made->statements, made->revisions, made->row_work, made->seeds};
    const auto of_lane = [&](const std::string& schema) {
      const auto to = lane_schema.find(schema);
      return step.part.empty() && to != lane_schema.end() ? to->second
             : step.schemas.empty()                       ? schema
                                                          : step.schemas.front();
    };
    for (TwinStatement& statement : fitted.statements) {
      statement.schema = of_lane(statement.schema);
    }
    for (TwinRowWork& work : fitted.row_work) {
      work.table = in_schema(work.table, of_lane(schema_of(work.table)));
    }
    for (SeedRow& seed : fitted.seeds) {
      seed.table = in_schema(seed.table, of_lane(schema_of(seed.table)));
    }
    twin.steps.push_back(std::move(fitted));
  }
  return twin;
}

void to_json(nlohmann::json& json, const Twin& twin) {
  json = {{"schemas", twin.schemas},         {"revisions", twin.revisions}, {"start", difference(Schema{}, twin.start)},
          {"failed_step", twin.failed_step}, {"failure", twin.failure},     {"steps", nlohmann::json::array()}};
  const Schema* before = &twin.start;
  for (const TwinStep& step : twin.steps) {
    nlohmann::json statements = nlohmann::json::array();
    for (const TwinStatement& statement : step.statements) {
      statements.push_back({{"sql", statement.sql}, {"schema", statement.schema}, {"revision", statement.revision}});
    }
    nlohmann::json row_work = nlohmann::json::array();
    for (const TwinRowWork& work : step.row_work) {
      row_work.push_back({{"revision", work.revision}, {"table", work.table}, {"writes", work.writes}});
    }
    json["steps"].push_back({{"id", step.id},
                             {"release", step.release},
                             {"phase", to_word(step.phase)},
                             {"role", step.role},
                             {"change", difference(*before, step.after)},
                             {"statements", statements},
                             {"revisions", step.revisions},
                             {"row_work", row_work},
                             {"seeds", step.seeds}});
    before = &step.after;
  }
}

void from_json(const nlohmann::json& json, Twin& twin) {
  json.at("schemas").get_to(twin.schemas);
  json.at("revisions").get_to(twin.revisions);
  json.at("failed_step").get_to(twin.failed_step);
  json.at("failure").get_to(twin.failure);
  twin.start = applied(Schema{}, json.at("start"));
  twin.steps.clear();
  for (const nlohmann::json& entry : json.at("steps")) {
    TwinStep step;
    entry.at("id").get_to(step.id);
    entry.at("release").get_to(step.release);
    step.phase = from_word<Phase>(entry.at("phase").get<std::string>()).value_or(Phase::sync);
    entry.at("role").get_to(step.role);
    step.after = applied(twin.end(), entry.at("change"));
    for (const nlohmann::json& statement : entry.at("statements")) {
      step.statements.push_back({statement.at("sql").get<std::string>(), statement.at("schema").get<std::string>(),
                                 statement.at("revision").get<std::string>()});
    }
    entry.at("revisions").get_to(step.revisions);
    for (const nlohmann::json& work : entry.at("row_work")) {
      step.row_work.push_back(
          {work.at("revision").get<std::string>(), work.at("table").get<std::string>(), work.at("writes").get<bool>()});
    }
    entry.at("seeds").get_to(step.seeds);
    twin.steps.push_back(std::move(step));
  }
}

}  // namespace rehearsal
