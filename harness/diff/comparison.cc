#include "harness/diff/comparison.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "harness/diff/change_sets.h"
#include "harness/diff/diff_statements.h"
#include "harness/diff/row_stream.h"
#include "harness/diff/value_change.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

// Rows that are asked about are looked up together.
constexpr std::size_t kLookupRows = 200;

class Comparison {
 public:
  Comparison(const DiffPlan& plan, const DiffSide& before, const DiffSide& after, const RuleQuestions& questions,
             LossCheck& losses)
      : plan_(plan), before_(before), after_(after), questions_(questions), losses_(losses), hash_at_(plan.key.size()) {
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
        REHEARSAL_TRY(take_alone(*old_row, Side::before));
      } else if (order > 0) {
        ++diff_.inserted;
        REHEARSAL_TRY(take_alone(*new_row, Side::after));
      } else if (!plan_.key.empty() && old_row->at(hash_at_) != new_row->at(hash_at_)) {
        changed_.emplace_back(*old_row, *new_row);
        if (changed_.size() >= kLookupRows) {
          REHEARSAL_TRY(look_up());
        }
      }
      if (wrong_) {
        return wrong_;
      }
      if (order <= 0) {
        REHEARSAL_TRY(advance(old_rows, old_row, last_old_));
      }
      if (order >= 0) {
        REHEARSAL_TRY(advance(new_rows, new_row, last_new_));
      }
    }
    REHEARSAL_TRY(look_up());
    REHEARSAL_TRY(ask_about(gone_, Side::before));
    REHEARSAL_TRY(ask_about(come_, Side::after));
    REHEARSAL_TRY(settle_losses());
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
    diff_.changes = sets_.take();
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

  // A row that one side only has: where rules speak of such rows, they are asked about it.
  Result<void> take_alone(const Row& row, Side side) {
    const bool old_side = side == Side::before;
    const std::string& may = old_side ? questions_.row_may_go() : questions_.row_may_come();
    if (may == "1") {
      return {};
    }
    if (may.empty()) {
      return add_unexpected(row, side);
    }
    std::vector<Row>& rows = old_side ? gone_ : come_;
    rows.push_back(row);
    return rows.size() < kLookupRows ? Result<void>() : ask_about(rows, side);
  }

  Result<void> add_unexpected(const Row& row, Side side) {
    UnexpectedRows& unexpected = side == Side::before ? diff_.gone : diff_.added;
    const bool live = row.back() == "1";
    ++unexpected.rows;
    unexpected.live += live ? 1 : 0;
    if (unexpected.keys.size() < kKeysShown && !plan_.key.empty()) {
      unexpected.keys.push_back(shown_key(row));
    }
    return side == Side::before && live && losses_.any_place() ? lose(row, {}, {}) : Result<void>();
  }

  // Columns by their names before; none: the whole row, which is counted already.
  Result<void> lose(const Row& row, std::vector<std::string> columns, RowChanged changed) {
    lost_rows_.push_back(row);
    lost_columns_.push_back(std::move(columns));
    lost_changes_.push_back(std::move(changed));
    return lost_rows_.size() < kLookupRows ? Result<void>() : settle_losses();
  }

  // Lost, or moved to another row that the step wrote.
  Result<void> settle_losses() {
    if (lost_rows_.empty()) {
      return {};
    }
    REHEARSAL_TRY_SET(const std::vector<bool> kept, losses_.kept(plan_, lost_rows_, lost_columns_));
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (lost_columns_[i].empty()) {
        diff_.gone.kept += kept[i] ? 1 : 0;
        continue;
      }
      lost_changes_[i].lost = !kept[i];
      lost_changes_[i].kept = kept[i];
      sets_.add(std::move(lost_changes_[i]));
    }
    lost_rows_.clear();
    lost_columns_.clear();
    lost_changes_.clear();
    return {};
  }

  Result<void> ask_about(std::vector<Row>& rows, Side side) {
    if (rows.empty()) {
      return {};
    }
    const bool old_side = side == Side::before;
    REHEARSAL_TRY_SET(const Found found, find(rows, side, Asked::no_values,
                                              {old_side ? questions_.row_may_go() : questions_.row_may_come()}));
    for (const Row& row : rows) {
      const auto answer = found.find(identity(row));
      if (answer == found.end() || answer->second.at(0) != "1") {
        REHEARSAL_TRY(add_unexpected(row, side));
      }
    }
    rows.clear();
    return {};
  }

  using Found = std::map<Row, Row>;  // key and hash -> what was asked

  [[nodiscard]] Row identity(const Row& row) const {
    return Row(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(hash_at_ + 1));
  }

  Result<Found> find(const std::vector<Row>& rows, Side which, Asked asked,
                     const std::vector<std::string>& more) const {
    const DiffSide& side = which == Side::before ? before_ : after_;
    std::set<Row> wanted;
    for (const Row& row : rows) {
      wanted.insert(identity(row));
    }
    Found found;
    const std::string statement = lookup_statement(plan_, which, rows, asked, more);
    REHEARSAL_TRY(side.lookup.for_each_row(statement, [&](const Row& row) -> Result<void> {
      Row key = identity(row);
      if (wanted.contains(key)) {
        found.emplace(std::move(key), Row(row.begin() + static_cast<std::ptrdiff_t>(hash_at_ + 1), row.end()));
      }
      return {};
    }));
    return found;
  }

  Result<void> look_up() {
    if (changed_.empty()) {
      return {};
    }
    std::vector<Row> old_rows, new_rows;
    for (const auto& [old_row, new_row] : changed_) {
      old_rows.push_back(old_row);
      new_rows.push_back(new_row);
    }
    REHEARSAL_TRY_SET(const Found old_values, find(old_rows, Side::before, Asked::values, questions_.of_old()));
    REHEARSAL_TRY_SET(const Found new_values, find(new_rows, Side::after, Asked::values, questions_.of_new()));
    for (const auto& [old_row, new_row] : changed_) {
      const auto old_found = old_values.find(identity(old_row));
      const auto new_found = new_values.find(identity(new_row));
      if (old_found == old_values.end() || new_found == new_values.end()) {
        return fail("a changed row of " + plan_.before + " cannot be found by its key");
      }
      REHEARSAL_TRY(take_changed(old_row, old_found->second, new_row, new_found->second));
      if (wrong_) {
        return {};
      }
    }
    changed_.clear();
    return {};
  }

  Result<void> take_changed(const Row& old_row, const Row& old_values, const Row& new_row, const Row& new_values) {
    const auto values = static_cast<std::ptrdiff_t>(plan_.columns.size());
    const RuleAnswers answers = questions_.answers(Row(old_values.begin() + values, old_values.end()),
                                                   Row(new_values.begin() + values, new_values.end()));
    RowChanged row;
    bool explained = false;
    std::vector<std::string> lost;  // names before
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      const ColumnPair& column = plan_.columns[i];
      const std::string kind = kind_of_change(column, old_values.at(i), new_values.at(i));
      if (kind.empty()) {
        continue;
      }
      if (column.candidate) {
        wrong_ = column.before;
        return {};
      }
      ++column_rows_[{column.after, kind}];
      const ColumnFate fate = fate_of(questions_.rules(), answers, column.after);
      if (fate == ColumnFate::expected) {
        explained = true;
        continue;
      }
      row.unlike = row.unlike || fate == ColumnFate::unlike;
      if (loses_value(kind) && column.after != kTouchColumn) {
        lost.push_back(column.before);
      }
      row.columns.push_back(column.after);
    }
    ++*diff_.updated;
    // The touch comes with any other change.
    if (row.columns.empty() || (explained && row.columns == std::vector<std::string>{kTouchColumn})) {
      return {};
    }
    std::sort(row.columns.begin(), row.columns.end());
    row.live = old_row.back() == "1";
    row.lost = row.live && !lost.empty();
    row.key = shown_key(new_row);
    if (row.lost && losses_.any_place()) {
      return lose(old_row, std::move(lost), std::move(row));
    }
    sets_.add(std::move(row));
    return {};
  }

  const DiffPlan& plan_;
  const DiffSide& before_;
  const DiffSide& after_;
  const RuleQuestions& questions_;
  LossCheck& losses_;
  const std::size_t hash_at_;  // in a scanned row; the last of it is whether it is live
  TableDiff diff_;
  std::vector<std::pair<Row, Row>> changed_;  // their values are not yet known
  std::vector<Row> gone_, come_;              // rules are still to be asked about them
  std::vector<Row> lost_rows_;                // it is still to be asked whether they are kept elsewhere
  std::vector<std::vector<std::string>> lost_columns_;
  std::vector<RowChanged> lost_changes_;
  Row last_old_, last_new_;
  std::map<std::pair<std::string, std::string>, std::int64_t> column_rows_;  // column, kind
  ChangeSets sets_;
  std::optional<std::string> wrong_;
};

}  // namespace

Result<Compared> compare_by(const DiffPlan& plan, const DiffSide& before, const DiffSide& after,
                            const RuleQuestions& questions, LossCheck& losses) {
  Comparison comparison(plan, before, after, questions, losses);
  Compared compared;
  REHEARSAL_TRY_SET(compared.wrong, comparison.run());
  compared.diff = comparison.take();
  return compared;
}

}  // namespace rehearsal
