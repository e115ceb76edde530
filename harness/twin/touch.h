// What a path's schema statements do to one object: whether the drift of production stands in a step's way.
#pragma once

#include <string>
#include <vector>

#include "base/sql/ddl.h"
#include "harness/twin/drift.h"
#include "harness/twin/twin.h"

namespace rehearsal {

// One schema statement of the path, read.
struct PathStatement {
  std::string step, release, revision;
  std::string table;  // schema.table
  std::string sql;
  DdlStatement ddl;
};

// In the order in which the path runs them; statements of other kinds are left out.
[[nodiscard]] std::vector<PathStatement> path_statements(const Twin& twin);

// What becomes of a drift on the path.
struct Fate {
  enum class Kind {
    untouched,
    stands_in_the_way,  // a statement drops an index that is lost, makes a column that is there already, changes a
                        // column that a further foreign key holds …
    mended,             // a statement makes the object as the reference has it, or drops it
  };
  Kind kind = Kind::untouched;
  const PathStatement* statement = nullptr;  // of `path`; the first of the kind
};

// `start` is the reference's schema at the start of the path.
[[nodiscard]] Fate fate_of(const Drift& drift, const std::vector<PathStatement>& path, const Schema& start);

}  // namespace rehearsal
