#include "scenarios/expected_changes.h"

#include <algorithm>
#include <iterator>

#include "base/contains.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace {

struct ChangeWord {
  RowChange change;
  const char* word;
};
constexpr ChangeWord kChanges[] = {
    {RowChange::rewritten, "rows-rewritten"},    {RowChange::inserted, "rows-inserted"},
    {RowChange::deleted, "rows-deleted"},        {RowChange::column_dropped, "column-dropped"},
    {RowChange::table_dropped, "table-dropped"},
};

void read_change(TomlReader& entry, ExpectedChange& rule) {
  std::string word;
  entry.read("change", word);
  const auto* found = std::find_if(std::begin(kChanges), std::end(kChanges),
                                   [&](const ChangeWord& known) { return word == known.word; });
  if (found == std::end(kChanges)) {
    entry.wrong("change", "is '" + word + "'",
                "use rows-rewritten, rows-inserted, rows-deleted, column-dropped or table-dropped");
    return;
  }
  rule.change = found->change;
}

// A string for the one column that the rule is about, or a table of columns.
void read_becomes(TomlReader& entry, ExpectedChange& rule) {
  const toml::node* node = entry.node("becomes");
  if (node == nullptr) {
    return;
  }
  if (!node->is_string()) {
    entry.read("becomes", rule.becomes);
    return;
  }
  std::string expression;
  entry.read("becomes", expression);
  std::vector<std::string> named = rule.columns;
  std::erase(named, kTouchColumn);
  if (named.size() != 1) {
    entry.wrong("becomes", "is one expression for " + std::to_string(named.size()) + " columns",
                "write a table: { column = \"expression\" }");
    return;
  }
  rule.becomes.emplace(named.front(), expression);
}

void check_rule(TomlReader& entry, const ExpectedChange& rule) {
  const int said = (rule.becomes.empty() ? 0 : 1) + (rule.satisfies.empty() ? 0 : 1) + (rule.neither.empty() ? 0 : 1);
  if (said > 1) {
    entry.wrong("becomes", "stands beside satisfies or neither", "one of them says what the row must become");
  }
  if (rule.change != RowChange::rewritten && (!rule.becomes.empty() || !rule.neither.empty())) {
    entry.wrong("change", "is not rows-rewritten, the only kind that takes becomes and neither");
  }
  for (const auto& [column, expression] : rule.becomes) {
    if (!contains(rule.columns, column)) {
      entry.wrong("becomes", "names '" + column + "', which is not in columns");
    }
  }
  for (const std::string& column : rule.columns) {
    if (!rule.becomes.empty() && !rule.becomes.contains(column) && column != kTouchColumn) {
      entry.wrong("becomes", "does not mention '" + column + "', which is in columns");
    }
  }
  if (rule.change == RowChange::column_dropped && rule.columns.empty()) {
    entry.wrong("columns", "is missing", "name the columns that are dropped");
  }
}

}  // namespace

const char* to_word(RowChange change) {
  for (const ChangeWord& known : kChanges) {
    if (known.change == change) {
      return known.word;
    }
  }
  return "";
}

std::vector<ExpectedChange> read_expected_changes(TomlReader& table) {
  std::vector<ExpectedChange> rules;
  table.tables("expected_change", [&](TomlReader& entry) {
    ExpectedChange rule;
    for (const char* key : {"release", "table", "change"}) {
      entry.require(key);
    }
    entry.read("release", rule.release);
    entry.read("schema", rule.schema_role);
    entry.read("table", rule.table);
    read_change(entry, rule);
    entry.read("columns", rule.columns);
    read_becomes(entry, rule);
    entry.read("satisfies", rule.satisfies);
    entry.read("neither", rule.neither);
    entry.read("revision", rule.revision);
    entry.read("why", rule.why);
    entry.read("source", rule.source);
    check_rule(entry, rule);
    rules.push_back(std::move(rule));
  });
  return rules;
}

}  // namespace rehearsal
