#include "harness/lane/server_attempt.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/text.h"
#include "harness/lane/attempt_site.h"
#include "harness/server/look_back.h"
#include "harness/step/count_rows.h"
#include "harness/step/name_rows.h"
#include "harness/step/online_sample.h"
#include "harness/step/step_watch.h"
#include "harness/step/talk_clock.h"

namespace rehearsal {

namespace {

// The remainders that the catalogue expects, with the rows that their queries find in the step's schema.
Result<std::vector<ExpectedRemainder>> count_remainders(const Service& service, Sql& sql, const PlanStep& step) {
  std::vector<ExpectedRemainder> remainders = service.remainders;
  const bool online = is_online(step.phase);
  for (ExpectedRemainder& remainder : remainders) {
    const bool applies = remainder.releases.empty() || remainder.releases.contains(step.release);
    if (!online || !applies || remainder.query.empty() || step.schemas.size() != 1) {
      continue;
    }
    const std::string query = expand(remainder.query, {{"schema", sql_name(step.schemas.front())}});
    REHEARSAL_TRY_SET(
        const auto count,
        count_where_there(sql, query, "the catalogue's query for what " + remainder.migration + " leaves"));
    // None: the schema is not at the release that brought the column, and none of its rows can be left.
    remainder.rows = std::max(remainder.rows, count.value_or(0));
  }
  return remainders;
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

class ServerSite final : public AttemptSite {
 public:
  ServerSite(const LaneView& view, const LaneState& state, const PlanStep& step, std::filesystem::path checkpoint)
      : view_(view), state_(state), step_(step), checkpoint_(std::move(checkpoint)), copy_(view, step) {}

  Result<void> begin() override {
    const Stopwatch clock;
    REHEARSAL_TRY(state_.observer.before_step(server().sql(), server().data()));
    watching_seconds_ += clock.seconds();
    before_ = state_.observer.schema();
    revisions_before_ = state_.observer.revisions();
    REHEARSAL_TRY_SET(watch_, StepWatch::begin(server(), view_.account.name, [this](const LoggedStatement& statement) {
                        trace_.take(statement);
                        ddl_.take(statement);
                      }));
    if (view_.context.times_talk) {
      clock_.emplace(server().statement_log(), view_.account.name, false);
    }
    return {};
  }

  const Schema& schema_before() const override { return before_; }
  const std::map<std::string, std::string>& revisions_before() const override { return revisions_before_; }

  Result<StepOutcome> execute(const std::filesystem::path& dir) override {
    REHEARSAL_TRY_SET(StepOutcome outcome, execute_step(step_, view_.on(server()), dir));
    if (!server().server().alive()) {
      return fail("the server died during " + step_.id, {}, server().server().log_tail());
    }
    REHEARSAL_TRY(watch_->end());
    if (clock_) {
      REHEARSAL_TRY_SET(talk_, clock_->stop());
    }
    return outcome;
  }

  Result<void> prove(const std::filesystem::path& dir, StepOutcome& outcome) override {
    return copy_.prove(server(), step_, dir, outcome);
  }

  Result<StepEffects> look() override {
    const Stopwatch clock;
    REHEARSAL_TRY_SET(StepEffects effects,
                      state_.observer.after_step(server().sql(), server().data(), std::move(ddl_)));
    if (!checkpoint_.empty()) {
      LookBack back(view_.context, checkpoint_);
      REHEARSAL_TRY(state_.differ.compare({step_, view_.context.service, view_.lane.schemas}, before_,
                                          state_.observer.schema(), back, server(), effects));
    }
    watching_seconds_ += clock.seconds();
    view_.context.talk.detail(fmt::format("{}: {} observed and {} compared in {:.2f} s", view_.lane.service, step_.id,
                                          plural(effects.diffs.size(), "table"), clock.seconds()));
    return effects;
  }

  Result<std::vector<ExpectedRemainder>> remainders() override {
    return count_remainders(view_.context.service, server().sql(), step_);
  }

  Result<std::map<std::string, std::int64_t>> rows_to_do(const std::vector<OnlineMigration>& migrations) override {
    return count_rows_to_do(server().sql(), view_.context.service, view_.lane.schemas, step_, migrations);
  }

  Result<void> name_rows(const std::string& output, StepJudgement& judgement) override {
    return rehearsal::name_rows(copy_.sql_or(server()), view_.context.service, view_.lane.schemas, step_, output,
                                judgement);
  }

  Result<WatchedStatements> statements() override {
    std::map<std::string, std::string> definitions;
    for (const auto& [table, shape] : before_.tables) {
      if (!shape.is_view) {
        definitions.emplace(table, shape.create);
      }
    }
    REHEARSAL_TRY_SET(std::vector<StatementRecord> records, watch_->records(definitions));
    return WatchedStatements{
        .all = watch_->statements(), .records = std::move(records), .trace = std::move(trace_), .talk = talk_};
  }

  double watching_seconds() const override { return watching_seconds_; }

 private:
  [[nodiscard]] RunServer& server() const { return state_.server; }

  const LaneView& view_;
  const LaneState& state_;
  const PlanStep& step_;
  std::filesystem::path checkpoint_;
  ProofCopy copy_;
  Schema before_;
  std::map<std::string, std::string> revisions_before_;
  StepTrace trace_;
  DdlEffects ddl_;
  double watching_seconds_ = 0;
  std::optional<TalkTime> talk_;
  std::optional<TalkClock> clock_;
  std::unique_ptr<StepWatch> watch_;  // last: its thread uses the others
};

}  // namespace

Result<Attempt> attempt_step(const LaneView& view, const LaneState& state, const PlanStep& step,
                             const std::filesystem::path& checkpoint, const std::filesystem::path& dir) {
  ServerSite site(view, state, step, checkpoint);
  return attempt(step, view.context.service, view.lane, dir, site);
}

}  // namespace rehearsal
