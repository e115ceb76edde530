// The plan: for every service a lane of steps over the whole path, each with the exact command. A pure value; running
// it is the harness's business.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/severity.h"
#include "scenarios/catalogue.h"
#include "scenarios/coverage.h"
#include "scenarios/path.h"
#include "scenarios/schema/standing.h"
#include "scenarios/snapshot_facts.h"

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
  std::vector<std::string> schemas;         // that it works on; all of the lane's where it may touch them all
  bool may_change = true;                   // false: check and status only read
  std::map<int, ExitMeaning> exit_meaning;  // an unlisted status that is not 0 is `failed`
  double timeout_seconds = 0;
  double sample_seconds = 0;  // online phases: run for at most this long and extrapolated; 0: to the end
  StepLimits limits;          // of the scenario; `timeout_seconds` is the time of its phase
};

// A column of the data that holds a connection string, and what replaces it on the clone before any step.
struct Rewriting {
  std::string schema, table, column;
  std::string where_column, where_value;  // one row
  std::string value = {};                 // may hold ${url:SCHEMA}
  std::string what = {};                  // for the report, without the secret: "cell1: pointed to host#1"
};

struct Lane {
  std::string service;
  std::map<std::string, std::string> schemas;  // role or part -> schema name in the snapshot
  std::vector<PlanStep> steps;
  std::vector<Hop> hops;  // of the path
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
  std::string code;  // "schema-missing", "release-mismatch", "revision-unknown", "service-unknown" …
  Severity severity = Severity::info;
  std::string service = {};  // empty: none is meant
  std::string title, detail;
  std::string table = {};   // schema.table where one is meant
  std::string schema = {};  // that is at another release
};

struct Plan {
  Path path;
  std::vector<Lane> lanes;  // in upgrade order
  std::vector<PlanFinding> findings;
  // Services that should have been rehearsed and cannot be: service and reason. They make the run inconclusive.
  std::vector<std::pair<std::string, std::string>> not_rehearsed;
  Coverage coverage;  // what of it is lacking is a finding too

  [[nodiscard]] bool has_lane(const std::string& service) const {
    return std::any_of(lanes.begin(), lanes.end(), [&](const Lane& lane) { return lane.service == service; });
  }
};

// Where a step finds its configuration and works, inside its sandbox.
inline constexpr const char* kStepEtc = "/rehearsal/etc";
inline constexpr const char* kStepEmptyDir = "/rehearsal/etc/empty.d";
inline constexpr const char* kStepWork = "/rehearsal/work";

}  // namespace rehearsal
