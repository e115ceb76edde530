// The twin: the same path on an empty database, as a reference. What production's schema should look like at the start
// and after each step, and the statements that make it so; rows played no part in it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "harness/diff/schema.h"
#include "harness/twin/seeds.h"
#include "scenarios/plan.h"

namespace rehearsal {

// A statement that changed the schema.
struct TwinStatement {
  std::string sql;
  std::string schema;    // that it ran in
  std::string revision;  // of the migration it belongs to; empty: not known
};

// A table whose rows were asked for or written, on an empty database too: what a migration's code does to rows.
struct TwinRowWork {
  std::string revision;  // of the migration it belongs to; empty: the step's program itself
  std::string table;     // schema.table
  bool writes = false;
  friend auto operator<=>(const TwinRowWork&, const TwinRowWork&) = default;
};

struct TwinStep {
  std::string id;  // of a twin that fits a lane: the lane's step
  std::string release;
  Phase phase = Phase::sync;
  std::string role;
  Schema after = {};
  std::vector<TwinStatement> statements = {};  // in order
  std::vector<std::string> revisions = {};     // that ran, in order, those without a schema statement too
  std::vector<TwinRowWork> row_work = {};      // each once
  std::vector<SeedRow> seeds = {};             // that it puts into an empty database
};

struct Twin {
  std::map<std::string, std::string> schemas;    // role -> schema
  std::map<std::string, std::string> revisions;  // schema -> heads at the start, joined by ", "
  Schema start;                                  // as the path's first release makes it
  std::vector<TwinStep> steps;                   // that change the schema, in order
  // The step that fails on an empty database too, and what it says: then the rows are not to blame. Masked.
  std::string failed_step, failure;

  [[nodiscard]] const TwinStep* step(const std::string& id) const;
  [[nodiscard]] const Schema& end() const { return steps.empty() ? start : steps.back().after; }
};

// The twin in a lane's words: its schemas' names, its cells, its steps' ids. What the reference learned of the one cell
// goes for each of the lane's.
[[nodiscard]] Twin fit(const Twin& reference, const Service& service, const Lane& lane);

// Puts `with`, whose tables are all of the schema `name`, in the place of what `target` has of it.
void replace_schema(Schema& target, const std::string& name, const Schema& with);

// The tables of the schema `from`, as those of `to`.
[[nodiscard]] Schema renamed(const Schema& schema, const std::string& from, const std::string& to);

// As it is kept: each step with the tables that it changed.
[[nodiscard]] nlohmann::ordered_json twin_json(const Twin& twin);
[[nodiscard]] Twin twin_from(const nlohmann::ordered_json& json);  // throws as base/json_fields.h says

}  // namespace rehearsal
