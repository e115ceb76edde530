#include "scenarios/schema_match.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/contains.h"
#include "base/names.h"
#include "base/text.h"
#include "scenarios/cells.h"
#include "scenarios/known_revisions.h"

namespace rehearsal {

namespace {

// Of the columns that every release has so large a part must be there, or the revision alone says whose a schema is.
constexpr double kLeastAlike = 0.6;
// Less than this is not the service's, whatever its revision or its name says.
constexpr double kLeastAtAll = 0.2;

using Column = std::pair<std::string, std::string>;

bool is_column(const FingerprintObject& object) {
  return object.kind == "column";
}

// The part of the columns that every release has.
double part_there(const SchemaFingerprint& fingerprint, const ObservedSchema& observed) {
  std::size_t all = 0, there = 0;
  for (const FingerprintObject& object : fingerprint.objects) {
    if (!is_column(object) || !SchemaFingerprint::is_constant(object)) {
      continue;
    }
    ++all;
    const auto table = observed.tables.find(object.table);
    there += table != observed.tables.end() && table->second.contains("column " + object.name) ? 1 : 0;
  }
  return all == 0 ? 0 : static_cast<double>(there) / static_cast<double>(all);
}

class Matcher {
 public:
  Matcher(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts)
      : catalogue_(catalogue), scenario_(scenario), facts_(facts) {
    for (const auto& [name, service] : scenario.services) {
      for (const auto& [role, schema] : service.schemas) {
        wished_.insert(schema);
      }
    }
    for (const std::string& schema : facts.schemas) {
      if (const auto claim = claim_of(schema)) {
        claims_[schema] = *claim;
      }
    }
  }

  SchemaMatch run() {
    for (const Service& service : catalogue_.services) {
      const ScenarioService wishes = scenario_.service(service.name);
      for (const auto& [role, name] : service.schemas) {
        if (!service.cells || role == service.cells->schema_role) {
          place(service, wishes, role, name);
        }
      }
      if (service.cells) {
        place_cells(service);
      }
    }
    // A schema that its owner was found in is nobody else's, whatever it is called.
    std::erase_if(match_.others, [&](const auto& other) {
      const std::string& name = catalogue_.service(other.first.first)->schemas.at(other.first.second);
      const auto found = match_.found.find(other.second);
      return found != match_.found.end() && std::any_of(found->second.begin(), found->second.end(),
                                                        [&](const auto& role) { return role.second == name; });
    });
    return std::move(match_);
  }

 private:
  using Claim = std::pair<std::string, std::string>;  // service, reference's role

  // A revision of the schema's that the role's chain has.
  [[nodiscard]] bool has_revision(const Service& service, const std::string& role, const std::string& schema) const {
    const std::set<std::string> known = known_revisions(service, role);
    for (const std::string& table : service.revision_tables) {
      const auto captured = facts_.captured.find({schema, table});
      if (captured != facts_.captured.end() &&
          std::any_of(captured->second.rows.begin(), captured->second.rows.end(),
                      [&](const auto& row) { return !row.empty() && row.front() && known.contains(*row.front()); })) {
        return true;
      }
    }
    return false;
  }

  // None where no structure is known, or the catalogue has no fingerprint.
  [[nodiscard]] std::optional<double> part_of(const Service& service, const std::string& role,
                                              const std::string& schema) const {
    const auto fingerprint = service.fingerprints.find(role);
    const auto observed = facts_.objects.find(schema);
    if (fingerprint == service.fingerprints.end() || observed == facts_.objects.end()) {
      return std::nullopt;
    }
    return part_there(fingerprint->second, observed->second);
  }

  [[nodiscard]] std::optional<Claim> claim_of(const std::string& schema) const {
    std::optional<Claim> best;
    std::pair<bool, double> best_score;
    for (const Service& service : catalogue_.services) {
      std::set<std::string> roles;
      for (const auto& [role, name] : service.schemas) {
        roles.insert(reference_role(service, role));
      }
      for (const std::string& role : roles) {
        const bool revision = has_revision(service, role, schema);
        const std::optional<double> part = part_of(service, role, schema);
        if (revision ? part.value_or(1) < kLeastAtAll : part.value_or(0) < kLeastAlike) {
          continue;
        }
        const std::pair score(revision,
                              part ? likeness(service.fingerprints.at(role), facts_.objects.at(schema)) : 0.0);
        if (!best || score > best_score) {
          best = Claim(service.name, role);
          best_score = score;
        }
      }
    }
    return best;
  }

  // Schemas of this kind that the operator has given no other place.
  [[nodiscard]] std::vector<std::string> candidates(const Service& service, const std::string& role) const {
    std::vector<std::string> schemas;
    for (const auto& [schema, claim] : claims_) {
      if (claim == Claim(service.name, role) && !wished_.contains(schema)) {
        schemas.push_back(schema);
      }
    }
    return schemas;
  }

  void add_copies(const std::vector<std::string>& schemas, const Service& service, const std::string& role,
                  const std::string& taken) {
    for (const std::string& schema : schemas) {
      if (schema != taken) {
        match_.copies.push_back({.schema = schema, .service = service.name, .role = role, .instead_of = taken});
      }
    }
  }

  void place(const Service& service, const ScenarioService& wishes, const std::string& role, const std::string& name) {
    const std::vector<std::string> alike = candidates(service, role);
    if (const auto wish = wishes.schemas.find(role); wish != wishes.schemas.end()) {
      add_copies(alike, service, role, wish->second);
      return;
    }
    if (contains(facts_.schemas, name) && !wished_.contains(name)) {
      const auto claim = claims_.find(name);
      const bool own = claim != claims_.end() && claim->second == Claim(service.name, role);
      const bool partly =
          claim == claims_.end() && (alike.empty() || part_of(service, role, name).value_or(0) >= kLeastAtAll);
      if (own || partly) {
        add_copies(alike, service, role, name);
        return;
      }
    }
    const auto claim = contains(facts_.schemas, name) && !wished_.contains(name) ? claims_.find(name) : claims_.end();
    if (alike.empty() && claim != claims_.end() && claim->second.first != service.name) {
      match_.others[{service.name, role}] = claim->second.first;
    }
    if (alike.size() == 1) {
      match_.found[service.name][role] = alike.front();
    } else if (!alike.empty()) {
      match_.alike.push_back({service.name, role, alike});
    }
  }

  // "prod_" and "" where the catalogue's name is a part of the one that was found.
  [[nodiscard]] std::optional<std::pair<std::string, std::string>> affixes(const Service& service) const {
    const std::string& role = service.cells->schema_role;
    const ScenarioService wishes = with_schemas(scenario_, match_).service(service.name);
    const auto used = wishes.schemas.find(role);
    const std::string& name = service.schemas.at(role);
    const std::size_t at = used == wishes.schemas.end() ? std::string::npos : used->second.find(name);
    if (at == std::string::npos) {
      return std::nullopt;
    }
    return std::pair(used->second.substr(0, at), used->second.substr(at + name.size()));
  }

  struct OpenCell {
    std::string part;
    std::string name;  // that it should have
    bool named = false, disabled = false, first = false;
  };

  void place_cells(const Service& service) {
    const Scenario settled = with_schemas(scenario_, match_);
    const ScenarioService wishes = settled.service(service.name);
    const std::vector<Cell> cells = cells_of(service, wishes, facts_);
    std::vector<std::string> left = candidates(service, kCellPart);
    std::vector<OpenCell> open;
    bool one_is_found = false;
    for (const auto& [part, schema] : schemas_of(service, wishes, facts_)) {
      if (part == service.cells->schema_role) {
        continue;
      }
      const auto cell = std::find_if(cells.begin(), cells.end(), [&](const Cell& one) { return one.part == part; });
      const auto claim = claims_.find(schema);
      const bool own = claim == claims_.end() || claim->second == Claim(service.name, kCellPart);
      const bool first = part == service.cells->first_cell_part;
      if (wished_.contains(schema) || (contains(facts_.schemas, schema) && own)) {
        std::erase(left, schema);
        one_is_found = one_is_found || !first;
      } else {
        open.push_back({
            .part = part,
            .name = schema,
            .named = cell != cells.end() && !cell->named.empty(),
            .disabled = cell != cells.end() && cell->disabled,
            .first = first,
        });
      }
    }
    const auto take = [&](const OpenCell& cell, const std::string& schema) {
      match_.found[service.name][cell.part] = schema;
      std::erase(left, schema);
      one_is_found = one_is_found || !cell.first;
    };
    if (const auto around = affixes(service)) {
      std::erase_if(open, [&](const OpenCell& cell) {
        const std::string renamed = around->first + cell.name + around->second;
        const bool there = contains(left, renamed);
        if (there) {
          take(cell, renamed);
        }
        return there;
      });
    }
    std::erase_if(open, [&](const OpenCell& cell) {
      if (!cell.first) {
        return false;
      }
      std::vector<std::string> like_it;
      std::copy_if(left.begin(), left.end(), std::back_inserter(like_it),
                   [&](const std::string& schema) { return contains(schema, cell.part); });
      if (like_it.size() == 1) {
        take(cell, like_it.front());
      }
      return like_it.size() == 1;
    });
    // The last one of each kind belong together, unless the mapping speaks of a cell that may be gone.
    if (open.size() == 1 && left.size() == 1 && !open.front().first && !open.front().disabled &&
        (!open.front().named || !one_is_found)) {
      take(open.front(), left.front());
      open.clear();
    }
    // Their databases are not in the snapshot, and what is left over is none's.
    std::erase_if(open, [&](const OpenCell& cell) { return cell.named && !cell.first && one_is_found; });
    for (const OpenCell& cell : open) {
      if (!left.empty()) {
        match_.alike.push_back({service.name, cell.part, left});
      }
    }
    if (open.empty()) {
      add_copies(left, service, kCellPart, "");
    }
  }

  const Catalogue& catalogue_;
  const Scenario& scenario_;
  const SnapshotFacts& facts_;
  std::set<std::string> wished_;
  std::map<std::string, Claim> claims_;
  SchemaMatch match_;
};

}  // namespace

const AlikeSchemas* SchemaMatch::alike_of(const std::string& service, const std::string& role) const {
  const auto one = std::find_if(alike.begin(), alike.end(), [&](const AlikeSchemas& schemas) {
    return schemas.service == service && schemas.role == role;
  });
  return one == alike.end() ? nullptr : &*one;
}

SchemaMatch match_schemas(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts) {
  return Matcher(catalogue, scenario, facts).run();
}

Scenario with_schemas(Scenario scenario, const SchemaMatch& match) {
  for (const auto& [service, schemas] : match.found) {
    for (const auto& [role, schema] : schemas) {
      scenario.services[service].schemas.emplace(role, schema);
    }
  }
  return scenario;
}

double likeness(const SchemaFingerprint& fingerprint, const ObservedSchema& observed) {
  std::set<Column> known;
  for (const FingerprintObject& object : fingerprint.objects) {
    if (is_column(object)) {
      known.emplace(object.table, object.name);
    }
  }
  std::size_t same = 0, own = 0;
  for (const auto& [table, objects] : observed.tables) {
    for (const auto& [name, value] : objects) {
      if (name.starts_with("column ")) {
        ++(known.contains({table, name.substr(7)}) ? same : own);
      }
    }
  }
  return known.empty() ? 0 : static_cast<double>(same) / static_cast<double>(known.size() + own);
}

std::string schemas_line(const std::string& service, const std::map<std::string, std::string>& names) {
  std::vector<std::string> pairs;
  for (const auto& [role, schema] : names) {
    pairs.push_back(toml_key(role) + " = \"" + schema + "\"");
  }
  return "[service." + service + "] schemas = { " + join(pairs, ", ") + " }";
}

}  // namespace rehearsal
