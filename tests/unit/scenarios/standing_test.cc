// For each service, each of its schemas and each release that the catalogue has a fingerprint of: what is said when the
// revision table or the objects are damaged.
#include "scenarios/schema/standing.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "unit/scenarios/whole_cloud.h"
#include <gtest/gtest.h>

#include "base/contains.h"
#include "base/text.h"
#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

ObservedSchema healthy(const SchemaFingerprint& fingerprint, const SchemaState& state) {
  ObservedSchema observed;
  for (const FingerprintObject& object : fingerprint.objects) {
    if (fingerprint.holds(object, state)) {
      observed.tables[object.table][object.kind + " " + object.name] = object.value;
    }
  }
  observed.tables["alembic_version"]["column version_num"] = "varchar(32)";
  return observed;
}

void remove(ObservedSchema& observed, const FingerprintObject& object) {
  auto& table = observed.tables[object.table];
  table.erase(object.kind + " " + object.name);
  if (table.empty()) {
    observed.tables.erase(object.table);
  }
}

RevisionRows rows_of(const SchemaFingerprint& fingerprint, const SchemaState& state) {
  return {"alembic_version", true, fingerprint.heads(state)};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// One service's schema at one release; releases that leave it as it was are not told apart.
struct Scene {
  std::string service, role, release;
  const SchemaFingerprint& fingerprint;
  SchemaState state;
  std::string name;
};

std::vector<Scene> scenes() {
  std::vector<Scene> all;
  for (const Service& service : cloud::real().services) {
    for (const auto& [role, fingerprint] : service.fingerprints) {
      std::set<SchemaState> seen;
      for (const auto& [release, count] : fingerprint.releases) {
        if (!seen.insert(fingerprint.state_of(release)).second) {
          continue;
        }
        all.push_back({service.name, role, release, fingerprint, fingerprint.state_of(release),
                       service.name + " " + role + " " + release});
      }
    }
  }
  return all;
}

Standing stands(const Scene& scene, const ObservedSchema& observed, const RevisionRows& rows,
                const std::string& from = "", const std::string& to = "") {
  return stand(scene.fingerprint, observed, rows, {"db", from, to});
}

// The revisions of the release that made a column: their place, and what they made.
std::vector<std::size_t> revisions_with_columns(const SchemaFingerprint& fingerprint, const SchemaState& state) {
  std::set<std::size_t> found;
  for (const FingerprintObject& object : fingerprint.objects) {
    if (object.born > 0 && object.kind == "column" && fingerprint.holds(object, state)) {
      found.insert(object.born);
    }
  }
  return {found.begin(), found.end()};
}

TEST(Standing, EveryServiceHasAFingerprintOfEveryReleaseAndItsHeadsAreTheCatalogues) {
  EXPECT_EQ(cloud::real().services.size(), 7U);
  for (const Service& service : cloud::real().services) {
    EXPECT_FALSE(service.fingerprints.empty()) << service.name;
    for (const auto& [role, fingerprint] : service.fingerprints) {
      for (const Release& release : cloud::real().releases) {
        ASSERT_TRUE(fingerprint.releases.contains(release.name)) << service.name << " " << release.name;
        EXPECT_EQ(fingerprint.heads(fingerprint.state_of(release.name)), service.heads.at(role).at(release.name))
            << service.name << " " << role << " " << release.name;
      }
    }
  }
}

TEST(Standing, AHealthySchemaStandsWhereItSays) {
  for (const Scene& scene : scenes()) {
    const Standing standing =
        stands(scene, healthy(scene.fingerprint, scene.state), rows_of(scene.fingerprint, scene.state));
    EXPECT_FALSE(standing.is_told()) << scene.name << ": " << standing.title;
    EXPECT_EQ(standing.kind, Standing::Kind::as_told) << scene.name;
    EXPECT_NE(std::find(standing.releases.begin(), standing.releases.end(), scene.release), standing.releases.end());
  }
}

TEST(Standing, WhatAnOperatorAddsSpeaksForNothing) {
  for (const Scene& scene : scenes()) {
    ObservedSchema observed = healthy(scene.fingerprint, scene.state);
    for (auto& [table, objects] : observed.tables) {
      objects["column own_column"] = "varchar(7) null";
      objects["key own_column"] = "";
    }
    observed.tables["own_copy"]["column id"] = "int";
    EXPECT_FALSE(stands(scene, observed, rows_of(scene.fingerprint, scene.state)).is_told()) << scene.name;
  }
}

TEST(Standing, AColumnThatCameBackAsAGeneratedOneIsTheOperators) {
  const SchemaFingerprint& fingerprint = cloud::real().service("neutron")->fingerprints.at("db");
  ObservedSchema observed = healthy(fingerprint, fingerprint.state_of("2024.1"));
  observed.tables["subnets"]["column in_use"] = "tinyint generated";
  EXPECT_FALSE(
      stand(fingerprint, observed, rows_of(fingerprint, fingerprint.state_of("2024.1")), {"n", "", ""}).is_told());
}

TEST(Standing, AnEmptyOrMissingRevisionTableIsStampedByTheObjects) {
  for (const Scene& scene : scenes()) {
    ObservedSchema observed = healthy(scene.fingerprint, scene.state);
    for (const bool there : {true, false}) {
      const Standing standing = stands(scene, observed, {"alembic_version", there, {}}, scene.release);
      EXPECT_EQ(standing.code, "revision-row-missing") << scene.name;
      EXPECT_EQ(standing.severity, Severity::blocker);
      EXPECT_EQ(standing.table, "db.alembic_version");
      EXPECT_TRUE(contains(standing.title, scene.release + "'s")) << standing.title;
      EXPECT_EQ(contains(standing.sql, "CREATE TABLE"), !there) << standing.sql;
      for (const std::string& head : scene.fingerprint.heads(scene.state)) {
        EXPECT_TRUE(contains(standing.sql, "VALUES ('" + head + "')")) << scene.name << ": " << standing.sql;
      }
      EXPECT_NE(std::find(standing.releases.begin(), standing.releases.end(), scene.release), standing.releases.end())
          << scene.name << " is not among " << join(standing.releases, ", ");
    }
  }
}

TEST(Standing, ARowOfOneBranchThatIsMissingIsNamed) {
  int told = 0;
  for (const Scene& scene : scenes()) {
    const std::vector<std::string> heads = scene.fingerprint.heads(scene.state);
    for (std::size_t i = 0; heads.size() > 1 && i < heads.size(); ++i) {
      RevisionRows rows = rows_of(scene.fingerprint, scene.state);
      rows.rows.erase(rows.rows.begin() + static_cast<std::ptrdiff_t>(i));
      const Standing standing = stands(scene, healthy(scene.fingerprint, scene.state), rows, scene.release);
      EXPECT_EQ(standing.code, "revision-row-missing") << scene.name;
      EXPECT_EQ(standing.sql, "INSERT INTO `db`.`alembic_version` (version_num) VALUES ('" + heads[i] + "');");
      EXPECT_TRUE(contains(standing.title, "all else is " + scene.release + "'s")) << standing.title;
      EXPECT_TRUE(contains(standing.title, "the expand row") || contains(standing.title, "the contract row"));
      ++told;
    }
  }
  EXPECT_EQ(told, 24);  // keystone's four states and neutron's eight, two branches
}

TEST(Standing, TwoRowsOfOneBranchAreMadeOne) {
  for (const Scene& scene : scenes()) {
    RevisionRows rows = rows_of(scene.fingerprint, scene.state);
    std::string older;
    for (const FingerprintRevision& revision : scene.fingerprint.revisions) {
      const std::size_t place = static_cast<std::size_t>(&revision - scene.fingerprint.revisions.data()) + 1;
      const bool head = std::find(rows.rows.begin(), rows.rows.end(), revision.id) != rows.rows.end();
      older = scene.fingerprint.applied(place, scene.state) && !head && !revision.taken_in ? revision.id : older;
    }
    if (older.empty()) {
      continue;
    }
    rows.rows.push_back(older);
    std::sort(rows.rows.begin(), rows.rows.end());
    const Standing standing = stands(scene, healthy(scene.fingerprint, scene.state), rows, scene.release);
    EXPECT_EQ(standing.code, "revision-row-doubled") << scene.name << ": " << standing.title;
    EXPECT_EQ(standing.sql, "DELETE FROM `db`.`alembic_version` WHERE version_num = '" + older + "';") << scene.name;
    EXPECT_TRUE(contains(standing.title, scene.release + "'s")) << standing.title;
  }
}

TEST(Standing, TheSameRowTwiceIsMadeOne) {
  for (const Scene& scene : scenes()) {
    RevisionRows rows = rows_of(scene.fingerprint, scene.state);
    const std::string doubled = rows.rows.front();
    rows.rows.insert(rows.rows.begin(), doubled);
    const Standing standing = stands(scene, healthy(scene.fingerprint, scene.state), rows, scene.release);
    EXPECT_EQ(standing.code, "revision-row-doubled") << scene.name;
    EXPECT_EQ(standing.sql, "DELETE FROM `db`.`alembic_version` WHERE version_num = '" + doubled + "' LIMIT 1;");
  }
}

TEST(Standing, AForksRevisionIsReplacedByTheOneThatTheObjectsShow) {
  for (const Scene& scene : scenes()) {
    const std::vector<std::string> heads = scene.fingerprint.heads(scene.state);
    for (std::size_t i = 0; i < heads.size(); ++i) {
      RevisionRows rows = rows_of(scene.fingerprint, scene.state);
      rows.rows[i] = "fffforked000";
      std::sort(rows.rows.begin(), rows.rows.end());
      ObservedSchema observed = healthy(scene.fingerprint, scene.state);
      observed.tables["of_the_fork"]["column id"] = "int";
      const Standing standing = stands(scene, observed, rows, scene.release);
      EXPECT_EQ(standing.code, "revision-unknown") << scene.name;
      EXPECT_EQ(standing.severity, Severity::blocker);
      EXPECT_TRUE(contains(standing.title, "fffforked000")) << standing.title;
      EXPECT_EQ(standing.sql, "UPDATE `db`.`alembic_version` SET version_num = '" + heads[i] +
                                  "' WHERE version_num = 'fffforked000';")
          << scene.name;
    }
  }
}

TEST(Standing, AStampAheadOfAllObjectsIsTakenBack) {
  int told = 0;
  std::set<std::tuple<std::string, std::string, SchemaState, SchemaState>> seen;
  for (const Scene& scene : scenes()) {
    for (const auto& [earlier, count] : scene.fingerprint.releases) {
      const SchemaState before = scene.fingerprint.state_of(earlier);
      if (earlier >= scene.release || before == scene.state ||
          !seen.emplace(scene.service, scene.role, before, scene.state).second) {
        continue;
      }
      const ObservedSchema observed = healthy(scene.fingerprint, before);
      if (lacking(scene.fingerprint, observed, scene.state).empty()) {
        continue;
      }
      const Standing standing = stands(scene, observed, rows_of(scene.fingerprint, scene.state), scene.release);
      EXPECT_EQ(standing.code, "stamped-ahead") << scene.name << " on " << earlier << ": " << standing.title;
      EXPECT_EQ(standing.cure, Standing::Cure::stamp);
      EXPECT_FALSE(standing.columns.empty()) << scene.name;
      EXPECT_TRUE(contains(standing.sql, "UPDATE `db`.`alembic_version` SET version_num = '")) << standing.sql;
      EXPECT_TRUE(lacking(scene.fingerprint, observed, standing.state).empty());
      EXPECT_NE(std::find(standing.releases.begin(), standing.releases.end(), scene.release), standing.releases.end());
      ++told;
    }
  }
  EXPECT_GT(told, 60);
}

TEST(Standing, OneColumnOfARevisionThatMadeMoreIsAddedAgain) {
  int told = 0;
  for (const Scene& scene : scenes()) {
    for (const std::size_t revision : revisions_with_columns(scene.fingerprint, scene.state)) {
      const FingerprintObject* column = nullptr;
      int made = 0;
      for (const FingerprintObject& object : scene.fingerprint.objects) {
        if (object.born == revision && object.kind == "column" && scene.fingerprint.holds(object, scene.state)) {
          column = &object;
          ++made;
        }
      }
      if (made < 2) {
        continue;
      }
      ObservedSchema observed = healthy(scene.fingerprint, scene.state);
      remove(observed, *column);
      const Standing standing = stands(scene, observed, rows_of(scene.fingerprint, scene.state), scene.release);
      EXPECT_EQ(standing.code, "objects-missing") << scene.name << ": " << standing.title;
      EXPECT_EQ(standing.severity, Severity::blocker);
      EXPECT_EQ(standing.table, "db." + column->table);
      EXPECT_EQ(standing.sql, "ALTER TABLE `db`.`" + column->table + "` ADD COLUMN " + column->text + ";");
      EXPECT_TRUE(contains(standing.title, "all else is " + scene.release + "'s")) << standing.title;
      ++told;
    }
  }
  EXPECT_GT(told, 30);
}

TEST(Standing, ATableThatARevisionMadeIsMadeAgainWithItsKeys) {
  for (const Scene& scene : scenes()) {
    std::set<std::string> tables;
    for (const FingerprintObject& object : scene.fingerprint.objects) {
      if (object.kind == "primary" && object.born > 0 && scene.fingerprint.holds(object, scene.state)) {
        tables.insert(object.table);
      }
    }
    for (const std::string& table : tables) {
      ObservedSchema observed = healthy(scene.fingerprint, scene.state);
      observed.tables.erase(table);
      const Standing standing = stands(scene, observed, rows_of(scene.fingerprint, scene.state), scene.release);
      EXPECT_TRUE(standing.code == "objects-missing" || standing.code == "stamped-ahead") << scene.name << " " << table;
      EXPECT_EQ(standing.table, "db." + table) << scene.name;
      EXPECT_TRUE(contains(standing.title, "the table " + table + " is missing")) << standing.title;
      if (standing.cure == Standing::Cure::objects) {
        EXPECT_TRUE(contains(standing.sql, "CREATE TABLE `db`.`" + table + "` (")) << standing.sql;
        EXPECT_TRUE(contains(standing.sql, "PRIMARY KEY")) << standing.sql;
      }
      EXPECT_FALSE(contains(standing.sql, "DROP")) << standing.sql;
    }
  }
}

TEST(Standing, ARevisionThatRanAndWasNotWrittenDownIsStampedForward) {
  int told = 0;
  std::set<std::tuple<std::string, std::string, SchemaState, SchemaState>> seen;
  for (const Scene& scene : scenes()) {
    for (const auto& [later, count] : scene.fingerprint.releases) {
      const SchemaState after = scene.fingerprint.state_of(later);
      const ObservedSchema observed = healthy(scene.fingerprint, after);
      const bool grew =
          std::any_of(scene.fingerprint.objects.begin(), scene.fingerprint.objects.end(), [&](const auto& o) {
            return o.kind == "column" && scene.fingerprint.holds(o, after) &&
                   !scene.fingerprint.applied(o.born, scene.state);
          });
      if (later <= scene.release || !grew || !seen.emplace(scene.service, scene.role, scene.state, after).second) {
        continue;
      }
      const Standing standing = stands(scene, observed, rows_of(scene.fingerprint, scene.state));
      EXPECT_EQ(standing.code, "stamped-behind") << scene.name << " with " << later << ": " << standing.title;
      EXPECT_EQ(standing.table, "db.alembic_version");
      ++told;
    }
  }
  EXPECT_GT(told, 50);
}

TEST(Standing, AnUpgradeThatBeganIsNotTakenForAStampThatIsBehind) {
  const SchemaFingerprint& fingerprint = cloud::real().service("nova")->fingerprints.at("cell");
  ObservedSchema observed = healthy(fingerprint, fingerprint.state_of("2023.1"));
  observed.tables["instances"]["column compute_id"] = "bigint null";
  EXPECT_FALSE(
      stand(fingerprint, observed, rows_of(fingerprint, fingerprint.state_of("2023.1")), {"nova", "", ""}).is_told());
}

TEST(Standing, KnownHalvesAreToldAsThat) {
  const SchemaFingerprint& keystone = cloud::real().service("keystone")->fingerprints.at("db");
  SchemaState half = keystone.state_of("2023.2");
  const std::size_t contract = keystone.branches[0].name == "contract" ? 0 : 1;
  half[contract] = 0;
  const Standing standing = stand(keystone, healthy(keystone, half), rows_of(keystone, half), {"keystone", "", ""});
  EXPECT_EQ(standing.code, "upgrade-unfinished");
  EXPECT_EQ(standing.title, "keystone is expanded to 2023.2; the contract of 2023.2 never ran");
  EXPECT_EQ(standing.releases, (std::vector<std::string>{"2023.1", "2023.2"}));
  EXPECT_EQ(standing.done, "2023.1");
  // The same from SLURP to SLURP: the contract that is next is 2023.2's.
  half[1 - contract] = keystone.state_of("2024.1")[1 - contract];
  EXPECT_EQ(stand(keystone, healthy(keystone, half), rows_of(keystone, half), {"keystone", "", ""}).title,
            "keystone is expanded to 2024.1; the contract of 2023.2 never ran");

  const SchemaFingerprint& glance = cloud::real().service("glance")->fingerprints.at("db");
  for (const SchemaState& state : glance.states()) {
    if (glance.releases_at(state).empty()) {
      EXPECT_EQ(glance.heads(state), (std::vector<std::string>{"2023_1_contract01", "2024_1_expand01"}));
      EXPECT_EQ(stand(glance, healthy(glance, state), rows_of(glance, state), {"glance", "", ""}).title,
                "glance is expanded to 2024.1; the contract of 2024.1 never ran");
    }
  }

  const SchemaFingerprint& nova = cloud::real().service("nova")->fingerprints.at("cell");
  const SchemaState inside = {1};
  EXPECT_EQ(stand(nova, healthy(nova, inside), rows_of(nova, inside), {"nova", "", ""}).title,
            "nova is inside the upgrade to 2023.2: 1b91788ec3a6 is the last that is done, 1acf2c98e646 comes next");
}

TEST(Standing, AMissingIndexOfARevisionIsNoBlocker) {
  const SchemaFingerprint& fingerprint = cloud::real().service("nova")->fingerprints.at("cell");
  const SchemaState state = fingerprint.state_of("2025.1");
  ObservedSchema observed = healthy(fingerprint, state);
  observed.tables["instances"].erase("key compute_id,deleted");
  const Standing standing = stand(fingerprint, observed, rows_of(fingerprint, state), {"nova", "2025.1", "2026.1"});
  EXPECT_EQ(standing.code, "objects-missing");
  EXPECT_EQ(standing.severity, Severity::warning);
  EXPECT_EQ(standing.table, "nova.instances");
  EXPECT_TRUE(contains(standing.sql, "ALTER TABLE `nova`.`instances` ADD KEY ")) << standing.sql;
}

TEST(Standing, TablesThatADumpLeavesOutAreNotMissed) {
  for (const Scene& scene : scenes()) {
    ObservedSchema observed = healthy(scene.fingerprint, scene.state);
    std::erase_if(observed.tables, [](const auto& table) { return table.first.starts_with("shadow_"); });
    EXPECT_FALSE(
        stands(scene, observed, rows_of(scene.fingerprint, scene.fingerprint.state_of("2023.1")), "2023.1").code ==
        "objects-missing");
  }
}

TEST(Standing, WhatASubProjectsMigrationsMovedIsNotMissed) {
  const SchemaFingerprint& fingerprint = cloud::real().service("neutron")->fingerprints.at("db");
  const SchemaState state = fingerprint.state_of("2024.1");
  ObservedSchema observed = healthy(fingerprint, state);
  observed.tables["vpnservices"].erase("column tenant_id");
  EXPECT_EQ(stand(fingerprint, observed, rows_of(fingerprint, state), {"n", "", ""}).code, "objects-missing");
  observed.tables["vpnservices"]["column project_id"] = "varchar(255) null";  // a new name for it
  EXPECT_FALSE(stand(fingerprint, observed, rows_of(fingerprint, state), {"n", "", ""}).is_told());
  observed.tables["vpnservices"].erase("column project_id");
  observed.tables["alembic_version_vpnaas"]["column version_num"] = "varchar(32)";
  EXPECT_FALSE(stand(fingerprint, observed, rows_of(fingerprint, state), {"n", "", ""}).is_told());
}

TEST(Standing, OfASchemaThatIsHardlyThereNothingIsSaid) {
  for (const Scene& scene : scenes()) {
    ObservedSchema observed;
    observed.tables["alembic_version"]["column version_num"] = "varchar(32)";
    EXPECT_EQ(stands(scene, observed, {"alembic_version", true, {"x"}}).kind, Standing::Kind::unlike) << scene.name;
  }
}

}  // namespace
}  // namespace rehearsal
