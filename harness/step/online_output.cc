#include "harness/step/online_output.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/contains.h"
#include "base/names.h"
#include "base/pattern.h"
#include "base/text.h"

namespace rehearsal {

namespace {

std::int64_t number(const std::vector<std::string>& groups, int group) {
  std::int64_t value = 0;
  if (group > 0 && static_cast<std::size_t>(group) < groups.size()) {
    const std::string& text = groups[static_cast<std::size_t>(group)];
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  return value;
}

std::int64_t expected_remainder(const std::string& migration, const std::vector<ExpectedRemainder>& remainders,
                                const std::string& release) {
  std::int64_t rows = 0;
  for (const ExpectedRemainder& expected : remainders) {
    if (expected.migration == migration && (expected.releases.empty() || expected.releases.contains(release))) {
      rows = std::max(rows, expected.rows);
    }
  }
  return rows;
}

void remember(std::vector<std::string>& names, const std::string& name) {
  if (!contains(names, name)) {
    names.push_back(name);
  }
}

}  // namespace

Result<OnlineOutput> read_online_output(const std::string& output, const OnlinePattern& pattern) {
  REHEARSAL_TRY_SET(const Pattern line_pattern, Pattern::of(pattern.line));
  REHEARSAL_TRY_SET(const Pattern error_pattern, Pattern::of(pattern.error));
  OnlineOutput result;
  for (const std::string& line : lines_of(output)) {
    if (const auto match = line_pattern.search(line)) {
      const auto group = static_cast<std::size_t>(pattern.name_group);
      const std::string name = group < match->size() ? (*match)[group] : std::string();
      const OnlineBatch batch{number(*match, pattern.found_group), number(*match, pattern.migrated_group)};
      result.sums[name].found += batch.found;
      result.sums[name].migrated += batch.migrated;
      result.last[name] = batch;
      result.batches.emplace_back(name, batch);
    } else if (pattern.error.empty()) {
      continue;
    } else if (const auto failure = error_pattern.search(line)) {
      remember(result.failed, failure->size() > 1 ? (*failure)[1] : line);
    }
  }
  return result;
}

void OnlineProgress::add(const OnlineOutput& output, bool broken_off) {
  ++invocations_;
  previous_ = last_;
  if (!broken_off) {
    last_.clear();
  }
  for (const auto& [name, batch] : output.last) {
    last_[name] = batch;
  }
  for (const auto& [name, batch] : output.sums) {
    sums_[name].found += batch.found;
    sums_[name].migrated += batch.migrated;
  }
  for (const auto& [name, batch] : output.batches) {
    // A batch that finds no fewer rows than are pending found these again; a smaller one lost sight of some.
    std::int64_t& pending = pending_[name];
    pending = std::max<std::int64_t>(0, std::max(pending, batch.found) - batch.migrated);
  }
  for (const std::string& name : output.failed) {
    remember(failed_, name);
  }
}

bool OnlineProgress::settled(std::int64_t batch, const std::vector<ExpectedRemainder>& remainders,
                             const std::string& release) const {
  if (invocations_ == 0) {
    return false;
  }
  bool as_expected = true;
  bool full = false;
  for (const auto& [name, last] : last_) {
    if (last.migrated > 0) {
      return false;
    }
    as_expected = as_expected && last.found <= expected_remainder(name, remainders, release);
    full = full || last.found >= batch;
  }
  if (as_expected) {
    return true;
  }
  const auto same = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.found == b.second.found && a.second.migrated == b.second.migrated;
  };
  return !full && std::equal(last_.begin(), last_.end(), previous_.begin(), previous_.end(), same);
}

std::int64_t OnlineProgress::migrated() const {
  std::int64_t sum = 0;
  for (const auto& [name, batch] : sums_) {
    sum += batch.migrated;
  }
  return sum;
}

void OnlineProgress::add_proof(const OnlineProgress& proof, std::vector<OnlineMigration>& migrations,
                               const std::set<std::string>& visits) {
  for (const auto& [name, sum] : proof.sums_) {
    if (std::none_of(migrations.begin(), migrations.end(), [&](const auto& known) { return known.name == name; })) {
      migrations.push_back({name});
    }
  }
  for (OnlineMigration& migration : migrations) {
    const std::int64_t pending = migration.remaining + migration.left_behind;
    const auto sum = proof.sums_.find(migration.name);
    const auto last = proof.last_.find(migration.name);
    migration.waiting = sum == proof.sums_.end() ? 0 : sum->second.migrated;
    const std::int64_t left =
        last == proof.last_.end() ? 0 : std::max<std::int64_t>(0, last->second.found - last->second.migrated);
    migration.remaining = left + migration.waiting;
    migration.found = migration.migrated + migration.remaining;
    migration.left_behind =
        visits.contains(migration.name) ? 0 : std::max<std::int64_t>(0, pending - migration.remaining);
  }
}

std::vector<OnlineMigration> OnlineProgress::migrations(const std::vector<ExpectedRemainder>& remainders,
                                                        const std::string& release,
                                                        const std::set<std::string>& visits) const {
  std::vector<OnlineMigration> result;
  for (const auto& [name, sum] : sums_) {
    OnlineMigration migration;
    migration.name = name;
    migration.migrated = sum.migrated;
    if (const auto last = last_.find(name); last != last_.end()) {
      migration.remaining = std::max<std::int64_t>(0, last->second.found - last->second.migrated);
    }
    // Tools differ in adding up what each batch finds again, so rows are counted once: done, and left.
    migration.found = migration.migrated + migration.remaining;
    migration.expected_remainder = expected_remainder(name, remainders, release);
    if (const auto pending = pending_.find(name);
        pending != pending_.end() && !visits.contains(name) && !contains(failed_, name)) {
      migration.left_behind = std::max<std::int64_t>(0, pending->second - migration.remaining);
    }
    result.push_back(migration);
  }
  return result;
}

}  // namespace rehearsal
