#include "harness/audit/shipped_migrations.h"

#include <algorithm>
#include <set>
#include <system_error>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/files.h"
#include "base/text.h"
#include "harness/audit/row_code.h"
#include "harness/engines/environments.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// The text after "name =" or "name: type =" where a line begins with it; to the end of the file.
std::optional<std::string_view> assigned(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.starts_with(name)) {
      line.remove_prefix(name.size());
      const std::size_t equals = line.find('=');
      const std::string_view between = trim(line.substr(0, std::min(equals, line.size())));
      const bool compared = equals != std::string_view::npos && line.substr(equals).starts_with("==");
      if (equals != std::string_view::npos && !compared && (between.empty() || between.front() == ':')) {
        return trim(text.substr(at + name.size() + equals + 1));
      }
    }
    at = end + 1;
  }
  return std::nullopt;
}

// The strings of a literal: 'a', ("a", "b"), ['a']; None has none.
std::vector<std::string> strings_of(std::string_view literal) {
  std::vector<std::string> strings;
  const bool many = literal.starts_with('(') || literal.starts_with('[') || literal.starts_with('{');
  for (std::size_t at = 0; at < literal.size(); ++at) {
    const char c = literal[at];
    if (c == '\'' || c == '"') {
      const std::size_t end = literal.find(c, at + 1);
      if (end == std::string_view::npos) {
        break;
      }
      strings.emplace_back(literal.substr(at + 1, end - at - 1));
      at = end;
    } else if (c == '#') {
      at = std::min(literal.find('\n', at), literal.size()) - 1;
      if (!many) {
        break;
      }
    } else if ((many && (c == ')' || c == ']' || c == '}')) || (!many && c == '\n')) {
      break;
    }
  }
  return strings;
}

bool should_be_at_its_head(Phase phase) {
  switch (phase) {
    case Phase::sync:
    case Phase::contract:
      return true;
    case Phase::purge:
    case Phase::online_before:
    case Phase::check:
    case Phase::expand:
    case Phase::migrate:
    case Phase::online:
    case Phase::status:
      return false;
  }
  return false;
}

}  // namespace

std::optional<RevisionFile> read_revision(std::string_view text) {
  const auto revision = assigned(text, "revision");
  const std::vector<std::string> ids = revision ? strings_of(*revision) : std::vector<std::string>{};
  if (ids.size() != 1) {
    return std::nullopt;
  }
  RevisionFile file;
  file.revision = ids.front();
  file.on_rows = works_on_rows(text);
  for (const char* name : {"down_revision", "depends_on"}) {
    if (const auto value = assigned(text, name)) {
      const std::vector<std::string> more = strings_of(*value);
      file.after.insert(file.after.end(), more.begin(), more.end());
    }
  }
  return file;
}

std::vector<RevisionFile> not_applied(const std::vector<RevisionFile>& shipped, const std::vector<std::string>& heads) {
  std::map<std::string, const RevisionFile*> by_id;
  for (const RevisionFile& file : shipped) {
    by_id[file.revision] = &file;
  }
  std::set<std::string> applied;
  std::vector<std::string> open;
  for (const std::string& head : heads) {
    if (!by_id.contains(head)) {
      return {};
    }
    open.push_back(head);
  }
  while (!open.empty() && !heads.empty()) {
    const std::string id = open.back();
    open.pop_back();
    const auto file = by_id.find(id);
    if (applied.insert(id).second && file != by_id.end()) {
      open.insert(open.end(), file->second->after.begin(), file->second->after.end());
    }
  }
  std::vector<RevisionFile> left;
  for (const RevisionFile& file : shipped) {
    if (!heads.empty() && !applied.contains(file.revision)) {
      left.push_back(file);
    }
  }
  return left;
}

Result<std::vector<RevisionFile>> shipped_revisions(const fs::path& environment, const std::string& folder) {
  std::vector<RevisionFile> files;
  REHEARSAL_TRY_SET(const std::vector<fs::path> homes, package_folders(environment));
  for (const fs::path& packages : homes) {
    REHEARSAL_TRY_SET(const std::vector<fs::path> tree, tree_of(packages / folder));
    for (const fs::path& entry : tree) {
      REHEARSAL_TRY_SET(const bool dir, is_folder(entry));
      if (entry.extension() != ".py" || dir) {
        continue;
      }
      REHEARSAL_TRY_SET(const std::string text, read_file(entry));
      if (auto file = read_revision(text)) {
        file->file = entry.lexically_relative(packages).string();
        files.push_back(std::move(*file));
      }
    }
  }
  std::sort(files.begin(), files.end(), [](const RevisionFile& a, const RevisionFile& b) { return a.file < b.file; });
  return files;
}

Result<std::vector<Finding>> find_not_applied(const fs::path& environment, const Service& service,
                                              const std::map<std::string, std::string>& lane, const PlanStep& step,
                                              const std::map<std::string, std::string>& revisions) {
  std::vector<Finding> findings;
  if (environment.empty() || !should_be_at_its_head(step.phase)) {
    return findings;
  }
  for (const auto& [part, schema] : lane) {
    const bool of_step = contains(step.schemas, schema) && (step.part.empty() || step.part == part);
    const auto folder = service.migrations.find(head_role(service, part));
    const auto reached = revisions.find(schema);
    if (!of_step || folder == service.migrations.end() || reached == revisions.end()) {
      continue;
    }
    std::vector<std::string> heads;
    for (const std::string& head : split(reached->second, ',')) {
      heads.emplace_back(trim(head));
    }
    REHEARSAL_TRY_SET(const std::vector<RevisionFile> shipped, shipped_revisions(environment, folder->second));
    for (const RevisionFile& file : not_applied(shipped, heads)) {
      Finding finding;
      finding.code = "migration-not-applied";
      finding.severity = Severity::info;
      finding.service = step.service;
      finding.release = step.release;
      finding.step = step.id;
      finding.revision = file.revision;
      finding.table = schema;
      finding.title =
          fmt::format("{} {} ships migration {} and does not apply it", step.service, step.version, file.revision);
      finding.detail = fmt::format(
          "{} comes after {}; {} is at {}. A later release may apply it, and its changes come then. Do not apply "
          "it by hand: that release would find its work done and stop.",
          file.file, file.after.empty() ? "nothing" : join(file.after, ", "), schema, reached->second);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace rehearsal
