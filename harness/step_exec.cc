#include "harness/step_exec.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// One invocation of online migrations looks at this many rows at the most when it proves what remains; the catalogue's
// proving commands ask for it.
constexpr std::int64_t kProofBatch = 5000;
// Passes that migrate nothing before it is given up to know exactly what remains.
constexpr int kIdlePasses = 20;
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

StepSpec describe(const PlanStep& step, const LaneContext& lane, const Sandbox& sandbox) {
  StepSpec spec;
  spec.run = lane.run.id();
  spec.directory = kStepWork;
  spec.timeout_seconds = step.timeout_seconds;
  spec.mounts = {{sandbox.etc, kStepEtc, false}, {sandbox.work, kStepWork, true}};
  spec.environment = {{"HOME", kStepWork}, {"LANG", "C.UTF-8"}, {"PYTHONUNBUFFERED", "1"}};
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  if (const auto found = lane.runners.find(step.release); found != lane.runners.end()) {
    const StepRunner& runner = found->second;
    spec.image = runner.image;
    if (!runner.environment.empty()) {
      path = (runner.environment / "bin").string() + ":" + path;
      spec.mounts.push_back({runner.environment, runner.environment.string(), false});
    }
    if (!runner.prefix.empty() && runner.prefix.front().starts_with("/")) {
      // A program below DIR/bin brings all of DIR: a virtual environment, or a tree of its own.
      const fs::path tree = fs::path(runner.prefix.front()).parent_path().parent_path();
      if (tree != "/" && tree != "/usr" && fs::is_directory(tree)) {
        spec.mounts.push_back({tree, tree.string(), false});
        path = (tree / "bin").string() + ":" + path;
      }
    }
  }
  // An operator's image knows where its programs are.
  if (spec.image.empty()) {
    spec.environment["PATH"] = path;
  }
  return spec;
}

class Invoker {
 public:
  Invoker(const PlanStep& step, const LaneContext& lane, Server& server, StepSpec spec, fs::path dir)
      : step_(step), lane_(lane), server_(server), spec_(std::move(spec)), dir_(std::move(dir)) {}

  // Runs the command once and appends what it printed to the step's output.
  Result<ProcessResult> invoke(const std::vector<std::string>& command, StepOutcome& outcome) {
    const int number = ++outcome.invocations;
    StepSpec spec = spec_;
    if (const auto runner = lane_.runners.find(step_.release); runner != lane_.runners.end()) {
      spec.argv = runner->second.prefix;
    }
    spec.argv.insert(spec.argv.end(), command.begin(), command.end());
    spec.name = fmt::format("rehearsal-{}-{}-{}", lane_.run.id(), file_name_of(step_.id), number);
    spec.output_file = dir_ / fmt::format("output-{}.txt", number);
    REHEARSAL_TRY_SET(ProcessResult result, lane_.engine.run_step(server_, spec));
    result.out = read_tail(spec.output_file, kOutputKept);
    // A program that does not start says nothing about the upgrade.
    if ((result.exit_status == 126 || result.exit_status == 127) && !step_.exit_meaning.contains(result.exit_status)) {
      return fail("the program cannot be started", command.front(), std::string(trim(result.out)));
    }
    outcome.exit_status = result.exit_status;
    outcome.timed_out = result.timed_out;
    outcome.meaning = exit_meaning(step_, result.exit_status);
    transcript_ += fmt::format("$ {}\n{}[exit status {}, {}]\n", shell_words(command), result.out, result.exit_status,
                               human_seconds(result.seconds));
    std::error_code error;
    fs::remove(spec.output_file, error);
    REHEARSAL_TRY(write_file(dir_ / "output.txt", transcript_));
    return result;
  }

 private:
  const PlanStep& step_;
  const LaneContext& lane_;
  Server& server_;
  StepSpec spec_;
  fs::path dir_;
  std::string transcript_;
};

// Runs online migrations as an operator would, then again until it is known what remains.
Result<StepOutcome> run_online(const PlanStep& step, const LaneContext& lane, Invoker& invoker) {
  StepOutcome outcome;
  OnlineProgress progress;
  std::int64_t batch = 0;  // the first command is unbounded or stops by itself; never "full"
  int idle = 0;
  for (const std::vector<std::string>* command = &step.command;;) {
    REHEARSAL_TRY_SET(const ProcessResult result, invoker.invoke(*command, outcome));
    outcome.output = result.out;
    if (outcome.invocations == 1) {
      outcome.seconds = result.seconds;
    }
    if (result.timed_out || outcome.meaning == "failed") {
      if (lane.service.online) {
        REHEARSAL_TRY_SET(const OnlineOutput read, read_online_output(result.out, *lane.service.online));
        progress.add(read);
      }
      break;
    }
    if (!lane.service.online) {
      if (outcome.meaning != "more") {
        break;
      }
      continue;
    }
    REHEARSAL_TRY_SET(const OnlineOutput read, read_online_output(result.out, *lane.service.online));
    progress.add(read);
    std::int64_t migrated = 0;
    for (const auto& [name, sum] : read.sums) {
      migrated += sum.migrated;
    }
    // An unhandled exception has the exit status that some commands use for "more to do".
    if (outcome.meaning == "more" && migrated == 0) {
      outcome.meaning = "failed";
      break;
    }
    if (progress.settled(batch, lane.service.remainders, step.release)) {
      break;
    }
    idle = migrated > 0 ? 0 : idle + 1;
    if (idle > kIdlePasses) {
      outcome.unsettled = true;
      break;
    }
    if (!step.proof_command.empty()) {
      command = &step.proof_command;
      batch = kProofBatch;
    } else {
      batch = INT64_MAX;
    }
  }
  outcome.online = progress;
  return outcome;
}

}  // namespace

std::string ServiceAccount::url(const std::string& schema) const {
  return fmt::format("mysql+pymysql://{}:{}@127.0.0.1:3306/{}?charset=utf8", name, password, schema);
}

Result<void> make_account(Sql& sql, const ServiceAccount& account, const std::vector<std::string>& schemas) {
  const std::string name = sql_string(account.name) + "@'%'";
  REHEARSAL_TRY(sql.execute("CREATE OR REPLACE USER " + name + " IDENTIFIED BY " + sql_string(account.password)));
  for (const std::string& schema : schemas) {
    const std::string pattern = replace_all(replace_all(schema, "_", "\\_"), "%", "\\%");
    REHEARSAL_TRY(sql.execute("GRANT ALL PRIVILEGES ON " + sql_name(pattern) + ".* TO " + name));
  }
  return {};
}

std::string exit_meaning(const PlanStep& step, int exit_status) {
  const auto found = step.exit_meaning.find(exit_status);
  if (found != step.exit_meaning.end()) {
    return found->second;
  }
  return exit_status == 0 ? "ok" : "failed";
}

Result<StepOutcome> execute_step(const PlanStep& step, const LaneContext& lane, Server& server,
                                 const ServiceAccount& account, const std::vector<std::string>& schemas,
                                 const fs::path& dir) {
  REHEARSAL_TRY_SET(const Sandbox sandbox, write_configuration(step, dir, account, schemas));
  Invoker invoker(step, lane, server, describe(step, lane, sandbox), dir);
  if (step.phase == Phase::online || step.phase == Phase::online_before) {
    return run_online(step, lane, invoker);
  }
  StepOutcome outcome;
  REHEARSAL_TRY_SET(const ProcessResult result, invoker.invoke(step.command, outcome));
  outcome.seconds = result.seconds;
  outcome.output = result.out;
  return outcome;
}

}  // namespace rehearsal
