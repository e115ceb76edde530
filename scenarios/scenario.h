// The scenario: what the operator wants rehearsed, as a TOML file says it. Every key but path.to and snapshot.dumps has
// a default; an unknown key is an error that names the line and the nearest known key. What the file alone shows to be
// wrong is told here; scenario_check.h holds it against what there is.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/result.h"
#include "base/step_limits.h"
#include "base/words.h"
#include "scenarios/assertion.h"
#include "scenarios/path.h"
#include "scenarios/waiver.h"

namespace rehearsal {

inline constexpr std::uint64_t kLeastServerMemory = std::uint64_t{256} << 20;  // bytes

struct ScenarioDump {
  std::filesystem::path file;  // absolute
  std::string schema;          // for a dump that names none
};

enum class RunnerKind { venv, image, command };
constexpr std::array<const char*, 3> words_of(RunnerKind) {
  return {"venv", "image", "command"};
}

// Which checkpoints stay when a run is over, for `rehearse shell`.
enum class KeepCheckpoints {
  none,
  failed,  // before each step that failed, and what it left behind
  all      // before each step that may change something, and at the end of each lane
};
constexpr std::array<const char*, 3> words_of(KeepCheckpoints) {
  return {"none", "failed", "all"};
}

// What of the old cloud may stop while it is upgraded.
enum class Downtime { none, api, all };
constexpr std::array<const char*, 3> words_of(Downtime) {
  return {"none", "api", "all"};
}

struct ScenarioService {
  RunnerKind runner = RunnerKind::venv;
  std::map<std::string, std::string> versions;  // release -> version
  std::map<std::string, std::string> images;    // release -> image
  std::vector<std::string> command;             // runner "command": what the step's words are appended to
  std::vector<std::string> packages;
  std::map<std::string, std::string> schemas;  // role or part -> name
  std::string config;                          // INI
};

struct Scenario {
  std::filesystem::path file;
  std::string from = "auto";
  std::string to;
  Via via;
  std::vector<ScenarioDump> dumps;
  std::map<std::string, std::string> map_collations;  // of the dumps, to what the server knows; in small letters
  bool accept_dump_errors = false;                    // of the program that dumped, told in its dump
  std::vector<std::string> left_out;                  // "schema.table" patterns: tables that the dumps leave out
  std::vector<std::string> only;                      // empty: all that the snapshot holds
  std::map<std::string, std::string> skip;            // a schema, or "schema.revision_table", that is left out, and why
  std::map<std::string, ScenarioService> services;
  EngineKind engine = EngineKind::automatic;
  std::string image = "rehearsal/mariadb:10.11";
  std::filesystem::path variables;  // SHOW VARIABLES of production; empty: none
  std::string memory = "4g";
  std::optional<double> window_seconds;
  std::optional<Downtime> downtime;  // none: what breaks while the cloud runs is a condition
  StepLimits limits;
  double restore_seconds = 0;  // that the whole restore may take; 0: told by the size of the dumps
  std::vector<Assertion> assertions;
  std::vector<Waiver> waivers;
  KeepCheckpoints keep_checkpoints = KeepCheckpoints::failed;
  bool purged = false;        // the what-if of the command line: the services' own purges first
  double sample_seconds = 0;  // the what-if of the command line: online migrations are let run so long; 0: to the end
  std::map<std::string, int> lines;  // of every value in the file: "path.to", "service.NAME.versions.2024.1", "waive.0"

  // The operator's settings for a service; defaults where there are none.
  [[nodiscard]] ScenarioService service(const std::string& name) const;
  // "FILE, line 4" of a value as `lines` names it, or of the nearest table around it that the file has.
  [[nodiscard]] std::string place(const std::string& key) const;
};

// A file as far as it could be read, and all that is wrong with it.
struct ScenarioReading {
  Scenario scenario;
  std::vector<Error> problems;
  std::set<std::string> keys;  // every key that a scenario may have, as messages name it: "[path] from"
};

// An Error only where the text is not TOML.
[[nodiscard]] Result<ScenarioReading> read_scenario(const std::string& text, const std::filesystem::path& file);

// Several as one, in the order of their lines; `problems` is not empty.
[[nodiscard]] Error one_error(std::vector<Error> problems, const std::filesystem::path& file);

// Errors are of kind `wrong_scenario`, name the file and line, and tell all that is wrong.
[[nodiscard]] Result<Scenario> parse_scenario(const std::string& text, const std::filesystem::path& file);

}  // namespace rehearsal
