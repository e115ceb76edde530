#include "harness/run/scenario_file.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "base/files.h"
#include "base/nearest.h"
#include "base/os/folders.h"
#include "harness/engines/engines.h"
#include "reports/explain/explain.h"
#include "scenarios/scenario_check.h"
#include "snapshots/load/server_options.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

class FileCheck {
 public:
  explicit FileCheck(const Scenario& scenario) : scenario_(scenario) {}

  void check_dumps() {
    std::set<fs::path> seen;
    for (std::size_t i = 0; i < scenario_.dumps.size(); ++i) {
      const fs::path& file = scenario_.dumps[i].file;
      const std::string key = "snapshot.dumps." + std::to_string(i);
      if (!names_a_file(key, "[snapshot] dumps", file)) {
        continue;
      }
      std::error_code error;
      const fs::path real = fs::canonical(file, error);
      if (!error && !seen.insert(real).second) {
        wrong(key, "[snapshot] dumps names " + file.string() + " twice", "name each dump once");
      }
    }
  }

  void check_variables() {
    if (scenario_.variables.empty() || !names_a_file("server.variables", "[server] variables", scenario_.variables)) {
      return;
    }
    const auto text = read_file(scenario_.variables);
    if (!text) {
      wrong("server.variables", "[server] variables: " + text.error().what, text.error().where);
      return;
    }
    if (const auto variables = parse_server_variables(*text); !variables) {
      wrong("server.variables",
            "[server] variables: in " + scenario_.variables.string() + ", " + variables.error().what,
            variables.error().hint);
    }
  }

  // Images that an engine without images would pass over.
  void check_images(const ScenarioUse& use) {
    std::vector<std::pair<std::string, std::string>> wanted;
    for (const auto& [name, service] : scenario_.services) {
      if (service.runner == RunnerKind::image) {
        wanted.emplace_back("service." + name + ".images", "[service." + name + "] images");
      }
    }
    const bool folder = scenario_.image.starts_with('/');
    if (folder && engine_of(use) != EngineKind::process) {
      wrong("server.image",
            "[server] image names a folder, which engine '" + std::string(to_word(engine_of(use))) + "' cannot use",
            "name an image: \"rehearsal/mariadb:11.8\"");
    } else if (folder && !is_there(fs::path(scenario_.image) / "usr/sbin/mariadbd").value_or(false)) {
      wrong("server.image", "[server] image: there is no server in the folder " + scenario_.image,
            "unpack one: docker/build-images.sh " + scenario_.image + " mariadb:11.8");
    } else if (!folder && scenario_.image != Scenario{}.image) {
      wanted.emplace_back("server.image", "[server] image");
    }
    if (wanted.empty() || engine_of(use) != EngineKind::process) {
      return;
    }
    for (const auto& [key, label] : wanted) {
      wrong(key, label + " cannot be used by engine 'process'",
            key == "server.image"
                ? "use docker or podman, or name a folder with a server: docker/build-images.sh FOLDER mariadb:11.8"
                : "use docker or podman (`rehearse doctor` says what they lack here), or leave it out");
    }
  }

  [[nodiscard]] std::vector<Error> take() { return std::move(problems_); }

 private:
  [[nodiscard]] EngineKind engine_of(const ScenarioUse& use) const {
    const EngineKind wish = use.engine.value_or(scenario_.engine);
    if (wish != EngineKind::automatic) {
      return wish;
    }
    const auto engine = make_engine(wish, use.options);
    return engine ? (*engine)->kind() : wish;  // that none works is told where one is needed
  }

  bool names_a_file(const std::string& key, const std::string& label, const fs::path& file) {
    const auto there = is_there(file);
    if (!there) {
      wrong(key, label + ": " + there.error().what, file.string());
      return false;
    }
    if (*there) {
      return true;
    }
    std::vector<std::string> beside;
    for (const fs::path& entry : entries_of(file.parent_path()).value_or(std::vector<fs::path>())) {
      beside.push_back(entry.filename().string());
    }
    const std::string near = nearest(file.filename().string(), beside);
    wrong(
        key, label + ": there is no file " + file.string(),
        near.empty() ? "paths are relative to the scenario's folder" : "did you mean '" + near + "', which is there?");
    return false;
  }

  void wrong(const std::string& key, const std::string& what, const std::string& hint) {
    problems_.push_back(
        Error{.kind = ErrorKind::wrong_scenario, .what = what, .where = scenario_.place(key), .hint = hint});
  }

  const Scenario& scenario_;
  std::vector<Error> problems_;
};

}  // namespace

Result<Scenario> open_scenario(const fs::path& file, const Catalogue& catalogue, const ScenarioUse& use) {
  const auto text = read_file(file);
  if (!text) {
    return fail(ErrorKind::wrong_scenario, text.error().what, text.error().where,
                "`rehearse plan --help` shows how a scenario is given");
  }
  REHEARSAL_TRY_SET(ScenarioReading reading, read_scenario(*text, file));
  const auto add = [&](std::vector<Error> problems) {
    std::move(problems.begin(), problems.end(), std::back_inserter(reading.problems));
  };
  add(check_names(reading.scenario, catalogue));
  add(check_waivers(reading.scenario, explain_codes()));
  FileCheck files(reading.scenario);
  if (use.dumps) {
    files.check_dumps();
  }
  files.check_variables();
  files.check_images(use);
  add(files.take());
  if (!reading.problems.empty()) {
    return fail(one_error(std::move(reading.problems), file));
  }
  return std::move(reading.scenario);
}

}  // namespace rehearsal
