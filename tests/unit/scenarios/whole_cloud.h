// Snapshots of whole clouds, as the catalogue's fingerprints have their schemas at a release.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "unit/scenarios/cloud.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "scenarios/catalogue.h"
#include "scenarios/cells.h"

namespace rehearsal::cloud {

using Renaming = std::function<std::string(const std::string&)>;

inline const Catalogue& real() {
  static const Catalogue loaded = [] {
    auto read = load_catalogue(std::string(REHEARSAL_SOURCE_DIR) + "/scenarios/catalogue");
    EXPECT_TRUE(read) << to_text(read.error());
    return read.value_or(Catalogue{});
  }();
  return loaded;
}

inline void add_schema(SnapshotFacts& facts, const Service& service, const std::string& role, const std::string& name,
                       const std::string& release) {
  const SchemaFingerprint& fingerprint = service.fingerprints.at(reference_role(service, role));
  ObservedSchema& observed = facts.objects[name];
  for (const FingerprintObject& object : fingerprint.objects) {
    if (fingerprint.holds(object, fingerprint.state_of(release))) {
      observed.tables[object.table][object.kind + " " + object.name] = object.value;
    }
  }
  observed.tables["alembic_version"]["column version_num"] = "varchar(32)";
  add_revisions(facts, name, fingerprint.heads(fingerprint.state_of(release)));
}

// Every service of the catalogue at one release, each schema by another name.
inline SnapshotFacts whole_cloud(const std::string& release, const Renaming& rename, bool mappings_too = true) {
  SnapshotFacts facts;
  for (const Service& service : real().services) {
    for (const auto& [role, name] : service.schemas) {
      add_schema(facts, service, role, rename(name), release);
    }
    if (service.cells) {
      const CellRule& rule = *service.cells;
      const auto url = [&](const std::string& role) {
        const std::string& name = service.schemas.at(role);
        return "mysql+pymysql://u:p@db:3306/" + (mappings_too ? rename(name) : name) + "?charset=utf8";
      };
      facts.captured[{rename(service.schemas.at(rule.schema_role)), rule.table}] = {
          {"id", rule.id_column, rule.name_column, rule.url_column, rule.disabled_column},
          {{"1", rule.first_cell_id, rule.first_cell_part, url(rule.first_cell_part), "0"},
           {"2", "edf2d939-9799", "cell1", url("cell"), "0"}}};
    }
  }
  return facts;
}

inline SnapshotFacts as_installed(const std::string& release) {
  return whole_cloud(release, [](const std::string& name) { return name; });
}

inline std::vector<const PlanFinding*> with_code(const Plan& plan, const std::string& code) {
  std::vector<const PlanFinding*> found;
  for (const PlanFinding& finding : plan.findings) {
    if (finding.code == code) {
      found.push_back(&finding);
    }
  }
  return found;
}

inline const Lane* lane_of(const Plan& plan, const std::string& service) {
  for (const Lane& lane : plan.lanes) {
    if (lane.service == service) {
      return &lane;
    }
  }
  return nullptr;
}

}  // namespace rehearsal::cloud
