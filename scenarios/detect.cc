#include "scenarios/detect.h"

// What release each service of a snapshot may be at: told by its revision tables, whose rows came with the dump,
// and by its objects where these tables are not right.

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/contains.h"
#include "base/names.h"
#include "base/text.h"
#include "scenarios/cell_mappings.h"
#include "scenarios/cells.h"
#include "scenarios/schema/standing_words.h"
#include "scenarios/schema_match.h"

namespace rehearsal {

namespace {

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
  return stand(fingerprint->second, objects->second, rows,
               {schema, scenario.from == "auto" ? "" : scenario.from, scenario.to});
}

// Tables as the fingerprint has them at a state.
void add_tables(const SchemaFingerprint& fingerprint, const SchemaState& state, const std::vector<std::string>& tables,
                ObservedSchema& observed) {
  for (const FingerprintObject& object : fingerprint.objects) {
    if (fingerprint.holds(object, state) && contains(tables, object.table)) {
      observed.tables[object.table][object.kind + " " + object.name] = object.value;
    }
  }
}

// A schema in its role, and what its revision table holds.
struct SchemaRows {
  const std::string& role;
  const std::string& schema;
  const RevisionRows& rows;
};

// Tables that a dump leaves out come in numbers, or the operator names them: they are made empty, and the schema stands
// as if they were there. Of others it is told that they are missing.
void settle_lost_tables(const Service& service, const SnapshotFacts& facts, const Scenario& scenario,
                        const SchemaRows& of, ServiceState& state, std::optional<Standing>& standing) {
  const auto& [role, schema, rows] = of;
  if (!standing || standing->lost_tables.empty()) {
    return;
  }
  std::vector<std::string> made, open;
  for (const std::string& table : standing->lost_tables) {
    (matches_any(scenario.left_out, schema + "." + table) ? made : open).push_back(table);
  }
  if (open.size() > kMostLostTables) {
    made = standing->lost_tables;
  }
  if (!open.empty()) {
    state.lost_tables[schema] = open;
  }
  if (made.empty()) {
    return;
  }
  const SchemaFingerprint& fingerprint = service.fingerprints.at(reference_role(service, role));
  ObservedSchema whole = facts.objects.at(schema);
  std::vector<const FingerprintObject*> objects;
  for (const FingerprintObject& object : fingerprint.objects) {
    if (contains(made, object.table) && fingerprint.holds(object, standing->state)) {
      objects.push_back(&object);
    }
  }
  const std::string sql = objects_sql(fingerprint, standing->state, objects, whole, schema);
  state.left_out_sql += (state.left_out_sql.empty() ? "" : "\n") + sql;
  for (const std::string& table : made) {
    state.left_out.push_back({schema + "." + table, matches_any(scenario.left_out, schema + "." + table)});
  }
  add_tables(fingerprint, standing->state, made, whole);
  standing = stand(fingerprint, whole, rows, {schema, scenario.from == "auto" ? "" : scenario.from, scenario.to});
}

// None of the service's tables is in the schema, and no revision.
bool is_without_tables(const Service& service, const SnapshotFacts& facts, const std::string& role,
                       const std::string& schema, const RevisionRows& rows) {
  const auto fingerprint = service.fingerprints.find(reference_role(service, role));
  if (fingerprint == service.fingerprints.end() || !rows.rows.empty()) {
    return false;
  }
  const auto objects = facts.objects.find(schema);
  return objects == facts.objects.end() ||
         std::none_of(fingerprint->second.objects.begin(), fingerprint->second.objects.end(),
                      [&](const FingerprintObject& object) { return objects->second.tables.contains(object.table); });
}

// The dump has the revision table's structure and left out its rows: where the schema stands is not told.
bool add_untold(const Service& service, const SnapshotFacts& facts, const std::string& schema, ServiceState& state) {
  const std::size_t before = state.untold.size();
  for (const std::string& table : service.revision_tables) {
    if (facts.without_rows.contains(schema + "." + table)) {
      state.untold.push_back(schema + "." + table);
    }
  }
  return state.untold.size() > before;
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

std::vector<ServiceState> detect(const Catalogue& catalogue, const Scenario& asked, const SnapshotFacts& facts) {
  const SchemaMatch match = match_schemas(catalogue, asked, facts);
  const Scenario scenario = with_schemas(asked, match);
  std::vector<ServiceState> states;
  for (const Service& service : catalogue.services) {
    ServiceState state;
    state.service = service.name;
    bool any = false;
    if (const auto found = match.found.find(service.name); found != match.found.end()) {
      state.found = found->second;
    }
    for (const auto& [role, wanted] : schemas_of(service, scenario.service(service.name), facts)) {
      const auto other = match.others.find({service.name, role});
      if (contains(facts.schemas, wanted) && other == match.others.end()) {
        state.schemas[role] = wanted;
        any = true;
        continue;
      }
      if (other != match.others.end()) {
        state.others[role] = other->second;
        any = true;
      }
      state.missing.push_back(role);
      if (const AlikeSchemas* alike = match.alike_of(service.name, role)) {
        state.alike[role] = alike->schemas;
        any = true;
      }
    }
    if (!any) {
      continue;
    }
    if (service.cells) {
      set_lost_cells_apart(service, scenario.service(service.name), facts, state);
    }
    std::vector<std::string> agreed;
    bool first = true;
    for (const auto& [role, schema] : std::map(state.schemas)) {
      const RevisionRows rows = revisions_of(service, facts, schema);
      if (is_without_tables(service, facts, role, schema, rows)) {
        state.without_tables.push_back(schema);
        state.schemas.erase(role);
        continue;
      }
      if (rows.rows.empty() && add_untold(service, facts, schema, state)) {
        state.schemas.erase(role);
        continue;
      }
      std::vector<std::string> releases = releases_with(catalogue, service, role, rows.rows);
      std::optional<Standing> standing = standing_of(service, facts, scenario, role, schema, rows);
      settle_lost_tables(service, facts, scenario, {role, schema, rows}, state, standing);
      if (standing && standing->kind != Standing::Kind::unlike) {
        if (state.lost_tables.contains(schema) && standing->is_told()) {
          standing->detail +=
              " If the dump leaves it out, production has it: " + tables_query(schema, state.lost_tables.at(schema));
        }
        releases = says_its_release(*standing) && !releases.empty() ? std::move(releases) : standing->releases;
        state.standings[schema] = std::move(*standing);
      }
      state.revisions[schema] = rows.rows;
      state.releases[schema] = releases;
      if (first) {
        agreed = std::move(releases);
      } else {
        std::erase_if(agreed, [&](const std::string& name) { return !contains(releases, name); });
      }
      first = false;
    }
    state.candidates = std::move(agreed);
    states.push_back(std::move(state));
  }
  return states;
}

std::vector<std::string> capture_patterns(const Catalogue& catalogue) {
  const std::vector<std::string> chains = revision_table_patterns();
  std::set<std::string> patterns(chains.begin(), chains.end());
  for (const Service& service : catalogue.services) {
    patterns.insert(service.revision_tables.begin(), service.revision_tables.end());
    if (service.cells) {
      patterns.insert(service.cells->table);
      patterns.insert(service.cells->in_use.table);
    }
    for (const UrlColumn& column : service.url_columns) {
      patterns.insert(column.table);
    }
  }
  return {patterns.begin(), patterns.end()};
}

}  // namespace rehearsal
