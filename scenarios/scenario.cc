#include "scenarios/scenario.h"

#include "base/files.h"
#include "base/text.h"
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

void read_snapshot(TomlReader& table, Scenario& scenario) {
  std::map<std::string, std::string> collations;
  table.read("map_collations", collations);
  for (const auto& [from, to] : collations) {
    scenario.map_collations[lower(from)] = lower(to);
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
    if (const auto* name = entry.as_string()) {
      scenario.dumps.push_back({beside(scenario.file, name->get()), {}});
      continue;
    }
    const toml::table* pair = entry.as_table();
    const auto file = pair == nullptr ? std::nullopt : (*pair)["file"].value<std::string>();
    const auto schema = pair == nullptr ? std::nullopt : (*pair)["schema"].value<std::string>();
    if (!file || pair->size() != (schema ? 2U : 1U)) {
      table.wrong("dumps", "holds an entry that is neither a file name nor { file, schema }",
                  "write it as { file = \"n.sql.gz\", schema = \"name\" }");
      return;
    }
    scenario.dumps.push_back({beside(scenario.file, *file), schema.value_or("")});
  }
}

ScenarioService read_service(const std::string& name, TomlReader& table) {
  ScenarioService service;
  std::string runner = "venv";
  table.read("runner", runner);
  table.read("versions", service.versions);
  table.read("images", service.images);
  table.read("command", service.command);
  table.read("packages", service.packages);
  table.read("schemas", service.schemas);
  table.read("config", service.config);
  if (runner == "venv") {
    service.runner = RunnerKind::venv;
  } else if (runner == "image") {
    service.runner = RunnerKind::image;
    if (service.images.empty()) {
      table.wrong("runner", "is \"image\", but no images are given", "add images = { \"2024.1\" = \"…\" }");
    }
  } else if (runner == "command") {
    service.runner = RunnerKind::command;
    if (service.command.empty()) {
      table.wrong("runner", "is \"command\", but no command is given for " + name,
                  "add command = [\"/path/to/program\"]");
    }
  } else {
    table.wrong("runner", "is '" + runner + "'", "use \"venv\", \"image\" or \"command\"");
  }
  return service;
}

void read_server(TomlReader& table, Scenario& scenario) {
  std::string variables;
  table.read("engine", scenario.engine);
  table.read("image", scenario.image);
  table.read("memory", scenario.memory);
  table.read("variables", variables);
  if (!variables.empty()) {
    scenario.variables = beside(scenario.file, variables);
  }
  for (const char* known : {"auto", "docker", "podman", "process"}) {
    if (scenario.engine == known) {
      return;
    }
  }
  table.wrong("engine", "is '" + scenario.engine + "'", "use \"auto\", \"docker\", \"podman\" or \"process\"");
}

void read_gates(TomlReader& table, Scenario& scenario) {
  std::string window;
  table.read("window", window);
  if (window.empty()) {
    return;
  }
  const double seconds = parse_duration(window).value_or(0);
  if (seconds <= 0) {
    table.wrong("window", "is no duration: '" + window + "'", "write it as \"4h\", \"90m\" or \"1h30m\"");
    return;
  }
  scenario.window_seconds = seconds;
}

void read_checkpoints(TomlReader& table, Scenario& scenario) {
  std::string keep = to_word(scenario.keep_checkpoints);
  table.read("keep", keep);
  for (const KeepCheckpoints known : {KeepCheckpoints::none, KeepCheckpoints::failed, KeepCheckpoints::all}) {
    if (keep == to_word(known)) {
      scenario.keep_checkpoints = known;
      return;
    }
  }
  table.wrong("keep", "is '" + keep + "'", "use \"none\", \"failed\" or \"all\"");
}

}  // namespace

const char* to_word(KeepCheckpoints keep) {
  switch (keep) {
    case KeepCheckpoints::none:
      return "none";
    case KeepCheckpoints::failed:
      return "failed";
    case KeepCheckpoints::all:
      return "all";
  }
  return "";
}

const char* to_word(RunnerKind kind) {
  switch (kind) {
    case RunnerKind::venv:
      return "venv";
    case RunnerKind::image:
      return "image";
    case RunnerKind::command:
      return "command";
  }
  return "";
}

ScenarioService Scenario::service(const std::string& name) const {
  const auto found = services.find(name);
  return found == services.end() ? ScenarioService{} : found->second;
}

Result<Scenario> parse_scenario(const std::string& text, const fs::path& file) {
  REHEARSAL_TRY_SET(const toml::table document, parse_toml(text, file.string(), ErrorKind::wrong_scenario));
  Scenario scenario;
  scenario.file = file;
  TomlProblems problems{file.string(), ErrorKind::wrong_scenario, {}};
  TomlReader reader(document, "", problems);
  for (const char* key : {"path", "snapshot"}) {
    if (!reader.has(key)) {
      problems.add(nullptr, std::string("[") + key + "] is missing",
                   "the least scenario is [path] to = \"2025.1\" and [snapshot] dumps = [\"prod.sql.zst\"]");
    }
  }
  reader.table("path", [&](TomlReader& table) { read_path(table, scenario); });
  reader.table("snapshot", [&](TomlReader& table) { read_snapshot(table, scenario); });
  reader.table("services", [&](TomlReader& table) { table.read("only", scenario.only); });
  reader.named_tables("service", [&](const std::string& name, TomlReader& table) {
    scenario.services[name] = read_service(name, table);
  });
  reader.table("server", [&](TomlReader& table) { read_server(table, scenario); });
  reader.table("gates", [&](TomlReader& table) { read_gates(table, scenario); });
  reader.tables("assert", [&](TomlReader& entry) {
    Assertion assertion = read_assertion(entry);
    for (const Assertion& other : scenario.assertions) {
      if (other.name == assertion.name) {
        entry.wrong("name", "is '" + assertion.name + "', as that of another", "give each a name of its own");
      }
    }
    scenario.assertions.push_back(std::move(assertion));
  });
  reader.tables("waive", [&](TomlReader& entry) { scenario.waivers.push_back(read_waiver(entry)); });
  reader.table("checkpoints", [&](TomlReader& table) { read_checkpoints(table, scenario); });
  reader.finish();
  if (problems.first) {
    return fail(*problems.first);
  }
  return scenario;
}

Result<Scenario> load_scenario(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) {
    return fail(ErrorKind::wrong_scenario, text.error().what, text.error().where);
  }
  return parse_scenario(*text, file);
}

}  // namespace rehearsal
