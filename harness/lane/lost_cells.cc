#include "harness/lane/lost_cells.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/step/step_finding.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCode = "cell-without-database";

std::string from_where(const CellWithoutDatabase& cell, const ColumnPlace& place) {
  return fmt::format(" FROM {}.{} WHERE {} = {}", sql_name(schema_of(cell.table)), sql_name(place.table),
                     sql_name(place.column), sql_string(cell.key));
}

Result<void> set_aside(Sql& sql, const CellRule& rule, const CellWithoutDatabase& cell) {
  for (const ColumnPlace& place : rule.pointing) {
    REHEARSAL_TRY(sql.execute("DELETE" + from_where(cell, place)));
  }
  return sql.execute(fmt::format("DELETE FROM {}.{} WHERE {} = {}", sql_name(schema_of(cell.table)),
                                 sql_name(rule.table), sql_name(rule.id_column), sql_string(cell.id)));
}

std::string place_of(const CellWithoutDatabase& cell) {
  return cell.schema + (cell.host.empty() ? "" : " on " + cell.host);
}

}  // namespace

Result<std::vector<std::string>> set_aside_elsewhere(Sql& sql, const Lane& lane, const Service& service) {
  std::vector<std::string> done;
  for (const CellWithoutDatabase& cell : lane.lost_cells) {
    if (cell.elsewhere && service.cells) {
      REHEARSAL_TRY(set_aside(sql, *service.cells, cell));
      done.push_back(
          fmt::format("{}: the mapping of cell {}, whose database is not in the snapshot, taken out of {} on "
                      "the clone",
                      lane.service, cell.part, cell.table));
    }
  }
  return done;
}

Result<void> LostCells::start(Sql& sql) {
  for (const CellWithoutDatabase& cell : view_.lane.lost_cells) {
    std::vector<std::int64_t>& counts = pointing_.emplace_back();
    for (const ColumnPlace& place : view_.context.service.cells->pointing) {
      REHEARSAL_TRY_SET(const auto count, sql.value("SELECT COUNT(*)" + from_where(cell, place)));
      counts.push_back(std::atoll(count.value_or("0").c_str()));
    }
  }
  return {};
}

bool LostCells::may_stop() const {
  return !aside_ && std::any_of(view_.lane.lost_cells.begin(), view_.lane.lost_cells.end(),
                                [](const CellWithoutDatabase& cell) { return !cell.elsewhere; });
}

Finding LostCells::finding(const std::vector<const CellWithoutDatabase*>& cells) const {
  Finding finding;
  finding.code = kCode;
  finding.severity = Severity::warning;
  finding.service = view_.lane.service;
  finding.table = cells.front()->table;
  finding.columns = {view_.context.service.cells->url_column};
  finding.row_count = static_cast<std::int64_t>(cells.size());
  std::vector<std::string> names, counts, cures;
  for (const CellWithoutDatabase* cell : cells) {
    names.push_back(fmt::format("{} ({}{})", cell->part, cell->disabled ? "disabled, " : "", place_of(*cell)));
    const auto at = static_cast<std::size_t>(cell - view_.lane.lost_cells.data());
    for (std::size_t i = 0; at < pointing_.size() && i < pointing_[at].size(); ++i) {
      const ColumnPlace& place = view_.context.service.cells->pointing[i];
      counts.push_back(
          fmt::format("{} of {}", plural(static_cast<std::uint64_t>(pointing_[at][i]), "row"), place.table));
    }
    cures.push_back(expand(view_.context.service.cells->cure, {{"id", cell->id}}));
    finding.rows.push_back({{view_.context.service.cells->id_column, cell->id}});
    if (!cell->key.empty()) {
      finding.rows.back().emplace(view_.context.service.cells->key_column, cell->key);
    }
  }
  finding.title =
      fmt::format("the snapshot has no database for {} {}", cells.size() == 1 ? "cell" : "cells", join(names, ", "));
  finding.detail = counts.empty() ? "" : fmt::format("{} belong to {}.", join(counts, " and "), join(names, ", "));
  finding.fix = Fix{};
  finding.fix->decision = join(cures, " ");
  return finding;
}

Result<Recovery> LostCells::recover(const FailedAttempt& failed) {
  const std::string& step = failed.step.id;
  Finding* stopped = blocker_of(failed.attempt.judgement.findings, step);
  if (stopped == nullptr) {
    return Recovery{};
  }
  view_.context.talk.progress(view_.lane.service, step + ": trying it without the cells that have no database", true);
  const fs::path data = view_.context.store_dir / (file_name_of(step) + "-without-cells");
  REHEARSAL_TRY_SET(std::unique_ptr<RunServer> server,
                    RunServer::on_clone(view_.context.servers(), "without-cells", failed.checkpoint, data));
  std::vector<const CellWithoutDatabase*> cells;
  for (const CellWithoutDatabase& cell : view_.lane.lost_cells) {
    if (!cell.elsewhere) {
      REHEARSAL_TRY(set_aside(server->sql(), *view_.context.service.cells, cell));
      cells.push_back(&cell);
    }
  }
  fs::path before = data;
  before += "-before";
  REHEARSAL_TRY(server->sql().execute("FLUSH TABLES"));
  REHEARSAL_TRY(server->copy_to(before));
  Observer observer = failed.before;
  StepDiffer differ = failed.differ;
  Result<Attempt> attempted = attempt_step(view_, {*server, observer, differ}, failed.step, before,
                                           view_.context.run.step_dir(step) / "without-cells");
  REHEARSAL_TRY(view_.context.store.remove(before));
  REHEARSAL_TRY(attempted);
  if (attempted->judgement.stops_lane) {
    REHEARSAL_TRY(server->discard());
    return Recovery{};
  }
  aside_ = true;
  Finding told = finding(cells);
  told.severity = Severity::blocker;
  told.release = stopped->release;
  told.step = step;
  told.revision = stopped->revision;
  told.error = stopped->error;
  told.statement = stopped->statement;
  told.title = fmt::format("the step stops with {}: {}",
                           told.title.substr(std::string_view("the snapshot has ").size()), stopped->title);
  told.detail +=
      (stopped->detail.empty() ? "" : " " + stopped->detail) +
      " Without the mappings, on a clone, the step passes; the lane continues there. If the database is in use "
      "and was only left out of the dump, the step may pass in production.";
  *stopped = std::move(told);
  Recovery recovery;
  recovery.findings = std::move(failed.attempt.judgement.findings);
  recovery.findings.insert(recovery.findings.end(), attempted->judgement.findings.begin(),
                           attempted->judgement.findings.end());
  recovery.passed = PassedState{std::move(server), std::move(observer), std::move(differ)};
  return recovery;
}

std::vector<Finding> LostCells::findings(const std::vector<Finding>& told) const {
  std::vector<Finding> findings;
  for (const CellWithoutDatabase& cell : view_.lane.lost_cells) {
    const bool known = std::any_of(told.begin(), told.end(), [&](const Finding& other) {
      return other.code == kCode && std::any_of(other.rows.begin(), other.rows.end(), [&](const auto& row) {
               const auto id = row.find(view_.context.service.cells->id_column);
               return id != row.end() && id->second == cell.id;
             });
    });
    if (known) {
      continue;
    }
    Finding open = finding({&cell});
    open.detail += cell.elsewhere ? " It has hosts and a server of its own: it was not dumped. The rest was rehearsed "
                                    "without it, on a clone without its mapping."
                                  : " No step of the path stopped for it.";
    findings.push_back(std::move(open));
  }
  return findings;
}

}  // namespace rehearsal
