// Services with cells: several schemas of the same kind, listed in a mapping table that comes with the dump.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/snapshot_facts.h"

namespace rehearsal {

// The part whose phases are written once for all cells in the catalogue.
inline constexpr const char* kCellPart = "cell";

struct Cell {
  std::string part;  // "cell0", or the cell's name made fit for an id; unique
  std::string id;    // of its mapping row
  std::string key;   // likewise, by which other rows point to it
  std::string schema;
  std::string host;       // of production's database; empty where the URL is a template. Never shown
  std::string told_host;  // "host#1": what people see of it
  std::string named;      // the schema that the mapping names; empty where the URL is a template
  bool disabled = false;
};

// The cells of the mapping table, the first cell first; none where the snapshot has no mapping table or no row in it.
[[nodiscard]] std::vector<Cell> cells_of(const Service& service, const ScenarioService& wishes,
                                         const SnapshotFacts& facts);

// Role or part -> schema name, whether the snapshot has it or not.
[[nodiscard]] std::map<std::string, std::string> schemas_of(const Service& service, const ScenarioService& wishes,
                                                            const SnapshotFacts& facts);

// The role of [heads] that a lane's role or part goes by: a cell's part goes by "cell", or by the first cell's role.
[[nodiscard]] std::string head_role(const Service& service, const std::string& part);

// The role under which a reference has the schema of a lane's role or part: "cell" for every cell.
[[nodiscard]] std::string reference_role(const Service& service, const std::string& part);

// Does the rule speak of a table of this role or part at this release? A hop may skip a release; its changes come with
// the next release's code. "cell" stands for every cell.
[[nodiscard]] bool applies(const ExpectedChange& rule, const Service& service, const std::string& part,
                           const std::string& table, const std::string& release);

// "mysql+pymysql://user:secret@db1:3306/cell_1?charset=utf8" -> schema "cell_1", host "db1:3306". A placeholder of a
// template ("{path}") is nullopt for the schema.
struct UrlParts {
  std::optional<std::string> schema;
  std::string host;
};
[[nodiscard]] UrlParts parts_of_url(const std::string& url);

// Host -> "host#1" and so on, of all connection strings that the data of these services hold, in the order of their
// rows. This machine goes by its own name.
[[nodiscard]] std::map<std::string, std::string> told_hosts(const Service& service, const SnapshotFacts& facts);

}  // namespace rehearsal
