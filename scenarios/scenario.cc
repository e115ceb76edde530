#include "scenarios/scenario.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "scenarios/catalogue.h"
#include "scenarios/ini.h"
#include "scenarios/scenario_limits.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

void read_path(TomlReader& table, Scenario& scenario) {
  table.require("to");
  table.read("from", scenario.from);
  table.read("to", scenario.to);
  const toml::node* via = table.node("via");
  if (via == nullptr) {
    return;
  }
  if (const auto* word = via->as_string()) {
    if (word->get() == "slurp") {
      scenario.via.kind = Via::Kind::fewest;
    } else if (word->get() == "sequential") {
      scenario.via.kind = Via::Kind::sequential;
    } else {
      table.wrong("via", "is '" + word->get() + "'", "use \"slurp\", \"sequential\" or a list of releases");
    }
    return;
  }
  scenario.via.kind = Via::Kind::listed;
  table.read("via", scenario.via.listed);
}

fs::path beside(const fs::path& scenario, const std::string& name) {
  const fs::path path(name);
  return (path.is_absolute() ? path : fs::absolute(scenario).parent_path() / path).lexically_normal();
}

bool is_collation_name(const std::string& name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

void read_snapshot(TomlReader& table, Scenario& scenario) {
  std::map<std::string, std::string> collations;
  table.read("map_collations", collations);
  for (const auto& [from, to] : collations) {
    if (!is_collation_name(lower(from)) || !is_collation_name(lower(to)) || lower(from) == lower(to)) {
      table.wrong("map_collations", "does not map a collation: '" + from + "' to '" + to + "'",
                  "write it as { \"utf8mb4_0900_ai_ci\" = \"utf8mb4_uca1400_ai_ci\" }");
    }
    scenario.map_collations[lower(from)] = lower(to);
  }
  table.read("accept_dump_errors", scenario.accept_dump_errors);
  table.read("left_out", scenario.left_out);
  for (const std::string& pattern : scenario.left_out) {
    if (!contains(pattern, '.')) {
      table.wrong("left_out", "names '" + pattern + "' without a schema", "write it as \"schema.table_*\"");
    }
  }
  table.require("dumps");
  const toml::node* dumps = table.node("dumps");
  if (dumps == nullptr) {
    return;
  }
  const toml::array* list = dumps->as_array();
  if (list == nullptr || list->empty()) {
    table.wrong("dumps", "must be a list with at least one dump", "write it as [\"prod.sql.zst\"]");
    return;
  }
  for (const toml::node& entry : *list) {
    const toml::table* pair = entry.as_table();
    const auto file = pair == nullptr ? entry.value_exact<std::string>() : (*pair)["file"].value_exact<std::string>();
    const auto schema = pair == nullptr ? std::nullopt : (*pair)["schema"].value_exact<std::string>();
    if (!file || trim(*file).empty() || (schema && trim(*schema).empty()) ||
        (pair != nullptr && pair->size() != (schema ? 2U : 1U))) {
      table.wrong("dumps", "holds an entry that is neither a file name nor { file, schema }",
                  "write it as { file = \"n.sql.gz\", schema = \"name\" }", line_of(&entry));
      continue;
    }
    scenario.dumps.push_back({beside(scenario.file, *file), schema.value_or("")});
  }
}

// { schema = "why" }, { "schema.table" = "why" }; a name with a dot may stand without quotes, which TOML nests.
void read_skip(const toml::table& entries, const std::string& prefix, TomlReader& table, Scenario& scenario) {
  for (const auto& [key, node] : entries) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* nested = node.as_table(); nested != nullptr && prefix.empty()) {
      read_skip(*nested, name + ".", table, scenario);
      continue;
    }
    const auto* why = node.as_string();
    const std::string reason = why == nullptr ? std::string() : std::string(trim(why->get()));
    if (reason.find_first_not_of(".…-? ") == std::string::npos) {
      table.wrong(
          "skip", "gives no reason for '" + name + "'",
          "say why it needs no rehearsal: skip = { \"" + name + "\" = \"retired, dropped before the upgrade\" }");
    }
    scenario.skip[name] = reason;
  }
}

void read_services(TomlReader& table, Scenario& scenario) {
  table.read("only", scenario.only);
  const toml::node* skip = table.node("skip");
  if (skip == nullptr) {
    return;
  }
  if (const toml::table* entries = skip->as_table()) {
    read_skip(*entries, "", table, scenario);
  } else {
    table.wrong("skip", "is not a table of names and reasons", "write it as skip = { heat = \"retired\" }");
  }
}

// What keys say that only another runner reads would be ignored.
void check_runner(const ScenarioService& service, TomlReader& table) {
  const auto only_of = [&](RunnerKind kind, const char* key, bool given) {
    if (given && service.runner != kind) {
      table.wrong(key, std::string("is not used by runner \"") + to_word(service.runner) + "\"",
                  std::string("add runner = \"") + to_word(kind) + "\", or leave " + key + " out");
    }
  };
  only_of(RunnerKind::image, "images", !service.images.empty());
  only_of(RunnerKind::command, "command", !service.command.empty());
  only_of(RunnerKind::venv, "packages", !service.packages.empty());
  if (service.runner == RunnerKind::image && service.images.empty()) {
    table.wrong("runner", "is \"image\", but no images are given", "add images = { \"2024.1\" = \"…\" }");
  }
  if (service.runner == RunnerKind::command && service.command.empty()) {
    table.wrong("runner", "is \"command\", but no command is given", "add command = [\"/path/to/program\"]");
  }
}

// Engines refuse capitals in a repository; a registry's host and a tag may have them.
bool has_capital_in_repository(const std::string& name) {
  std::string repository = name.substr(0, name.find('@'));
  const std::size_t slash = repository.rfind('/');
  const std::size_t tag = repository.rfind(':');
  if (tag != std::string::npos && (slash == std::string::npos || tag > slash)) {
    repository.resize(tag);
  }
  const std::size_t first = repository.find('/');
  if (first != std::string::npos && repository.substr(0, first).find_first_of(".:") != std::string::npos) {
    repository.erase(0, first);
  }
  return repository != lower(repository);
}

// "registry.example.org:5000/team/service:2024.1@sha256:…", never something that a program takes for an option.
bool is_image_name(const std::string& name) {
  return !name.empty() && !has_capital_in_repository(name) &&
         std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view("._-/:@").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

bool is_version(const std::string& text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || std::string_view(".+-!").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

void check_values(const ScenarioService& service, TomlReader& table) {
  for (const auto& [release, version] : service.versions) {
    if (!is_version(version)) {
      table.wrong("versions", "gives '" + version + "' for " + release + ", which is not a version",
                  "write the package's version as it is: \"29.0.1\"");
    }
  }
  for (const auto& [release, image] : service.images) {
    if (!is_image_name(image)) {
      table.wrong("images", "gives '" + image + "' for " + release + ", which is not the name of an image",
                  "write it as \"registry.example.org/service:2024.1\"");
    }
  }
  for (const auto& [role, schema] : service.schemas) {
    if (trim(schema).empty()) {
      table.wrong("schemas", "names no schema for " + role, "write it as { \"" + role + "\" = \"name\" }");
    }
  }
  if (!service.command.empty() && trim(service.command.front()).empty()) {
    table.wrong("command", "begins with no program", "write it as [\"/path/to/program\"]");
  }
  for (const std::string& package : service.packages) {
    if (package.empty() || std::isalnum(static_cast<unsigned char>(package.front())) == 0) {
      table.wrong("packages", "holds '" + package + "', which is not a distribution",
                  "write a name, with its version where that matters: \"plug-in==1.2\"");
    }
  }
}

void read_config(ScenarioService& service, const std::vector<std::string>& lines, TomlReader& table) {
  table.read("config", service.config);
  const int start = line_of(table.node("config"));
  const std::string first =
      start > 0 && static_cast<std::size_t>(start) <= lines.size() ? lines[static_cast<std::size_t>(start) - 1] : "";
  const auto several = [&](const char* quotes) { return contains(first, quotes); };
  // Text over several lines may begin on the line after its opening quotes.
  const auto below = [&](const char* quotes) { return trim(first).ends_with(quotes); };
  const int above = below("\"\"\"") || below("'''") ? 0 : 1;
  for (const IniProblem& problem : ini_problems(service.config)) {
    table.wrong("config", problem.what, "write [group], then option = value, a line each",
                several("\"\"\"") || several("'''") ? start + problem.line - above : start);
  }
}

ScenarioService read_wished_service(const std::vector<std::string>& lines, TomlReader& table) {
  ScenarioService service;
  const bool runs = table.read("runner", service.runner, {RunnerKind::venv, RunnerKind::image, RunnerKind::command});
  table.read("versions", service.versions);
  table.read("images", service.images);
  table.read("command", service.command);
  table.read("packages", service.packages);
  table.read("schemas", service.schemas);
  read_config(service, lines, table);
  check_values(service, table);
  if (runs) {
    check_runner(service, table);
  }
  return service;
}

void read_server(TomlReader& table, Scenario& scenario) {
  std::string variables;
  table.read("engine", scenario.engine,
             {EngineKind::automatic, EngineKind::docker, EngineKind::podman, EngineKind::process});
  table.read("image", scenario.image);
  if (scenario.image.starts_with('.') || scenario.image.starts_with('/')) {
    scenario.image = beside(scenario.file, scenario.image).lexically_normal().string();  // a folder, not an image
  }
  table.read("memory", scenario.memory);
  table.read("variables", variables);
  if (!variables.empty()) {
    scenario.variables = beside(scenario.file, variables);
  }
  if (!scenario.image.starts_with('/') && !is_image_name(scenario.image)) {
    table.wrong("image", "is '" + scenario.image + "', which is not the name of an image",
                "write it as \"rehearsal/mariadb:10.11\"");
  }
  const auto memory = parse_size(scenario.memory);
  if (!memory || *memory < kLeastServerMemory) {
    table.wrong("memory",
                "is '" + scenario.memory + "', which is " + (memory ? "too little for a server" : "not a size"),
                "write it as \"4g\" or \"512m\"; 256m is the minimum");
  }
}

void read_gates(TomlReader& table, Scenario& scenario) {
  std::string window;
  table.read("window", window);
  if (!table.has("window")) {
    return;
  }
  const double seconds = parse_duration(window).value_or(0);
  if (seconds <= 0) {
    table.wrong("window", "is not a duration: '" + window + "'", "write it as \"4h\", \"90m\" or \"1h30m\"");
    return;
  }
  scenario.window_seconds = seconds;
}

void read_rolling(TomlReader& table, Scenario& scenario) {
  Downtime downtime = Downtime::none;
  const bool known = table.read("downtime", downtime, {Downtime::none, Downtime::api, Downtime::all});
  if (known && table.has("downtime")) {
    scenario.downtime = downtime;
  }
}

void read_checkpoints(TomlReader& table, Scenario& scenario) {
  table.read("keep", scenario.keep_checkpoints, {KeepCheckpoints::none, KeepCheckpoints::failed, KeepCheckpoints::all});
}

}  // namespace

ScenarioService Scenario::service(const std::string& name) const {
  const auto found = services.find(name);
  return found == services.end() ? ScenarioService{} : found->second;
}

std::string Scenario::place(const std::string& key) const {
  for (std::string at = key; !at.empty(); at.resize(!contains(at, '.') ? 0 : at.rfind('.'))) {
    if (const auto line = lines.find(at); line != lines.end()) {
      return fmt::format("{}, line {}", file.string(), line->second);
    }
  }
  return file.string();
}

namespace {

void remember_lines(const toml::node& node, const std::string& name, std::map<std::string, int>& lines) {
  if (!name.empty() && line_of(&node) > 0) {
    lines[name] = line_of(&node);
  }
  const std::string inner = name.empty() ? "" : name + ".";
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      remember_lines(value, inner + std::string(key.str()), lines);
    }
  } else if (const toml::array* array = node.as_array()) {
    std::size_t number = 0;
    for (const toml::node& element : *array) {
      remember_lines(element, inner + std::to_string(number++), lines);
    }
  }
}

int line_in(const std::string& where) {
  const std::size_t at = where.rfind(", line ");
  return at == std::string::npos ? 0 : std::atoi(where.c_str() + at + 7);
}

}  // namespace

Error one_error(std::vector<Error> problems, const fs::path& file) {
  if (problems.size() == 1) {
    return problems.front();
  }
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Error& a, const Error& b) { return line_in(a.where) < line_in(b.where); });
  std::vector<std::string> told;
  for (const Error& problem : problems) {
    const int line = line_in(problem.where);
    told.push_back((line > 0 ? fmt::format("line {}: ", line) : "") + problem.what +
                   (problem.hint.empty() ? "" : "\n      " + problem.hint));
  }
  return Error{.kind = ErrorKind::wrong_scenario,
               .what = fmt::format("the scenario has {} errors", problems.size()),
               .where = file.string(),
               .hint = join(told, "\n  ")};
}

Result<ScenarioReading> read_scenario(const std::string& text, const fs::path& file) {
  REHEARSAL_TRY_SET(const toml::table document, parse_toml(text, file.string(), ErrorKind::wrong_scenario));
  ScenarioReading reading;
  Scenario& scenario = reading.scenario;
  scenario.file = file;
  remember_lines(document, "", scenario.lines);
  const std::vector<std::string> lines = lines_of(text);
  TomlProblems problems{file.string(), ErrorKind::wrong_scenario};
  problems.no_empty_text = true;
  TomlReader reader(document, "", problems);
  for (const char* key : {"path", "snapshot"}) {
    if (!reader.has(key)) {
      problems.add(nullptr, std::string("[") + key + "] is missing",
                   "the smallest scenario is [path] to = \"2025.1\" and [snapshot] dumps = [\"prod.sql.zst\"]");
    }
  }
  reader.table("path", [&](TomlReader& table) { read_path(table, scenario); });
  reader.table("snapshot", [&](TomlReader& table) { read_snapshot(table, scenario); });
  reader.table("services", [&](TomlReader& table) { read_services(table, scenario); });
  reader.named_tables("service", [&](const std::string& name, TomlReader& table) {
    scenario.services[name] = read_wished_service(lines, table);
  });
  reader.table("server", [&](TomlReader& table) { read_server(table, scenario); });
  reader.table("limits", [&](TomlReader& table) { read_limits(table, scenario); });
  reader.table("rolling", [&](TomlReader& table) { read_rolling(table, scenario); });
  reader.table("gates", [&](TomlReader& table) { read_gates(table, scenario); });
  reader.tables("assert", [&](TomlReader& entry) {
    Assertion assertion = read_assertion(entry);
    for (const Assertion& other : scenario.assertions) {
      if (other.name == assertion.name) {
        entry.wrong("name", "is '" + assertion.name + "', which another assertion already has",
                    "give each a name of its own");
      }
    }
    scenario.assertions.push_back(std::move(assertion));
  });
  reader.tables("waive", [&](TomlReader& entry) { scenario.waivers.push_back(read_waiver(entry)); });
  reader.table("checkpoints", [&](TomlReader& table) { read_checkpoints(table, scenario); });
  reader.finish();
  reading.problems = std::move(problems.all);
  reading.keys = std::move(problems.asked);
  return reading;
}

Result<Scenario> parse_scenario(const std::string& text, const fs::path& file) {
  REHEARSAL_TRY_SET(ScenarioReading reading, read_scenario(text, file));
  if (!reading.problems.empty()) {
    return fail(one_error(std::move(reading.problems), file));
  }
  return std::move(reading.scenario);
}

}  // namespace rehearsal
