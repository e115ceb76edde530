// What release each service of a snapshot may be at: told by its revision tables, whose rows came with the dump,
// and by its objects where these tables are not right.

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"
#include "scenarios/cells.h"
#include "scenarios/plan.h"

namespace rehearsal {

namespace {

bool has_schema(const SnapshotFacts& facts, const std::string& name) {
  return std::find(facts.schemas.begin(), facts.schemas.end(), name) != facts.schemas.end();
}

RevisionRows revisions_of(const Service& service, const SnapshotFacts& facts, const std::string& schema) {
  RevisionRows rows;
  const auto objects = facts.objects.find(schema);
  for (const std::string& table : service.revision_tables) {
    const auto found = facts.captured.find({schema, table});
    rows.there = rows.there || found != facts.captured.end() ||
                 (objects != facts.objects.end() && objects->second.tables.contains(table));
    if (found == facts.captured.end()) {
      continue;
    }
    rows.table = table;
    for (const auto& row : found->second.rows) {
      rows.rows.push_back(row.empty() ? "" : row.front().value_or("NULL"));
    }
  }
  if (!service.revision_tables.empty() && rows.rows.empty()) {
    rows.table = service.revision_tables.front();
  }
  std::sort(rows.rows.begin(), rows.rows.end());
  return rows;
}

// Where the catalogue knows what the schema's objects should be, and the snapshot tells what they are.
std::optional<Standing> standing_of(const Service& service, const SnapshotFacts& facts, const Scenario& scenario,
                                    const std::string& role, const std::string& schema, const RevisionRows& rows) {
  const auto fingerprint = service.fingerprints.find(reference_role(service, role));
  const auto objects = facts.objects.find(schema);
  if (fingerprint == service.fingerprints.end() || objects == facts.objects.end()) {
    return std::nullopt;
  }
  Standing standing = stand(fingerprint->second, objects->second, rows,
                            {schema, scenario.from == "auto" ? "" : scenario.from, scenario.to});
  return standing.kind == Standing::Kind::unlike ? std::nullopt : std::optional(std::move(standing));
}

// By their rows, where these say it.
bool says_its_release(const Standing& standing) {
  switch (standing.kind) {
    case Standing::Kind::as_told:
    case Standing::Kind::ahead:
    case Standing::Kind::behind:
    case Standing::Kind::incomplete:
    case Standing::Kind::unlike:
      return true;
    case Standing::Kind::unfinished:
    case Standing::Kind::row_missing:
    case Standing::Kind::row_doubled:
    case Standing::Kind::unknown:
      return false;
  }
  return true;
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
      const RevisionRows rows = revisions_of(service, facts, schema);
      std::vector<std::string> releases = releases_with(catalogue, service, role, rows.rows);
      if (auto standing = standing_of(service, facts, scenario, role, schema, rows)) {
        releases = says_its_release(*standing) && !releases.empty() ? std::move(releases) : standing->releases;
        state.standings[schema] = std::move(*standing);
      }
      state.revisions[schema] = rows.rows;
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
