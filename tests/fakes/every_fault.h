// A piece of work, done again and again: each time another call of the operating system that it makes fails in another
// way, until every one has failed in every way that tests/faults/errors.txt knows for it. The process is killed at each
// of them too, and loses its power there. It is the first call of each site; in `make faults` the last one too.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/os/faults.h"
#include "base/result.h"

namespace rehearsal {

// Call -> the faults that can strike it.
inline std::map<std::string, std::vector<os::Fault>> known_faults() {
  std::map<std::string, std::vector<os::Fault>> known;
  std::istringstream lines(read_file(std::string(REHEARSAL_SOURCE_DIR) + "/tests/faults/errors.txt").value());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string call;
    words >> call;
    if (call.empty() || call.starts_with("#")) {
      continue;
    }
    for (std::string word; words >> word;) {
      os::Fault fault;
      EXPECT_TRUE(os::parse_fault(word, fault)) << word;
      known[call].push_back(fault);
    }
  }
  return known;
}

// Where a flush costs nothing: thousands of them are made.
inline std::filesystem::path quick_folder() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

// Where one fault strikes.
struct FaultPoint {
  os::Reached site;
  unsigned long number = 1;
  os::Fault fault;

  [[nodiscard]] std::string text() const {
    return site.place + " " + site.call + " " + std::to_string(number) + " " + os::fault_word(fault);
  }
  [[nodiscard]] os::FaultPlan plan_before(const std::vector<os::FaultRule>& standing) const {
    os::FaultPlan plan;
    plan.rules = standing;
    plan.rules.insert(
        plan.rules.begin(),
        os::FaultRule{.place = site.place, .call = site.call, .number = number, .onwards = false, .fault = fault});
    return plan;
  }
  // A fault that the caller must not notice: a call that a signal broke off is made again, what was moved in part is
  // moved on.
  [[nodiscard]] bool is_harmless() const {
    return fault.kind == os::FaultKind::part || (fault.kind == os::FaultKind::error && fault.number == EINTR);
  }
  [[nodiscard]] bool ends_the_process() const {
    return fault.kind == os::FaultKind::die || fault.kind == os::FaultKind::power_cut;
  }
};

// Adds to the file that REHEARSAL_STRUCK names: where a fault was put, and which.
inline void note_struck(const os::Reached& site, const os::Fault& fault) {
  if (const char* file = std::getenv("REHEARSAL_STRUCK"); file != nullptr) {
    ASSERT_TRUE(append_file(file, site.place + " " + site.call + " " + site.leaf + " " + os::fault_word(fault) + "\n"));
  }
}

inline std::vector<FaultPoint> points_of(const std::function<void()>& work, const os::FaultPlan& standing = {}) {
  const auto known = known_faults();
  std::vector<os::Reached> reached;
  {
    const os::FaultsInForce recording(standing);
    work();
    reached = os::FaultsInForce::reached();
  }
  std::vector<FaultPoint> points;
  for (const os::Reached& site : reached) {
    const std::string call = site.call.substr(site.call.find('>') + 1);
    const auto faults = known.find(call);
    EXPECT_TRUE(faults != known.end()) << call << " is not in errors.txt";
    if (faults == known.end()) {
      continue;
    }
    std::vector<os::Fault> all = faults->second;
    all.push_back({.kind = os::FaultKind::die});
    all.push_back({.kind = os::FaultKind::power_cut});
    for (const os::Fault& fault : all) {
      note_struck(site, fault);
      const bool last_too = std::getenv("REHEARSAL_SURVEY") != nullptr && site.times > 1;
      for (const unsigned long number : last_too ? std::vector{1UL, site.times} : std::vector{1UL}) {
        points.push_back({.site = site, .number = number, .fault = fault});
      }
    }
  }
  return points;
}

// Makes ready, works under the fault, and looks: `done` is none where the process ended at the fault. `standing`: what
// fails all the while, so that what is done instead is struck.
inline void every_fault(const std::function<void()>& make_ready, const std::function<Result<void>()>& work,
                        const std::function<void(const FaultPoint&, const Result<void>* done)>& look,
                        const std::vector<os::FaultRule>& standing = {}) {
  make_ready();
  os::FaultPlan others;
  others.rules = standing;
  const std::vector<FaultPoint> points = points_of(
      [&] {
        const Result<void> done = work();
        ASSERT_TRUE(done) << to_text(done.error());
      },
      others);
  EXPECT_FALSE(points.empty());
  for (const FaultPoint& point : points) {
    SCOPED_TRACE(point.text());
    make_ready();
    if (point.ends_the_process()) {
      const pid_t child = ::fork();
      if (child == 0) {
        const os::FaultsInForce faults(point.plan_before(standing));
        static_cast<void>(work());
        ::_exit(0);
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      if (!WIFSIGNALED(status)) {
        EXPECT_GT(point.number, 1U) << "it was not killed there";
        continue;
      }
      look(point, nullptr);
    } else {
      Result<void> done;
      unsigned long hits = 0;
      {
        const os::FaultsInForce faults(point.plan_before(standing));
        done = work();
        hits = os::FaultsInForce::hits();
      }
      if (hits == 0) {
        // How often a program is looked after, and a clock read meanwhile, differs from time to time.
        EXPECT_GT(point.number, 1U) << "the fault did not strike";
        continue;
      }
      if (point.is_harmless()) {
        EXPECT_TRUE(done) << to_text(done.error());
      } else if (!done) {
        EXPECT_FALSE(done.error().what.empty());
        EXPECT_FALSE(to_text(done.error()).empty());
      }
      look(point, &done);
    }
    if (::testing::Test::HasFailure()) {
      return;  // the first tells enough
    }
  }
}

}  // namespace rehearsal
