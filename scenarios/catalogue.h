// The catalogue: what is known about releases and services, read from scenarios/catalogue/*.toml. C++ knows the shape,
// the TOML files know the names; a service is added by writing a file.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/phase.h"
#include "base/result.h"
#include "base/words.h"
#include "scenarios/code_rules.h"
#include "scenarios/consistency.h"
#include "scenarios/expected_changes.h"
#include "scenarios/invariants.h"
#include "scenarios/row_rules.h"
#include "scenarios/schema/fingerprint.h"
#include "scenarios/version_rules.h"

namespace rehearsal {

// What the exit status of a step's command says.
enum class ExitMeaning { ok, more, failed, warnings };
constexpr std::array<const char*, 4> words_of(ExitMeaning) {
  return {"ok", "more", "failed", "warnings"};
}

struct Release {
  std::string name;      // "2024.1"
  std::string codename;  // "Caracal"
  std::string date;      // of general availability
  bool slurp = false;
  std::string constraints;        // file of upper constraints below catalogue/constraints, empty where there is none
  std::string exclude_newer;      // install date, where there are no constraints
  std::vector<std::string> pins;  // requirements every environment of the release gets
};

// How one command of one phase is run. `releases` empty: in all.
struct PhaseCommand {
  Phase phase = Phase::sync;
  std::string part;                  // "api", "cell0", "cell" (one step for each cell), empty
  std::vector<std::string> command;  // holds "${config}" where the --config-file arguments go
  std::vector<std::string> proof_command;
  std::string config;  // which of the service's configuration templates; empty: the only one
  std::set<std::string> releases;
  std::map<int, ExitMeaning> exit_meaning;
  double timeout_seconds = 14400;
};

struct OnlinePattern {
  std::string line;  // regular expression: one "found, migrated" line
  int name_group = 0, found_group = 0, migrated_group = 0;
  std::string error;  // regular expression: a migration that failed; group 1 its name
  // Migrations whose lines count the rows that they look at, not those that need them.
  std::set<std::string> visits;
};

struct ExpectedRemainder {
  std::string migration;
  std::int64_t rows = 0;
  std::string query;  // counts further rows that stay, in the step's schema (${schema}); empty: none
  std::set<std::string> releases;
  std::string why, source;
};

// "table.column" in a schema that the context names.
struct ColumnPlace {
  std::string table, column;
};

struct CellRule {
  std::string schema_role;  // where the mappings are
  std::string table, name_column, url_column, id_column;
  std::string first_cell_id;  // the id of the special cell, whose part is `first_cell_part`
  std::string first_cell_part;
  std::string only_cell_part;        // of the one cell of a cloud whose mappings are not in the dump
  std::string default_schema;        // for a URL that is a template
  std::string disabled_column = {};  // not zero: the cell gets no new work; its database is asked as before
  std::string key_column = {};       // by which rows of `pointing` belong to a mapping
  std::vector<ColumnPlace> pointing = {};
  ColumnPlace in_use = {};  // that of `pointing` without whose rows nothing runs in a cell; empty: none
  std::string cure = {};    // for a mapping whose database is gone; ${id} is its id_column
};

struct UrlColumn {
  std::string schema_role, table, column, key_column;
  std::string kind;  // "database": points to the mapped schema; otherwise the literal that replaces it
};

struct UncheckedCheck {
  std::string name;  // the check's name as printed, or "*"
  std::string why;
  bool after_first_hop = false;  // judged on the first hop, which sees what production wrote
};

// A way in which an upgrade check's command breaks off by a defect of its own, whatever the data.
struct KnownCrash {
  std::string pattern;             // regular expression that its output matches
  std::set<std::string> releases;  // empty: all
  std::string why, source;
};

// A distribution whose migrations run with the service's own, in a chain with a revision table of its own.
struct SubProject {
  std::string table, distribution;
  std::map<std::string, std::string> versions;  // release -> latest of the series
  std::vector<std::string> tables;              // that are its own, those too that the service's first migrations made
  std::string source;
};

struct Service {
  std::string name, package;
  int order = 0;                                         // in which services are upgraded
  std::map<std::string, std::string> versions;           // release -> latest of the series
  std::map<std::string, std::vector<std::string>> pins;  // release ("*": all) -> extra requirements
  std::vector<std::string> version_command;              // only prints the version
  std::map<std::string, std::string> schemas;            // role -> default name
  std::vector<std::string> revision_tables;              // default: alembic_version
  std::vector<std::string> leftover_tables;              // of earlier ways to migrate; some clouds have them still
  std::map<std::string, std::string> config;             // file name -> template
  std::set<std::string> protected_options;               // "group/option" that the operator's INI may not set
  std::vector<PhaseCommand> phases;
  // role -> release -> sorted heads
  std::map<std::string, std::map<std::string, std::vector<std::string>>> heads;
  std::optional<OnlinePattern> online;
  std::vector<ExpectedRemainder> remainders;
  std::vector<ExpectedChange> expected_changes;
  std::optional<CellRule> cells;
  std::vector<UrlColumn> url_columns;
  std::vector<UncheckedCheck> not_judged;
  std::vector<SubProject> sub_projects;
  std::vector<KnownCrash> known_crashes;
  std::vector<RowRule> stuck;              // rows that an online migration can never migrate
  std::vector<RowRule> suspects;           // rows on which one raises an error
  std::vector<RowRule> guards;             // rows for whose sake a step refuses to go on
  std::vector<VersionRule> version_rules;  // records for whose sake the services do not start
  std::vector<CodeRule> codes;             // how the code of its releases is asked whether it lives
  // Role -> folder of the package that holds its migrations, below site-packages; for the roles where it is known.
  std::map<std::string, std::string> migrations;
  Fingerprints fingerprints;  // by role; made, not written: fingerprints/NAME.json
  std::string source;
};

struct Catalogue {
  std::filesystem::path folder;
  std::vector<Release> releases;              // oldest first
  std::vector<Service> services;              // in upgrade order
  std::vector<ConsistencyCheck> consistency;  // across databases
  std::vector<Invariant> invariants;          // that no upgrade changes

  [[nodiscard]] const Release* release(const std::string& name) const;
  [[nodiscard]] const Service* service(const std::string& name) const;
};

// Reads and checks every file of the folder. Errors name the file, line and key.
[[nodiscard]] Result<Catalogue> load_catalogue(const std::filesystem::path& folder);

}  // namespace rehearsal
