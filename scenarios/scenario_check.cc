#include "scenarios/scenario_check.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/nearest.h"
#include "base/table_name.h"
#include "base/text.h"
#include "scenarios/cells.h"
#include "scenarios/schema_match.h"

namespace rehearsal {

namespace {

// A release by its number; who knows its code name is told the number.
std::string meant_release(const std::string& name, const Catalogue& catalogue, std::vector<std::string> others) {
  std::vector<std::string> codenames;
  for (const Release& release : catalogue.releases) {
    others.push_back(release.name);
    codenames.push_back(release.codename);
  }
  if (const std::string near = nearest(name, codenames); !near.empty()) {
    const auto found = std::find(codenames.begin(), codenames.end(), near);
    return near + " is " + catalogue.releases[static_cast<std::size_t>(found - codenames.begin())].name;
  }
  return did_you_mean(name, others, "known releases");
}

class Checker {
 public:
  Checker(const Scenario& scenario, const Catalogue& catalogue) : scenario_(scenario), catalogue_(catalogue) {}

  void check_path() {
    if (scenario_.from != "auto") {
      check_release("path.from", "[path] from", scenario_.from, {"auto"});
    }
    // A target that could not be read is told already.
    if (!scenario_.to.empty()) {
      check_release("path.to", "[path] to", scenario_.to, {});
    }
    for (std::size_t i = 0; i < scenario_.via.listed.size(); ++i) {
      check_release("path.via." + std::to_string(i), "[path] via", scenario_.via.listed[i], {});
    }
    if (problems_.empty() && scenario_.from != "auto" && !scenario_.to.empty()) {
      const auto path = find_path(catalogue_.releases, scenario_.from, scenario_.to, scenario_.via);
      if (!path) {
        problems_.push_back(in_file(path.error(), scenario_));
      }
    }
  }

  void check_services() {
    for (std::size_t i = 0; i < scenario_.only.size(); ++i) {
      check_service("services.only." + std::to_string(i), "[services] only", scenario_.only[i]);
    }
    for (const auto& [name, wishes] : scenario_.services) {
      const std::string key = "service." + name;
      const std::string label = "[" + key + "]";
      const Service* service = check_service(key, label, name);
      for (const auto& [release, version] : wishes.versions) {
        check_release(key + ".versions." + release, label + " versions", release, {});
      }
      for (const auto& [release, image] : wishes.images) {
        check_release(key + ".images." + release, label + " images", release, {});
      }
      if (service == nullptr || service->cells) {
        continue;  // the names of cells are the snapshot's
      }
      for (const auto& [role, schema] : wishes.schemas) {
        check_role(key + ".schemas." + role, label + " schemas", *service, role, service->schemas);
      }
    }
  }

  void check_schemas(const SnapshotFacts& facts) {
    for (std::size_t i = 0; i < scenario_.dumps.size(); ++i) {
      const std::string& schema = scenario_.dumps[i].schema;
      if (!schema.empty() && !contains(facts.schemas, schema)) {
        wrong("snapshot.dumps." + std::to_string(i),
              "[snapshot] dumps gives the schema '" + schema + "' to a dump that names its own",
              "leave schema out there; schemas of the snapshot: " + join_some(facts.schemas, ", ", 20));
      }
    }
    const SchemaMatch match = match_schemas(catalogue_, scenario_, facts);
    const Scenario settled = with_schemas(scenario_, match);
    for (const auto& [name, wishes] : scenario_.services) {
      const Service* service = catalogue_.service(name);
      if (service == nullptr || (!scenario_.only.empty() && !contains(scenario_.only, name))) {
        continue;
      }
      const std::map<std::string, std::string> used = schemas_of(*service, settled.service(name), facts);
      const bool present = std::any_of(used.begin(), used.end(), [&](const auto& entry) {
        return contains(facts.schemas, entry.second) || match.alike_of(name, entry.first) != nullptr;
      });
      // What its schemas name in vain is told below.
      if (!present && wishes.schemas.empty()) {
        wrong("service." + name, "[service." + name + "]: no schema of " + name + " is in the snapshot",
              "dump it too, or remove the table; schemas of the snapshot: " + join_some(facts.schemas, ", ", 20));
      }
      const std::vector<std::string> skipped = skipped_of(used, facts);
      if (!skipped.empty()) {
        wrong("service." + name,
              fmt::format("[service.{}] says how to rehearse {}, and [services] skip leaves {} out", name, name,
                          join(skipped, ", ")),
              "remove one of the two");
      }
      for (const auto& [role, schema] : wishes.schemas) {
        const std::string key = fmt::format("service.{}.schemas.{}", name, role);
        const std::string label = "[service." + name + "] schemas";
        const bool is_used =
            std::any_of(used.begin(), used.end(), [&](const auto& entry) { return entry.second == schema; });
        if (!is_used) {
          check_role(key, label, *service, role, used);
        }
        if (!contains(facts.schemas, schema)) {
          wrong(key, label + " names '" + schema + "', which is not in the snapshot",
                did_you_mean(schema, facts.schemas, "schemas of the snapshot"));
        }
      }
    }
  }

  // What is said for a release that is never run. Where the path begins by itself, it may have passed some.
  void check_releases_of(const Path& path) {
    std::vector<std::string> reached = {path.from};
    for (const Hop& hop : path.hops) {
      reached.push_back(hop.to);
    }
    const auto check = [&](const std::string& key, const std::string& label, const auto& by_release) {
      for (const auto& [release, value] : by_release) {
        const bool passed = scenario_.from == "auto" && release < path.from;
        if (!passed && !contains(reached, release)) {
          wrong(key + "." + release, label + " names '" + release + "', which is not on the path",
                "the path is " + join(reached, " → ") + "; remove it, or write the path with [path] from, to and via");
        }
      }
    };
    for (const auto& [name, wishes] : scenario_.services) {
      check("service." + name + ".versions", "[service." + name + "] versions", wishes.versions);
      check("service." + name + ".images", "[service." + name + "] images", wishes.images);
    }
  }

  void check_images(const std::vector<Lane>& lanes) {
    for (const Lane& lane : lanes) {
      const ScenarioService wishes = scenario_.service(lane.service);
      std::vector<std::string> missing;
      for (const PlanStep& step : lane.steps) {
        if (wishes.runner == RunnerKind::image && !wishes.images.contains(step.release) &&
            !contains(missing, step.release)) {
          missing.push_back(step.release);
        }
      }
      if (!missing.empty()) {
        wrong("service." + lane.service + ".images",
              "[service." + lane.service + "] images has none for " + join(missing, ", "),
              "add \"" + missing.front() + "\" = \"…\"; each release of the path needs its own");
      }
    }
  }

  void check_left_out(const SnapshotFacts& facts, const std::vector<Lane>& lanes) {
    std::vector<std::string> worked_on, tables;
    for (const Lane& lane : lanes) {
      for (const auto& [part, schema] : lane.schemas) {
        worked_on.push_back(schema);
      }
      for (const LeftOutTable& table : lane.left_out) {
        tables.push_back(table.table);
      }
    }
    for (const auto& [schema, observed] : facts.objects) {
      for (const auto& [table, objects] : observed.tables) {
        tables.push_back(schema + "." + table);
      }
    }
    for (std::size_t i = 0; i < scenario_.left_out.size(); ++i) {
      const std::string& pattern = scenario_.left_out[i];
      const std::string schema = schema_of(pattern);
      const std::string key = "snapshot.left_out." + std::to_string(i);
      const bool plain = schema.find_first_of("*?[") == std::string::npos;
      if (plain && !contains(facts.schemas, schema)) {
        wrong(key, "[snapshot] left_out names '" + pattern + "', and " + schema + " is not in the snapshot",
              did_you_mean(schema, facts.schemas, "schemas of the snapshot"));
      } else if ((!plain || contains(worked_on, schema)) &&
                 std::none_of(tables.begin(), tables.end(),
                              [&](const std::string& table) { return matches_any({pattern}, table); })) {
        const std::string near = nearest(pattern, tables);
        wrong(
            key,
            "[snapshot] left_out names '" + pattern + "', and no table has such a name, in the dump or missing from it",
            near.empty() ? "`rehearse plan` without it names the tables that are missing"
                         : "did you mean '" + near + "'?");
      }
    }
  }

  void check_waivers(const std::vector<std::string>& codes) {
    for (std::size_t i = 0; i < scenario_.waivers.size(); ++i) {
      const std::string& code = scenario_.waivers[i].finding;
      if (!code.empty() && !contains(codes, code)) {
        const std::string near = nearest(code, codes);
        wrong(fmt::format("waive.{}.finding", i),
              "[[waive]] finding is '" + code + "', which is not the code of a finding",
              near.empty() ? "`rehearse explain list` names all findings" : "did you mean '" + near + "'?");
      }
    }
  }

  [[nodiscard]] std::vector<Error> take() { return std::move(problems_); }

 private:
  // The schemas of a service, where all that the snapshot has of them are skipped; else none.
  [[nodiscard]] std::vector<std::string> skipped_of(const std::map<std::string, std::string>& used,
                                                    const SnapshotFacts& facts) const {
    std::vector<std::string> skipped;
    for (const auto& [role, schema] : used) {
      if (!contains(facts.schemas, schema) || contains(skipped, schema)) {
        continue;
      }
      if (!scenario_.skip.contains(schema)) {
        return {};
      }
      skipped.push_back(schema);
    }
    return skipped;
  }

  void wrong(const std::string& key, const std::string& what, const std::string& hint) {
    problems_.push_back(
        Error{.kind = ErrorKind::wrong_scenario, .what = what, .where = scenario_.place(key), .hint = hint});
  }

  void check_release(const std::string& key, const std::string& label, const std::string& name,
                     const std::vector<std::string>& others) {
    if (catalogue_.release(name) == nullptr) {
      wrong(key, label + " names '" + name + "', which is not a release", meant_release(name, catalogue_, others));
    }
  }

  const Service* check_service(const std::string& key, const std::string& label, const std::string& name) {
    const Service* service = catalogue_.service(name);
    if (service == nullptr) {
      std::vector<std::string> known;
      for (const Service& other : catalogue_.services) {
        known.push_back(other.name);
      }
      wrong(key, label + ": service '" + name + "' is not in the catalogue",
            did_you_mean(name, known, "known services"));
    }
    return service;
  }

  void check_role(const std::string& key, const std::string& label, const Service& service, const std::string& role,
                  const std::map<std::string, std::string>& known) {
    std::vector<std::string> roles;
    for (const auto& [name, schema] : known) {
      roles.push_back(name);
    }
    if (!contains(roles, role)) {
      wrong(key,
            fmt::format("{} gives a schema to '{}', and {} has no such {}", label, role, service.name,
                        service.cells ? "part in this snapshot" : "part"),
            did_you_mean(role, roles, "its parts"));
    }
  }

  const Scenario& scenario_;
  const Catalogue& catalogue_;
  std::vector<Error> problems_;
};

}  // namespace

std::vector<Error> check_names(const Scenario& scenario, const Catalogue& catalogue) {
  Checker checker(scenario, catalogue);
  checker.check_path();
  checker.check_services();
  return checker.take();
}

std::vector<Error> check_waivers(const Scenario& scenario, const std::vector<std::string>& codes) {
  const Catalogue none;
  Checker checker(scenario, none);
  checker.check_waivers(codes);
  return checker.take();
}

std::vector<Error> check_schemas(const Scenario& scenario, const Catalogue& catalogue, const SnapshotFacts& facts) {
  Checker checker(scenario, catalogue);
  checker.check_schemas(facts);
  return checker.take();
}

std::vector<Error> check_releases(const Scenario& scenario, const Path& path) {
  const Catalogue none;
  Checker checker(scenario, none);
  checker.check_releases_of(path);
  return checker.take();
}

std::vector<Error> check_images(const Scenario& scenario, const std::vector<Lane>& lanes) {
  const Catalogue none;
  Checker checker(scenario, none);
  checker.check_images(lanes);
  return checker.take();
}

std::vector<Error> check_left_out(const Scenario& scenario, const SnapshotFacts& facts,
                                  const std::vector<Lane>& lanes) {
  const Catalogue none;
  Checker checker(scenario, none);
  checker.check_left_out(facts, lanes);
  return checker.take();
}

Error in_file(Error error, const Scenario& scenario) {
  const std::size_t close = error.where.find("] ");
  if (!error.where.starts_with('[') || close == std::string::npos) {
    return error;
  }
  const std::string key = error.where.substr(close + 2, error.where.find(':') - close - 2);
  error.where = scenario.place(error.where.substr(1, close - 1) + "." + key) + ": " + error.where;
  return error;
}

}  // namespace rehearsal
