#include "harness/lane/standing_cure.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/contains.h"
#include "base/interrupt.h"
#include "base/sql/tokens.h"
#include "base/text.h"
#include "harness/diagnosis/harm.h"
#include "harness/lane/lane_ready.h"
#include "harness/lane/retry.h"
#include "reports/error_text.h"
#include "reports/mask/mask.h"
#include "scenarios/cells.h"
#include "scenarios/schema/standing_words.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

Finding finding_of(const Standing& standing, const std::string& service, const std::string& release) {
  Finding finding;
  finding.code = standing.code;
  finding.severity = standing.severity;
  finding.service = service;
  finding.release = release;
  finding.revision = standing.revision;
  finding.title = standing.title;
  finding.detail = standing.detail;
  finding.table = standing.table;
  finding.columns = standing.columns;
  finding.fix = Fix{};
  finding.fix->sql = standing.sql;
  return finding;
}

// The command as it is typed: without what only the sandbox needs.
std::string typed(const PlanStep& step) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < step.command.size(); ++i) {
    if (step.command[i] == "--config-dir" || step.command[i] == "--config-file") {
      ++i;
      continue;
    }
    words.push_back(step.command[i]);
  }
  return shell_words(words);
}

Finding finding_of(const std::vector<PlanStep>& catch_up, const Lane& lane) {
  Finding finding;
  finding.code = "schema-behind";
  finding.severity = Severity::warning;
  finding.service = lane.service;
  finding.release = catch_up.front().release;
  finding.table = lane.behind_table;
  finding.revision = lane.behind_revision;
  std::vector<std::string> schemas, commands;
  for (const PlanStep& step : catch_up) {
    const std::string told = step.part + " (" + join(step.schemas, ", ") + ")";
    if (!contains(schemas, told)) {
      schemas.push_back(told);
    }
    commands.push_back("`" + typed(step) + "` on " + join(step.schemas, ", "));
  }
  finding.title = join(schemas, " and ") + (schemas.size() == 1 ? " is " : " are ") + lane.behind_words;
  finding.detail = lane.behind_detail;
  finding.fix = Fix{};
  finding.fix->decision =
      fmt::format("Upgrade it with {}'s own code before anything else: {}.", finding.release, join(commands, ", "));
  return finding;
}

// Of several tables that lack something, the one that the step fell over.
void name_table_of(const std::string& error, const Standing* standing, Finding& finding) {
  if (standing == nullptr || standing->cure != Standing::Cure::objects) {
    return;
  }
  const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (const std::string& table : standing->tables) {
    for (std::size_t at = error.find(table); at != std::string::npos; at = error.find(table, at + 1)) {
      const std::size_t end = at + table.size();
      if ((at == 0 || !is_name(error[at - 1])) && (end == error.size() || !is_name(error[end]))) {
        finding.table = standing->schema + "." + table;
        return;
      }
    }
  }
}

}  // namespace

ObservedSchema observed_in(const Schema& schema, const std::string& database) {
  ObservedSchema observed;
  for (const auto& [name, shape] : schema.tables) {
    if (!name.starts_with(database + ".")) {
      continue;
    }
    const std::string table = name.substr(database.size() + 1);
    if (shape.is_view) {
      observed.views.insert(table);
      continue;
    }
    auto& objects = observed.tables[table];
    for (const TableObject& object : table_objects(shape.create, kServerOfTexts)) {
      objects[object.kind + " " + object.name] = object.value;
    }
  }
  return observed;
}

StandingCures::StandingCures(const LaneView& view) : view_(view) {
  const std::string release = view.lane.steps.empty() ? "" : view.lane.steps.front().release;
  for (const Standing& standing : view.lane.standings) {
    cures_.push_back({&standing, findings_.size()});
    findings_.push_back(finding_of(standing, view.lane.service, release));
  }
  if (!view.lane.catch_up.empty()) {
    cures_.push_back({nullptr, findings_.size()});
    findings_.push_back(finding_of(view.lane.catch_up, view.lane));
  }
}

Result<std::unique_ptr<RunServer>> StandingCures::start() {
  REHEARSAL_TRY_SET(auto server, RunServer::on_clone(view_.context.servers(), "standing-trial", view_.context.golden,
                                                     view_.context.store_dir / "standing-trial"));
  REHEARSAL_TRY(make_ready(server->sql(), view_.lane, view_.context.service, view_.account, view_.schemas));
  return server;
}

// False where one of them is refused; its finding says so.
Result<bool> StandingCures::apply(RunServer& server) {
  for (const Cure& cure : cures_) {
    Finding& finding = findings_[cure.finding];
    const Stopwatch watch;
    std::string refused;
    if (cure.standing != nullptr) {
      REHEARSAL_TRY_SET(const bool withheld, withhold_harm(server.sql(), nullptr, *finding.fix));
      if (withheld) {
        return false;
      }
      REHEARSAL_TRY_SET(const FixEffect effect, apply_fix(server.sql(), finding.fix->sql));
      refused = effect.refused;
      finding.fix->tried = true;
    } else {
      for (const PlanStep& step : view_.lane.catch_up) {
        if (!view_.context.runners.contains(step.release)) {
          return false;  // no step of the path is run by that code, so it is not here
        }
        REHEARSAL_TRY_SET(const StepOutcome outcome,
                          execute_step(step, view_.on(server), view_.context.run.step_dir(step.id)));
        if (outcome.timed_out || outcome.meaning == ExitMeaning::failed) {
          refused = read_error(outcome.output).telling;
          break;
        }
      }
    }
    finding.fix->seconds = watch.seconds();
    if (!refused.empty()) {
      finding.detail += fmt::format(" Tried on a clone, it is refused: {}", mask_server_message(refused));
      return false;
    }
  }
  return true;
}

// The lane's steps from the first one on, to `last` or to the end.
Result<Recovery> StandingCures::run_path(std::unique_ptr<RunServer> server, const PlanStep* last) {
  Recovery recovery;
  Observer observer(view_.schemas, view_.context.counts, view_.context.service.revision_tables);
  StepDiffer differ(view_.context.service.revision_tables);
  REHEARSAL_TRY(observer.start(server->sql()));
  for (const PlanStep& step : view_.lane.steps) {
    REHEARSAL_TRY(check_interrupt());
    fs::path checkpoint;
    if (step.may_change) {
      checkpoint = server->data();
      checkpoint += "-before";
      REHEARSAL_TRY(server->sql().execute("FLUSH TABLES"));
      REHEARSAL_TRY(server->copy_to(checkpoint));
    }
    Result<Attempt> attempted = attempt_step(view_, {*server, observer, differ}, step, checkpoint,
                                             view_.context.run.step_dir(step.id) / "standing-trial");
    if (!checkpoint.empty()) {
      REHEARSAL_TRY(view_.context.store.remove(checkpoint));
    }
    REHEARSAL_TRY(attempted);
    if (attempted->judgement.stops_lane) {
      mark(false, fmt::format(" Tried on a clone, it lets {} {}.", step.id,
                              &step == last ? "fail as before or otherwise" : "fail"));
      REHEARSAL_TRY(server->discard());
      return Recovery{};
    }
    if (&step == last) {
      recovery.findings = std::move(attempted->judgement.findings);
      break;
    }
  }
  end_ = observer.schema();
  recovery.passed = PassedState{std::move(server), std::move(observer), std::move(differ)};
  return recovery;
}

void StandingCures::mark(bool passes, const std::string& words) {
  for (const Cure& cure : cures_) {
    Finding& finding = findings_[cure.finding];
    finding.detail += words;
    if (cure.standing == nullptr) {
      continue;
    }
    finding.fix->passes = passes && finding.fix->tried;
    for (const Cure& other : cures_) {
      if (other.finding != cure.finding && passes) {
        finding.fix->with.push_back(findings_[other.finding].code + " on " + findings_[other.finding].table);
      }
    }
  }
}

Result<Recovery> StandingCures::recover(const PlanStep& failed, const Attempt& attempt) {
  tried_ = true;
  view_.context.talk.progress(view_.lane.service, failed.id + ": trying to repair the schema first", true);
  REHEARSAL_TRY_SET(std::unique_ptr<RunServer> server, start());
  REHEARSAL_TRY_SET(const bool applied, apply(*server));
  if (!applied) {
    REHEARSAL_TRY(server->discard());
    return Recovery{};
  }
  REHEARSAL_TRY_SET(Recovery recovery, run_path(std::move(server), &failed));
  if (!recovery.passed) {
    return recovery;
  }
  mark(true, fmt::format(" {} fails because of it. Repaired first, all steps so far pass.", failed.id));
  for (const Cure& cure : cures_) {
    Finding& finding = findings_[cure.finding];
    finding.severity = Severity::blocker;
    finding.step = failed.id;
    finding.release = failed.release;
    for (const Finding& told : attempt.judgement.findings) {
      if (told.severity == Severity::blocker && told.step == failed.id && finding.error.empty()) {
        finding.error = told.error;
        finding.statement = told.statement;
        const bool own = cure.standing == nullptr || told.revision.empty();
        finding.revision = own ? finding.revision : told.revision;
        name_table_of(finding.error + " " + finding.statement, cure.standing, finding);
      }
    }
  }
  return recovery;
}

// What the schemas lack of what they should have, at the end of the path or where they stand.
std::vector<std::string> StandingCures::left_out(const Schema& schemas, bool at_start) const {
  std::vector<std::string> words;
  for (const Standing& standing : view_.lane.standings) {
    for (const auto& [part, schema] : view_.lane.schemas) {
      const auto fingerprint = view_.context.service.fingerprints.find(reference_role(view_.context.service, part));
      const std::string release = view_.lane.steps.empty() ? "" : view_.lane.steps.back().release;
      if (schema != standing.schema || fingerprint == view_.context.service.fingerprints.end() ||
          !fingerprint->second.releases.contains(release)) {
        continue;
      }
      const ObservedSchema observed = observed_in(schemas, schema);
      const auto objects =
          lacking(fingerprint->second, observed, at_start ? standing.state : fingerprint->second.state_of(release));
      if (!objects.empty()) {
        words.push_back(lacking_words(objects, observed));
      }
      break;
    }
  }
  return words;
}

Result<void> StandingCures::finish(const std::optional<Schema>& end, bool failed) {
  if (cures_.empty() || tried_) {
    return {};
  }
  const std::vector<std::string> without = end ? left_out(*end, false) : std::vector<std::string>();
  if (end && !failed && without.empty()) {
    for (Finding& finding : findings_) {
      finding.severity = Severity::warning;
      finding.detail += " As it is, every step passes and the schema comes out complete.";
    }
    return {};
  }
  tried_ = true;
  view_.context.talk.progress(view_.lane.service, "trying to repair the schema", true);
  REHEARSAL_TRY_SET(std::unique_ptr<RunServer> server, start());
  REHEARSAL_TRY_SET(const bool applied, apply(*server));
  if (!applied) {
    return server->discard();
  }
  if (failed) {  // for another cause; what that needs is told there
    return server->discard();
  }
  const bool only_objects = std::all_of(cures_.begin(), cures_.end(), [](const Cure& cure) {
    return cure.standing != nullptr && cure.standing->cure == Standing::Cure::objects;
  });
  const std::string as_it_is =
      without.empty() ? "" : " As it is, every step passes and at the end still " + join(without, "; ") + ".";
  if (only_objects) {  // nothing of the path runs otherwise for them
    REHEARSAL_TRY_SET(const Schema mended, read_schema(server->sql(), view_.schemas));
    const std::vector<std::string> still = left_out(mended, true);
    mark(still.empty(), as_it_is + (still.empty() ? " With the statements above nothing is missing."
                                                  : " With the statements above still " + join(still, "; ") + "."));
    return server->discard();
  }
  REHEARSAL_TRY_SET(Recovery recovery, run_path(std::move(server), nullptr));
  if (!recovery.passed) {
    return {};
  }
  const std::vector<std::string> still = left_out(*end_, false);
  mark(still.empty(), as_it_is + (still.empty() ? " Repaired first, all steps pass and nothing is missing at the end."
                                                : " Repaired first, still " + join(still, "; ") + "."));
  return recovery.passed->server->discard();
}

}  // namespace rehearsal
