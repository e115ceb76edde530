#include "scenarios/scenario_limits.h"

#include <cstdint>
#include <map>
#include <string>

#include "base/phase.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Sizes below these end every step, and no phase is done in no time.
constexpr std::uint64_t kLeastMemory = std::uint64_t{64} << 20;
constexpr std::uint64_t kLeastBytes = std::uint64_t{1} << 20;
constexpr std::int64_t kLeastProcesses = 8;

}  // namespace

void read_limits(TomlReader& table, Scenario& scenario) {
  const auto size = [&](const char* key, std::uint64_t least, std::uint64_t& target) {
    std::string text;
    table.read(key, text);
    if (!table.has(key)) {
      return;
    }
    const auto bytes = parse_size(text);
    if (!bytes || *bytes < least) {
      table.wrong(key, "is '" + text + "', which is " + (bytes ? "too little for any step" : "not a size"),
                  "write it as \"8g\" or \"512m\"");
    } else {
      target = *bytes;
    }
  };
  StepLimits& limits = scenario.limits;
  size("memory", kLeastMemory, limits.memory);
  size("output", kLeastBytes, limits.output);
  size("files", kLeastBytes, limits.files);
  table.read("processes", limits.processes);
  if (limits.processes < kLeastProcesses || limits.processes > 100000) {
    table.wrong("processes", "is " + std::to_string(limits.processes), "write a number from 8 to 100000");
  }
  const auto seconds = [&](const char* key, const std::string& text) {
    const double value = parse_duration(text).value_or(0);
    if (value <= 0) {
      table.wrong(key, "'" + text + "' is not a duration", "write it as \"90m\" or \"4h\"");
    }
    return value;
  };
  std::string idle;
  table.read("idle", idle);
  if (table.has("idle")) {
    limits.idle_seconds = seconds("idle", idle);
  }
  std::string restore;
  table.read("restore", restore);
  if (table.has("restore")) {
    scenario.restore_seconds = seconds("restore", restore);
  }
  std::map<std::string, std::string> times;
  table.read("time", times);
  for (const auto& [phase, text] : times) {
    if (!from_word<Phase>(phase)) {
      table.wrong("time", "names '" + phase + "', which is not a phase of a step",
                  "use check, expand, migrate, sync, online-before, online, contract or status");
    }
    limits.time_seconds[phase] = seconds("time", text);
  }
}

}  // namespace rehearsal
