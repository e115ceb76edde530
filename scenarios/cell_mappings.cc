#include "scenarios/cell_mappings.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/text.h"

namespace rehearsal {

namespace {

bool is_first(const Service& service, const Cell& cell) {
  return cell.part == service.cells->first_cell_part;
}

std::string mapping_table(const Service& service, const ServiceState& state) {
  const auto schema = state.schemas.find(service.cells->schema_role);
  return (schema == state.schemas.end() ? "" : schema->second + ".") + service.cells->table;
}

// "db1:3306, schema x", "schema x"
std::string place_of(const std::string& schema, const std::string& host) {
  return host.empty() ? "schema " + schema : fmt::format("schema {} on {}", schema, host);
}

// Whether hosts belong to it.
bool has_hosts(const Service& service, const ServiceState& state, const SnapshotFacts& facts, const Cell& cell) {
  const ColumnPlace& rule = service.cells->in_use;
  const auto schema = state.schemas.find(service.cells->schema_role);
  if (schema == state.schemas.end() || rule.table.empty()) {
    return true;
  }
  const auto found = facts.captured.find({schema->second, rule.table});
  if (found == facts.captured.end()) {
    return false;
  }
  const auto& columns = found->second.columns;
  const auto column =
      static_cast<std::size_t>(std::find(columns.begin(), columns.end(), rule.column) - columns.begin());
  return std::any_of(found->second.rows.begin(), found->second.rows.end(),
                     [&](const auto& row) { return column < row.size() && row[column] == cell.key; });
}

// Of cells that share a schema the one that it belongs to: not disabled, on the first cell's server, the oldest.
const Cell* owner_of(const std::vector<const Cell*>& sharing, const std::string& home) {
  return *std::min_element(sharing.begin(), sharing.end(), [&](const Cell* a, const Cell* b) {
    return std::pair(a->disabled, a->host != home) < std::pair(b->disabled, b->host != home);
  });
}

bool on_other_servers(const Cell& a, const Cell& b) {
  return !a.host.empty() && !b.host.empty() && a.host != b.host;
}

std::map<std::string, std::vector<const Cell*>> by_schema(const std::vector<Cell>& cells, const SnapshotFacts& facts) {
  std::map<std::string, std::vector<const Cell*>> groups;
  for (const Cell& cell : cells) {
    if (contains(facts.schemas, cell.schema)) {
      groups[cell.schema].push_back(&cell);
    }
  }
  return groups;
}

std::string home_of(const Service& service, const std::vector<Cell>& cells) {
  const auto first =
      std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return is_first(service, cell); });
  return first == cells.end() ? "" : first->host;
}

}  // namespace

void set_lost_cells_apart(const Service& service, const ScenarioService& wishes, const SnapshotFacts& facts,
                          ServiceState& state) {
  const std::vector<Cell> cells = cells_of(service, wishes, facts);
  const std::string home = home_of(service, cells);
  std::vector<const Cell*> lost;
  std::set<std::string> hosts;
  std::size_t used = 0;
  for (const auto& [schema, sharing] : by_schema(cells, facts)) {
    const Cell* owner = owner_of(sharing, home);
    hosts.insert(owner->host);
    used += is_first(service, *owner) ? 0 : 1;
    for (const Cell* cell : sharing) {
      if (cell != owner && !is_first(service, *cell)) {
        state.schemas.erase(cell->part);  // its steps would run twice on one schema
        if (on_other_servers(*cell, *owner)) {
          lost.push_back(cell);
        }
      }
    }
  }
  for (const Cell& cell : cells) {
    const bool missing = contains(state.missing, cell.part);
    if (missing && !is_first(service, cell) && !state.alike.contains(cell.part)) {
      lost.push_back(&cell);
    }
  }
  if (used == 0) {
    return;
  }
  for (const Cell* cell : lost) {
    std::erase(state.missing, cell->part);
    CellWithoutDatabase gone;
    gone.part = cell->part;
    gone.id = cell->id;
    gone.key = cell->key;
    gone.table = mapping_table(service, state);
    // A schema of that name may be there, and be another cell's.
    gone.schema = contains(facts.schemas, cell->schema) ? cell->schema + "_of_" + cell->part : cell->schema;
    gone.host = cell->told_host;
    gone.disabled = cell->disabled;
    gone.elsewhere = !cell->disabled && !cell->host.empty() && !hosts.contains(cell->host) &&
                     has_hosts(service, state, facts, *cell);
    state.lost_cells.push_back(std::move(gone));
  }
}

const CellWithoutDatabase* lost_cell(const std::vector<CellWithoutDatabase>& lost, const std::string& id) {
  const auto found =
      std::find_if(lost.begin(), lost.end(), [&](const CellWithoutDatabase& cell) { return cell.id == id; });
  return found == lost.end() ? nullptr : &*found;
}

void tell_cell_mappings(const Service& service, const ScenarioService& wishes, const SnapshotFacts& facts,
                        const ServiceState& state, Plan& plan) {
  const std::vector<Cell> cells = cells_of(service, wishes, facts);
  const std::string home = home_of(service, cells);
  const std::string table = mapping_table(service, state);
  for (const Cell& cell : cells) {
    if (!cell.named.empty() && cell.named != cell.schema && contains(facts.schemas, cell.schema)) {
      plan.findings.push_back({
          .code = "cell-mapping-elsewhere",
          .severity = Severity::warning,
          .service = service.name,
          .title = fmt::format("the mapping of {} names {}, the snapshot's {} is used for it", cell.part,
                               place_of(cell.named, cell.told_host), cell.schema),
          .detail = "On the clone the mapping is rewritten to the schema that is used. In production the service's "
                    "commands go where the mapping says: that database must exist and be the one that was dumped as " +
                    cell.schema + ".",
          .table = table,
      });
    }
  }
  for (const auto& [schema, sharing] : by_schema(cells, facts)) {
    const Cell* owner = owner_of(sharing, home);
    for (const Cell* cell : sharing) {
      if (cell != owner && !on_other_servers(*cell, *owner)) {
        plan.findings.push_back({
            .code = "cell-mapping-repeated",
            .severity = Severity::warning,
            .service = service.name,
            .title = fmt::format("the mappings of {} and {} point to the same database, {}", owner->part, cell->part,
                                 schema),
            .detail =
                "Its steps are run once. The service's commands work on it once for each mapping; a person must decide "
                "which of them is left over.",
            .table = table,
        });
      }
    }
  }
  for (const CellWithoutDatabase& cell : state.lost_cells) {
    if (cell.elsewhere) {
      plan.not_rehearsed.emplace_back(service.name, fmt::format("cell {} ({}) is not in the snapshot", cell.part,
                                                                place_of(cell.schema, cell.host)));
    }
  }
}

}  // namespace rehearsal
