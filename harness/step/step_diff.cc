#include "harness/step/step_diff.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/renames.h"

namespace rehearsal {

namespace {

// The connections of a comparison, made when the first table needs them.
class Sides {
 public:
  Sides(LookBack& back, RunServer& now) : back_(back), now_(now) {}

  Result<TableDiff> compare(const std::string& before, const std::string& after, const DiffHints& hints) {
    REHEARSAL_TRY(open());
    return compare_tables(DiffSide{*old_stream_, *old_lookup_, before}, DiffSide{*new_stream_, *new_lookup_, after},
                          hints);
  }
  Result<UnexpectedRows> dropped(const std::string& table, const WrittenPlaces& written) {
    REHEARSAL_TRY(open());
    return rows_of_dropped(DiffSide{*old_stream_, *old_lookup_, table}, *new_lookup_, written);
  }

 private:
  Result<void> open() {
    if (ready_) {
      return {};
    }
    REHEARSAL_TRY_SET(old_stream_, back_.connect());
    REHEARSAL_TRY_SET(old_lookup_, back_.connect());
    REHEARSAL_TRY_SET(new_stream_, now_.connect());
    REHEARSAL_TRY_SET(new_lookup_, now_.connect());
    for (Sql* sql : {old_stream_.get(), old_lookup_.get(), new_stream_.get(), new_lookup_.get()}) {
      REHEARSAL_TRY(prepare_for_diff(*sql));
    }
    ready_ = true;
    return {};
  }

  LookBack& back_;
  RunServer& now_;
  std::unique_ptr<Sql> old_stream_, old_lookup_, new_stream_, new_lookup_;
  bool ready_ = false;
};

TableChange* numbers_of(StepEffects& effects, const std::string& table) {
  const auto found = std::find_if(effects.tables.begin(), effects.tables.end(),
                                  [&](const TableChange& change) { return change.table == table; });
  return found == effects.tables.end() ? nullptr : &*found;
}

void fill(TableChange& change, const TableDiff& diff) {
  change.inserted = diff.inserted;
  change.updated = diff.updated;
  change.deleted = diff.deleted;
  change.columns = diff.columns;
}

// What is known without a look at the rows.
void fill_known(TableChange& change) {
  const std::int64_t before = change.rows_before.value_or(0);
  const std::int64_t after = change.rows_after.value_or(0);
  change.inserted = before == 0 ? after : 0;
  change.updated = 0;
  change.deleted = after == 0 ? before : 0;
}

// One entry for a table under a new name, in the place of a dropped and a created one.
// The schema on both sides of a step.
struct Shapes {
  const Schema& before;
  const Schema& after;
};

void put_together(StepEffects& effects, const std::string& from, const std::string& to, std::int64_t rows,
                  std::int64_t found, const Shapes& shapes) {
  Schema old_shape, new_shape;
  old_shape.tables[to] = shapes.before.tables.at(from);
  new_shape.tables[to] = shapes.after.tables.at(to);
  SchemaChange renamed{to,
                       "renamed",
                       {fmt::format("renamed from {}: {} of its {} are here", from, found,
                                    plural(static_cast<std::uint64_t>(rows), "row"))}};
  for (const SchemaChange& change : compare(old_shape, new_shape)) {
    renamed.details.insert(renamed.details.end(), change.details.begin(), change.details.end());
  }
  std::erase_if(effects.schema,
                [&](const SchemaChange& change) { return change.object == from || change.object == to; });
  effects.schema.push_back(std::move(renamed));
  std::erase_if(effects.tables, [&](const TableChange& change) { return change.table == from; });
}

// Which table became which under another name: as the log says, and by likeness where it says nothing.
std::vector<std::pair<std::string, std::string>> table_renames(const Schema& before, const Schema& after,
                                                               const DdlEffects& ddl) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [now, origin] : ddl.origins()) {
    const bool moved = !origin.table.empty() && origin.table != now;
    if (moved && before.tables.contains(origin.table) && !after.tables.contains(origin.table) &&
        after.tables.contains(now) && !before.tables.contains(now)) {
      pairs.emplace_back(origin.table, now);
    }
  }
  for (const auto& [from, to] : renamed_tables(before, after)) {
    const auto known = [&](const auto& pair) { return pair.first == from || pair.second == to; };
    if (std::none_of(pairs.begin(), pairs.end(), known)) {
      pairs.emplace_back(from, to);
    }
  }
  return pairs;
}

}  // namespace

bool StepDiffer::holds_revisions(const std::string& table) const {
  return contains(revision_tables_, bare_name(table));
}

void StepDiffer::note_new(const PlanStep& step, const StepEffects& effects) {
  if (new_to_hop_.release != step.release) {
    new_to_hop_ = {step.release, {}};
  }
  for (const SchemaChange& change : effects.schema) {
    if (change.kind == "created") {
      new_to_hop_.things.insert(change.object);
    }
    for (const std::string& column : added_columns(change)) {
      new_to_hop_.things.insert(change.object + "." + column);
    }
  }
}

// One comparison of one step.
class StepDiffer::Comparer {
 public:
  Comparer(StepDiffer& differ, const StepScope& scope, const Shapes& shapes, LookBack& back, RunServer& now,
           StepEffects& effects)
      : differ_(differ),
        scope_(scope),
        before_(shapes.before),
        after_(shapes.after),
        sides_(back, now),
        effects_(effects) {}

  Result<void> run() {
    REHEARSAL_TRY(compare_renamed());
    differ_.note_new(scope_.step, effects_);
    for (TableChange& change : effects_.tables) {
      if (differ_.holds_revisions(change.table) || effects_.diffs.contains(change.table)) {
        continue;
      }
      // What stops one comparison leaves the others to be done.
      if (const Result<void> done = compare_table(change); !done) {
        if (done.error().kind == ErrorKind::interrupted) {
          return done;
        }
        effects_.not_compared +=
            (effects_.not_compared.empty() ? "" : "; ") + change.table + ": " + to_text(done.error());
      }
    }
    effects_.new_to_hop = differ_.new_to_hop_.things;
    return {};
  }

 private:
  [[nodiscard]] TableRules rules_of(const std::string& table) const {
    return rules_for(scope_.service, scope_.schemas, scope_.step.release, table, differ_.new_to_hop_.things);
  }

  // Of a table that was `table` before and is `now`.
  [[nodiscard]] DiffHints hints_for(const std::string& table, const std::string& now) const {
    DiffHints hints{rules_of(table), renamed_columns(effects_.ddl, now), written()};
    for (const auto& [from, to] : hints.renamed) {
      hints.rules.new_columns.erase(to);  // a column that was there before, under another name
    }
    return hints;
  }

  // Tables that took rows from the step. One that only got another name did not.
  [[nodiscard]] WrittenPlaces written() const {
    WrittenPlaces places;
    places.new_to_hop = differ_.new_to_hop_.things;
    for (const TableChange& change : effects_.tables) {
      const auto origin = effects_.ddl.origins().find(change.table);
      const bool renamed = origin != effects_.ddl.origins().end() && !origin->second.table.empty() &&
                           origin->second.table != change.table;
      const bool took_rows = effects_.rows_written.contains(change.table) || !change.rows_before;
      if (took_rows && !renamed && change.rows_after.value_or(0) > 0 && !differ_.holds_revisions(change.table)) {
        places.tables.insert(change.table);
      }
    }
    return places;
  }

  Result<void> compare_renamed() {
    for (const auto& [from, to] : table_renames(before_, after_, effects_.ddl)) {
      TableChange* old_numbers = numbers_of(effects_, from);
      TableChange* new_numbers = numbers_of(effects_, to);
      if (old_numbers == nullptr || new_numbers == nullptr || old_numbers->rows_before.value_or(0) == 0 ||
          new_numbers->rows_after.value_or(0) == 0 || differ_.holds_revisions(from)) {
        continue;
      }
      const std::int64_t rows = *old_numbers->rows_before;
      REHEARSAL_TRY_SET(TableDiff diff, sides_.compare(from, to, hints_for(from, to)));
      const std::int64_t found = rows - diff.deleted;
      if (found * 2 < rows) {
        continue;  // other rows: another table
      }
      new_numbers->rows_before = rows;
      fill(*new_numbers, diff);
      effects_.diffs[to] = std::move(diff);
      put_together(effects_, from, to, rows, found, {before_, after_});
    }
    return {};
  }

  Result<void> compare_table(TableChange& change) {
    const std::int64_t before = change.rows_before.value_or(0);
    const std::int64_t after = change.rows_after.value_or(0);
    if (!change.rows_after && before > 0) {
      fill_known(change);
      return tell_dropped(change.table);
    }
    const bool both = change.rows_before && change.rows_after && before + after > 0;
    if (!both || !effects_.rows_touched.contains(change.table)) {
      fill_known(change);
      return {};
    }
    REHEARSAL_TRY_SET(TableDiff diff,
                      sides_.compare(change.table, change.table, hints_for(change.table, change.table)));
    fill(change, diff);
    for (const auto& [from, to] : diff.renamed_columns) {
      for (SchemaChange& schema : effects_.schema) {
        if (schema.object == change.table) {
          schema.details.push_back(fmt::format("`{}` is now `{}`", from, to));
        }
      }
      differ_.new_to_hop_.things.erase(change.table + "." + to);
    }
    effects_.diffs[change.table] = std::move(diff);
    return {};
  }

  Result<void> tell_dropped(const std::string& table) {
    const TableRules rules = rules_of(table);
    if (rules.may_be_dropped || rules.new_table) {
      return {};
    }
    // Its rows may have gone on under a name that another table had.
    for (const auto& [now, origin] : effects_.ddl.origins()) {
      if (origin.table == table && after_.tables.contains(now)) {
        REHEARSAL_TRY_SET(TableDiff diff, sides_.compare(table, now, hints_for(table, now)));
        effects_.dropped_rows[table] = std::move(diff.gone);
        return {};
      }
    }
    REHEARSAL_TRY_SET(effects_.dropped_rows[table], sides_.dropped(table, written()));
    return {};
  }

  StepDiffer& differ_;
  const StepScope& scope_;
  const Schema& before_;
  const Schema& after_;
  Sides sides_;
  StepEffects& effects_;
};

Result<void> StepDiffer::compare(const StepScope& scope, const Schema& before, const Schema& after, LookBack& back,
                                 RunServer& now, StepEffects& effects) {
  Comparer comparer(*this, scope, {before, after}, back, now, effects);
  if (const Result<void> done = comparer.run(); !done) {
    if (done.error().kind == ErrorKind::interrupted) {
      return done;
    }
    effects.not_compared += (effects.not_compared.empty() ? "" : "; ") + to_text(done.error());
    effects.new_to_hop = new_to_hop_.things;
  }
  return {};
}

}  // namespace rehearsal
