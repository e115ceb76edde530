// Where a schema stands: what its revision table says, held against what its objects say. The table may be empty,
// missing or doubled, lack a branch's row, hold a fork's revision, or be ahead of the objects; the objects may lack
// what a stamp left out. Objects that no release knows are the operator's and speak for nothing.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/severity.h"
#include "scenarios/schema/fingerprint.h"

namespace rehearsal {

// The objects of a schema, as a dump or a server tells them.
struct ObservedSchema {
  std::map<std::string, std::map<std::string, std::string>> tables;  // table -> "kind name" -> value
  std::set<std::string> views;
};

// What the revision table holds.
struct RevisionRows {
  std::string table = "alembic_version";
  bool there = false;
  std::vector<std::string> rows;  // sorted
};

struct Standing {
  enum class Kind {
    as_told,     // the rows are right, at a release's end
    unfinished,  // the rows are right: inside an upgrade, or expanded and not contracted
    row_missing,
    row_doubled,
    unknown,     // a revision of no release
    ahead,       // stamped with revisions that never ran
    behind,      // the revisions ran and the row was not written
    incomplete,  // lacks objects that its revisions made
    unlike,      // too few of the objects are there to be told by
  };
  enum class Cure { none, stamp, objects };

  Kind kind = Kind::as_told;
  std::string schema;
  std::string code;  // a finding's; empty where there is nothing to tell
  Severity severity = Severity::info;
  std::string title, detail;
  std::string table;                 // schema.table
  std::vector<std::string> columns;  // of that table
  std::vector<std::string> tables;   // that lack something, without the schema
  std::string revision;
  std::size_t count = 0;  // rows or objects that are wrong
  Cure cure = Cure::none;
  std::string sql;
  SchemaState state;                  // where it really stands
  std::vector<std::string> releases;  // that it may count as; by its objects where its rows do not say
  // Tables that are not there at all and that the schema should have: dropped, or left out of the dump.
  std::vector<std::string> lost_tables;
  std::string done;  // the release that it has reached as a whole

  [[nodiscard]] bool is_told() const { return !code.empty(); }
};

// `from`: the release at which the path starts; empty where that is not known. `to`: where it ends, likewise.
struct StandingWish {
  std::string schema, from, to;
};

[[nodiscard]] Standing stand(const SchemaFingerprint& fingerprint, const ObservedSchema& observed,
                             const RevisionRows& rows, const StandingWish& wish);

// What the schema lacks of a state's columns, keys and foreign keys; those that every release has only where they are
// columns. A column of another type that no release has is not lacking. Of what every release has nothing is lacking
// where code that is not the service's own may have moved it: the schema has a second revision table, or the table has
// columns that no release knows.
[[nodiscard]] std::vector<const FingerprintObject*> lacking(const SchemaFingerprint& fingerprint,
                                                            const ObservedSchema& observed, const SchemaState& state);

}  // namespace rehearsal
