#include "harness/step/guards.h"

#include <fmt/core.h>

#include "base/pattern.h"
#include "base/text.h"
#include "harness/step/check_crash.h"

namespace rehearsal {

namespace {

// Programs wrap their messages at the width of a terminal.
std::string on_one_line(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  return result;
}

}  // namespace

std::vector<const RowRule*> guards_saying(const Service& service, const std::string& release,
                                          const std::string& output) {
  const std::string text = on_one_line(end_of_output(output));
  std::vector<const RowRule*> guards;
  for (const RowRule& guard : service.guards) {
    const bool applies = guard.releases.empty() || guard.releases.contains(release);
    if (!applies || guard.pattern.empty()) {
      continue;
    }
    if (const auto pattern = Pattern::of(guard.pattern); pattern && pattern->is_in(text)) {
      guards.push_back(&guard);
    }
  }
  return guards;
}

std::vector<const RowRule*> rules_of_check(const Service& service, const std::string& release,
                                           const std::string& check) {
  std::vector<const RowRule*> rules;
  for (const RowRule& rule : service.guards) {
    const bool applies = rule.releases.empty() || rule.releases.contains(release);
    if (applies && !rule.check.empty() && lower(rule.check) == lower(check)) {
      rules.push_back(&rule);
    }
  }
  return rules;
}

Result<std::optional<GuardMatch>> match_guard(Sql& sql, const Service& service, const PlanStep& step,
                                              const std::string& output) {
  std::optional<GuardMatch> without_rows;
  for (const RowRule* guard : guards_saying(service, step.release, output)) {
    REHEARSAL_TRY_SET(const std::vector<FoundRows> found, find_rows(sql, *guard, step.schemas));
    GuardMatch match;
    match.words = guard->words;
    match.source = guard->source;
    REHEARSAL_TRY_SET(match.fix, fix_of(sql, *guard, found));
    if (found.empty()) {
      if (!without_rows) {
        without_rows = std::move(match);
      }
      continue;
    }
    Finding told;
    set_rows(told, *guard, found);
    match.table = told.table;
    match.columns = told.columns;
    match.row_count = told.row_count.value_or(0);
    match.soft_deleted = told.soft_deleted;
    match.rows = told.rows;
    match.words += fmt::format(" ({})", list_of(found));
    return match;
  }
  return without_rows;
}

}  // namespace rehearsal
