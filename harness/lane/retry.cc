#include "harness/lane/retry.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diagnosis/proposed_sql.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// "created net.porttrusted; altered net.ports"
std::string done_already(const StepRecord& record, const std::vector<std::string>& revision_tables) {
  std::vector<std::string> parts;
  for (const SchemaChange& change : record.schema) {
    const std::string name = bare_name(change.object);
    if (!contains(revision_tables, name)) {
      parts.push_back(change.object + " " + change.kind);
    }
  }
  constexpr std::size_t kShown = 6;
  return parts.empty() ? "When it stopped, nothing of the schema had changed."
                       : "When it stopped, this was done and stays done: " + join_some(parts, ", ", kShown) + ".";
}

// The first table whose rows or shape are not as they should be; empty where all are alike.
std::string first_difference(const Observer& is, const Observer& should) {
  for (const SchemaChange& change : compare(should.schema(), is.schema())) {
    return change.object;
  }
  for (const auto& [table, shape] : should.schema().tables) {
    if (!shape.is_view && is.rows(table) != should.rows(table)) {
      return table;
    }
  }
  return {};
}

class Retry {
 public:
  Retry(const LaneView& view, const FailedAttempt& failed)
      : view_(view), failed_(failed), data_(view.context.store_dir / (file_name_of(failed.step.id) + "-again")) {}

  Result<void> start() {
    REHEARSAL_TRY_SET(server_, RunServer::on_copy(view_.context.servers(), "again", failed_.server, data_));
    observer_.emplace(failed_.observer);
    return {};
  }

  Result<Attempt> attempt(const std::string& name) {
    StepDiffer differ = failed_.differ;
    return attempt_step(view_, {*server_, *observer_, differ}, failed_.step, {},
                        view_.context.run.step_dir(failed_.step.id) / name);
  }
  [[nodiscard]] Sql& sql() { return server_->sql(); }
  [[nodiscard]] const Observer& observer() const { return *observer_; }

 private:
  const LaneView& view_;
  const FailedAttempt& failed_;
  fs::path data_;
  std::unique_ptr<RunServer> server_;
  std::optional<Observer> observer_;
};

}  // namespace

Result<FixEffect> apply_fix(Sql& sql, const std::string& fix) {
  FixEffect effect;
  for (const std::string& statement : statements_of(fix)) {
    if (const Result<void> done = sql.execute(statement); !done) {
      if (is_lost_connection(sql.last_errno())) {
        return fail(done.error());
      }
      effect.refused = sql.last_message();
      return effect;
    }
    effect.rows += static_cast<std::int64_t>(sql.affected_rows());
  }
  return effect;
}

Result<RetryProof> prove_retry_of(const LaneView& view, const FailedAttempt& failed,
                                  const std::vector<std::string>& fixes, const Observer* passed) {
  RetryProof proof;
  proof.words = done_already(failed.attempt.judgement.record, view.context.service.revision_tables);
  view.context.talk.progress(view.lane.service, fmt::format("{}: running it again", failed.step.id), true);
  Retry retry(view, failed);
  REHEARSAL_TRY(retry.start());
  REHEARSAL_TRY_SET(const Attempt again, retry.attempt("again"));
  if (!again.judgement.stops_lane) {
    proof.skips_work = true;
    proof.table = passed == nullptr ? "" : first_difference(retry.observer(), *passed);
    proof.words += fmt::format(
        " Run again without a fix, the step succeeds: what stopped it is skipped{}. Restore the database and do not "
        "trust a second attempt.",
        proof.table.empty() ? "" : ", and " + proof.table + " is not as it should be");
    return proof;
  }
  const std::string error = again.judgement.findings.empty() ? "" : again.judgement.record.reason;
  proof.words += " Run again as it is, it stops again" + (error.empty() ? "" : " with " + error) + ".";
  if (fixes.empty() || passed == nullptr) {
    return proof;
  }
  for (const std::string& fix : fixes) {
    REHEARSAL_TRY_SET(const FixEffect effect, apply_fix(retry.sql(), fix));
    if (!effect.refused.empty()) {
      proof.words += " On what it left behind the fix is refused: restore the database first.";
      return proof;
    }
  }
  REHEARSAL_TRY_SET(const Attempt fixed, retry.attempt("again-with-fix"));
  if (fixed.judgement.stops_lane) {
    proof.words +=
        fmt::format(" With the fix applied to what it left behind it stops with {}: restore the database first.",
                    fixed.judgement.record.reason);
    return proof;
  }
  proof.table = first_difference(retry.observer(), *passed);
  if (proof.table.empty()) {
    proof.words += " With the fix applied to what it left behind it passes too, with the same result.";
  } else {
    proof.skips_work = true;
    proof.words += fmt::format(
        " With the fix applied to what it left behind it succeeds, but {} is not as it should be: a part of the work "
        "was "
        "skipped. Restore the database first.",
        proof.table);
  }
  return proof;
}

}  // namespace rehearsal
