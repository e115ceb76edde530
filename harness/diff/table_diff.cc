#include "harness/diff/table_diff.h"

#include <algorithm>
#include <set>

#include "base/interrupt.h"
#include "base/text.h"
#include "harness/diff/row_stream.h"
#include "reports/mask.h"

namespace rehearsal {

namespace {

// Rows that changed are looked up together.
constexpr std::size_t kLookupRows = 200;
// Different sets of changed columns that are told apart.
constexpr std::size_t kChangeSets = 32;

class Comparison {
 public:
  Comparison(const DiffPlan& plan, const DiffSide& before, const DiffSide& after)
      : plan_(plan), before_(before), after_(after) {
    for (const ColumnPair& column : plan_.key) {
      diff_.key.push_back(column.after);
    }
    if (!plan_.key.empty()) {
      diff_.updated = 0;
    }
  }

  // The name of a column that was not renamed after all; nothing: the comparison is done.
  Result<std::optional<std::string>> run() {
    REHEARSAL_TRY_SET(std::vector<std::string> buckets, differing_buckets());
    if (buckets.empty()) {
      return std::nullopt;
    }
    if (buckets.size() > kBuckets / 2) {
      buckets.clear();  // all
    }
    RowStream old_rows(before_.stream, scan_statement(plan_, Side::before, buckets));
    RowStream new_rows(after_.stream, scan_statement(plan_, Side::after, buckets));
    REHEARSAL_TRY_SET(const Row* old_row, old_rows.next());
    REHEARSAL_TRY_SET(const Row* new_row, new_rows.next());
    std::uint64_t turns = 0;
    while (old_row != nullptr || new_row != nullptr) {
      if ((++turns & 0xfff) == 0) {
        REHEARSAL_TRY(check_interrupt());
      }
      const int order = old_row == nullptr ? 1 : new_row == nullptr ? -1 : compare_keys(plan_, *old_row, *new_row);
      if (order < 0) {
        ++diff_.deleted;
        if (diff_.deleted_keys.size() < kKeysShown && !plan_.key.empty()) {
          diff_.deleted_keys.push_back(shown_key(*old_row));
        }
      } else if (order > 0) {
        ++diff_.inserted;
      } else if (!plan_.key.empty() && old_row->back() != new_row->back()) {
        changed_.emplace_back(*old_row, *new_row);
        if (changed_.size() >= kLookupRows) {
          REHEARSAL_TRY(look_up());
          if (wrong_) {
            return wrong_;
          }
        }
      }
      if (order <= 0) {
        REHEARSAL_TRY(advance(old_rows, old_row, last_old_));
      }
      if (order >= 0) {
        REHEARSAL_TRY(advance(new_rows, new_row, last_new_));
      }
    }
    REHEARSAL_TRY(look_up());
    // A renamed column of the key pairs all rows, or it was not renamed.
    for (const ColumnPair& column : plan_.key) {
      if (column.candidate && diff_.deleted > 0) {
        wrong_ = column.before;
      }
    }
    return wrong_;
  }

  TableDiff take() {
    for (const auto& [name, rows] : column_rows_) {
      diff_.columns.push_back({name.first, name.second, rows});
    }
    for (auto& [columns, change] : sets_) {
      diff_.changes.push_back(std::move(change));
    }
    if (rest_.rows > 0) {
      diff_.changes.push_back(std::move(rest_));
    }
    return std::move(diff_);
  }

 private:
  // The numbers of the buckets whose rows are not the same on both sides.
  [[nodiscard]] Result<std::vector<std::string>> differing_buckets() const {
    std::map<std::string, Row> sums;
    std::vector<std::string> differing;
    RowStream old_sums(before_.stream, summary_statement(plan_, Side::before));
    RowStream new_sums(after_.stream, summary_statement(plan_, Side::after));
    for (;;) {
      REHEARSAL_TRY_SET(const Row* row, old_sums.next());
      if (row == nullptr) {
        break;
      }
      sums[row->front().value_or("")] = *row;
    }
    for (;;) {
      REHEARSAL_TRY_SET(const Row* row, new_sums.next());
      if (row == nullptr) {
        break;
      }
      const std::string bucket = row->front().value_or("");
      const auto found = sums.find(bucket);
      if (found == sums.end() || found->second != *row) {
        differing.push_back(bucket);
      }
      if (found != sums.end()) {
        sums.erase(found);
      }
    }
    for (const auto& [bucket, row] : sums) {
      differing.push_back(bucket);
    }
    return differing;
  }

  // Counts would be wrong where a server orders otherwise than they are merged.
  Result<void> advance(RowStream& rows, const Row*& row, Row& last) {
    last.assign(row->begin(), row->end());
    REHEARSAL_TRY_SET(row, rows.next());
    if (row != nullptr && compare_keys(plan_, last, *row) > 0) {
      return fail("the rows of " + plan_.before + " do not come in the order of their key");
    }
    return {};
  }

  [[nodiscard]] KeyValues shown_key(const Row& row) const {
    KeyValues key;
    for (std::size_t i = 0; i < plan_.key.size(); ++i) {
      const std::string value = row.at(i).value_or("NULL");
      key[plan_.key[i].after] = !row.at(i) || plan_.key[i].number || is_surrogate_key(value) ? value : "***";
    }
    return key;
  }

  using Found = std::map<Row, Row>;  // key and hash -> values

  Result<Found> values_of(const DiffSide& side, Side which) const {
    std::vector<Row> keys;
    std::set<Row> wanted;
    for (const auto& [old_row, new_row] : changed_) {
      const Row& row = which == Side::before ? old_row : new_row;
      keys.emplace_back(row.begin(), row.end() - 1);
      wanted.insert(row);
    }
    Found found;
    const auto head = static_cast<std::ptrdiff_t>(plan_.key.size() + 1);
    REHEARSAL_TRY(side.lookup.for_each_row(lookup_statement(plan_, which, keys), [&](const Row& row) -> Result<void> {
      Row identity(row.begin(), row.begin() + head);
      if (wanted.contains(identity)) {
        found.emplace(std::move(identity), Row(row.begin() + head, row.end()));
      }
      return {};
    }));
    return found;
  }

  Result<void> look_up() {
    if (changed_.empty()) {
      return {};
    }
    REHEARSAL_TRY_SET(const Found old_values, values_of(before_, Side::before));
    REHEARSAL_TRY_SET(const Found new_values, values_of(after_, Side::after));
    for (const auto& [old_row, new_row] : changed_) {
      const auto old_found = old_values.find(old_row);
      const auto new_found = new_values.find(new_row);
      if (old_found == old_values.end() || new_found == new_values.end()) {
        return fail("a changed row of " + plan_.before + " cannot be found by its key");
      }
      std::vector<std::string> names;
      for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
        const ColumnPair& column = plan_.columns[i];
        const std::string kind = kind_of_change(column, old_found->second.at(i), new_found->second.at(i));
        if (kind.empty()) {
          continue;
        }
        if (column.candidate) {
          wrong_ = column.before;
          return {};
        }
        ++column_rows_[{column.after, kind}];
        names.push_back(column.after);
      }
      ++*diff_.updated;
      std::sort(names.begin(), names.end());
      note_set(names, new_row);
    }
    changed_.clear();
    return {};
  }

  void note_set(const std::vector<std::string>& names, const Row& row) {
    const auto known = sets_.find(names);
    const bool room = known != sets_.end() || sets_.size() < kChangeSets;
    ChangedColumns& set = room ? sets_[names] : rest_;
    if (set.columns.empty()) {
      set.columns = names;
    }
    if (!room) {
      std::set<std::string> all(set.columns.begin(), set.columns.end());
      all.insert(names.begin(), names.end());
      set.columns.assign(all.begin(), all.end());
    }
    ++set.rows;
    if (set.keys.size() < kKeysShown) {
      set.keys.push_back(shown_key(row));
    }
  }

  const DiffPlan& plan_;
  const DiffSide& before_;
  const DiffSide& after_;
  TableDiff diff_;
  std::vector<std::pair<Row, Row>> changed_;  // their values are not yet known
  Row last_old_, last_new_;
  std::map<std::pair<std::string, std::string>, std::int64_t> column_rows_;  // column, kind
  std::map<std::vector<std::string>, ChangedColumns> sets_;
  ChangedColumns rest_;
  std::optional<std::string> wrong_;
};

// Values that say nothing (all NULL, or one default) agree with any other such column.
Result<bool> says_something(const DiffSide& side, const std::string& column) {
  REHEARSAL_TRY_SET(const auto several, side.lookup.value("SELECT MIN(" + sql_name(column) + ") <> MAX(" +
                                                          sql_name(column) + ") FROM " + quoted_table(side.table)));
  return several.value_or("0") == "1";
}

}  // namespace

Result<void> prepare_for_diff(Sql& sql) {
  return sql.execute(
      "SET SESSION sql_mode = '', net_write_timeout = 7200, sort_buffer_size = 8388608, max_sort_length = 4096,"
      " max_statement_time = 0, slow_query_log = OFF");
}

Result<TableDiff> compare_tables(const DiffSide& before, const DiffSide& after) {
  REHEARSAL_TRY_SET(const TableLayout old_layout, read_layout(before.lookup, before.table));
  REHEARSAL_TRY_SET(const TableLayout new_layout, read_layout(after.lookup, after.table));
  std::vector<std::pair<std::string, std::string>> renames;
  for (const auto& [old_name, new_name] : rename_candidates(old_layout, new_layout)) {
    REHEARSAL_TRY_SET(const bool telling, says_something(before, old_name));
    if (telling) {
      renames.emplace_back(old_name, new_name);
    }
  }
  for (;;) {
    const DiffPlan plan = plan_diff(old_layout, new_layout, renames);
    Comparison comparison(plan, before, after);
    REHEARSAL_TRY_SET(const std::optional<std::string> wrong, comparison.run());
    if (!wrong) {
      TableDiff diff = comparison.take();
      diff.renamed_columns = renames;
      return diff;
    }
    std::erase_if(renames, [&](const auto& rename) { return rename.first == *wrong; });
  }
}

}  // namespace rehearsal
