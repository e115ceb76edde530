// The schema of a lane at one moment, and what differs between two moments. A difference is semantic: comments,
// AUTO_INCREMENT, the order of keys and the server's own remarks are none; a column's collation and a table's row
// format are, also where they follow from a default.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "reports/record.h"

namespace rehearsal {

// One table or view as a set of lines: a column (with its collation), key, constraint, table option, row format or
// trigger each, without comments.
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
  // schema -> lines: its default character set and collation, its routines and events by name
  std::map<std::string, std::vector<std::string>> databases;
  std::vector<Cascade> cascades;
};

// Splits SHOW CREATE TABLE's text into the lines of a TableShape.
[[nodiscard]] TableShape shape_of(const std::string& create_statement, bool is_view);

// The schema of these databases, read from the server: one query a table and five a database.
[[nodiscard]] Result<Schema> read_schema(Sql& sql, const std::vector<std::string>& databases);

// What became of each table, by name, and of each database (its object is the schema's name alone).
[[nodiscard]] std::vector<SchemaChange> compare(const Schema& before, const Schema& after);

// `tables` and all that their foreign keys' actions can reach.
[[nodiscard]] std::set<std::string> with_cascades(std::set<std::string> tables, const std::vector<Cascade>& cascades);

// A table as upstream makes it: the lines of a TableShape; empty where that is not known.
using ReferenceTable = std::function<std::vector<std::string>(const std::string& schema, const std::string& table)>;

}  // namespace rehearsal
