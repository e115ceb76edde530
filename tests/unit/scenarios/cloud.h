// A small catalogue and the facts of snapshots, for telling stories about plans.
#pragma once

#include "scenarios/plan.h"

namespace rehearsal::cloud {

inline Release release(const std::string& name, bool slurp) {
  Release result;
  result.name = name;
  result.slurp = slurp;
  return result;
}

inline PhaseCommand phase(Phase phase, const std::string& part, std::vector<std::string> command) {
  PhaseCommand result;
  result.phase = phase;
  result.part = part;
  result.command = std::move(command);
  return result;
}

// A service with an API schema and cells.
inline Service compute() {
  Service service;
  service.name = "compute";
  service.package = "compute";
  service.order = 20;
  service.versions = {{"2024.1", "29.0.0"}, {"2024.2", "30.0.0"}, {"2025.1", "31.0.0"}};
  service.revision_tables = {"alembic_version"};
  service.schemas = {{"api", "compute_api"}, {"cell0", "compute_cell0"}, {"cell", "compute"}};
  service.config = {{"compute.conf", "[api]\nconnection = ${url:@api}\n[database]\nconnection = ${url:@cell}\n"}};
  service.heads = {{"api", {{"2024.1", {"a1"}}, {"2024.2", {"a1"}}, {"2025.1", {"a2"}}}},
                   {"cell", {{"2024.1", {"c1"}}, {"2024.2", {"c1"}}, {"2025.1", {"c2"}}}}};
  service.cells = CellRule{.schema_role = "api",
                           .table = "mappings",
                           .name_column = "name",
                           .url_column = "url",
                           .id_column = "uuid",
                           .first_cell_id = "0000",
                           .first_cell_part = "cell0",
                           .only_cell_part = "cell1",
                           .default_schema = "compute",
                           .disabled_column = "disabled",
                           .key_column = "id",
                           .pointing = {{"hosts", "cell_id"}},
                           .in_use = {"hosts", "cell_id"},
                           .cure = "remove ${id}"};
  service.url_columns = {{"api", "mappings", "url", "uuid", "database"},
                         {"api", "mappings", "bus", "uuid", "fake:///"}};
  for (PhaseCommand& command : service.phases = {
                                   phase(Phase::purge, "cell", {"manage", "${config}", "archive"}),
                                   phase(Phase::online_before, "cell0", {"manage", "${config}", "online"}),
                                   phase(Phase::online_before, "cell", {"manage", "${config}", "online"}),
                                   phase(Phase::check, "api", {"status", "${config}"}),
                                   phase(Phase::sync, "api", {"manage", "${config}", "api_sync"}),
                                   phase(Phase::sync, "cell0", {"manage", "${config}", "sync"}),
                                   phase(Phase::sync, "cell", {"manage", "${config}", "sync"}),
                                   phase(Phase::online, "cell0", {"manage", "${config}", "online"}),
                                   phase(Phase::online, "cell", {"manage", "${config}", "online"}),
                               }) {
    command.config = "compute.conf";
  }
  return service;
}

inline Service identity() {
  Service service;
  service.name = "identity";
  service.package = "identity";
  service.order = 10;
  service.versions = {{"2024.1", "25.0.0"}, {"2024.2", "26.0.0"}, {"2025.1", "27.0.0"}};
  service.revision_tables = {"alembic_version"};
  service.schemas = {{"db", "identity"}};
  service.config = {{"identity.conf", "[database]\nconnection = ${url:@db}\n"}};
  service.protected_options = {"database/connection"};
  service.heads = {{"db", {{"2024.1", {"e1", "k1"}}, {"2024.2", {"e2", "k1"}}, {"2025.1", {"e2", "k1"}}}}};
  for (PhaseCommand& command : service.phases = {phase(Phase::expand, "", {"manage", "${config}", "--expand"}),
                                                 phase(Phase::contract, "", {"manage", "${config}", "--contract"})}) {
    command.config = "identity.conf";
  }
  return service;
}

inline Catalogue catalogue() {
  Catalogue result;
  result.releases = {release("2024.1", true), release("2024.2", false), release("2025.1", true)};
  result.services = {identity(), compute()};
  return result;
}

inline void add_revisions(SnapshotFacts& facts, const std::string& schema, const std::vector<std::string>& heads) {
  facts.schemas.push_back(schema);
  SnapshotFacts::Table table{{"version_num"}, {}};
  for (const std::string& head : heads) {
    table.rows.push_back({head});
  }
  facts.captured[{schema, "alembic_version"}] = table;
}

inline SnapshotFacts with_identity() {
  SnapshotFacts facts;
  add_revisions(facts, "identity", {"k1", "e1"});
  return facts;
}

// cell0, two named cells (one by a template) and their mappings.
inline SnapshotFacts with_compute() {
  SnapshotFacts facts;
  add_revisions(facts, "compute_api", {"a1"});
  for (const char* schema : {"compute_cell0", "compute", "compute_east"}) {
    add_revisions(facts, schema, {"c1"});
  }
  facts.captured[{"compute_api", "mappings"}] = {
      {"id", "uuid", "name", "url", "bus"},
      {{"1", "aaaa1111-x", "east 1", "mysql+pymysql://u:s/e@c@db-east:3306/compute_east?charset=utf8", "rabbit://x"},
       {"2", "0000", "cell0", "mysql+pymysql://u:secret@db:3306/compute_cell0", "none:///"},
       {"3", "bbbb2222-x", std::nullopt, "{scheme}://{username}:{password}@{hostname}/{path}?{query}", "rabbit://y"}}};
  return facts;
}

inline Scenario to(const std::string& release) {
  Scenario scenario;
  scenario.to = release;
  return scenario;
}

}  // namespace rehearsal::cloud
