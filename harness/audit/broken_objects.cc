#include "harness/audit/broken_objects.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/audit/body_names.h"
#include "harness/audit/stored_objects.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr unsigned kNoSuchTable = 1146;

std::string list_of(const std::vector<GoneThing>& gone) {
  std::vector<std::string> parts;
  for (const GoneThing& thing : gone) {
    parts.push_back(thing.text());
  }
  return join(parts, ", ");
}

Finding finding_of(const StoredObject& object, const std::vector<GoneThing>& causes) {
  Finding finding;
  finding.code = std::string(to_word(object.kind)) + "-broken";
  finding.severity = Severity::warning;
  finding.table = object.full_name();
  for (const GoneThing& cause : causes) {
    if (!cause.column.empty()) {
      finding.columns.push_back(cause.column);
    }
  }
  Fix fix;
  fix.sql = fmt::format("DROP {} {}.{};", object.drop, sql_name(object.schema), sql_name(object.name));
  finding.fix = fix;
  return finding;
}

std::string what_fails(const StoredObject& object) {
  switch (object.kind) {
    case ObjectKind::view:
      return "Every query of the view fails with error 1356, and the next mysqldump of schema " + object.schema +
             " stops there: no backup is made.";
    case ObjectKind::trigger:
      return "The next write to " + object.schema + "." + object.own_table +
             " fires it and fails, the service's own writes too.";
    case ObjectKind::event:
      return "It fails every time it is due, and only the server's error log shows it.";
    case ObjectKind::routine:
      return "It fails when it is called.";
  }
  return {};
}

std::string decision_of(const StoredObject& object) {
  const std::string word = to_word(object.kind);
  return fmt::format(
      "Is the {0} still needed? Drop it before the upgrade; if it is needed, recreate it afterwards to match the new "
      "schema.",
      word);
}

// A view that reads a broken one is broken for the same cause. `reads`: the broken views that each one reads.
void pass_causes_up(const std::vector<std::vector<std::string>>& reads, std::vector<Finding>& findings) {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const auto below = std::find_if(findings.begin(), findings.end(), [&](const Finding& other) {
        return !other.cause.empty() && std::find(reads[i].begin(), reads[i].end(), other.table) != reads[i].end();
      });
      if (findings[i].cause.empty() && below != findings.end()) {
        findings[i].cause = below->cause;
        again = true;
      }
    }
  }
}

}  // namespace

const char* to_word(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::view:
      return "view";
    case ObjectKind::trigger:
      return "trigger";
    case ObjectKind::event:
      return "event";
    case ObjectKind::routine:
      return "routine";
  }
  return "";
}

std::string GoneThing::text() const {
  return column.empty() ? "table " + schema + "." + table : "column " + column + " of " + schema + "." + table;
}

std::vector<GoneThing> named_by(const StoredObject& object, const std::vector<GoneThing>& gone) {
  const BodyNames names(object.body, object.schema, object.own_table);
  std::vector<GoneThing> result;
  for (const GoneThing& thing : gone) {
    const bool named = thing.column.empty() ? names.names_table(thing.schema, thing.table)
                                            : names.names_column(thing.schema, thing.table, thing.column);
    if (named) {
      result.push_back(thing);
    }
  }
  return result;
}

Result<std::vector<Finding>> ObjectWatch::start(Sql& sql) {
  REHEARSAL_TRY_SET(views_, read_views(sql));
  REHEARSAL_TRY_SET(bodies_, read_bodies(sql));
  std::vector<Finding> findings;
  if (views_.empty() && bodies_.empty()) {
    return findings;
  }
  REHEARSAL_TRY_SET(const auto tables, read_tables(sql, schemas_));
  for (const auto* objects : {&views_, &bodies_}) {
    for (const StoredObject& object : *objects) {
      const BodyNames names(object.body, object.schema, object.own_table);
      for (const auto& table : tables) {
        const bool own = object.schema == table.first && object.own_table == table.second;
        if (own || names.names_table(table.first, table.second)) {
          tables_.insert(table);
        }
      }
    }
  }
  for (const StoredObject& view : views_) {
    REHEARSAL_TRY_SET(const std::optional<std::string> error, error_of_view(sql, view));
    if (!error) {
      continue;
    }
    broken_.insert(view.full_name());
    if (!contains(schemas_, view.schema)) {
      continue;
    }
    Finding finding = finding_of(view, {});
    finding.severity = Severity::info;
    finding.title = fmt::format("the view {} is already broken before the upgrade", view.full_name());
    finding.cause = fmt::format("views of {} are already broken before the upgrade", view.schema);
    finding.detail = "It reads a table or column that does not exist. " + what_fails(view);
    finding.error = mask_server_message(*error);
    finding.fix->decision = decision_of(view);
    findings.push_back(std::move(finding));
  }
  REHEARSAL_TRY_SET(columns_, read_columns(sql));
  return findings;
}

Result<std::vector<Finding>> ObjectWatch::after_step(Sql& sql, const PlanStep& step) {
  std::vector<Finding> findings;
  if (views_.empty() && bodies_.empty()) {
    return findings;
  }
  REHEARSAL_TRY_SET(Columns now, read_columns(sql));
  std::vector<GoneThing> gone;
  for (const auto& [table, columns] : columns_) {
    const auto found = now.find(table);
    if (found == now.end()) {
      gone.push_back({table.first, table.second, {}});
      continue;
    }
    for (const std::string& column : columns) {
      if (!contains(found->second, column)) {
        gone.push_back({table.first, table.second, column});
      }
    }
  }
  columns_ = std::move(now);
  REHEARSAL_TRY_SET(findings, check_views(sql, gone));
  if (!gone.empty()) {
    REHEARSAL_TRY_SET(std::vector<Finding> more, check_bodies(sql, gone));
    findings.insert(findings.end(), more.begin(), more.end());
  }
  for (Finding& finding : findings) {
    finding.service = step.service;
    finding.release = step.release;
    finding.step = step.id;
  }
  return findings;
}

Result<ObjectWatch::Columns> ObjectWatch::read_columns(Sql& sql) const {
  Columns columns;
  for (const auto& table : tables_) {
    REHEARSAL_TRY_SET(const std::vector<Row> rows,
                      sql.query(fmt::format("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {}"
                                            " AND TABLE_NAME = {}",
                                            sql_string(table.first), sql_string(table.second))));
    for (const Row& row : rows) {
      columns[table].push_back(row.at(0).value_or(""));
    }
  }
  return columns;
}

Result<std::vector<Finding>> ObjectWatch::check_views(Sql& sql, const std::vector<GoneThing>& gone) {
  std::map<std::string, std::string> errors;  // of the views that broke just now
  for (auto view = views_.begin(); view != views_.end();) {
    if (!broken_.contains(view->full_name())) {
      REHEARSAL_TRY_SET(const std::optional<std::string> error, error_of_view(sql, *view));
      if (error && sql.last_errno() == kNoSuchTable) {
        view = views_.erase(view);  // the step dropped the view itself
        continue;
      }
      if (error) {
        errors[view->full_name()] = *error;
      }
    }
    ++view;
  }
  std::vector<Finding> findings;
  std::vector<std::vector<std::string>> reads;  // the broken views that each of them reads
  for (const StoredObject& view : views_) {
    const auto error = errors.find(view.full_name());
    if (error == errors.end()) {
      continue;
    }
    broken_.insert(view.full_name());
    const std::vector<GoneThing> causes = named_by(view, gone);
    const BodyNames names(view.body, view.schema);
    std::vector<std::string> below;
    for (const StoredObject& other : views_) {
      const bool broke = broken_.contains(other.full_name()) || errors.contains(other.full_name());
      if (&other != &view && broke && names.names_table(other.schema, other.name)) {
        below.push_back(other.full_name());
      }
    }
    Finding finding = finding_of(view, causes);
    const std::string reason = !causes.empty()  ? list_of(causes) + " is gone"
                               : !below.empty() ? "it reads " + join(below, ", ") + ", which is broken"
                                                : "something that it reads is gone";
    finding.title = fmt::format("the view {} no longer works: {}", view.full_name(), reason);
    finding.cause = causes.empty() ? "" : "views no longer work: " + reason;
    reads.push_back(below);
    finding.detail =
        (causes.empty() ? "" : "The step dropped or renamed " + list_of(causes) + ", which the view reads. ") +
        what_fails(view);
    finding.error = mask_server_message(error->second);
    finding.fix->decision = decision_of(view);
    findings.push_back(std::move(finding));
  }
  pass_causes_up(reads, findings);
  return findings;
}

Result<std::vector<Finding>> ObjectWatch::check_bodies(Sql& sql, const std::vector<GoneThing>& gone) const {
  std::vector<Finding> findings;
  // As they are now: the step may have dropped or remade some.
  REHEARSAL_TRY_SET(const std::vector<StoredObject> objects, read_bodies(sql));
  for (const StoredObject& object : objects) {
    const std::vector<GoneThing> causes = named_by(object, gone);
    if (causes.empty()) {
      continue;
    }
    Finding finding = finding_of(object, causes);
    finding.title =
        fmt::format("the {} {} refers to what is gone: {}", to_word(object.kind), object.full_name(), list_of(causes));
    finding.cause = fmt::format("{}s refer to what is gone: {}", to_word(object.kind), list_of(causes));
    finding.detail = "The step dropped or renamed " + list_of(causes) + ". " + what_fails(object);
    finding.fix->decision = decision_of(object);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehearsal
