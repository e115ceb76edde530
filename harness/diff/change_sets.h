// Sums the unexplained changes of a table's rows by the columns that changed and by what became of the values. Pure.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "harness/diff/table_diff.h"

namespace rehearsal {

// One row.
struct RowChanged {
  std::vector<std::string> columns;  // that changed without an explanation; sorted
  bool unlike = false;               // a rule speaks of one of them
  bool live = false;
  bool lost = false;  // a value is gone, and in no other row that the step wrote
  bool kept = false;  // a value is gone from here, and is in such a row
  KeyValues key;
};

class ChangeSets {
 public:
  void add(RowChanged row) {
    const Kind kind{!row.lost, !row.unlike, row.columns};  // the worst first
    const auto known = sets_.find(kind);
    const bool room = known != sets_.end() || sets_.size() < kChangeSets;
    UnexplainedChange& set = room ? sets_[kind] : rest_;
    std::set<std::string> all(set.columns.begin(), set.columns.end());
    all.insert(row.columns.begin(), row.columns.end());
    set.columns.assign(all.begin(), all.end());
    set.unlike_rule = set.unlike_rule || row.unlike;
    set.lost = set.lost || row.lost;
    ++set.rows;
    set.live += row.live ? 1 : 0;
    set.kept += row.kept ? 1 : 0;
    if (set.keys.size() < kKeysShown) {
      set.keys.push_back(std::move(row.key));
    }
  }

  std::vector<UnexplainedChange> take() {
    std::vector<UnexplainedChange> changes;
    for (auto& [kind, change] : sets_) {
      changes.push_back(std::move(change));
    }
    if (rest_.rows > 0) {
      changes.push_back(std::move(rest_));
    }
    return changes;
  }

 private:
  // Different sets of changed columns that are told apart.
  static constexpr std::size_t kChangeSets = 32;
  using Kind = std::tuple<bool, bool, std::vector<std::string>>;
  std::map<Kind, UnexplainedChange> sets_;
  UnexplainedChange rest_;
};

}  // namespace rehearsal
