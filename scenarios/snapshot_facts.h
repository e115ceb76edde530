// What is known of a snapshot, and of each service in it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/catalogue.h"
#include "scenarios/scenario.h"
#include "scenarios/schema/standing.h"

namespace rehearsal {

// What the plan needs to know of a snapshot; made by the harness from the dump index.
struct SnapshotFacts {
  struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;  // captured rows
  };
  std::vector<std::string> schemas;
  std::map<std::pair<std::string, std::string>, Table> captured;  // {schema, table} -> its rows
  std::map<std::string, ObservedSchema> objects;                  // by schema; none where no structure is known
  std::set<std::string> without_rows;  // "schema.table": the dump has the structure and leaves the rows out
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
  std::vector<std::string> without_tables;    // schemas that have the service's name and none of its tables
  std::vector<std::string> untold;            // revision tables, with their schema, whose rows the dump leaves out
  std::map<std::string, std::string> others;  // missing role -> the service whose tables the schema of its name holds
};

}  // namespace rehearsal
