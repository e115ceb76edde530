#include "harness/lane/attempt.h"

#include <utility>

#include "harness/step/lock_judge.h"
#include "harness/step/online_pace.h"
#include "harness/step/online_sample.h"
#include "harness/step/step_judge.h"

namespace rehearsal {

namespace {

void add_statements(const PlanStep& step, WatchedStatements&& watched, StepJudgement& judgement) {
  judgement.record.statements = std::move(watched.records);
  const std::vector<Finding> locks = judge_locks(step, judgement.record.statements);
  judgement.findings.insert(judgement.findings.end(), locks.begin(), locks.end());
  const std::vector<Finding> pace = tell_pace(step, judgement.record, watched.all);
  judgement.findings.insert(judgement.findings.end(), pace.begin(), pace.end());
}

}  // namespace

Result<Attempt> attempt(const PlanStep& step, const Service& service, const Lane& lane,
                        const std::filesystem::path& dir, AttemptSite& site) {
  REHEARSAL_TRY(site.begin());
  REHEARSAL_TRY_SET(StepOutcome outcome, site.execute(dir));
  if (outcome.in_doubt) {
    REHEARSAL_TRY(site.prove(dir, outcome));
  }
  REHEARSAL_TRY_SET(const StepEffects effects, site.look());
  REHEARSAL_TRY_SET(std::vector<ExpectedRemainder> remainders, site.remainders());
  Attempt attempt;
  attempt.judgement = judge_step(StepEvidence{.step = step,
                                              .service = service,
                                              .schemas = lane.schemas,
                                              .outcome = outcome,
                                              .effects = effects,
                                              .before = site.schema_before(),
                                              .revisions_before = site.revisions_before(),
                                              .remainders = std::move(remainders),
                                              .first_target = lane.first_target});
  if (outcome.sampled) {
    const std::vector<OnlineMigration>& migrations = attempt.judgement.record.migrations;
    REHEARSAL_TRY_SET(const auto to_do, site.rows_to_do(migrations));
    attempt.judgement.findings.push_back(tell_sample(step, migrations, to_do, outcome.seconds));
  }
  REHEARSAL_TRY(site.name_rows(outcome.output, attempt.judgement));
  REHEARSAL_TRY_SET(WatchedStatements watched, site.statements());
  attempt.trace = std::move(watched.trace);
  attempt.judgement.record.talk = watched.talk;
  add_statements(step, std::move(watched), attempt.judgement);
  attempt.judgement.record.output_file = (dir / "output.txt").string();
  attempt.output = std::move(outcome.output);
  attempt.watching_seconds = site.watching_seconds();
  return attempt;
}

}  // namespace rehearsal
