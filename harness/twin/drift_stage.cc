#include "harness/twin/drift_stage.h"

#include <atomic>
#include <iterator>

#include "base/interrupt.h"
#include "base/threads.h"
#include "harness/twin/drift_findings.h"

namespace rehearsal {

namespace {

// That a step fails without any rows as well is the most useful thing to know about it.
Finding fails_without_rows(const Twin& twin, const Lane& lane) {
  Finding finding;
  finding.code = "fails-on-empty-database";
  finding.severity = Severity::warning;
  finding.service = lane.service;
  finding.step = twin.failed_step;
  for (const PlanStep& step : lane.steps) {
    finding.release = step.id == twin.failed_step ? step.release : finding.release;
  }
  finding.title = twin.failed_step + " fails on an empty database too";
  finding.detail = "Production's rows are not to blame: look at the packages, the configuration and the server.";
  finding.error = twin.failure;
  return finding;
}

std::vector<Finding> findings_of(TwinStore& twins, const Catalogue& catalogue, const Path& path, const Lane& lane,
                                 const LaneOutcome& outcome) {
  if (outcome.schemas.start.tables.empty()) {
    return {};  // the lane never began, which is told already
  }
  const Result<const Twin*> twin = check_interrupt().and_then([&] { return twins.get(lane); });
  if (!twin) {
    return {drift_not_looked_at(lane.service, to_text(twin.error()))};
  }
  std::vector<Finding> findings = drift_findings(**twin, outcome.schemas, *catalogue.service(lane.service), path.from);
  if (!(*twin)->failed_step.empty()) {
    findings.push_back(fails_without_rows(**twin, lane));
  }
  return findings;
}

// Calls `each` with the number of every lane, `jobs` at a time.
template <typename Each>
void for_each_lane(const Plan& plan, int jobs, const Each& each) {
  static_cast<void>(
      in_threads(static_cast<unsigned>(jobs), plan.lanes.size(), [&](const NextPlace& next) -> Result<void> {
        while (const auto at = next()) {
          each(*at);
        }
        return {};
      }));
}

}  // namespace

Result<std::size_t> make_twins(TwinStore& twins, const Plan& plan, int jobs, Talk& talk) {
  std::atomic<std::size_t> made{0};
  for_each_lane(plan, jobs, [&](std::size_t at) {
    if (interrupted()) {
      return;
    }
    if (const auto twin = twins.get(plan.lanes[at]); twin) {
      ++made;
    } else if (twin.error().kind != ErrorKind::interrupted) {
      talk.warn(plan.lanes[at].service + ": no twin: " + to_text(twin.error()));
    }
  });
  REHEARSAL_TRY(check_interrupt());
  return made.load();
}

Finding drift_not_looked_at(const std::string& service, const std::string& why) {
  Finding finding;
  finding.code = "drift-not-looked-at";
  finding.service = service;
  finding.title =
      (service.empty() ? std::string() : service + ": ") + "production's schema was not compared with a fresh one";
  finding.detail = why;
  return finding;
}

std::vector<Finding> look_for_drift(TwinStore& twins, const Catalogue& catalogue, const Plan& plan,
                                    const std::vector<LaneOutcome>& outcomes, int jobs) {
  std::vector<std::vector<Finding>> found(plan.lanes.size());
  for_each_lane(plan, jobs, [&](std::size_t at) {
    found[at] = findings_of(twins, catalogue, plan.path, plan.lanes[at], outcomes[at]);
  });
  std::vector<Finding> all;
  for (std::vector<Finding>& one : found) {
    all.insert(all.end(), std::make_move_iterator(one.begin()), std::make_move_iterator(one.end()));
  }
  return all;
}

}  // namespace rehearsal
