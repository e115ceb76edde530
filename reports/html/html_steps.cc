// What the steps did: rows, schema, online migrations, and the steps themselves.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/drills.h"
#include "reports/html/html_parts.h"
#include "reports/telling.h"

namespace rehearsal::page {
namespace {

std::string count_text(std::int64_t count) {
  return count < 0 ? "−" + human_count(static_cast<std::uint64_t>(-count))
                   : human_count(static_cast<std::uint64_t>(count));
}

std::string count_text(const std::optional<std::int64_t>& count) {
  return count ? count_text(*count) : "–";
}

bool count_changed(const TableChange& change) {
  return change.rows_before != change.rows_after;
}

Data change_row(const TableChange& change, const PageLimits& limits) {
  const std::int64_t delta = change.rows_after.value_or(0) - change.rows_before.value_or(0);
  Data row;
  row.set("table", text(change.table, limits.line));
  row.set("before", change.rows_before ? count_text(change.rows_before) : "new");
  row.set("after", change.rows_after ? count_text(change.rows_after) : "dropped");
  row.set("delta", delta > 0 ? "+" + count_text(delta) : delta == 0 ? std::string("0") : count_text(delta));
  row.set("fewer", delta < 0);
  row.set("measured", text(changed_rows_text(change)));
  row.set("columns", text(changed_columns_text(change), limits.line));
  return row;
}

void set_step_name(Data& data, const StepRecord& step) {
  data.set("id", step.id);
  data.set("anchor", anchor_of(step.id));
}

std::string revisions_text(const StepRecord& step) {
  std::vector<std::string> parts;
  for (const auto& [schema, heads] : step.revisions) {
    parts.push_back(schema + " " + heads);
  }
  return join(parts, ", ");
}

std::string unjudged_text(const StepRecord& step) {
  std::vector<std::string> names;
  for (const CheckResult& check : step.checks) {
    if (!check.judged) {
      names.push_back(check.name);
    }
  }
  return join(names, ", ");
}

std::string bad_checks_text(const StepRecord& step) {
  std::vector<std::string> names;
  for (const CheckResult& check : step.checks) {
    if (check.judged && lower(check.result) != "success") {
      names.push_back(check.name + ": " + check.result);
    }
  }
  return join(names, ", ");
}

Data step_row(const StepRecord& step, const PageLimits& limits) {
  Data row;
  set_step_name(row, step);
  row.set("release", step.release);
  row.set("phase", to_word(step.phase));
  row.set("name", step.part.empty() ? std::string(to_word(step.phase)) : to_word(step.phase) + (" " + step.part));
  row.set("status", to_word(step.status));
  row.set("status_word", spoken(step.status));
  row.set("status_mark", mark_of(step.status));
  const bool ran = step.status == StepStatus::passed || step.status == StepStatus::failed;
  row.set("time", ran ? human_seconds(step.seconds) : std::string("–"));
  row.set("beside", ran && !step.timed_alone);
  row.set("exit", step.exit_status ? std::to_string(*step.exit_status) : std::string("–"));
  row.set("command", text(shell_words(step.command), limits.line));
  row.set("version", text(step.version, limits.line));
  row.set("invocations", step.invocations > 1 ? Data(std::to_string(step.invocations)) : Data(false));
  row.set("may_be_repeated", step.drill ? text(repeat_text(*step.drill), limits.line) : Data(false));
  row.set("taken_from", text(step.taken_from, limits.line));
  row.set("reason", step.status == StepStatus::passed ? Data(false) : text(step.reason, limits.line));
  row.set("unjudged", text(unjudged_text(step), limits.line));
  row.set("bad_checks", text(bad_checks_text(step), limits.line));
  row.set("heads", text(revisions_text(step), limits.line));
  row.set("tail", step.status == StepStatus::failed ? text(readable_tail(step), limits.text) : Data(false));
  return row;
}

}  // namespace

void set_data_changes(Data& page, const RunRecord& record, const PageLimits& limits) {
  List groups;
  List quiet;  // steps that changed no number of rows
  std::size_t told = 0;
  std::size_t untold = 0;
  for (const StepRecord& step : record.steps) {
    List rows;
    std::vector<std::string> same;
    for (const TableChange& change : step.tables) {
      if (told >= limits.table_rows) {
        ++untold;
        continue;
      }
      ++told;
      const bool new_and_empty = !change.rows_before && change.rows_after == 0;
      if (!new_and_empty && (count_changed(change) || !changed_rows_text(change).empty())) {
        rows.push_back(change_row(change, limits));
      } else {
        same.push_back(fmt::format("{} ({})", change.table,
                                   new_and_empty ? std::string("new, empty") : count_text(change.rows_after)));
      }
    }
    if (rows.empty() && same.empty()) {
      continue;
    }
    Data group;
    set_step_name(group, step);
    group.set("same_count", same.empty() ? Data(false) : Data(plural(same.size(), "more table")));
    group.set("same", text(join(same, ", "), limits.text));
    const bool is_quiet = rows.empty();
    group.set("rows", rows);
    (is_quiet ? quiet : groups).push_back(std::move(group));
  }
  page.set("has_data", !groups.empty() || !quiet.empty());
  page.set("has_changes", !groups.empty());
  page.set("quiet_count", quiet.empty() ? Data(false) : Data(plural(quiet.size(), "step")));
  page.set("quiet", quiet);
  page.set("data_groups", groups);
  page.set("more_data", untold > 0 ? Data(human_count(untold)) : Data(false));
}

void set_schema_changes(Data& page, const RunRecord& record, const PageLimits& limits) {
  List groups;
  std::size_t told = 0;
  std::size_t untold = 0;
  for (const StepRecord& step : record.steps) {
    List objects;
    std::size_t created = 0;
    std::size_t dropped = 0;
    for (const SchemaChange& change : step.schema) {
      created += change.kind == "created" ? 1U : 0U;
      dropped += change.kind == "dropped" ? 1U : 0U;
      if (told >= limits.schema_lines) {
        ++untold;
        continue;
      }
      List details;
      for (const std::string& detail : change.details) {
        if (++told > limits.schema_lines) {
          break;
        }
        details.push_back(text(detail, limits.line));
      }
      Data object;
      object.set("object", text(change.object, limits.line));
      object.set("kind", change.kind);
      object.set("more_details", more(change.details.size(), details.size()));
      object.set("details", details);
      objects.push_back(std::move(object));
      ++told;
    }
    if (step.schema.empty()) {
      continue;
    }
    Data group;
    set_step_name(group, step);
    const std::size_t altered = step.schema.size() - created - dropped;
    std::vector<std::string> parts;
    for (const auto& [count, word] : {std::pair(created, "created"), {altered, "altered"}, {dropped, "dropped"}}) {
      if (count > 0) {
        parts.push_back(fmt::format("{} {}", count, word));
      }
    }
    group.set("sum", join(parts, ", "));
    group.set("objects", objects);
    groups.push_back(std::move(group));
  }
  page.set("has_schema", !groups.empty());
  page.set("schema_groups", groups);
  page.set("more_schema", untold > 0 ? Data(human_count(untold)) : Data(false));
}

void set_migrations(Data& page, const RunRecord& record, const PageLimits& limits) {
  List rows;
  std::size_t total = 0;
  std::size_t idle = 0;
  for (const StepRecord& step : record.steps) {
    for (const OnlineMigration& migration : step.migrations) {
      if (migration.found == 0 && migration.remaining == 0) {
        ++idle;
        continue;
      }
      if (++total > limits.list) {
        continue;
      }
      const bool stuck = migration.remaining > migration.expected_remainder;
      Data row;
      set_step_name(row, step);
      row.set("name", text(migration.name, limits.line));
      row.set("found", count_text(migration.found));
      row.set("migrated", count_text(migration.migrated));
      row.set("remaining", count_text(migration.remaining));
      row.set("expected", count_text(migration.expected_remainder));
      row.set("state", stuck ? "rows remain" : "done");
      row.set("state_class", stuck ? "failed" : "passed");
      row.set("state_mark", mark_of(stuck ? GateResult::failed : GateResult::passed));
      rows.push_back(std::move(row));
    }
  }
  page.set("has_migrations", total + idle > 0);
  page.set("has_migration_rows", total > 0);
  page.set("idle_migrations", idle == 0 ? Data(false) : Data(plural(idle, total > 0 ? "more migration" : "migration")));
  page.set("more_migrations", more(total, rows.size()));
  page.set("migrations", rows);
}

void set_steps(Data& page, const RunRecord& record, const PageLimits& limits) {
  List lanes;
  std::size_t told = 0;
  for (const LaneSum& lane : lanes_of(record)) {
    List rows;
    for (const StepRecord* step : lane.steps) {
      if (told < limits.steps) {
        rows.push_back(step_row(*step, limits));
        ++told;
      }
    }
    if (rows.empty()) {
      break;
    }
    Data data;
    data.set("service", lane.service);
    data.set("lane_time", human_seconds(lane.seconds));
    data.set("rows", rows);
    lanes.push_back(std::move(data));
  }
  page.set("step_lanes", lanes);
  page.set("step_count", plural(record.steps.size(), "step"));
  page.set("more_steps", more(record.steps.size(), told));
}

}  // namespace rehearsal::page
