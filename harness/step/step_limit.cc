#include "harness/step/step_limit.h"

#include <fmt/core.h>

#include "base/text.h"
#include "harness/step/step_finding.h"

namespace rehearsal {

namespace {

struct LimitWords {
  std::string code;
  std::string took;  // "it printed more than 256 MiB"
  std::string key;   // of [limits], with a larger value
};

// Sizes as the scenario writes them.
std::string size_word(std::uint64_t bytes) {
  constexpr std::uint64_t kMega = std::uint64_t{1} << 20, kGiga = std::uint64_t{1} << 30;
  return bytes % kGiga == 0 ? fmt::format("{}g", bytes / kGiga) : fmt::format("{}m", (bytes + kMega - 1) / kMega);
}

std::string duration_word(double seconds) {
  const auto minutes = static_cast<std::int64_t>(seconds / 60);
  return minutes > 0 && minutes % 60 == 0 ? fmt::format("{}h", minutes / 60)
         : minutes > 0                    ? fmt::format("{}m", minutes)
                                          : fmt::format("{}s", static_cast<std::int64_t>(seconds));
}

LimitWords limit_words(const PlanStep& step, const std::string& limit) {
  const StepLimits& limits = step.limits;
  LimitWords words;
  if (limit == "memory") {
    words.code = "memory-limit";
    words.took = "its processes took more than " + size_word(limits.memory) + " of memory";
    words.key = "memory = \"" + size_word(limits.memory * 2) + "\"";
  } else if (limit == "processes") {
    words.code = "process-limit";
    words.took = fmt::format("it started more than {} processes and threads", limits.processes);
    words.key = fmt::format("processes = {}", limits.processes * 2);
  } else if (limit == "output") {
    words.code = "output-limit";
    words.took = "it printed more than " + size_word(limits.output);
    words.key = "output = \"" + size_word(limits.output * 2) + "\"";
  } else if (limit == "files") {
    words.code = "file-limit";
    words.took = "it wrote more than " + size_word(limits.files) + " of files";
    words.key = "files = \"" + size_word(limits.files * 2) + "\"";
  } else if (limit == "idle") {
    words.code = "idle";
    words.took = "it printed nothing for " + human_seconds(limits.idle_seconds);
    words.key = "idle = \"" + duration_word(limits.idle_seconds * 2) + "\"";
  } else {
    words.code = "step-timeout";
    words.took = "it did not end within " + human_seconds(step.timeout_seconds);
    words.key = fmt::format("time = {{ {} = \"{}\" }}", to_word(step.phase), duration_word(step.timeout_seconds * 2));
  }
  return words;
}

}  // namespace

Finding limit_finding(const PlanStep& step, const StepOutcome& outcome) {
  if (outcome.limit == kKilledFromOutside) {
    Finding finding =
        finding_for(step, "step-killed", Severity::warning,
                    fmt::format("the step was killed by somebody else: exit status {}", outcome.exit_status));
    finding.detail =
        "That says nothing about the migration: how it would have ended is not known. Where the machine had no memory "
        "left, its kernel log (dmesg) says so; bound the steps by [limits] memory, then rehearse again.";
    return finding;
  }
  const LimitWords words = limit_words(step, outcome.limit);
  Finding finding =
      finding_for(step, words.code, Severity::warning, "the step was ended by a limit of the rehearsal: " + words.took);
  finding.detail =
      "That says nothing about the migration: how it would have ended is not known. Where the step needs more, give it "
      "more in the scenario, such as [limits] " +
      words.key + ", and rehearse again.";
  return finding;
}

}  // namespace rehearsal
