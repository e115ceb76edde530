#include "harness/twin/twin.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/schema_json.h"
#include "scenarios/cells.h"

namespace rehearsal {

template <typename V>
void fields(V& v, FieldsOf<V, SeedRow>& row) {
  v("table", row.table);
  v("values", row.values);
}

template <typename V>
void fields(V& v, FieldsOf<V, TwinStatement>& statement) {
  v("sql", statement.sql);
  v("schema", statement.schema);
  v("revision", statement.revision);
}

template <typename V>
void fields(V& v, FieldsOf<V, TwinRowWork>& work) {
  v("revision", work.revision);
  v("table", work.table);
  v("writes", work.writes);
}

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
struct SchemaStep {
  std::map<std::string, TableShape> tables;
  std::vector<std::string> dropped;
  std::vector<Cascade> cascades;
};

template <typename V>
void fields(V& v, FieldsOf<V, SchemaStep>& change) {
  v("tables", change.tables);
  v("dropped", change.dropped);
  v("cascades", change.cascades);
}

SchemaStep difference(const Schema& before, const Schema& after) {
  SchemaStep change;
  for (const auto& [name, shape] : after.tables) {
    const auto was = before.tables.find(name);
    if (was == before.tables.end() || !same(was->second, shape)) {
      change.tables.emplace(name, shape);
    }
  }
  for (const auto& [name, shape] : before.tables) {
    if (!after.tables.contains(name)) {
      change.dropped.push_back(name);
    }
  }
  change.cascades = after.cascades;
  return change;
}

Schema applied(const Schema& before, SchemaStep change) {
  Schema after = before;
  for (auto& [name, shape] : change.tables) {
    after.tables[name] = std::move(shape);
  }
  for (const std::string& name : change.dropped) {
    after.tables.erase(name);
  }
  after.cascades = std::move(change.cascades);
  return after;
}

struct KeptStep {
  TwinStep step;  // without its schema
  SchemaStep change;
};

template <typename V>
void fields(V& v, FieldsOf<V, KeptStep>& kept) {
  v("id", kept.step.id);
  v("release", kept.step.release);
  v("phase", kept.step.phase);
  v("role", kept.step.role);
  v("change", kept.change);
  v("statements", kept.step.statements);
  v("revisions", kept.step.revisions);
  v("row_work", kept.step.row_work);
  v("seeds", kept.step.seeds);
}

struct KeptTwin {
  std::map<std::string, std::string> schemas, revisions;
  SchemaStep start;
  std::string failed_step, failure;
  std::vector<KeptStep> steps = {};
};

template <typename V>
void fields(V& v, FieldsOf<V, KeptTwin>& kept) {
  v("schemas", kept.schemas);
  v("revisions", kept.revisions);
  v("start", kept.start);
  v("failed_step", kept.failed_step);
  v("failure", kept.failure);
  v("steps", kept.steps);
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
    TwinStep fitted{.id = step.id,
                    .release = step.release,
                    .phase = made->phase,
                    .role = step.part,
                    .after = now,
                    .statements = made->statements,
                    .revisions = made->revisions,
                    .row_work = made->row_work,
                    .seeds = made->seeds};
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

nlohmann::ordered_json twin_json(const Twin& twin) {
  KeptTwin kept{.schemas = twin.schemas,
                .revisions = twin.revisions,
                .start = difference(Schema{}, twin.start),
                .failed_step = twin.failed_step,
                .failure = twin.failure};
  const Schema* before = &twin.start;
  for (const TwinStep& step : twin.steps) {
    KeptStep& one = kept.steps.emplace_back();
    one.step = step;
    one.change = difference(*before, step.after);
    before = &step.after;
  }
  return json_of(kept);
}

Twin twin_from(const nlohmann::ordered_json& json) {
  KeptTwin kept;
  read_json(json, kept, "twin", MissingField::is_an_error);
  Twin twin;
  twin.schemas = std::move(kept.schemas);
  twin.revisions = std::move(kept.revisions);
  twin.start = applied(Schema{}, std::move(kept.start));
  twin.failed_step = std::move(kept.failed_step);
  twin.failure = std::move(kept.failure);
  for (KeptStep& one : kept.steps) {
    one.step.after = applied(twin.end(), std::move(one.change));
    twin.steps.push_back(std::move(one.step));
  }
  return twin;
}

}  // namespace rehearsal
