// Mutation tests of the judge. `make test` makes a sample with every kind of statement in it, the same every time; with
// REHEARSAL_SURVEY=all every change is made on every shape of table, with REHEARSAL_SURVEY=WORD those of the group
// of that name or whose names hold the word.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <set>
#include <utility>

#include "survey/bench.h"
#include "survey/change.h"
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/engines/process_engine.h"

namespace rehearsal::survey {
namespace {

// Combinations in one step: so many that the step's own cost is shared, so few that a failure is easy to look at.
constexpr std::size_t kTogether = 50;

// Findings about statements and locks say nothing of rows.
bool speaks_of_rows(const std::string& code) {
  static const std::vector<std::string> kOthers = {"blocking-ddl", "slow-statement", "check-failed", "check-warning"};
  return std::find(kOthers.begin(), kOthers.end(), code) == kOthers.end();
}

std::string survey() {
  const char* wish = std::getenv("REHEARSAL_SURVEY");
  return wish == nullptr ? "" : wish;
}

// The same ones every time.
std::vector<Combination> sampled_from(const std::vector<Combination>& all) {
  std::vector<Combination> some;
  // The first of each kind of statement that is harmless, the first that is not, and every twelfth of the others.
  std::set<std::pair<std::string, bool>> kinds;
  std::size_t turn = 0;
  for (auto begin = all.begin(); begin != all.end();) {
    const Change& change = *begin->change;
    const auto end = std::find_if(begin, all.end(), [&](const Combination& one) { return one.change != &change; });
    const bool first = kinds.insert({change.kind, change.seen.empty()}).second;
    if (first || (!change.alone && turn % 12 == 0)) {
      some.push_back(*(begin + static_cast<std::ptrdiff_t>(turn % static_cast<std::size_t>(end - begin))));
    }
    ++turn;
    begin = end;
  }
  return some;
}

std::vector<Combination> chosen(const std::vector<Combination>& all) {
  const std::string wish = survey();
  if (wish.empty()) {
    return sampled_from(all);
  }
  std::vector<Combination> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const Combination& one) {
    return wish == "all" || wish == one.change->group || one.name().find(wish) != std::string::npos;
  });
  return some;
}

std::string text_of(const Finding& finding) {
  return fmt::format("{} {} {}: {}", to_word(finding.severity), finding.code, finding.table, finding.title);
}

// The schema of a finding about rows, of one of its tables or of all of it.
bool is_of(const Finding& finding, const Combination& one) {
  return finding.table == one.schema || finding.table.starts_with(one.schema + ".");
}

bool covers(const Sight& sight, const Combination& one, const Finding& finding) {
  if (sight.table == "*") {
    return true;
  }
  return finding.table == (sight.table.empty() ? "" : one.schema + "." + sight.table) ||
         (sight.table != "" && finding.table == one.schema);
}

bool has_code(const Sight& sight, const Finding& finding) {
  const std::vector<std::string> codes = split(sight.codes, ' ');
  return sight.codes.empty() || std::find(codes.begin(), codes.end(), finding.code) != codes.end();
}

// What is wrong with what was told of a combination; empty: nothing.
std::string verdict(const Combination& one, const std::vector<Finding>& findings) {
  std::vector<std::string> wrong;
  const std::vector<Sight> sights = one.seen();
  for (const Sight& sight : sights) {
    bool warning = false;
    bool blocker = false;
    for (const Finding& finding : findings) {
      const bool of_it = covers(sight, one, finding) && has_code(sight, finding);
      warning = warning || (of_it && finding.severity == Severity::warning);
      blocker = blocker || (of_it && finding.severity == Severity::blocker);
    }
    const std::string what = fmt::format("{} of {}", sight.codes.empty() ? "anything" : sight.codes, sight.table);
    switch (sight.grade) {
      case Grade::quiet:
      case Grade::any:
        break;
      case Grade::at_most_warning:
        if (blocker) {
          wrong.push_back("no blocker should be told: " + what);
        }
        break;
      case Grade::warning:
        if (!warning || blocker) {
          wrong.push_back((blocker ? "only a warning should be told: " : "a warning is missing: ") + what);
        }
        break;
      case Grade::told:
        if (!warning && !blocker) {
          wrong.push_back("nothing is told: " + what);
        }
        break;
      case Grade::blocker:
        if (!blocker) {
          wrong.push_back((warning ? "only a warning, no blocker: " : "a blocker is missing: ") + what);
        }
        break;
    }
  }
  for (const Finding& finding : findings) {
    if (std::none_of(sights.begin(), sights.end(), [&](const Sight& sight) { return covers(sight, one, finding); })) {
      wrong.push_back("should not be told");
    }
  }
  if (wrong.empty()) {
    return {};
  }
  std::string text = one.name() + ": " + join(wrong, "; ");
  for (const Finding& finding : findings) {
    text += "\n    told: " + text_of(finding);
  }
  return text + "\n    by: " + std::regex_replace(one.sql(), std::regex("xxxx*"), "x…");
}

class Survey : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::vector<std::string> problems = process_engine_problems(); !problems.empty()) {
      GTEST_SKIP() << join(problems, "; ");
    }
    auto made = Bench::make();
    ASSERT_TRUE(made) << to_text(made.error());
    bench_ = std::move(*made);
  }

  void run(const std::vector<Combination>& step) {
    const Result<Told> told = bench_->run(step);
    ASSERT_TRUE(told) << to_text(told.error());
    for (const std::string& line : lines_of(told->output)) {
      EXPECT_FALSE(line.starts_with("REFUSED")) << line << " (" << name_of(step, line) << ")";
    }
    const bool alone = step.size() == 1;
    std::vector<const Finding*> left;
    for (const Finding& finding : told->findings) {
      if (finding.severity != Severity::info && speaks_of_rows(finding.code)) {
        left.push_back(&finding);
      }
    }
    for (const Combination& one : step) {
      std::vector<Finding> own;
      std::erase_if(left, [&](const Finding* finding) {
        const bool mine = is_of(*finding, one) || (alone && finding->table.empty());
        if (mine) {
          own.push_back(*finding);
        }
        return mine;
      });
      const std::string wrong = verdict(one, own);
      if (const Hole* hole = hole_of(one); hole != nullptr) {
        mended_[hole] = (!mended_.contains(hole) || mended_[hole]) && wrong.empty();
      } else if (!wrong.empty()) {
        ++failed_;
        ADD_FAILURE() << wrong;
      }
    }
    for (const Finding* finding : left) {
      ADD_FAILURE() << "of no combination: " << text_of(*finding) << "\n" << finding->detail;
    }
    done_ += step.size();
    if (!survey().empty()) {
      fmt::print("{} combinations, {} not as they must be; the last {} in {:.1f} s\n", done_, failed_, step.size(),
                 told->seconds);
      std::fflush(stdout);
    }
  }

  void TearDown() override {
    for (const auto& [hole, mended] : mended_) {
      if (!mended) {
        fmt::print("known: {}{}: {}\n", hole->change, hole->shape.empty() ? "" : " on " + hole->shape, hole->why);
      } else if (survey() == "all") {
        ADD_FAILURE() << hole->change << " is as it must be: take it from the list of holes";
      }
    }
  }

  static const Hole* hole_of(const Combination& one) {
    const std::vector<Hole>& holes = known_holes();
    const auto found = std::find_if(holes.begin(), holes.end(), [&](const Hole& hole) {
      return hole.change == one.change->name && (hole.shape.empty() || hole.shape == one.shape->name);
    });
    return found == holes.end() ? nullptr : &*found;
  }

  static std::string name_of(const std::vector<Combination>& step, const std::string& line) {
    for (const Combination& one : step) {
      if (line.find(" " + one.schema + ":") != std::string::npos) {
        return one.name();
      }
    }
    return {};
  }

  std::unique_ptr<Bench> bench_;
  std::size_t done_ = 0, failed_ = 0;
  std::map<const Hole*, bool> mended_;
};

TEST_F(Survey, WhatAStepDidIsSaidAndNothingElse) {
  const std::vector<Change> changes = all_changes();
  const std::vector<Combination> all = combine(changes);
  std::map<std::string, std::vector<Combination>> together;
  for (const Combination& one : chosen(all)) {
    if (!one.change->alone) {
      std::vector<Combination>& step = together[one.change->group];
      step.push_back(one);
      if (step.size() == kTogether) {
        run(std::exchange(step, {}));
      }
    }
  }
  for (const auto& [group, step] : together) {
    if (!step.empty()) {
      run(step);
    }
  }
}

TEST_F(Survey, WhatAStepDidAloneIsSaid) {
  const std::vector<Change> changes = all_changes();
  const std::vector<Combination> all = combine(changes);
  for (const Combination& one : chosen(all)) {
    if (one.change->alone) {
      run({one});
    }
  }
}

TEST(SurveyPlan, ASampleHasEveryKindOfStatement) {
  const std::vector<Change> changes = all_changes();
  const std::vector<Combination> all = combine(changes);
  std::set<std::string> kinds, sampled;
  for (const Change& change : changes) {
    kinds.insert(change.kind);
  }
  const std::vector<Combination> sample = sampled_from(all);
  for (const Combination& one : sample) {
    sampled.insert(one.change->kind);
  }
  EXPECT_EQ(kinds, sampled);
  EXPECT_GE(sample.size(), 60U);
  for (const Hole& hole : known_holes()) {
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Combination& one) {
      return one.change->name == hole.change && (hole.shape.empty() || hole.shape == one.shape->name);
    })) << hole.change;
  }
}

TEST(SurveyPlan, IsLargeAndNamesEveryCombinationOnce) {
  const std::vector<Change> changes = all_changes();
  const std::vector<Combination> all = combine(changes);
  EXPECT_GE(all.size(), 200U);
  std::set<std::string> names;
  for (const Combination& one : all) {
    EXPECT_TRUE(names.insert(one.name()).second) << one.name();
  }
  for (const Change& change : changes) {
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Combination& one) { return one.change == &change; }))
        << change.name << " is made on no shape";
  }
}

}  // namespace
}  // namespace rehearsal::survey
