#include "harness/step/step_exec.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/os/folders.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/engines/account_names.h"
#include "harness/step/online_watch.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// One invocation of online migrations looks at this many rows at the most when it proves what remains; the catalogue's
// proving commands ask for it.
constexpr std::int64_t kProofBatch = 5000;
// Where so many rows stand in front of others, larger batches are tried.
constexpr std::int64_t kLargestBatch = kProofBatch * 100;
// Passes that migrate nothing before it is given up to know exactly what remains, and passes of all kinds.
constexpr int kIdlePasses = 20;
constexpr int kMostPasses = 2000;
// So many passes that migrate no more than a row each are no way to an end.
constexpr int kPassesOfSlowWork = 100;
constexpr std::size_t kOutputKept = 4 << 20;

struct Sandbox {
  fs::path etc, work;
};

Result<Sandbox> write_configuration(const PlanStep& step, const fs::path& dir, const ServiceAccount& account,
                                    const std::vector<std::string>& schemas) {
  const Sandbox sandbox{dir / "etc", dir / "work"};
  REHEARSAL_TRY(make_private_dir(sandbox.etc / "empty.d"));
  REHEARSAL_TRY(make_private_dir(sandbox.work));
  std::map<std::string, std::string> values;
  for (const std::string& schema : schemas) {
    values["url:" + schema] = account.url(schema);
  }
  for (const ConfigFile& file : step.config) {
    REHEARSAL_TRY(write_file(sandbox.etc / file.name, expand(file.text, values)));
  }
  return sandbox;
}

// Nothing that a step writes there is asked for again.
class WorkGoes {
 public:
  explicit WorkGoes(fs::path work) : work_(std::move(work)) {}
  WorkGoes(const WorkGoes&) = delete;
  WorkGoes& operator=(const WorkGoes&) = delete;
  ~WorkGoes() { remove_tree(work_); }

 private:
  fs::path work_;
};

StepSpec describe(const PlanStep& step, const LaneContext& lane, const Sandbox& sandbox) {
  const auto found = lane.runners.find(step.release);
  StepSpec spec = room_of(found == lane.runners.end() ? StepRunner() : found->second, lane.run.id(), sandbox.work);
  spec.timeout_seconds = step.timeout_seconds;
  spec.limits = step.limits;
  spec.mounts.push_back({sandbox.etc, kStepEtc, false});
  return spec;
}

class Invoker {
 public:
  Invoker(const PlanStep& step, const LaneContext& lane, Server& server, StepSpec spec, fs::path dir)
      : step_(step), lane_(lane), server_(server), spec_(std::move(spec)), dir_(std::move(dir)) {}

  // Runs the command once and appends what it printed to the step's output.
  // `seconds`: for so long at the most, where that is shorter than the step's own limit.
  Result<ProcessResult> invoke(const std::vector<std::string>& command, StepOutcome& outcome, double seconds = 0) {
    const int number = ++outcome.invocations;
    StepSpec spec = spec_;
    if (const auto runner = lane_.runners.find(step_.release); runner != lane_.runners.end()) {
      spec.argv = runner->second.prefix;
    }
    spec.argv.insert(spec.argv.end(), command.begin(), command.end());
    if (seconds > 0 && (spec.timeout_seconds <= 0 || seconds < spec.timeout_seconds)) {
      spec.timeout_seconds = seconds;
    }
    spec.name = fmt::format("rehearsal-{}-{}-{}", lane_.run.id(), file_name_of(step_.id), number);
    spec.output_file = dir_ / fmt::format("output-{}.txt", number);
    std::optional<OnlineWatch> watch;
    if (lane_.service.online && is_online(step_.phase)) {
      watch.emplace(spec.output_file, *lane_.service.online, [this](const std::string& pace) {
        lane_.talk.progress(lane_.service.name, step_.id + ": " + pace);
      });
    }
    REHEARSAL_TRY_SET(ProcessResult result, lane_.engine.run_step(server_, spec));
    watch.reset();
    REHEARSAL_TRY_SET(result.out, read_end(spec.output_file, kOutputKept));
    // A program that does not start says nothing about the upgrade.
    if (result.ended_by.empty() && (result.exit_status == 126 || result.exit_status == 127) &&
        !step_.exit_meaning.contains(result.exit_status)) {
      return fail("the program cannot be started", command.front(), std::string(trim(result.out)));
    }
    outcome.exit_status = result.exit_status;
    outcome.timed_out = result.timed_out;
    outcome.limit =
        result.ended_by.empty() && is_killed_from_outside(result.exit_status) ? kKilledFromOutside : result.ended_by;
    outcome.meaning = outcome.limit.empty() ? exit_meaning(step_, result.exit_status) : ExitMeaning::failed;
    // Passes may be thousands: what they print is not held in memory.
    std::error_code error;
    if (std::exchange(first_, false)) {
      os::remove(dir_ / "output.txt", error);
    }
    REHEARSAL_TRY(
        append_file(dir_ / "output.txt",
                    fmt::format("$ {}\n{}[exit status {}, {}{}]\n", shell_words(command), result.out,
                                result.exit_status, human_seconds(result.seconds),
                                outcome.limit.empty()                 ? ""
                                : outcome.limit == kKilledFromOutside ? ", killed by somebody else"
                                                                      : ", ended by the limit for " + outcome.limit)));
    os::remove(spec.output_file, error);
    return result;
  }

 private:
  const PlanStep& step_;
  const LaneContext& lane_;
  Server& server_;
  StepSpec spec_;
  fs::path dir_;
  bool first_ = true;
};

// Runs online migrations as an operator would: the command, again for as long as it says that there is more to do.
Result<StepOutcome> run_online(const PlanStep& step, const LaneContext& lane, Invoker& invoker) {
  StepOutcome outcome;
  OnlineProgress progress;
  std::int64_t before = 0;  // migrated until kPassesOfSlowWork passes ago
  double seconds = 0;
  for (;;) {
    REHEARSAL_TRY_SET(
        const ProcessResult result,
        invoker.invoke(step.command, outcome, step.sample_seconds > 0 ? step.sample_seconds - seconds : 0));
    outcome.output = result.out;
    seconds += result.seconds;
    outcome.seconds = seconds;
    std::int64_t migrated = 0;
    if (lane.service.online) {
      REHEARSAL_TRY_SET(const OnlineOutput read, read_online_output(result.out, *lane.service.online));
      migrated = -progress.migrated();
      progress.add(read, step.sample_seconds > 0 && result.timed_out);
      migrated += progress.migrated();
    }
    outcome.sampled = step.sample_seconds > 0 && seconds >= step.sample_seconds &&
                      (result.timed_out || outcome.meaning == ExitMeaning::more);
    if (outcome.sampled) {
      outcome.timed_out = false;
      outcome.limit.clear();
      outcome.meaning = ExitMeaning::ok;
      break;
    }
    if (outcome.meaning == ExitMeaning::failed) {
      break;
    }
    // An unhandled exception has the exit status that some commands use for "more to do".
    if (lane.service.online && outcome.meaning == ExitMeaning::more && migrated == 0) {
      outcome.meaning = ExitMeaning::failed;
      break;
    }
    if (outcome.meaning != ExitMeaning::more) {
      outcome.in_doubt = lane.service.online && !progress.settled(0, lane.service.remainders, step.release);
      break;
    }
    if (outcome.invocations % kPassesOfSlowWork == 0) {
      const bool slow = progress.migrated() - before <= kPassesOfSlowWork;
      before = progress.migrated();
      outcome.endless = slow || outcome.invocations >= kMostPasses || seconds > step.timeout_seconds;
      if (outcome.endless) {
        break;
      }
    }
  }
  outcome.online = progress;
  return outcome;
}

// The command with another number of rows to look at.
std::vector<std::string> with_batch(std::vector<std::string> command, std::int64_t batch) {
  for (std::string& word : command) {
    if (word == std::to_string(kProofBatch)) {
      word = std::to_string(batch);
    }
  }
  return command;
}

}  // namespace

ServiceAccount ServiceAccount::of(const std::string& service, const std::string& password) {
  return {account_name(service, password), password};
}

std::string ServiceAccount::url(const std::string& schema) const {
  return fmt::format("mysql+pymysql://{}:{}@127.0.0.1:3306/{}?charset=utf8", name, password, schema);
}

StepSpec room_of(const StepRunner& runner, const std::string& run, const fs::path& work) {
  StepSpec spec;
  spec.run = run;
  spec.directory = kStepWork;
  spec.mounts = {{work, kStepWork, true}};
  spec.environment = {{"HOME", kStepWork}, {"LANG", "C.UTF-8"}, {"PYTHONUNBUFFERED", "1"}};
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  spec.image = runner.image;
  if (!runner.environment.empty()) {
    path = (runner.environment / "bin").string() + ":" + path;
    spec.mounts.push_back({runner.environment, runner.environment.string(), false});
  }
  if (!runner.prefix.empty() && runner.prefix.front().starts_with("/")) {
    // A program below DIR/bin brings all of DIR: a virtual environment, or a tree of its own.
    const fs::path tree = fs::path(runner.prefix.front()).parent_path().parent_path();
    std::error_code unknown;
    if (tree != "/" && tree != "/usr" && os::is_directory(tree, unknown)) {
      spec.mounts.push_back({tree, tree.string(), false});
      path = (tree / "bin").string() + ":" + path;
    }
  }
  // An operator's image knows where its programs are.
  if (spec.image.empty()) {
    spec.environment["PATH"] = path;
  }
  return spec;
}

Result<void> make_account(Sql& sql, const ServiceAccount& account, const std::vector<std::string>& schemas) {
  // No account is nearer to a login from there: an anonymous one of the dump would come before a name from anywhere.
  const std::string name = sql_string(account.name) + "@'127.0.0.1'";
  REHEARSAL_TRY(sql.execute("CREATE OR REPLACE USER " + name + " IDENTIFIED BY " + sql_string(account.password)));
  for (const std::string& schema : schemas) {
    REHEARSAL_TRY(sql.execute("GRANT ALL PRIVILEGES ON " + grant_pattern(schema) + ".* TO " + name));
  }
  return {};
}

bool is_killed_from_outside(int exit_status) {
  for (const int number : {SIGKILL, SIGTERM, SIGINT, SIGHUP}) {
    if (exit_status == kSignalled + number) {
      return true;
    }
  }
  return false;
}

ExitMeaning exit_meaning(const PlanStep& step, int exit_status) {
  const auto found = step.exit_meaning.find(exit_status);
  if (found != step.exit_meaning.end()) {
    return found->second;
  }
  return exit_status == 0 ? ExitMeaning::ok : ExitMeaning::failed;
}

Result<StepOutcome> execute_step(const PlanStep& step, const StepStage& stage, const fs::path& dir) {
  const auto& [lane, server, account, schemas, killed_for] = stage;
  REHEARSAL_TRY_SET(const Sandbox sandbox, write_configuration(step, dir, account, schemas));
  const WorkGoes work(sandbox.work);
  StepSpec spec = describe(step, lane, sandbox);
  spec.killed_for = killed_for;
  Invoker invoker(step, lane, server, std::move(spec), dir);
  if (is_online(step.phase)) {
    return run_online(step, lane, invoker);
  }
  StepOutcome outcome;
  REHEARSAL_TRY_SET(const ProcessResult result, invoker.invoke(step.command, outcome));
  outcome.seconds = result.seconds;
  outcome.output = result.out;
  return outcome;
}

Result<void> prove_online(const PlanStep& step, const StepStage& stage, const fs::path& dir, StepOutcome& outcome) {
  const auto& [lane, server, account, schemas, killed_for] = stage;
  REHEARSAL_TRY_SET(const Sandbox sandbox, write_configuration(step, dir, account, schemas));
  const WorkGoes work(sandbox.work);
  Invoker invoker(step, lane, server, describe(step, lane, sandbox), dir);
  const bool bounded = !step.proof_command.empty();
  StepOutcome passes;
  passes.invocations = outcome.invocations;  // names stay unique
  OnlineProgress progress;
  std::int64_t batch = bounded ? kProofBatch : INT64_MAX;
  double seconds = 0;
  for (int idle = 0; idle <= kIdlePasses;) {
    REHEARSAL_TRY_SET(const ProcessResult result,
                      invoker.invoke(bounded ? with_batch(step.proof_command, batch) : step.command, passes));
    REHEARSAL_TRY_SET(const OnlineOutput read, read_online_output(result.out, *lane.service.online));
    std::int64_t migrated = -progress.migrated();
    progress.add(read);
    migrated += progress.migrated();
    seconds += result.seconds;
    const bool full = std::any_of(read.last.begin(), read.last.end(), [&](const auto& one) {
      return one.second.migrated == 0 && one.second.found >= batch;
    });
    if (bounded && full && migrated == 0 && batch < kLargestBatch) {
      batch *= 10;
      continue;
    }
    if (!passes.limit.empty()) {
      outcome.unsettled = true;
      break;
    }
    if (passes.meaning == ExitMeaning::failed || progress.settled(batch, lane.service.remainders, step.release)) {
      break;
    }
    idle = migrated > 0 ? 0 : idle + 1;
    const int done = passes.invocations - outcome.invocations;
    if (idle > kIdlePasses || done >= kMostPasses || seconds > step.timeout_seconds ||
        (done >= kPassesOfSlowWork && progress.migrated() <= done)) {
      outcome.unsettled = true;
      break;
    }
  }
  outcome.proof = progress;
  outcome.proof_batch = bounded ? batch : 0;
  return {};
}

}  // namespace rehearsal
