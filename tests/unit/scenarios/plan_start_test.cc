// Where a path begins, against what the data says; and tables that a dump lacks.
#include "scenarios/plan_start.h"

#include "environment.h"
#include "unit/scenarios/whole_cloud.h"
#include <gtest/gtest.h>

#include "scenarios/make_plan.h"
#include "scenarios/plan_text.h"

namespace rehearsal {
namespace {

using namespace cloud;

Result<Plan> plan_of(const SnapshotFacts& facts, const std::string& from, const std::string& to,
                     const std::vector<std::string>& left_out = {}) {
  Scenario scenario = cloud::to(to);
  scenario.from = from;
  scenario.left_out = left_out;
  return make_plan(real(), scenario, facts);
}

TEST(FirstRelease, ARevisionOfALaterReleaseIsRefusedByItsName) {
  for (const auto& [at, to] : {std::pair("2024.1", "2025.1"), {"2025.1", "2025.1"}, {"2025.1", "2024.1"}}) {
    const auto plan = plan_of(as_installed(at), "2023.1", to);
    ASSERT_FALSE(plan) << at << " " << to;
    EXPECT_EQ(plan.error().kind, ErrorKind::wrong_scenario);
    EXPECT_NE(plan.error().what.find(std::string("nova is at ") + at), std::string::npos) << plan.error().what;
  }
}

TEST(FirstRelease, OneServiceAheadOfTheRestIsRefusedToo) {
  SnapshotFacts facts;
  add_schema(facts, *real().service("cinder"), "db", "cinder", "2024.1");
  add_schema(facts, *real().service("neutron"), "db", "neutron", "2023.1");
  const auto plan = plan_of(facts, "2023.1", "2024.1");
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().what.find("cinder is at 2024.1"), std::string::npos) << plan.error().what;
  EXPECT_NE(plan.error().hint.find("neutron fits 2023.1"), std::string::npos) << plan.error().hint;
}

// "The release of each", said of a cloud that is all at one release, is nothing that can be written.
TEST(FirstRelease, AWholeCloudAtALaterReleaseIsToldThatRelease) {
  for (const auto& [at, from, to] :
       {std::tuple("2024.1", "2023.1", "2025.1"), {"2025.1", "2024.1", "2026.1"}, {"2026.1", "2025.1", "2026.1"}}) {
    const auto plan = plan_of(whole_cloud(at, [](const std::string& name) { return name; }), from, to);
    ASSERT_FALSE(plan) << at;
    EXPECT_NE(plan.error().hint.find(std::string("from = \"") + at + "\""), std::string::npos) << plan.error().hint;
    EXPECT_EQ(plan.error().hint.find("of each"), std::string::npos) << plan.error().hint;
    EXPECT_EQ(plan.error().hint.find("only"), std::string::npos) << plan.error().hint;
  }
}

// A dump with --no-data got a blocker, and an INSERT as its fix.
TEST(FirstRelease, ARevisionThatTheDumpLeavesOutIsAskedFor) {
  SnapshotFacts facts = whole_cloud("2024.1", [](const std::string& name) { return name; });
  facts.captured[{"cinder", "alembic_version"}].rows.clear();
  facts.without_rows = {"cinder.alembic_version"};
  const auto plan = plan_of(facts, "2024.1", "2025.1");
  ASSERT_TRUE(plan) << to_text(plan.error());
  EXPECT_TRUE(
      std::none_of(plan->lanes.begin(), plan->lanes.end(), [](const Lane& l) { return l.service == "cinder"; }));
  ASSERT_EQ(plan->not_rehearsed.size(), 1U);
  EXPECT_EQ(plan->not_rehearsed[0].first, "cinder");
  const auto told = with_code(*plan, "no-data-section");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0]->severity, Severity::warning);
  EXPECT_NE(told[0]->detail.find("SELECT * FROM cinder.alembic_version;"), std::string::npos) << told[0]->detail;
  EXPECT_TRUE(with_code(*plan, "revision-row-missing").empty());
  facts.without_rows.clear();
  EXPECT_TRUE(with_code(*plan_of(facts, "2024.1", "2025.1"), "no-data-section").empty()) << "production has none";
}

// What a hint says to write: the release, and whether it is for a scenario of the services that are not there yet.
struct Advice {
  std::vector<std::string> releases;
  bool alone = false;
};

Advice advice_of(const Error& error) {
  Advice advice;
  const std::string key = "from = \"";
  for (std::size_t at = error.hint.find(key); at != std::string::npos; at = error.hint.find(key, at + 1)) {
    const std::size_t begin = at + key.size();
    advice.releases.push_back(error.hint.substr(begin, error.hint.find('"', begin) - begin));
  }
  advice.alone = error.hint.find("[services] only") != std::string::npos;
  return advice;
}

// Whoever writes what the hints say comes to a plan, and is not led in a circle: one schema alone is at another
// release than the rest of the cloud, each schema of each service, in a whole cloud and in a dump of its service.
TEST(FirstRelease, HintsThatAreFollowedLeadToAPlan) {
  const auto same = [](const std::string& name) { return name; };
  std::vector<std::pair<const char*, const char*>> pairs = {{"2023.1", "2024.1"}};
  if (is_survey()) {
    pairs.emplace_back("2025.1", "2024.2");
  }
  std::size_t refused = 0;
  for (const auto& [rest, odd] : pairs) {
    for (const char* name : {"nova", "cinder"}) {
      const Service& service = *real().service(name);
      for (const auto& [role, schema] : service.schemas) {
        for (const bool whole : {true, false}) {
          SnapshotFacts facts = whole_cloud(rest, same);
          std::erase(facts.schemas, schema);
          facts.objects.erase(schema);
          add_schema(facts, service, role, schema, odd);
          for (const char* first : {"auto", rest}) {
            Scenario scenario = cloud::to("2026.1");
            scenario.via.kind = Via::Kind::sequential;
            scenario.from = first;
            scenario.only = whole ? std::vector<std::string>{} : std::vector<std::string>{service.name};
            SCOPED_TRACE(std::string(rest) + ", " + schema + " at " + odd + (whole ? "" : ", alone") + ", from " +
                         first);
            std::string way;
            bool planned = false;
            for (int turn = 0; turn < 4 && !planned; ++turn) {
              const auto plan = make_plan(real(), scenario, facts);
              planned = plan.has_value();
              if (planned) {
                break;
              }
              ++refused;
              way += to_text(plan.error()) + "\n";
              const Advice advice = advice_of(plan.error());
              ASSERT_FALSE(advice.releases.empty()) << way;
              EXPECT_NE(advice.releases.front(), scenario.from) << way;
              scenario.from = advice.releases.front();
              if (advice.alone) {
                scenario.only = {service.name};
              }
            }
            EXPECT_TRUE(planned) << way;
          }
        }
      }
    }
  }
  EXPECT_GT(refused, 10U);
}

TEST(FirstRelease, EveryReleaseFitsItself) {
  for (const auto& [release, count] : real().service("nova")->fingerprints.at("api").releases) {
    EXPECT_TRUE(plan_of(as_installed(release), release, release)) << release;
  }
}

TEST(FirstRelease, HeadsThatBothReleasesHaveContradictNothing) {
  SnapshotFacts facts;
  add_schema(facts, *real().service("placement"), "db", "placement", "2024.1");
  EXPECT_TRUE(plan_of(facts, "2023.2", "2024.1"));
}

TEST(FirstRelease, AStampThatTheObjectsContradictIsNoProof) {
  SnapshotFacts facts;
  add_schema(facts, *real().service("cinder"), "db", "cinder", "2023.1");
  const SchemaFingerprint& fingerprint = real().service("cinder")->fingerprints.at("db");
  facts.captured[{"cinder", "alembic_version"}].rows = {{fingerprint.heads(fingerprint.state_of("2024.1")).front()}};
  const auto plan = plan_of(facts, "2023.1", "2024.1");
  ASSERT_TRUE(plan) << to_text(plan.error());
}

SnapshotFacts without(const std::string& schema, const std::vector<std::string>& tables) {
  SnapshotFacts facts = as_installed("2024.1");
  for (const std::string& table : tables) {
    facts.objects.at(schema).tables.erase(table);
  }
  return facts;
}

TEST(MissingTables, AreAskedForAndMakeThePlanIncomplete) {
  const auto plan = plan_of(without("cinder", {"backups"}), "2024.1", "2025.1");
  ASSERT_TRUE(plan);
  EXPECT_NE(
      to_text(*plan).find("Rehearsed in part: without a blocker the verdict will be INCONCLUSIVE\n  cinder: 1 table"),
      std::string::npos)
      << to_text(*plan);
  ASSERT_EQ(plan->not_rehearsed.size(), 1U);
  const auto told = with_code(*plan, "tables-missing");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0]->detail.find("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'cinder' AND "
                                 "TABLE_NAME IN ('backups')"),
            std::string::npos)
      << told[0]->detail;
  EXPECT_NE(told[0]->detail.find("left_out = [\"cinder.backups\"]"), std::string::npos) << told[0]->detail;
  EXPECT_TRUE(lane_of(*plan, "cinder")->left_out.empty());
}

std::vector<std::string> shadow_tables() {
  std::vector<std::string> tables;
  const SnapshotFacts facts = as_installed("2024.1");
  for (const auto& [table, objects] : facts.objects.at("nova").tables) {
    if (table.starts_with("shadow_")) {
      tables.push_back(table);
    }
  }
  return tables;
}

TEST(MissingTables, DeclaredOnesAreMadeEmptyAndMissedNoMore) {
  const std::vector<std::string> tables = shadow_tables();
  ASSERT_GT(tables.size(), 3U);
  const auto plan = plan_of(without("nova", tables), "2024.1", "2025.1", {"nova.shadow_*"});
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->not_rehearsed.empty());
  EXPECT_EQ(with_code(*plan, "tables-left-out").size(), 1U);
  const Lane* lane = lane_of(*plan, "nova");
  EXPECT_EQ(lane->left_out.size(), tables.size());
  EXPECT_NE(lane->left_out_sql.find("CREATE TABLE `nova`.`shadow_instances`"), std::string::npos);
  EXPECT_TRUE(lane->standings.empty());
}

TEST(MissingTables, ADeclarationThatNamesNothingIsRefused) {
  const SnapshotFacts facts = without("nova", shadow_tables());
  const auto refusal = [&](const std::string& pattern) {
    const auto plan = plan_of(facts, "2024.1", "2025.1", {"nova.shadow_*", pattern});
    return plan ? std::string() : to_text(plan.error());
  };
  EXPECT_NE(refusal("nova.shadow_instancess").find("did you mean 'nova.shadow_instances'?"), std::string::npos);
  EXPECT_NE(refusal("nowa.shadow_*").find("nowa is not in the snapshot"), std::string::npos);
  EXPECT_NE(refusal("*.gone").find("no table has such a name"), std::string::npos);
  EXPECT_EQ(refusal("nova.instances"), "");  // the dump has it after all
  EXPECT_EQ(refusal("*.shadow_instances"), "");
}

TEST(MissingTables, ManyAreMadeEmptyWithoutBeingDeclaredAndAreAskedFor) {
  const auto plan = plan_of(without("nova", shadow_tables()), "2024.1", "2025.1");
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->not_rehearsed.size(), 1U);
  EXPECT_EQ(with_code(*plan, "tables-missing").size(), 1U);
  EXPECT_EQ(lane_of(*plan, "nova")->left_out.size(), shadow_tables().size());
}

TEST(MissingTables, ASchemaWithoutAnyTableIsNotRehearsed) {
  SnapshotFacts facts;
  add_schema(facts, *real().service("glance"), "db", "glance", "2024.1");
  facts.schemas.push_back("cinder");
  for (const char* from : {"2024.1", "auto"}) {
    const auto plan = plan_of(facts, from, "2025.1");
    if (!plan) {
      EXPECT_EQ(std::string(from), "auto") << plan.error().what;  // the one schema may be of several releases
      continue;
    }
    EXPECT_EQ(plan->lanes.size(), 1U);
    ASSERT_EQ(plan->not_rehearsed.size(), 1U);
    EXPECT_EQ(plan->not_rehearsed[0].first, "cinder");
    EXPECT_EQ(with_code(*plan, "schema-without-tables").size(), 1U);
  }
}

}  // namespace
}  // namespace rehearsal
