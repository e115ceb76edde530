// A change of rows, and what a judge must say of it. The survey makes each change on tables of several shapes, on a
// real server and by a real step, and holds the findings against what must be seen. A change that harms nothing must
// stay unsaid: a judge that warns of everything is not believed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/expected_changes.h"
#include "scenarios/plan.h"

namespace rehearsal::survey {

// How loud the judge must be.
enum class Grade {
  quiet,            // no finding
  any,              // whatever is said: what cannot be read in the log is told louder than need be
  at_most_warning,  // no blocker: the values are elsewhere, or it is a matter of taste
  warning,          // a warning, and no blocker
  told,             // a warning or a blocker
  blocker,
};

struct Sight {
  Grade grade = Grade::quiet;
  std::string codes = {};   // one of these, with blanks between; empty: any that speaks of rows
  std::string table = "t";  // without its schema; "*": any table; "": the finding names none
};

// Text with placeholders: <3> is a number that belongs to row 3 of this combination's table alone, <columns> all
// columns that can be written, <row> expressions that make a row of the number k, <create> the statement that makes the
// table.
struct Change {
  std::string name;
  std::string kind;              // of statement
  std::string shapes;            // "all", "all -empty -child", or names
  std::string sql;               // what the step does
  std::vector<Sight> seen = {};  // empty: nothing may be said
  std::string setup = {};        // after the table is made, before the step
  // By shape, where it differs. On a table without rows nothing is seen unless it is said here.
  std::map<std::string, std::vector<Sight>> otherwise = {};
  bool alone = false;  // in a step of its own
  Phase phase = Phase::sync;
  std::vector<ExpectedChange> rules = {};  // of the catalogue; they speak of this combination's schema
  // Those of other groups are never in one step with it: where one statement cannot be read, the judge looks at all
  // tables, so that a loss by another is seen more easily.
  std::string group = {};
};

[[nodiscard]] std::vector<Change> harmless_changes();
[[nodiscard]] std::vector<Change> row_changes();    // overwritten, added
[[nodiscard]] std::vector<Change> gone_changes();   // deleted, moved
[[nodiscard]] std::vector<Change> table_changes();  // whole tables, partitions
[[nodiscard]] std::vector<Change> column_changes();
[[nodiscard]] std::vector<Change> spelled_changes();  // hard to read in the log
[[nodiscard]] std::vector<Change> hidden_changes();   // where nobody looks
[[nodiscard]] std::vector<Change> ruled_changes();    // a rule of the catalogue speaks of them
[[nodiscard]] std::vector<Change> all_changes();

// What the judge does not do as it must. The combination is made and told of, and fails no test; one that is mended
// fails the survey until it is taken from the list.
struct Hole {
  std::string change, shape;  // empty shape: all
  std::string why;
};
[[nodiscard]] const std::vector<Hole>& known_holes();

// A table `t` of twelve rows with the columns v (text), n (text; NULL in even rows), num (the row's number), moment,
// doc (JSON as text) and updated_at, and what makes it special.
struct Shape {
  std::string name;
  std::string keys = {};         // definitions of the special columns, each with a comma behind it
  std::string key_names = {};    // likewise
  std::string key_values = {};   // likewise: expressions over k
  std::string constraints = {};  // each with a comma before it
  std::string options = {};
  std::string before = {}, after = {};  // statements around the making of the table
  int rows = 12;
  bool keyed = true;
};

[[nodiscard]] const std::vector<Shape>& all_shapes();

// One change on one shape, in a schema of its own.
struct Combination {
  const Change* change = nullptr;
  const Shape* shape = nullptr;
  std::string schema;
  int base = 0;  // <3> is base + 3

  [[nodiscard]] std::string name() const { return change->name + " on " + shape->name; }
  [[nodiscard]] std::string setup() const;
  [[nodiscard]] std::string sql() const;
  [[nodiscard]] std::vector<Sight> seen() const;
  [[nodiscard]] std::vector<ExpectedChange> rules() const;

 private:
  [[nodiscard]] std::string filled(const std::string& text) const;
};

// All of them, in the order of the changes; `changes` outlives them.
[[nodiscard]] std::vector<Combination> combine(const std::vector<Change>& changes);

// What the changes of most kinds are to be seen as.
inline Sight lost(const std::string& table = "t") {
  return {Grade::blocker, "rows-deleted", table};
}
inline Sight rewritten(const std::string& table = "t") {
  return {Grade::blocker, "rows-rewritten", table};
}
inline Sight added(const std::string& table = "t") {
  return {Grade::warning, "rows-inserted", table};
}

// Shapes of tables that are changed by themselves, not through a foreign key.
inline constexpr const char* kRows = "all -parent -setnull";
inline constexpr const char* kFew = "plain nokey composite unicode uuid soft";
inline constexpr const char* kOne = "plain nokey";

}  // namespace rehearsal::survey
