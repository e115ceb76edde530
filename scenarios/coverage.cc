#include "scenarios/coverage.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/table_name.h"
#include "base/text.h"
#include "scenarios/known_revisions.h"
#include "scenarios/snapshot_facts.h"

namespace rehearsal {

namespace {

constexpr std::size_t kTablesTold = 12;
// What stands for a reason in the lines to paste; no reason itself.
constexpr const char* kReasonToFill = "…";

// "net_vpn", "Net.VPN" -> "net-vpn".
std::string normal_name(std::string_view name) {
  std::string normal = lower(name);
  std::replace_if(
      normal.begin(), normal.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return normal;
}

using Objects = std::map<std::string, std::string>;

// The tables of a schema with their objects; of those whose structure is not known the names alone.
std::map<std::string, Objects> tables_of(const SnapshotFacts& facts, const std::string& schema) {
  std::map<std::string, Objects> tables;
  if (const auto found = facts.objects.find(schema); found != facts.objects.end()) {
    tables = found->second.tables;
  }
  for (const auto& [name, table] : facts.captured) {
    if (name.first == schema) {
      tables.try_emplace(name.second);
    }
  }
  return tables;
}

std::vector<std::string> revision_tables_in(const SnapshotFacts& facts, const std::string& schema) {
  std::vector<std::string> names;
  for (const auto& [table, objects] : tables_of(facts, schema)) {
    if (is_revision_table(table, objects)) {
      names.push_back(table);
    }
  }
  return names;
}

std::vector<std::string> rows_of(const SnapshotFacts& facts, const std::string& schema, const std::string& table) {
  std::vector<std::string> rows;
  if (const auto found = facts.captured.find({schema, table}); found != facts.captured.end()) {
    for (const auto& row : found->second.rows) {
      rows.push_back(row.empty() ? "" : row.front().value_or("NULL"));
    }
  }
  return rows;
}

// A table that holds only the service's own revisions is a copy of its revision table: somebody's backup.
bool is_copy(const SnapshotFacts& facts, const Service& service, const std::string& schema, const std::string& table) {
  const std::vector<std::string> rows = rows_of(facts, schema, table);
  const std::set<std::string> own = known_revisions(service);
  return !rows.empty() &&
         std::all_of(rows.begin(), rows.end(), [&](const std::string& row) { return own.contains(row); });
}

// The service of the catalogue whose tables these are; empty where they are like none's.
std::string looks_like(const Catalogue& catalogue, const SnapshotFacts& facts, const std::string& schema) {
  const auto observed = facts.objects.find(schema);
  if (observed == facts.objects.end()) {
    return {};
  }
  for (const Service& service : catalogue.services) {
    for (const auto& [role, fingerprint] : service.fingerprints) {
      if (fingerprint.objects.empty()) {
        continue;
      }
      if (stand(fingerprint, observed->second, {}, {schema, "", ""}).kind != Standing::Kind::unlike) {
        return service.name;
      }
    }
  }
  return {};
}

const SubProject* sub_project_of(const Service& service, const std::string& table) {
  for (const SubProject& one : service.sub_projects) {
    if (one.table == table) {
      return &one;
    }
  }
  return nullptr;
}

// All that some release of the service has, and what its ways to migrate keep their revisions in. Such a table may be
// shaped as a revision table and be none: the service's own archive of one.
std::set<std::string> own_tables(const Service& service) {
  std::set<std::string> own(service.leftover_tables.begin(), service.leftover_tables.end());
  own.insert(service.revision_tables.begin(), service.revision_tables.end());
  for (const auto& [role, fingerprint] : service.fingerprints) {
    for (const FingerprintObject& object : fingerprint.objects) {
      own.insert(object.table);
    }
  }
  return own;
}

std::vector<std::string> unknown_tables(const Service& service, const SnapshotFacts& facts, const std::string& schema) {
  const std::set<std::string> known = own_tables(service);
  std::vector<std::string> unknown;
  const auto observed = facts.objects.find(schema);
  if (service.fingerprints.empty() || observed == facts.objects.end()) {
    return unknown;
  }
  for (const auto& [table, objects] : observed->second.tables) {
    if (!known.contains(table) && !is_revision_table(table, objects)) {
      unknown.push_back(table);
    }
  }
  return unknown;
}

// What is there of a sub-project's own tables, and what may be its: no other's, and not known to the service.
std::vector<std::string> chain_tables(const Service& service, const SubProject* known, const SnapshotFacts& facts,
                                      const std::string& schema) {
  std::set<std::string> tables;
  for (const std::string& table : unknown_tables(service, facts, schema)) {
    const bool of_other =
        std::any_of(service.sub_projects.begin(), service.sub_projects.end(),
                    [&](const SubProject& other) { return &other != known && contains(other.tables, table); });
    if (!of_other) {
      tables.insert(table);
    }
  }
  const std::map<std::string, Objects> there = tables_of(facts, schema);
  for (const std::string& table : known == nullptr ? std::vector<std::string>{} : known->tables) {
    if (there.contains(table)) {
      tables.insert(table);
    }
  }
  return {tables.begin(), tables.end()};
}

class Coverer {
 public:
  Coverer(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts,
          const std::vector<ServiceState>& states,
          const std::vector<std::pair<std::string, std::string>>& not_rehearsed)
      : catalogue_(catalogue), scenario_(scenario), facts_(facts), states_(states), not_rehearsed_(not_rehearsed) {}

  Coverage run() {
    for (const std::string& schema : facts_.schemas) {
      if (!is_system_schema(schema)) {
        look_at(schema);
      }
    }
    for (const auto& [name, why] : scenario_.skip) {
      coverage_.skipped.emplace_back(name, why);
    }
    return std::move(coverage_);
  }

 private:
  void look_at(const std::string& schema) {
    if (scenario_.skip.contains(schema)) {
      return;
    }
    std::vector<const ServiceState*> owners, chosen;
    for (const ServiceState& state : states_) {
      const bool has = std::any_of(state.schemas.begin(), state.schemas.end(),
                                   [&](const auto& entry) { return entry.second == schema; }) ||
                       contains(state.without_tables, schema) ||
                       std::any_of(state.untold.begin(), state.untold.end(),
                                   [&](const std::string& table) { return schema_of(table) == schema; });
      if (has) {
        owners.push_back(&state);
      }
      if (has && (scenario_.only.empty() || contains(scenario_.only, state.service))) {
        chosen.push_back(&state);
      }
    }
    if (!scenario_.only.empty() && chosen.empty()) {
      coverage_.out_of_scope.push_back(schema);
    } else if (owners.empty()) {
      look_at_stranger(schema);
    } else {
      look_at_owned(schema, chosen);
    }
  }

  // That no service of the catalogue was found in.
  void look_at_stranger(const std::string& schema) {
    NotCovered one;
    one.schema = schema;
    one.what = schema.empty() ? "what the dumps hold without a database name" : "schema " + schema;
    one.service = looks_like(catalogue_, facts_, schema);
    const std::vector<std::string> tables = revision_tables_in(facts_, schema);
    if (!one.service.empty()) {
      one.why = "its tables are those of " + one.service;
      one.cure = fmt::format("if it is what {} uses, name it with schemas = {{ … }} in [service.{}]", one.service,
                             one.service);
    } else if (!tables.empty()) {
      one.why =
          fmt::format("it has the revision table {}, which belongs to no service of the catalogue", join(tables, ", "));
      one.cure = "if it belongs to a service of the catalogue, name it with schemas = { … } in its [service.…]";
    } else {
      coverage_.of_no_service.push_back(schema);
      return;
    }
    if (schema.empty()) {
      one.cure = "say whose it is: dumps = [{ file = \"…\", schema = \"…\" }]";
    }
    coverage_.not_covered.push_back(std::move(one));
  }

  void look_at_owned(const std::string& schema, const std::vector<const ServiceState*>& owners) {
    for (const ServiceState* state : owners) {
      for (const auto& [service, why] : not_rehearsed_) {
        if (service == state->service) {
          coverage_.not_covered.push_back({
              .schema = schema,
              .service = service,
              .what = "schema " + schema,
              .why = service + " is not rehearsed: " + why,
          });
          return;
        }
      }
    }
    std::set<std::string> own;  // a schema may be shared
    for (const ServiceState* state : owners) {
      own.merge(own_tables(*catalogue_.service(state->service)));
    }
    const Service& service = *catalogue_.service(owners.front()->service);
    for (const std::string& table : revision_tables_in(facts_, schema)) {
      if (!own.contains(table) && !scenario_.skip.contains(schema + "." + table) &&
          !is_copy(facts_, service, schema, table)) {
        look_at_chain(service, schema, table);
      }
    }
  }

  void look_at_chain(const Service& service, const std::string& schema, const std::string& table) {
    const ScenarioService wishes = scenario_.service(service.name);
    const SubProject* known = sub_project_of(service, table);
    const std::string distribution = known == nullptr ? "" : known->distribution;
    const bool named = known == nullptr ? !wishes.packages.empty()
                                        : std::any_of(wishes.packages.begin(), wishes.packages.end(),
                                                      [&](const std::string& requirement) {
                                                        return names_distribution(requirement, distribution);
                                                      });
    if (named) {
      coverage_.claims.push_back(
          {.service = service.name, .schema = schema, .table = table, .distribution = distribution});
      return;
    }
    coverage_.not_covered.push_back(chain_not_covered(
        service, facts_, schema, table, "the migrations of a sub-project or plug-in, which no step runs"));
  }

  const Catalogue& catalogue_;
  const Scenario& scenario_;
  const SnapshotFacts& facts_;
  const std::vector<ServiceState>& states_;
  const std::vector<std::pair<std::string, std::string>>& not_rehearsed_;
  Coverage coverage_;
};

}  // namespace

Coverage cover(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts,
               const std::vector<ServiceState>& states,
               const std::vector<std::pair<std::string, std::string>>& not_rehearsed) {
  return Coverer(catalogue, scenario, facts, states, not_rehearsed).run();
}

NotCovered chain_not_covered(const Service& service, const SnapshotFacts& facts, const std::string& schema,
                             const std::string& table, const std::string& why) {
  NotCovered one{
      .schema = schema,
      .table = table,
      .service = service.name,
      .what = "the chain of " + schema + "." + table,
      .why = why,
  };
  const SubProject* known = sub_project_of(service, table);
  one.cure = fmt::format("have its migrations run with the service's own: packages = [\"{}\"] in [service.{}]",
                         known == nullptr ? "its distribution" : known->distribution, service.name);
  one.tables = chain_tables(service, known, facts, schema);
  return one;
}

bool is_revision_table(const std::string& table, const std::map<std::string, std::string>& objects) {
  std::set<std::string> columns;
  for (const auto& [name, value] : objects) {
    if (name.starts_with("column ")) {
      columns.insert(name.substr(std::string_view("column ").size()));
    }
  }
  const bool by_name = contains(table, "alembic_version") || table.ends_with("_alembic");
  if (columns.empty()) {
    return by_name || table == "migrate_version";
  }
  return columns == std::set<std::string>{"version_num"} || (by_name && columns.contains("version_num")) ||
         columns == std::set<std::string>{"repository_id", "repository_path", "version"};
}

std::vector<std::string> revision_table_patterns() {
  return {"*alembic_version*", "*_alembic", "migrate_version"};
}

bool names_distribution(const std::string& requirement, const std::string& distribution) {
  const std::string normal = normal_name(requirement), wanted = normal_name(distribution);
  const auto in_name = [&](std::size_t at) {
    return std::isalnum(static_cast<unsigned char>(normal[at])) != 0 || normal[at] == '-';
  };
  for (std::size_t at = normal.find(wanted); at != std::string::npos; at = normal.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    // A file's version follows a hyphen, and a repository's suffix was a dot.
    const bool version =
        end + 1 < normal.size() && normal[end] == '-' && std::isdigit(static_cast<unsigned char>(normal[end + 1])) != 0;
    const bool ends = end == normal.size() || !in_name(end) || version || normal.substr(end).starts_with("-git");
    if ((at == 0 || !in_name(at - 1)) && ends) {
      return true;
    }
  }
  return false;
}

std::vector<Error> check_skips(const Scenario& scenario, const SnapshotFacts& facts) {
  std::vector<Error> problems;
  for (const auto& [name, why] : scenario.skip) {
    if (contains(facts.schemas, name)) {
      continue;
    }
    std::vector<std::string> chains;
    bool known_table = false;
    for (const std::string& schema : facts.schemas) {
      for (const std::string& table : revision_tables_in(facts, schema)) {
        chains.push_back(schema + "." + table);
      }
      for (const auto& [table, objects] : tables_of(facts, schema)) {
        known_table = known_table || name == schema + "." + table;
      }
    }
    if (contains(chains, name)) {
      continue;
    }
    problems.push_back({
        .kind = ErrorKind::wrong_scenario,
        .what = known_table ? "'" + name + "' is a table, not a chain of revisions"
                            : "'" + name + "' is not in the snapshot",
        .where = "[services] skip",
        .hint = "skip names schemas (" + join(facts.schemas, ", ") + ") and revision tables in them (" +
                join_some(chains, ", ", kTablesTold) + ")",
    });
  }
  return problems;
}

SnapshotFacts without_skipped(const SnapshotFacts& facts, const Scenario& scenario) {
  SnapshotFacts kept = facts;
  std::erase_if(kept.schemas, [&](const std::string& schema) { return scenario.skip.contains(schema); });
  std::erase_if(kept.captured, [&](const auto& entry) { return scenario.skip.contains(entry.first.first); });
  std::erase_if(kept.objects, [&](const auto& entry) { return scenario.skip.contains(entry.first); });
  return kept;
}

std::string skip_lines(const Coverage& coverage) {
  std::vector<std::string> entries;
  for (const NotCovered& one : coverage.not_covered) {
    const std::string name = one.name();
    if (name.empty()) {
      continue;  // cannot be named
    }
    entries.push_back(fmt::format("{} = \"{}\"", toml_key(name), kReasonToFill));
  }
  return entries.empty() ? std::string() : "[services]\nskip = { " + join(entries, ", ") + " }\n";
}

std::string code_of(const NotCovered& one) {
  return one.table.empty() ? "schema-not-covered" : "chain-not-covered";
}

std::string title_of(const NotCovered& one) {
  return one.what + " is not covered: " + one.why;
}

std::string detail_of(const NotCovered& one) {
  std::string text;
  if (!one.tables.empty()) {
    text = fmt::format("Tables that are its own, or that no release of {} knows: {}. ", one.service,
                       join_some(one.tables, ", ", kTablesTold));
  }
  if (!one.cure.empty()) {
    text += static_cast<char>(std::toupper(static_cast<unsigned char>(one.cure.front()))) + one.cure.substr(1) + ". ";
  }
  Coverage alone;
  alone.not_covered.push_back(one);
  const std::string skip = replace_all(std::string(trim(skip_lines(alone))), "\n", " ");
  return std::string(trim(text + (skip.empty() ? "" : "To leave it out, say why: " + skip)));
}

}  // namespace rehearsal
