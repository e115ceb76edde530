#include "harness/run/lanes.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "base/threads.h"
#include "harness/lane/kill_drill.h"
#include "harness/twin/drift_stage.h"
#include "harness/twin/seeds.h"

namespace rehearsal {

namespace {

// The longest lane first would be best; the number of steps is what is known beforehand.
std::vector<std::size_t> longest_first(const std::vector<Lane>& lanes) {
  std::vector<std::size_t> order(lanes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lanes[a].steps.size() > lanes[b].steps.size(); });
  return order;
}

// A table as the lane's twin has it: as it is at the start of the path, or where a step first makes it.
ReferenceTable reference_of(TwinStore* twins, const Lane& lane) {
  return [twins, &lane](const std::string& schema, const std::string& table) -> std::vector<std::string> {
    const auto twin = twins == nullptr ? Result<const Twin*>(nullptr) : twins->get(lane);
    if (!twin || *twin == nullptr) {
      return {};
    }
    const std::string name = schema + "." + table;
    if (const auto found = (*twin)->start.tables.find(name); found != (*twin)->start.tables.end()) {
      return found->second.lines;
    }
    for (const TwinStep& step : (*twin)->steps) {
      if (const auto found = step.after.tables.find(name); found != step.after.tables.end()) {
        return found->second.lines;
      }
    }
    return {};
  };
}

std::map<std::string, StepRunner> codes_of(const Runners& codes, const Lane& lane) {
  const auto found = codes.find(lane.service);
  return found == codes.end() ? std::map<std::string, StepRunner>() : found->second;
}

// Rows that the path's steps put into an empty database and that the lane lacks at its end.
Result<void> look_for_seeds(TwinStore* twins, const Lane& lane, Sql& sql, LaneOutcome& outcome) {
  const auto twin = twins == nullptr ? Result<const Twin*>(nullptr) : twins->get(lane);
  if (!twin || *twin == nullptr) {
    return {};  // without a twin nothing is known, which is told where the schemas are compared
  }
  for (const StepRecord& step : outcome.steps) {
    const TwinStep* reference = (*twin)->step(step.id);
    if (reference == nullptr || (step.status != StepStatus::passed && !step.passes_with_fix)) {
      continue;
    }
    const auto missing = find_missing_seeds(sql, step, reference->seeds);
    if (!missing && missing.error().kind == ErrorKind::interrupted) {
      return fail(missing.error());
    }
    if (missing) {
      outcome.findings.insert(outcome.findings.end(), missing->begin(), missing->end());
    } else {
      outcome.findings.push_back(drift_not_looked_at(
          lane.service, "internal error: the rows that " + step.id + " makes: " + to_text(missing.error())));
    }
  }
  return {};
}

}  // namespace

int lanes_side_by_side(int wanted, std::size_t lanes) {
  const int jobs = wanted > 0 ? wanted : std::min(static_cast<int>(jobs_or_processors(0)), 4);
  return std::min(jobs, static_cast<int>(std::max<std::size_t>(lanes, 1)));
}

MarkedLanes marked_lanes(const Plan& plan, const Runners& runners, const ServerSettings& settings) {
  MarkedLanes wanted{plan.lanes, {}};
  for (const Lane& lane : plan.lanes) {
    wanted.marks.push_back(fingerprints(lane, runners.at(lane.service), settings.step_options));
  }
  return wanted;
}

Result<LaneStarts> begin_lanes(const Workplace& place, const StartWish& wish, const MarkedLanes& wanted,
                               RunCheckpoints& kept, RunRecord& record) {
  Talk& talk = place.talk;
  const RunDir& run = place.run;
  if (wish.resume) {
    auto before = read_checkpoints(run.path());
    const bool same = before && before->golden_key == kept.golden_key && before->root_password == kept.root_password;
    if (before && !same) {
      talk.say("The golden has been rebuilt since; lanes that have not finished start again.");
    }
    std::vector<LaneStart> lanes = resumed_lanes(run.path(), same ? std::optional(*before) : std::nullopt, wanted);
    if (same) {
      kept.lanes = std::move(before->lanes);
    }
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      const std::string& service = wanted.lanes[i].service;
      talk.say(lanes[i].over         ? service + ": already finished"
               : lanes[i].checkpoint ? service + ": continues at " + lanes[i].checkpoint->memory.next
                                     : service + ": begins at its first step");
    }
    return LaneStarts{.lanes = std::move(lanes)};
  }
  if (wish.from_step.empty()) {
    return LaneStarts{.lanes = std::vector<LaneStart>(wanted.lanes.size())};
  }
  REHEARSAL_TRY_SET(LaneStarts taken, lanes_from_step(place.state, run.id(), kept.golden_key, kept.root_password,
                                                      wish.from_step, wanted));
  for (std::size_t i = 0; i < taken.lanes.size(); ++i) {
    const LaneStart& lane = taken.lanes[i];
    const std::string& service = wanted.lanes[i].service;
    if (lane.over) {
      record.adaptations.push_back(service + ": all steps taken over from run " + taken.run);
    } else if (lane.checkpoint) {
      record.adaptations.push_back(
          fmt::format("{}: the steps before {} taken over from run {}", service, taken.step, taken.run));
    }
  }
  talk.say(fmt::format("Begins with {}, on a checkpoint of run {}.", taken.step, taken.run));
  return taken;
}

std::vector<LaneOutcome> run_lanes(const EndContext& context, const LanesToRun& wanted) {
  const Workplace& place = context.place;
  const std::vector<Lane>& lanes = context.plan.lanes;
  const std::vector<std::size_t> order = longest_first(lanes);
  const auto counts = counts_of(context.snapshot.index);
  std::vector<LaneOutcome> outcomes(lanes.size());
  const auto work = [&](const NextPlace& next) -> Result<void> {
    while (const auto place_in_order = next()) {
      const std::size_t number = order[*place_in_order];
      const Lane& lane = lanes[number];
      const LaneStart& start = wanted.starts[number];
      if (start.over) {
        place.talk.detail(lane.service + ": its outcome is already known");
        outcomes[number] = *start.over;
        continue;
      }
      const LaneContext lane_context{.engine = *place.engine,
                                     .store = *place.store,
                                     .run = place.run,
                                     .talk = place.talk,
                                     .service = *place.catalogue.service(lane.service),
                                     .golden = context.golden.data,
                                     .root_password = context.golden.root_password,
                                     .server_options = place.settings.step_options,
                                     .memory_bytes = place.settings.memory_bytes,
                                     .counts = counts,
                                     .runners = wanted.runners.at(lane.service),
                                     .codes = codes_of(wanted.codes, lane),
                                     .store_dir = place.folder() / lane.service,
                                     .reference = reference_of(wanted.twins, lane),
                                     .times_talk = wanted.kill_drill.has_value()};
      const LaneTask task{
          .keep = place.scenario.keep_checkpoints,
          .checkpoints = &wanted.checkpoints,
          .alone = wanted.jobs == 1,
          .from = start.checkpoint ? &*start.checkpoint : nullptr,
          .marks = wanted.marks[number],
          .questions = wanted.questions[number],
          .kill_drill = wanted.kill_drill,
          .at_end = [&, leave = leave_tables(context, lane)](Sql& sql, LaneOutcome& outcome) -> Result<void> {
            REHEARSAL_TRY(leave(sql));
            return look_for_seeds(wanted.twins, lane, sql, outcome);
          }};
      outcomes[number] = run_lane(lane, lane_context, task);
    }
    return {};
  };
  static_cast<void>(
      in_threads(static_cast<unsigned>(wanted.jobs), order.size(), work));  // what goes wrong is an outcome
  for (LaneOutcome& outcome : outcomes) {
    tell_undrilled(wanted.kill_drill, outcome.steps);
  }
  return outcomes;
}

}  // namespace rehearsal
