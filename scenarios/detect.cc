// What release each service of a snapshot may be at: told by its revision tables, whose rows came with the dump.

#include <algorithm>
#include <set>

#include "base/text.h"
#include "scenarios/cells.h"
#include "scenarios/plan.h"

namespace rehearsal {

namespace {

bool has_schema(const SnapshotFacts& facts, const std::string& name) {
  return std::find(facts.schemas.begin(), facts.schemas.end(), name) != facts.schemas.end();
}

std::vector<std::string> revisions_of(const Service& service, const SnapshotFacts& facts, const std::string& schema) {
  std::vector<std::string> heads;
  for (const std::string& table : service.revision_tables) {
    const auto found = facts.captured.find({schema, table});
    if (found == facts.captured.end()) {
      continue;
    }
    for (const auto& row : found->second.rows) {
      heads.push_back(row.empty() ? "" : row.front().value_or("NULL"));
    }
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

std::vector<std::string> releases_with(const Catalogue& catalogue, const Service& service, const std::string& role,
                                       const std::vector<std::string>& heads) {
  std::vector<std::string> releases;
  const auto known = service.heads.find(head_role(service, role));
  if (known == service.heads.end() || heads.empty()) {
    return releases;
  }
  for (const Release& release : catalogue.releases) {
    const auto entry = known->second.find(release.name);
    if (entry != known->second.end() && entry->second == heads) {
      releases.push_back(release.name);
    }
  }
  return releases;
}

}  // namespace

std::vector<ServiceState> detect(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts) {
  std::vector<ServiceState> states;
  for (const Service& service : catalogue.services) {
    ServiceState state;
    state.service = service.name;
    bool any = false;
    for (const auto& [role, wanted] : schemas_of(service, scenario.service(service.name), facts)) {
      if (has_schema(facts, wanted)) {
        state.schemas[role] = wanted;
        any = true;
      } else {
        state.missing.push_back(role);
      }
    }
    if (!any) {
      continue;
    }
    std::vector<std::string> agreed;
    bool first = true;
    for (const auto& [role, schema] : state.schemas) {
      const std::vector<std::string> heads = revisions_of(service, facts, schema);
      std::vector<std::string> releases = releases_with(catalogue, service, role, heads);
      state.revisions[schema] = heads;
      state.releases[schema] = releases;
      if (first) {
        agreed = std::move(releases);
      } else {
        std::erase_if(agreed, [&](const std::string& name) {
          return std::find(releases.begin(), releases.end(), name) == releases.end();
        });
      }
      first = false;
    }
    state.candidates = std::move(agreed);
    states.push_back(std::move(state));
  }
  return states;
}

std::vector<std::string> capture_patterns(const Catalogue& catalogue) {
  std::set<std::string> patterns;
  for (const Service& service : catalogue.services) {
    patterns.insert(service.revision_tables.begin(), service.revision_tables.end());
    if (service.cells) {
      patterns.insert(service.cells->table);
    }
    for (const UrlColumn& column : service.url_columns) {
      patterns.insert(column.table);
    }
  }
  return {patterns.begin(), patterns.end()};
}

}  // namespace rehearsal
