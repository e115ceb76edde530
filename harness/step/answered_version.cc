#include "harness/step/answered_version.h"

#include <cctype>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string major_of(const std::string& version) {
  return version.substr(0, version.find('.'));
}

}  // namespace

std::optional<std::string> version_in(const std::string& printed) {
  std::optional<std::string> found;
  for (const std::string& line : lines_of(printed)) {
    for (const std::string& word : split(line, ' ')) {
      std::string version;
      for (const char c : word) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '+' && c != '-') {
          break;
        }
        version += c;
      }
      while (version.ends_with('.')) {
        version.pop_back();
      }
      const std::size_t dot = version.find('.');
      if (!version.empty() && is_digit(version.front()) && dot != std::string::npos &&
          version.find_first_not_of("0123456789") == dot) {
        found = version;
      }
    }
  }
  return found;
}

Result<std::string> answered_version(const PlanStep& step, const LaneContext& lane, Server& server) {
  const auto runner = lane.runners.find(step.release);
  if (runner == lane.runners.end() || (runner->second.image.empty() && runner->second.prefix.empty()) ||
      lane.service.version_command.empty()) {
    return step.version;
  }
  PlanStep question = step;
  question.id += ":version";
  question.phase = Phase::check;
  question.command = lane.service.version_command;
  question.config.clear();
  question.exit_meaning.clear();
  question.timeout_seconds = 120;
  const ServiceAccount nobody;
  const std::vector<std::string> no_schemas;
  const auto answer = execute_step(question, {.lane = lane, .server = server, .account = nobody, .schemas = no_schemas},
                                   lane.run.step_dir(question.id));
  if (!answer) {
    return answer.error().kind == ErrorKind::interrupted ? Result<std::string>(fail(answer.error()))
                                                         : Result<std::string>("unknown");
  }
  return answer->exit_status == 0 ? version_in(answer->output).value_or("unknown") : std::string("unknown");
}

std::optional<Finding> other_release(const PlanStep& step, const Service& service, const std::string& answered) {
  const auto known = service.versions.find(step.release);
  if (known == service.versions.end() || version_in(answered) != answered ||
      major_of(known->second) == major_of(answered)) {
    return std::nullopt;
  }
  Finding finding;
  finding.code = "code-of-another-release";
  finding.severity = Severity::warning;
  finding.service = step.service;
  finding.release = step.release;
  finding.step = step.id;
  finding.cause = fmt::format("the code of {} {} is {}", step.service, step.release, answered);
  finding.title = fmt::format("the code that ran this step says that it is {}; {} of {} is {}.x", answered,
                              service.package, step.release, major_of(known->second));
  finding.detail = "What it did is what that code does, and may not be what the upgrade will do.";
  return finding;
}

}  // namespace rehearsal
