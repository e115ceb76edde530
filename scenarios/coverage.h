// What of a snapshot a rehearsal covers. A schema is covered when it is rehearsed, when the scenario leaves it out with
// a reason ([services] skip), or when it is not a service's: it has no revision table and is not like any service's. A
// second revision table in a schema is a chain of a sub-project or plug-in, and wants the same. Pure: facts in, a list
// out; `plan`, `inspect` and `run` tell it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rehearsal {

struct Catalogue;
struct Scenario;
struct Service;
struct ServiceState;
struct SnapshotFacts;

// A schema, or a chain of revisions in one, that is neither rehearsed nor left out with a reason.
struct NotCovered {
  std::string schema;
  std::string table = {};  // of a chain: its revision table; empty: the whole schema
  std::string service;     // whose schema it is or looks like; empty: no service of the catalogue
  std::string what;        // "schema x", "the chain of s.t": for a sentence
  std::string why;
  std::string cure = {};                 // besides `skip`: the setting that has it rehearsed; may be empty
  std::vector<std::string> tables = {};  // of a chain: its own, and what no release of the service knows

  [[nodiscard]] std::string name() const { return table.empty() ? schema : schema + "." + table; }
};

// A chain whose distribution the scenario names among a service's packages. That its environment really holds the
// chain's migrations is for the harness to see.
struct ChainClaim {
  std::string service, schema, table;
  std::string distribution;  // empty: not known to the catalogue
};

struct Coverage {
  std::vector<NotCovered> not_covered;
  std::vector<std::pair<std::string, std::string>> skipped;  // as the scenario names it, and why
  std::vector<std::string> of_no_service;                    // schemas
  std::vector<std::string> out_of_scope;                     // schemas, where the scenario chooses the services
  std::vector<ChainClaim> claims;
};

// `states`: what was found of each service, the ones that are not chosen too. `not_rehearsed`: service and reason.
[[nodiscard]] Coverage cover(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts,
                             const std::vector<ServiceState>& states,
                             const std::vector<std::pair<std::string, std::string>>& not_rehearsed);

// A chain that turned out not to be rehearsed after all.
[[nodiscard]] NotCovered chain_not_covered(const Service& service, const SnapshotFacts& facts,
                                           const std::string& schema, const std::string& table, const std::string& why);

// One of kind `wrong_scenario` for each name of [services] skip that the snapshot does not have.
[[nodiscard]] std::vector<Error> check_skips(const Scenario& scenario, const SnapshotFacts& facts);
// The facts without the schemas that the scenario leaves out as a whole.
[[nodiscard]] SnapshotFacts without_skipped(const SnapshotFacts& facts, const Scenario& scenario);

// By its columns, or by its name where they are not known: alembic's and sqlalchemy-migrate's.
[[nodiscard]] bool is_revision_table(const std::string& table, const std::map<std::string, std::string>& objects);
// Tables whose rows cover() wants captured: shell patterns.
[[nodiscard]] std::vector<std::string> revision_table_patterns();

// Whether a requirement ("x==1.2", a URL, a wheel's path) installs this distribution.
[[nodiscard]] bool names_distribution(const std::string& requirement, const std::string& distribution);

// What to write to leave all of it out, as TOML; empty where all is covered.
[[nodiscard]] std::string skip_lines(const Coverage& coverage);
// Code ("schema-not-covered", "chain-not-covered"), title and detail of one.
[[nodiscard]] std::string code_of(const NotCovered& one);
[[nodiscard]] std::string title_of(const NotCovered& one);
[[nodiscard]] std::string detail_of(const NotCovered& one);

}  // namespace rehearsal
