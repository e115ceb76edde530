// The plan: for every service a lane of steps over the whole path, each with the exact command. A pure value; running
// it is the harness's business.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "scenarios/catalogue.h"
#include "scenarios/coverage.h"
#include "scenarios/path.h"
#include "scenarios/scenario.h"
#include "scenarios/standing.h"

namespace rehearsal {

struct ConfigFile {
  std::string name;  // "service.conf"; with its cell where it has one
  std::string text;  // holds ${url:SCHEMA} where the harness puts a connection URL to that schema
};

struct PlanStep {
  std::string id;                      // service:release:phase[:part], unique in the plan
  std::string service, release, part;  // part: "api", "cell0", a cell's name; empty for a service with one schema
  Phase phase = Phase::sync;
  std::string version;  // of the package that runs it
  // The command with ${config} already expanded to --config-file PATH --config-dir PATH (paths below kStepEtc).
  std::vector<std::string> command;
  // online phases: the command that proves what remains (a bounded batch); empty: `command` again.
  std::vector<std::string> proof_command;
  std::vector<ConfigFile> config;
  std::vector<std::string> schemas;  // that it works on; all of the lane's where it may touch them all
  bool may_change = true;            // false: check and status only read
  std::map<int, std::string>
      exit_meaning;  // "ok", "more", "failed", "warnings"; an unlisted non-zero status is "failed"
  double timeout_seconds = 0;
  double sample_seconds = 0;  // online phases: let run for so long at the most, and told for the whole; 0: to the end
  StepLimits limits;  // of the scenario; `timeout_seconds` is the time of its phase
};

// A column of the data that holds a connection string, and what replaces it on the clone before any step.
struct Rewriting {
  std::string schema, table, column;
  std::string where_column, where_value;  // one row
  std::string value;                      // may hold ${url:SCHEMA}
  std::string what;                       // for the report, without the secret: "cell1: pointed to host#1"
};

// A cell that the mappings name and whose database the snapshot does not hold; all else of its service is rehearsed.
struct CellWithoutDatabase {
  std::string part, id, key;  // id and key: of its row in the mapping table
  std::string table;          // the mapping table, with its schema
  std::string schema, host;   // as the mapping says; host: as people see it, empty for a template
  bool disabled = false;
  // On a server of its own and with hosts: it was not dumped. Otherwise the services' commands find no database there.
  bool elsewhere = false;
};

// A table that the dump leaves out, made empty on the clone.
struct LeftOutTable {
  std::string table;      // schema.table
  bool declared = false;  // by the operator
};

struct Lane {
  std::string service;
  std::map<std::string, std::string> schemas;  // role or part -> schema name in the snapshot
  std::vector<PlanStep> steps;
  std::vector<Rewriting> rewritings;
  // Of schemas that start elsewhere than the path's first release ends: what their revision table holds, sorted.
  std::map<std::string, std::vector<std::string>> start_heads;
  // Of schemas that are not where their revision table says, with what puts them right.
  std::vector<Standing> standings;
  // Commands of the path's first release that bring along the schemas that are behind it.
  std::vector<PlanStep> catch_up;
  // Of these: a schema.table, the revision, "one upgrade behind …", what shows it.
  std::string behind_table, behind_revision, behind_words, behind_detail;
  std::vector<CellWithoutDatabase> lost_cells;
  std::vector<LeftOutTable> left_out;
  std::string left_out_sql;  // that makes them
  // The release of the first hop's code, or the path's own where it has no hop, and what its services ask of the
  // records in the dump.
  std::string first_target;
  std::vector<VersionQuestion> versions;
};

// A remark that the plan makes: a service that is left out, a schema that is missing, a release that disagrees.
struct PlanFinding {
  std::string code;      // "schema-missing", "release-mismatch", "revision-unknown", "service-unknown" …
  std::string severity;  // "blocker", "warning", "info"
  std::string service;
  std::string title, detail;
  std::string table;        // schema.table where one is meant
  std::string schema = {};  // that is at another release
};

struct Plan {
  Path path;
  std::vector<Lane> lanes;  // in upgrade order
  std::vector<PlanFinding> findings;
  // Services that should have been rehearsed and cannot be: service and reason. They make the run inconclusive.
  std::vector<std::pair<std::string, std::string>> not_rehearsed;
  Coverage coverage;  // what of it is lacking is a finding too
};

// Where a step finds its configuration and works, inside its sandbox.
inline constexpr const char* kStepEtc = "/rehearsal/etc";
inline constexpr const char* kStepEmptyDir = "/rehearsal/etc/empty.d";
inline constexpr const char* kStepWork = "/rehearsal/work";

// What the plan needs to know of a snapshot; made by the harness from the dump index.
struct SnapshotFacts {
  struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;  // captured rows
  };
  std::vector<std::string> schemas;
  std::map<std::pair<std::string, std::string>, Table> captured;  // {schema, table} -> its rows
  std::map<std::string, ObservedSchema> objects;                  // by schema; none where no structure is known
};

// What release each service of the snapshot may be at.
struct ServiceState {
  std::string service;
  std::map<std::string, std::string> schemas;                 // role or part -> schema name
  std::map<std::string, std::vector<std::string>> revisions;  // schema -> what its revision table holds, sorted
  std::map<std::string, std::vector<std::string>> releases;   // schema -> releases that it may be at
  std::map<std::string, Standing> standings;                  // by schema, where the catalogue has a fingerprint
  std::vector<std::string> candidates;                        // releases that all its schemas agree on
  std::vector<std::string> missing;                           // roles without a schema in the snapshot
  std::map<std::string, std::string> found;                   // role or part -> a schema told by what is in it
  std::map<std::string, std::vector<std::string>> alike;      // missing role -> schemas of which one may be it
  std::vector<CellWithoutDatabase> lost_cells;
  std::map<std::string, std::vector<std::string>> lost_tables;  // by schema: that are missing and are not made
  std::vector<LeftOutTable> left_out;
  std::string left_out_sql;
  std::vector<std::string> without_tables;  // schemas that have the service's name and none of its tables
};

[[nodiscard]] std::vector<ServiceState> detect(const Catalogue& catalogue, const Scenario& scenario,
                                               const SnapshotFacts& facts);

// The tables whose rows detect() and make_plan() want captured: shell patterns on table names.
[[nodiscard]] std::vector<std::string> capture_patterns(const Catalogue& catalogue);

// An Error of kind `wrong_scenario` for what cannot be planned: no legal path, an ambiguous `from`, an unknown service.
[[nodiscard]] Result<Plan> make_plan(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts);

// A lane's steps for an empty database: the catalogue's schema names, one cell for all cells, and only the phases that
// change the schema. The first `start_steps` make the schema of the path's first release.
struct ReferenceLane {
  Lane lane;
  std::size_t start_steps = 0;
  // Where a schema of the reference starts, if not where the first release ends; these may lie before or after it.
  std::map<std::string, std::vector<std::string>> start_heads = {};
};
// `wishes` count but for the names of the schemas.
[[nodiscard]] Result<ReferenceLane> plan_reference(const Service& service, ScenarioService wishes, const Path& path);

// The start_heads of a reference for this lane: of a role whose schemas all start at the same revisions.
[[nodiscard]] std::map<std::string, std::vector<std::string>> reference_start_heads(const Service& service,
                                                                                    const Lane& lane);

// The role under which a reference has the schema of a lane's role or part: "cell" for every cell.
[[nodiscard]] std::string reference_role(const Service& service, const std::string& part);

}  // namespace rehearsal
