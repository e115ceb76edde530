#include "harness/server/runners.h"

#include <vector>

#include "base/text.h"
#include "harness/engines/environments.h"

namespace rehearsal {

namespace {

struct Job {
  std::string service, release, version;
};

// A bare name of a distribution that goes along with the service gets the version of the release's series: the index's
// newest may be of a later release.
std::string with_version(const Service& service, const std::string& package, const std::string& release) {
  for (const SubProject& known : service.sub_projects) {
    const auto version = known.versions.find(release);
    const bool bare = package.find_first_of("=<>!~;@/[ ") == std::string::npos;
    if (bare && names_distribution(package, known.distribution) && version != known.versions.end()) {
      return known.distribution + "==" + version->second;
    }
  }
  return package;
}

EnvironmentRequest request_of(const Catalogue& catalogue, const Scenario& scenario, const Job& job) {
  const Service& service = *catalogue.service(job.service);
  const Release& release = *catalogue.release(job.release);
  EnvironmentRequest request;
  request.service = job.service;
  request.release = job.release;
  request.package = service.package;
  request.version = job.version;
  if (!release.constraints.empty()) {
    request.constraints = catalogue.folder / "constraints" / release.constraints;
  }
  request.exclude_newer = release.exclude_newer;
  request.requirements = release.pins;
  for (const std::string& key : {std::string("*"), job.release}) {
    if (const auto pins = service.pins.find(key); pins != service.pins.end()) {
      request.requirements.insert(request.requirements.end(), pins->second.begin(), pins->second.end());
    }
  }
  for (const std::string& package : scenario.service(job.service).packages) {
    request.requirements.push_back(with_version(service, package, job.release));
  }
  request.version_command = service.version_command;
  return request;
}

// Of the version that the operator names, or the catalogue's latest of the series.
Result<StepRunner> runner_of_code(Engine& engine, const std::filesystem::path& state, const Catalogue& catalogue,
                                  const Scenario& scenario, Job job, Talk& talk) {
  const ScenarioService wanted = scenario.service(job.service);
  StepRunner runner;
  switch (wanted.runner) {
    case RunnerKind::image: {
      const auto image = wanted.images.find(job.release);
      if (image == wanted.images.end()) {
        return fail("no image is given for release " + job.release, "[service." + job.service + "] images");
      }
      runner.image = image->second;
      REHEARSAL_TRY(engine.prepare_image(runner.image));
      return runner;
    }
    case RunnerKind::command:
      runner.prefix = wanted.command;
      return runner;
    case RunnerKind::venv:
      break;
  }
  const std::map<std::string, std::string>& known = catalogue.service(job.service)->versions;
  const auto named = wanted.versions.find(job.release);
  const auto latest = known.find(job.release);
  if (named == wanted.versions.end() && latest == known.end()) {
    return fail("the catalogue knows no version of " + job.service + " for release " + job.release);
  }
  job.version = named != wanted.versions.end() ? named->second : latest->second;
  const auto made = ensure_environments(engine, state, {request_of(catalogue, scenario, job)},
                                        [&](const std::string& text) { talk.say(text); });
  REHEARSAL_TRY(made);
  runner.environment = made->front();
  return runner;
}

}  // namespace

Result<Runners> prepare_runners(Engine& engine, const std::filesystem::path& state, const Catalogue& catalogue,
                                const Scenario& scenario, const Plan& plan, Talk& talk) {
  Runners runners;
  std::vector<Job> jobs;
  for (const Lane& lane : plan.lanes) {
    const ScenarioService wanted = scenario.service(lane.service);
    for (const PlanStep& step : lane.steps) {
      StepRunner& runner = runners[lane.service][step.release];
      switch (wanted.runner) {
        case RunnerKind::image: {
          const auto image = wanted.images.find(step.release);
          if (image == wanted.images.end()) {
            return fail(ErrorKind::wrong_scenario, "no image is given for release " + step.release,
                        "[service." + lane.service + "] images", "add \"" + step.release + "\" to images");
          }
          if (engine.kind() == EngineKind::process) {
            return fail(ErrorKind::wrong_scenario, "images need docker or podman; the engine is 'process'",
                        "[service." + lane.service + "] runner");
          }
          runner.image = image->second;
          REHEARSAL_TRY(engine.prepare_image(runner.image));
          break;
        }
        case RunnerKind::command:
          runner.prefix = wanted.command;
          for (std::string& word : runner.prefix) {
            word = replace_all(replace_all(word, "{release}", step.release), "{version}", step.version);
          }
          break;
        case RunnerKind::venv: {
          bool known = false;
          for (const Job& job : jobs) {
            known = known || (job.service == lane.service && job.release == step.release);
          }
          if (!known) {
            jobs.push_back({lane.service, step.release, step.version});
          }
          break;
        }
      }
    }
  }
  std::vector<EnvironmentRequest> requests;
  requests.reserve(jobs.size());
  for (const Job& job : jobs) {
    requests.push_back(request_of(catalogue, scenario, job));
  }
  const auto environments =
      ensure_environments(engine, state, requests, [&](const std::string& text) { talk.say(text); });
  REHEARSAL_TRY(environments);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    runners[jobs[i].service][jobs[i].release].environment = environments->at(i);
  }
  return runners;
}

Result<Runners> prepare_codes(Engine& engine, const std::filesystem::path& state, const Catalogue& catalogue,
                              const Scenario& scenario, const Plan& plan, const Runners& runners, Talk& talk) {
  Runners codes;
  if (scenario.downtime == Downtime::all) {
    return codes;
  }
  for (const Lane& lane : plan.lanes) {
    const Service& service = *catalogue.service(lane.service);
    if (service.codes.empty() || lane.hops.empty()) {
      continue;
    }
    const auto known = runners.find(lane.service);
    std::map<std::string, StepRunner>& own = codes[lane.service];
    own = known == runners.end() ? std::map<std::string, StepRunner>() : known->second;
    // Only the first release of a path may run no step.
    const std::string& from = lane.hops.front().from;
    if (own.contains(from)) {
      continue;
    }
    const auto runner = runner_of_code(engine, state, catalogue, scenario, {lane.service, from, {}}, talk);
    if (runner) {
      own[from] = *runner;
    } else if (runner.error().kind == ErrorKind::interrupted) {
      return fail(runner.error());
    } else {
      talk.warn(lane.service + ": the code of " + from + " cannot be asked: " + to_text(runner.error()));
    }
  }
  return codes;
}

}  // namespace rehearsal
