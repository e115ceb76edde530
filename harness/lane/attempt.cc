#include "harness/lane/attempt.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/text.h"
#include "harness/server/look_back.h"
#include "harness/step/lock_judge.h"
#include "harness/step/name_rows.h"
#include "harness/step/online_pace.h"
#include "harness/step/online_sample.h"
#include "harness/step/step_watch.h"

namespace rehearsal {

namespace {

constexpr unsigned kUnknownColumn = 1054, kUnknownTable = 1146;

// The remainders that the catalogue expects, with the rows that their queries find in the step's schema.
Result<std::vector<ExpectedRemainder>> count_remainders(const Service& service, Sql& sql, const PlanStep& step) {
  std::vector<ExpectedRemainder> remainders = service.remainders;
  const bool online = is_online(step.phase);
  for (ExpectedRemainder& remainder : remainders) {
    const bool applies = remainder.releases.empty() || remainder.releases.contains(step.release);
    if (!online || !applies || remainder.query.empty() || step.schemas.size() != 1) {
      continue;
    }
    const auto count = sql.value(expand(remainder.query, {{"schema", sql_name(step.schemas.front())}}));
    if (count) {
      remainder.rows = std::max<std::int64_t>(remainder.rows, std::atoll(count->value_or("0").c_str()));
    } else if (sql.last_errno() != kUnknownColumn && sql.last_errno() != kUnknownTable) {
      return fail("the catalogue's query for what " + remainder.migration + " leaves: " + count.error().what,
                  count.error().where, count.error().hint);
    }  // else the schema is not at the release that brought the column: none of its rows can be left
  }
  return remainders;
}

// What the step's statements took and whom they kept waiting.
Result<void> add_statements(const PlanStep& step, StepWatch& watch, const Schema& before, StepJudgement& judgement) {
  std::map<std::string, std::string> definitions;
  for (const auto& [table, shape] : before.tables) {
    if (!shape.is_view) {
      definitions.emplace(table, shape.create);
    }
  }
  REHEARSAL_TRY_SET(judgement.record.statements, watch.records(definitions));
  const std::vector<Finding> locks = judge_locks(step, judgement.record.statements);
  judgement.findings.insert(judgement.findings.end(), locks.begin(), locks.end());
  const std::vector<Finding> pace = tell_pace(step, judgement.record, watch.statements());
  judgement.findings.insert(judgement.findings.end(), pace.begin(), pace.end());
  return {};
}

// A copy of what the command left, with a server of its own, on which passes that may migrate more run. Rows that are
// named there are those that no pass migrates. Both go with this.
class ProofCopy {
 public:
  ProofCopy(const LaneView& view, const PlanStep& step)
      : view_(view), data_(view.context.store_dir / (file_name_of(step.id) + "-proof")) {}

  Result<void> prove(RunServer& left, const PlanStep& step, const std::filesystem::path& dir, StepOutcome& outcome) {
    REHEARSAL_TRY(left.sql().execute("FLUSH TABLES"));
    REHEARSAL_TRY_SET(server_, RunServer::on_copy(view_.context.servers(), "proof", left, data_));
    return prove_online(step, view_.on(*server_), dir / "proof", outcome);
  }

  [[nodiscard]] Sql& sql_or(RunServer& other) { return server_ ? server_->sql() : other.sql(); }

 private:
  const LaneView& view_;
  std::filesystem::path data_;
  std::unique_ptr<RunServer> server_;
};

}  // namespace

Result<Attempt> attempt_step(const LaneView& view, const LaneState& state, const PlanStep& step,
                             const std::filesystem::path& checkpoint, const std::filesystem::path& dir) {
  const auto& [server, observer, differ] = state;
  Attempt attempt;
  DdlEffects ddl;
  Stopwatch clock;
  REHEARSAL_TRY(observer.before_step(server.sql(), server.data()));
  attempt.watching_seconds = clock.seconds();
  const Schema before = observer.schema();
  const auto revisions_before = observer.revisions();
  REHEARSAL_TRY_SET(const auto watch,
                    StepWatch::begin(server, view.account.name, [&](const LoggedStatement& statement) {
                      attempt.trace.take(statement);
                      ddl.take(statement);
                    }));
  REHEARSAL_TRY_SET(StepOutcome outcome, execute_step(step, view.on(server), dir));
  if (!server.server().alive()) {
    return fail("the server died during " + step.id, {}, server.server().log_tail());
  }
  REHEARSAL_TRY(watch->end());
  ProofCopy copy(view, step);
  if (outcome.in_doubt) {
    REHEARSAL_TRY(copy.prove(server, step, dir, outcome));
  }
  clock = Stopwatch();
  REHEARSAL_TRY_SET(StepEffects effects, observer.after_step(server.sql(), server.data(), std::move(ddl)));
  if (!checkpoint.empty()) {
    LookBack back(view.context, checkpoint);
    REHEARSAL_TRY(differ.compare({step, view.context.service, view.lane.schemas}, before, observer.schema(), back,
                                 server, effects));
  }
  attempt.watching_seconds += clock.seconds();
  view.context.talk.detail(fmt::format("{}: {} observed and {} compared in {:.2f} s", view.lane.service, step.id,
                                       plural(effects.diffs.size(), "table"), clock.seconds()));
  REHEARSAL_TRY_SET(const std::vector<ExpectedRemainder> remainders,
                    count_remainders(view.context.service, server.sql(), step));
  attempt.judgement = judge_step(StepEvidence{step, view.context.service, view.lane.schemas, outcome, effects, before,
                                              revisions_before, remainders, view.lane.first_target});
  if (outcome.sampled) {
    const std::vector<OnlineMigration>& migrations = attempt.judgement.record.migrations;
    REHEARSAL_TRY_SET(const auto to_do,
                      count_rows_to_do(server.sql(), view.context.service, view.lane.schemas, step, migrations));
    attempt.judgement.findings.push_back(tell_sample(step, migrations, to_do, outcome.seconds));
  }
  REHEARSAL_TRY(
      name_rows(copy.sql_or(server), view.context.service, view.lane.schemas, step, outcome.output, attempt.judgement));
  REHEARSAL_TRY(add_statements(step, *watch, before, attempt.judgement));
  attempt.judgement.record.output_file = (dir / "output.txt").string();
  attempt.output = outcome.output;
  return attempt;
}

}  // namespace rehearsal
