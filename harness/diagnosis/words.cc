#include "harness/diagnosis/words.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

std::string rows(const Offenders& offenders) {
  return plural(static_cast<std::uint64_t>(std::max<std::int64_t>(0, offenders.count)), "row");
}

std::string have(const Offenders& offenders) {
  return offenders.count == 1 ? "has" : "have";
}

std::string type_text(const ColumnSpec& column) {
  return column.type + (column.length ? fmt::format("({})", *column.length) : "");
}

// What is known of upstream's column of this name.
std::string column_of_upstream(const std::vector<std::string>& table, const std::string& column) {
  if (table.empty()) {
    return "which the step names";
  }
  const bool there = std::any_of(table.begin(), table.end(), [&](const std::string& line) {
    return trim(line).starts_with(sql_name(column) + " ");
  });
  return there ? "which upstream's has" : "which the step names; upstream's has none either";
}

}  // namespace

std::string age_and_share(const Offenders& offenders) {
  std::string text;
  if (offenders.count > 0 && offenders.soft_deleted) {
    const std::int64_t deleted = *offenders.soft_deleted;
    text = deleted == offenders.count ? (offenders.count == 1 ? "It is soft-deleted" : "All of them are soft-deleted")
           : deleted == 0             ? (offenders.count == 1 ? "It is live" : "All of them are live")
                          : fmt::format("{} of them {} soft-deleted, {} live", deleted, deleted == 1 ? "is" : "are",
                                        offenders.count - deleted);
  }
  if (!offenders.oldest.empty()) {
    const std::string made = offenders.oldest == offenders.newest
                                 ? "made on " + offenders.oldest
                                 : fmt::format("made between {} and {}", offenders.oldest, offenders.newest);
    text += text.empty() ? (offenders.count == 1 ? "It was " : "They were ") + made : "; " + made;
  }
  return text.empty() ? text : text + ".";
}

std::string words_for(const Demand& demand, const Offenders& offenders, const TableFacts& facts,
                      const std::vector<std::string>& upstream) {
  const std::string table = facts.schema + "." + demand.table;
  const std::string columns = join(demand.columns, ", ");
  std::string text;
  switch (demand.kind) {
    case Demand::Kind::unique:
      text = fmt::format("{} of {} share their {} with another row{}, and the statement requires them to be unique{}",
                         rows(offenders), table, columns,
                         demand.collation.empty() ? "" : " under collation " + demand.collation,
                         demand.name.empty() ? "" : " (key " + demand.name + ")");
      break;
    case Demand::Kind::not_null:
      text = fmt::format("{} of {} {} NULL in {}, which the statement makes NOT NULL", rows(offenders), table,
                         have(offenders), columns);
      break;
    case Demand::Kind::fits:
      text = fmt::format("{} of {} {} a value in {} that does not fit {}, which the statement makes of it",
                         rows(offenders), table, have(offenders), demand.column.name, type_text(demand.column));
      break;
    case Demand::Kind::valid_dates:
      text = fmt::format(
          "{} of {} {} a zero date ('0000-00-00' or a zero month or day). Services talk to the server in "
          "strict mode, which refuses such a row when the statement copies or changes it",
          rows(offenders), table, have(offenders));
      break;
    case Demand::Kind::refers:
      text = fmt::format(
          "{} of {} refer through {} to a row of {} that does not exist, so the foreign key cannot be created",
          rows(offenders), table, columns, demand.foreign_key.table);
      break;
    case Demand::Kind::compatible:
      text = fmt::format(
          "The foreign key from {} ({}) to {} ({}) joins columns that differ in type, character set or collation, or "
          "the target has no key on them",
          table, columns, demand.foreign_key.table, join(demand.foreign_key.target_columns, ", "));
      break;
    case Demand::Kind::absent_column:
      text = fmt::format(
          "{} has a column {} already: an earlier attempt at this step was interrupted after it added the column, or "
          "somebody added it by hand",
          table, demand.name);
      break;
    case Demand::Kind::absent_key: {
      const KeySpec* key = facts.key(demand.name);
      text = fmt::format(
          "{} has a key {} already{}: somebody made it by hand, or an earlier attempt at this step was interrupted",
          table, demand.name, key == nullptr ? "" : " (on " + join(key->columns, ", ") + ")");
      break;
    }
    case Demand::Kind::absent_table:
      text = fmt::format(
          "There is a table {} already: an earlier attempt at this step was interrupted, or something else made it",
          table);
      break;
    case Demand::Kind::present_column:
      text = fmt::format("{} has no column {}, {}", table, demand.name, column_of_upstream(upstream, demand.name));
      break;
    case Demand::Kind::present_key:
      text =
          facts.key(demand.name) == nullptr
              ? fmt::format(
                    "{} has no key {}, which the step wants to drop: somebody dropped it by hand, or an earlier "
                    "attempt at this step was interrupted",
                    table, demand.name)
              : fmt::format("A foreign key of {} needs the key {}, which the step wants to drop", table, demand.name);
      break;
    case Demand::Kind::present_foreign_key:
      text = fmt::format("{} has no constraint {}, which the step wants to drop", table, demand.name);
      break;
    case Demand::Kind::present_table:
      text = fmt::format("There is no table {}, which {}", table, upstream.empty() ? "the step names" : "upstream has");
      break;
    case Demand::Kind::key_size:
      text = fmt::format("The key{} of {} is longer than its row format {} allows",
                         columns.empty() ? "" : " on " + columns, table, facts.row_format);
      break;
    case Demand::Kind::row_size:
      text = fmt::format("A row of {} may become longer than its row format {} allows", table, facts.row_format);
      break;
  }
  return text;
}

}  // namespace rehearsal
