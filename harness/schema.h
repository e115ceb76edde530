// The schema of a lane at one moment, and what differs between two moments. A difference is semantic: comments,
// AUTO_INCREMENT and the order of keys are none.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/record.h"
#include "snapshots/sql.h"

namespace rehearsal {

// One table or view as a set of lines: a column, key, constraint or table option each, without comments.
struct TableShape {
  std::vector<std::string> lines;
  bool is_view = false;
  std::string create;  // SHOW CREATE TABLE as the server prints it
};

// A foreign key whose action changes rows of the child when the parent's rows change.
struct Cascade {
  std::string parent, child;  // schema.table
};

struct Schema {
  std::map<std::string, TableShape> tables;  // "schema.table"
  std::vector<Cascade> cascades;
};

// Splits SHOW CREATE TABLE's text into the lines of a TableShape.
[[nodiscard]] TableShape shape_of(const std::string& create_statement, bool is_view);

// The schema of these databases, read from the server.
[[nodiscard]] Result<Schema> read_schema(Sql& sql, const std::vector<std::string>& databases);

// What became of each table, by name.
[[nodiscard]] std::vector<SchemaChange> compare(const Schema& before, const Schema& after);

// `tables` and all that their foreign keys' actions can reach.
[[nodiscard]] std::set<std::string> with_cascades(std::set<std::string> tables, const std::vector<Cascade>& cascades);

}  // namespace rehearsal
