// What a release's code ships and what a schema's revision table says is applied. A revision file that no applied
// head descends from is not applied, whatever the exit status: a later release may apply it. Files are read, not run.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct RevisionFile {
  std::string file;  // below site-packages
  std::string revision;
  std::vector<std::string> after;  // down_revision and depends_on
  bool on_rows = false;            // its code works on rows, see row_code.h
};

// The revision that a migration's Python text declares; none where it declares none.
[[nodiscard]] std::optional<RevisionFile> read_revision(std::string_view text);

// Those of `shipped` that are not an ancestor of `heads`, by file; none where a head is not among them, as then the
// code does not know the schema.
[[nodiscard]] std::vector<RevisionFile> not_applied(const std::vector<RevisionFile>& shipped,
                                                    const std::vector<std::string>& heads);

// All revision files below `folder` of the virtual environment; none where it has no such folder.
[[nodiscard]] Result<std::vector<RevisionFile>> shipped_revisions(const std::filesystem::path& environment,
                                                                  const std::string& folder);

// After a step that should have brought its schemas to their heads: one finding (information) for each migration that
// was left out. `environment`: that ran the step; empty: its files cannot be seen, and nothing is said. `revisions`:
// schema -> heads, joined by ", ".
[[nodiscard]] Result<std::vector<Finding>> find_not_applied(const std::filesystem::path& environment,
                                                            const Service& service,
                                                            const std::map<std::string, std::string>& lane,
                                                            const PlanStep& step,
                                                            const std::map<std::string, std::string>& revisions);

}  // namespace rehearsal
