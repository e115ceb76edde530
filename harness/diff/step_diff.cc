#include "harness/diff/step_diff.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/diff/renames.h"

namespace rehearsal {

namespace {

// The connections of a comparison, made when the first table needs them.
class Sides {
 public:
  Sides(LookBack& back, LaneServer& now) : back_(back), now_(now) {}

  Result<TableDiff> compare(const std::string& before, const std::string& after) {
    REHEARSAL_TRY(open());
    return compare_tables(DiffSide{*old_stream_, *old_lookup_, before}, DiffSide{*new_stream_, *new_lookup_, after});
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
  LaneServer& now_;
  std::unique_ptr<Sql> old_stream_, old_lookup_, new_stream_, new_lookup_;
  bool ready_ = false;
};

const SchemaChange* change_of(const StepEffects& effects, const std::string& object) {
  const auto found = std::find_if(effects.schema.begin(), effects.schema.end(),
                                  [&](const SchemaChange& change) { return change.object == object; });
  return found == effects.schema.end() ? nullptr : &*found;
}

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
void put_together(StepEffects& effects, const std::string& from, const std::string& to, std::int64_t rows,
                  std::int64_t found, const Schema& before, const Schema& after) {
  Schema old_shape, new_shape;
  old_shape.tables[to] = before.tables.at(from);
  new_shape.tables[to] = after.tables.at(to);
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

}  // namespace

bool StepDiffer::holds_revisions(const std::string& table) const {
  const std::string name = table.substr(table.find('.') + 1);
  return std::find(revision_tables_.begin(), revision_tables_.end(), name) != revision_tables_.end();
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

Result<void> StepDiffer::compare(const PlanStep& step, const Schema& before, const Schema& after, LookBack& back,
                                 LaneServer& now, StepEffects& effects) {
  Sides sides(back, now);
  const auto broke = [&](const Error& error) -> Result<void> {
    if (error.kind == ErrorKind::interrupted) {
      return fail(error);
    }
    effects.not_compared = to_text(error);
    return {};
  };
  for (const auto& [from, to] : renamed_tables(before, after)) {
    TableChange* old_numbers = numbers_of(effects, from);
    TableChange* new_numbers = numbers_of(effects, to);
    if (old_numbers == nullptr || new_numbers == nullptr || old_numbers->rows_before.value_or(0) == 0 ||
        new_numbers->rows_after.value_or(0) == 0 || holds_revisions(from)) {
      continue;
    }
    const std::int64_t rows = *old_numbers->rows_before;
    Result<TableDiff> diff = sides.compare(from, to);
    if (!diff) {
      return broke(diff.error());
    }
    const std::int64_t found = rows - diff->deleted;
    if (found * 2 < rows) {
      continue;  // other rows: another table
    }
    new_numbers->rows_before = rows;
    fill(*new_numbers, *diff);
    effects.diffs[to] = std::move(*diff);
    put_together(effects, from, to, rows, found, before, after);
  }
  note_new(step, effects);
  effects.new_to_hop = new_to_hop_.things;
  for (TableChange& change : effects.tables) {
    if (holds_revisions(change.table) || effects.diffs.contains(change.table)) {
      continue;
    }
    const SchemaChange* altered = change_of(effects, change.table);
    const bool both = change.rows_before.value_or(0) > 0 && change.rows_after.value_or(0) > 0;
    const bool looked_at = effects.rows_touched.contains(change.table) || change.rows_before != change.rows_after ||
                           (altered != nullptr && may_change_values(*altered));
    if (!both || !looked_at) {
      fill_known(change);
      continue;
    }
    Result<TableDiff> diff = sides.compare(change.table, change.table);
    if (!diff) {
      return broke(diff.error());
    }
    fill(change, *diff);
    for (const auto& [from, to] : diff->renamed_columns) {
      for (SchemaChange& schema : effects.schema) {
        if (schema.object == change.table) {
          schema.details.push_back(fmt::format("`{}` is now `{}`: all values agree", from, to));
        }
      }
      new_to_hop_.things.erase(change.table + "." + to);
    }
    effects.diffs[change.table] = std::move(*diff);
  }
  effects.new_to_hop = new_to_hop_.things;
  return {};
}

}  // namespace rehearsal
