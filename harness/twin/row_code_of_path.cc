// The part of foresight.h that says what cannot be foreseen, because code decides it row by row.
#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/audit/shipped_migrations.h"
#include "harness/twin/foresight.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

std::vector<std::string> tables_worked_on(const TwinStep& step, const std::string& revision) {
  std::vector<std::string> tables;
  for (const TwinRowWork& work : step.row_work) {
    if (work.revision == revision && !contains(tables, work.table)) {
      tables.push_back(work.table);
    }
  }
  return tables;
}

bool writes(const TwinStep& step, const std::string& revision) {
  return std::any_of(step.row_work.begin(), step.row_work.end(),
                     [&](const TwinRowWork& work) { return work.revision == revision && work.writes; });
}

// revision -> its file, of all chains of the step's service.
Result<std::map<std::string, RevisionFile>> files_of(const Environments& environments, const Service& service,
                                                     const PlanStep& step) {
  std::map<std::string, RevisionFile> files;
  const auto environment = environments.find(step.release);
  if (environment == environments.end() || environment->second.empty()) {
    return files;
  }
  std::set<std::string> folders;
  for (const auto& [role, folder] : service.migrations) {
    if (step.part.empty() || role == head_role(service, step.part)) {
      folders.insert(folder);
    }
  }
  for (const std::string& folder : folders) {
    REHEARSAL_TRY_SET(const std::vector<RevisionFile> shipped, shipped_revisions(environment->second, folder));
    for (const RevisionFile& file : shipped) {
      files.emplace(file.revision, file);
    }
  }
  return files;
}

}  // namespace

std::string to_text(const RowCode& code) {
  const std::string what = code.revision.empty()
                               ? code.step
                               : fmt::format("revision {}{} of {}", code.revision,
                                             code.file.empty() ? "" : " (" + code.file + ")", code.step);
  const std::string on = code.tables.empty() ? "rows" : "rows of " + join(code.tables, ", ");
  return what + " works on " + on + " by its own code";
}

Result<std::vector<RowCode>> row_code_of(const Twin& twin, const Lane& lane, const Service& service,
                                         const Environments& environments) {
  std::vector<RowCode> found;
  for (const PlanStep& step : lane.steps) {
    if (is_online(step.phase)) {
      found.push_back({.step = step.id});
      continue;
    }
    const TwinStep* made = twin.step(step.id);
    if (made == nullptr) {
      continue;
    }
    REHEARSAL_TRY_SET(const auto files, files_of(environments, service, step));
    for (const std::string& revision : made->revisions) {
      const auto file = files.find(revision);
      std::vector<std::string> tables = tables_worked_on(*made, revision);
      if (!tables.empty() || (file != files.end() && file->second.on_rows)) {
        found.push_back({.step = step.id,
                         .revision = revision,
                         .file = file == files.end() ? "" : file->second.file,
                         .tables = std::move(tables)});
      }
    }
    // What a program reads before it starts are its guards, but in a phase that is there for rows.
    if (writes(*made, "") || (step.phase == Phase::migrate && !tables_worked_on(*made, "").empty())) {
      found.push_back({.step = step.id, .tables = tables_worked_on(*made, "")});
    }
  }
  return found;
}

}  // namespace rehearsal
