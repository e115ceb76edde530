// Every kind of schema statement that the harness reads is made by the survey: one that is added to a reader and not to
// the survey does not compile here, or fails.
#include <set>

#include "survey/change.h"
#include <gtest/gtest.h>

#include "base/sql/ddl.h"
#include "base/text.h"
#include "harness/locks/ddl_text.h"

namespace rehearsal::survey {
namespace {

// Each list is a chain, so that a switch that misses one does not compile.
std::optional<DdlKind> next(DdlKind kind) {
  switch (kind) {
    case DdlKind::none:
      return DdlKind::alter_table;
    case DdlKind::alter_table:
      return DdlKind::create_index;
    case DdlKind::create_index:
      return DdlKind::drop_index;
    case DdlKind::drop_index:
      return DdlKind::create_table;
    case DdlKind::create_table:
      return DdlKind::drop_table;
    case DdlKind::drop_table:
      return DdlKind::rename_table;
    case DdlKind::rename_table:
      return DdlKind::truncate_table;
    case DdlKind::truncate_table:
      return DdlKind::other;
    case DdlKind::other:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<DdlAction::Kind> next(DdlAction::Kind kind) {
  using Kind = DdlAction::Kind;
  switch (kind) {
    case Kind::add_column:
      return Kind::modify_column;
    case Kind::modify_column:
      return Kind::drop_column;
    case Kind::drop_column:
      return Kind::rename_column;
    case Kind::rename_column:
      return Kind::add_key;
    case Kind::add_key:
      return Kind::drop_key;
    case Kind::drop_key:
      return Kind::rename_key;
    case Kind::rename_key:
      return Kind::add_foreign_key;
    case Kind::add_foreign_key:
      return Kind::drop_foreign_key;
    case Kind::drop_foreign_key:
      return Kind::convert;
    case Kind::convert:
      return Kind::rename_table;
    case Kind::rename_table:
      return Kind::drop_constraint;
    case Kind::drop_constraint:
      return Kind::option;
    case Kind::option:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<DdlStatement::Kind> next(DdlStatement::Kind kind) {
  using Kind = DdlStatement::Kind;
  switch (kind) {
    case Kind::create_table:
      return Kind::drop_table;
    case Kind::drop_table:
      return Kind::alter_table;
    case Kind::alter_table:
      return std::nullopt;
  }
  return std::nullopt;
}

// The statements of all changes that may harm, or of all that must not.
std::vector<std::string> statements(bool harmful) {
  std::vector<std::string> found;
  const std::vector<Change> changes = all_changes();
  for (const Change& change : changes) {
    if (change.seen.empty() == harmful) {
      continue;
    }
    for (const std::string& part : split(replace_all(change.sql, "<create>", "CREATE TABLE t (id INT)"), ';')) {
      if (!trim(part).empty() && part.size() < 10000) {
        found.emplace_back(trim(part));
      }
    }
  }
  return found;
}

template <typename Kind>
void expect_all(Kind first, const std::set<Kind>& seen, const std::string& what) {
  int number = 0;
  for (std::optional<Kind> kind = first; kind; kind = next(*kind), ++number) {
    EXPECT_TRUE(seen.contains(*kind)) << what << " number " << number << " is made by no change of the survey";
  }
}

TEST(SurveyKinds, EveryKindOfStatementThatIsReadIsMadeHarmless) {
  std::set<DdlKind> kinds;
  std::set<DdlStatement::Kind> parsed;
  std::set<DdlAction::Kind> actions;
  for (const std::string& sql : statements(false)) {
    kinds.insert(read_ddl(sql).kind);
    if (const auto statement = parse_ddl(sql)) {
      parsed.insert(statement->kind);
      for (const DdlAction& action : statement->actions) {
        actions.insert(action.kind);
      }
    }
  }
  expect_all(DdlKind::none, kinds, "DdlKind");
  expect_all(DdlStatement::Kind::create_table, parsed, "DdlStatement::Kind");
  expect_all(DdlAction::Kind::add_column, actions, "DdlAction::Kind");
}

// Indexes and foreign keys by themselves change no row, so that no harmful change is made of them alone.
TEST(SurveyKinds, EveryKindOfStatementThatCanHarmIsMadeHarmful) {
  std::set<DdlKind> kinds;
  std::set<DdlAction::Kind> actions;
  for (const std::string& sql : statements(true)) {
    kinds.insert(read_ddl(sql).kind);
    if (const auto statement = parse_ddl(sql)) {
      for (const DdlAction& action : statement->actions) {
        actions.insert(action.kind);
      }
    }
  }
  for (const DdlKind kind : {DdlKind::none, DdlKind::alter_table, DdlKind::create_table, DdlKind::drop_table,
                             DdlKind::rename_table, DdlKind::truncate_table, DdlKind::other}) {
    EXPECT_TRUE(kinds.contains(kind)) << static_cast<int>(kind);
  }
  using Kind = DdlAction::Kind;
  for (const Kind kind : {Kind::add_column, Kind::modify_column, Kind::drop_column, Kind::rename_column, Kind::add_key,
                          Kind::convert, Kind::rename_table, Kind::add_foreign_key, Kind::drop_foreign_key}) {
    EXPECT_TRUE(actions.contains(kind)) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace rehearsal::survey
