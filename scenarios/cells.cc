#include "scenarios/cells.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Letters, digits, dots, dashes and underscores; what else a name holds becomes a dash.
std::string fit_for_id(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-' && c != '_') {
      c = '-';
    }
  }
  return name;
}

std::optional<std::string> field(const SnapshotFacts::Table& table, const std::vector<std::optional<std::string>>& row,
                                 const std::string& column) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), column);
  const auto index = static_cast<std::size_t>(found - table.columns.begin());
  return index < row.size() ? row[index] : std::nullopt;
}

std::string wished(const Service& service, const ScenarioService& wishes, const std::string& role) {
  if (const auto wish = wishes.schemas.find(role); wish != wishes.schemas.end()) {
    return wish->second;
  }
  const auto known = service.schemas.find(role);
  return known == service.schemas.end() ? "" : known->second;
}

}  // namespace

UrlParts parts_of_url(const std::string& url) {
  UrlParts parts;
  const std::size_t scheme = url.find("://");
  const std::size_t start = scheme == std::string::npos ? 0 : scheme + 3;
  // A password may hold a slash; the host begins after the last @ before the query.
  const std::size_t query = std::min(url.find('?', start), url.size());
  const std::size_t at = url.rfind('@', query);
  const std::size_t host = at == std::string::npos || at < start ? start : at + 1;
  const std::size_t slash = url.find('/', host);
  parts.host = url.substr(host, std::min(slash, query) - host);
  if (contains(parts.host, '{')) {
    parts.host.clear();
  }
  if (slash < query) {
    const std::string path = url.substr(slash + 1, query - slash - 1);
    if (!path.empty() && !contains(path, '{')) {
      parts.schema = path;
    }
  }
  return parts;
}

std::map<std::string, std::string> told_hosts(const Service& service, const SnapshotFacts& facts) {
  std::map<std::string, std::string> told;
  std::size_t number = 0;
  for (const auto& [name, table] : facts.captured) {
    for (const UrlColumn& column : service.url_columns) {
      const auto at = std::find(table.columns.begin(), table.columns.end(), column.column) - table.columns.begin();
      for (const auto& row : table.rows) {
        const auto place = static_cast<std::size_t>(at);
        if (name.second != column.table || place >= row.size() || !row[place]) {
          continue;
        }
        const std::string host = parts_of_url(*row[place]).host;
        const std::string bare = host.substr(0, host.find(':'));
        if (bare == "localhost" || bare == "127.0.0.1") {
          told.emplace(host, host);
        } else if (!host.empty() && !told.contains(host)) {
          told.emplace(host, fmt::format("host#{}", ++number));
        }
      }
    }
  }
  return told;
}

std::vector<Cell> cells_of(const Service& service, const ScenarioService& wishes, const SnapshotFacts& facts) {
  std::vector<Cell> cells;
  if (!service.cells) {
    return cells;
  }
  const CellRule& rule = *service.cells;
  const auto found = facts.captured.find({wished(service, wishes, rule.schema_role), rule.table});
  if (found == facts.captured.end()) {
    return cells;
  }
  const std::map<std::string, std::string> told = told_hosts(service, facts);
  std::set<std::string> taken{rule.schema_role, kCellPart};
  for (const auto& row : found->second.rows) {
    Cell cell;
    cell.id = field(found->second, row, rule.id_column).value_or("");
    const std::string name = field(found->second, row, rule.name_column).value_or("");
    const UrlParts url = parts_of_url(field(found->second, row, rule.url_column).value_or(""));
    const bool first = !rule.first_cell_id.empty() && cell.id == rule.first_cell_id;
    cell.part = first ? rule.first_cell_part : fit_for_id(name.empty() ? "cell-" + cell.id.substr(0, 8) : name);
    if (!first && (cell.part == rule.first_cell_part || taken.contains(cell.part))) {
      cell.part += "-" + cell.id.substr(0, 8);
    }
    taken.insert(cell.part);
    cell.host = url.host;
    cell.told_host = told.contains(url.host) ? told.at(url.host) : url.host.empty() ? "" : "another host";
    cell.key = field(found->second, row, rule.key_column).value_or("");
    cell.named = url.schema.value_or("");
    const std::string disabled = field(found->second, row, rule.disabled_column).value_or("");
    cell.disabled = !disabled.empty() && disabled != "0";
    const bool other = wishes.schemas.contains(kCellPart);
    cell.schema = !cell.named.empty() ? cell.named
                  : first             ? wished(service, wishes, rule.first_cell_part)
                  : other             ? wishes.schemas.at(kCellPart)
                                      : rule.default_schema;
    if (const auto wish = wishes.schemas.find(cell.part); wish != wishes.schemas.end()) {
      cell.schema = wish->second;
    }
    cells.push_back(std::move(cell));
  }
  std::stable_sort(cells.begin(), cells.end(), [&](const Cell& a, const Cell& b) {
    return (a.part == rule.first_cell_part) > (b.part == rule.first_cell_part);
  });
  return cells;
}

std::map<std::string, std::string> schemas_of(const Service& service, const ScenarioService& wishes,
                                              const SnapshotFacts& facts) {
  std::map<std::string, std::string> schemas;
  const std::vector<Cell> cells = cells_of(service, wishes, facts);
  for (const auto& [role, name] : service.schemas) {
    const bool of_cells = service.cells && role != service.cells->schema_role;
    if (!of_cells || cells.empty()) {
      // Without mappings the only cell is the one of the default name.
      const std::string part = of_cells && role == kCellPart ? service.cells->only_cell_part : role;
      schemas[part] = wished(service, wishes, wishes.schemas.contains(part) ? part : role);
    }
  }
  for (const Cell& cell : cells) {
    schemas[cell.part] = cell.schema;
  }
  return schemas;
}

std::string head_role(const Service& service, const std::string& part) {
  if (service.heads.contains(part) && !service.heads.at(part).empty()) {
    return part;
  }
  if (service.heads.contains(kCellPart)) {
    return kCellPart;
  }
  return service.cells ? service.cells->first_cell_part : part;
}

std::string reference_role(const Service& service, const std::string& part) {
  return service.cells && part != service.cells->schema_role ? kCellPart : part;
}

bool applies(const ExpectedChange& rule, const Service& service, const std::string& part, const std::string& table,
             const std::string& release) {
  const bool of_part =
      rule.schema_role.empty() || rule.schema_role == part || rule.schema_role == reference_role(service, part);
  return of_part && rule.table == table && rule.release <= release;
}

}  // namespace rehearsal
