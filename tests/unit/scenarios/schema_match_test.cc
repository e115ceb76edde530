// Whose a schema is, told by what is in it.
#include "scenarios/schema_match.h"

#include <set>

#include "unit/scenarios/whole_cloud.h"
#include <gtest/gtest.h>

#include "scenarios/make_plan.h"

namespace rehearsal {
namespace {

using namespace cloud;

std::map<std::string, std::set<std::string>> schemas_by_service(const Plan& plan) {
  std::map<std::string, std::set<std::string>> result;
  for (const Lane& lane : plan.lanes) {
    for (const auto& [role, schema] : lane.schemas) {
      result[lane.service].insert(schema);
    }
  }
  return result;
}

Plan planned(const Catalogue& catalogue, const SnapshotFacts& facts, const std::string& from, const std::string& to) {
  Scenario scenario = cloud::to(to);
  scenario.from = from;
  auto plan = make_plan(catalogue, scenario, facts);
  EXPECT_TRUE(plan) << to_text(plan.error());
  return plan.value_or(Plan{});
}

TEST(SchemaMatch, AWholeCloudIsFoundUnderAnyNames) {
  const std::map<std::string, Renaming> renamings = {
      {"as they are", [](const std::string& name) { return name; }},
      {"prefix", [](const std::string& name) { return "prod_" + name; }},
      {"suffix", [](const std::string& name) { return name + "_v3"; }},
      {"nothing of the name is left",
       [](const std::string& name) { return "os" + std::to_string(std::hash<std::string>()(name) % 100000); }},
      // Where a service's usual name is another's.
      {"rotated",
       [](const std::string& name) {
         static const std::map<std::string, std::string> other = {{"keystone", "glance"},  {"glance", "cinder"},
                                                                  {"cinder", "keystone"},  {"nova", "nova_api"},
                                                                  {"nova_api", "neutron"}, {"neutron", "nova"}};
         return other.contains(name) ? other.at(name) : name;
       }},
  };
  for (const auto& [words, rename] : renamings) {
    for (const char* release : {"2023.1", "2024.1", "2025.1"}) {
      const Plan plan = planned(real(), whole_cloud(release, rename), release, "2025.1");
      ASSERT_EQ(plan.lanes.size(), real().services.size()) << words << " " << release;
      EXPECT_TRUE(plan.not_rehearsed.empty()) << words << ": " << plan.not_rehearsed.front().second;
      for (const auto& [service, schemas] : schemas_by_service(plan)) {
        std::set<std::string> wanted;
        for (const auto& [role, name] : real().service(service)->schemas) {
          wanted.insert(rename(name));
        }
        EXPECT_EQ(schemas, wanted) << words << " " << release << " " << service;
      }
      for (const PlanFinding& finding : plan.findings) {
        EXPECT_EQ(finding.severity, Severity::info) << words << " " << release << ": " << finding.title;
      }
    }
  }
}

TEST(SchemaMatch, RenamedSchemasAreFoundBesideMappingsThatNameTheOldOnes) {
  const Renaming prefix = [](const std::string& name) { return "prod_" + name; };
  const Plan plan = planned(real(), whole_cloud("2024.1", prefix, false), "2024.1", "2025.1");
  const Service& cells = *real().service("nova");
  EXPECT_EQ(schemas_by_service(plan).at("nova"),
            (std::set<std::string>{"prod_nova_api", "prod_nova_cell0", "prod_nova"}));
  const auto told = with_code(plan, "cell-mapping-elsewhere");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told.front()->severity, Severity::warning);
  EXPECT_EQ(told.front()->table, "prod_nova_api." + cells.cells->table);
}

TEST(SchemaMatch, ACopyBesideTheUsualNameIsToldAsOne) {
  SnapshotFacts facts = whole_cloud("2024.1", [](const std::string& name) { return name; });
  add_schema(facts, *real().service("keystone"), "db", "keystone_backup", "2023.1");
  add_schema(facts, *real().service("nova"), "cell", "nova_before_upgrade", "2023.1");
  const Plan plan = planned(real(), facts, "auto", "2025.1");
  EXPECT_EQ(plan.path.from, "2024.1");
  EXPECT_EQ(schemas_by_service(plan).at("keystone"), std::set<std::string>{"keystone"});
  EXPECT_EQ(schemas_by_service(plan).at("nova"), (std::set<std::string>{"nova_api", "nova_cell0", "nova"}));
  const auto copies = with_code(plan, "schema-copy");
  ASSERT_EQ(copies.size(), 2U);
  EXPECT_EQ(copies[0]->table, "keystone_backup");
  EXPECT_EQ(copies[1]->table, "nova_before_upgrade");
  EXPECT_TRUE(with_code(plan, "schema-unknown").empty());
}

TEST(SchemaMatch, OfTwoCopiesWithoutTheNameNoneIsGuessed) {
  SnapshotFacts facts;
  add_schema(facts, *real().service("glance"), "db", "glance", "2024.1");
  add_schema(facts, *real().service("keystone"), "db", "keystone_a", "2024.1");
  add_schema(facts, *real().service("keystone"), "db", "keystone_b", "2023.1");
  const Plan plan = planned(real(), facts, "2024.1", "2025.1");
  ASSERT_EQ(plan.lanes.size(), 1U);
  EXPECT_EQ(plan.lanes[0].service, "glance");
  ASSERT_EQ(plan.not_rehearsed.size(), 1U);
  EXPECT_EQ(plan.not_rehearsed[0].first, "keystone");
  const auto told = with_code(plan, "schema-ambiguous");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0]->detail.find("[service.keystone] schemas = { db = \"keystone_b\" }"), std::string::npos)
      << told[0]->detail;
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  scenario.services["keystone"].schemas = {{"db", "keystone_a"}};
  const auto said = make_plan(real(), scenario, facts);
  ASSERT_TRUE(said);
  EXPECT_EQ(schemas_by_service(*said).at("keystone"), std::set<std::string>{"keystone_a"});
}

// The name won: one service's steps ran on another's tables, and their loss was told.
TEST(SchemaMatch, ACopyUnderAnotherServicesNameIsNotThatServices) {
  for (const auto& [copied, under] :
       {std::pair("keystone", "cinder"), {"glance", "placement"}, {"cinder", "nova_api"}}) {
    SnapshotFacts facts;
    add_schema(facts, *real().service(copied), "db", copied, "2024.1");
    add_schema(facts, *real().service(copied), "db", under, "2024.1");
    const Plan plan = planned(real(), facts, "2024.1", "2025.1");
    ASSERT_EQ(plan.lanes.size(), 1U) << under;
    EXPECT_EQ(plan.lanes[0].service, copied);
    EXPECT_EQ(schemas_by_service(plan).at(copied), std::set<std::string>{copied});
    ASSERT_EQ(plan.not_rehearsed.size(), 1U) << under;
    EXPECT_FALSE(plan.coverage.not_covered.empty() && with_code(plan, "schema-missing").empty()) << under;
  }
}

TEST(SchemaMatch, AnEmptySchemaOfTheUsualNameIsNotTakenForTheService) {
  SnapshotFacts facts;
  add_schema(facts, *real().service("cinder"), "db", "cinder_v3", "2024.1");
  facts.schemas.push_back("cinder");
  const Plan plan = planned(real(), facts, "2024.1", "2025.1");
  EXPECT_EQ(schemas_by_service(plan).at("cinder"), std::set<std::string>{"cinder_v3"});
}

TEST(SchemaMatch, ARevisionIsEnoughWhereNoStructureIsKnown) {
  SnapshotFacts facts;
  cloud::add_revisions(facts, "who", {"k1", "e1"});
  auto plan = make_plan(cloud::catalogue(), cloud::to("2025.1"), facts);
  ASSERT_TRUE(plan) << to_text(plan.error());
  EXPECT_EQ(plan->lanes.at(0).schemas.at("db"), "who");
}

TEST(SchemaMatch, WhatIsNoServicesIsFoundForNone) {
  SnapshotFacts facts = whole_cloud("2024.1", [](const std::string& name) { return name; });
  facts.schemas.push_back("monitoring");
  facts.objects["monitoring"].tables["services"]["column id"] = "int";
  cloud::add_revisions(facts, "heat", {"c6214ca60943"});
  facts.objects["heat"].tables["stack"]["column id"] = "varchar(36)";
  const SchemaMatch match = match_schemas(real(), Scenario{}, facts);
  EXPECT_TRUE(match.found.empty());
  EXPECT_TRUE(match.copies.empty());
  EXPECT_TRUE(match.alike.empty());
}

TEST(SchemaMatch, ATemplateLeadsToTheOnlyCellThatIsLeft) {
  SnapshotFacts facts = whole_cloud("2024.1", [](const std::string& name) { return name == "nova" ? "cloud7" : name; });
  const Service& service = *real().service("nova");
  auto& mappings = facts.captured.at({"nova_api", service.cells->table});
  mappings.rows[1][3] = "{scheme}://{username}:{password}@{hostname}:{port}/{path}?{query}";
  const Plan plan = planned(real(), facts, "2024.1", "2025.1");
  EXPECT_EQ(schemas_by_service(plan).at("nova"), (std::set<std::string>{"nova_api", "nova_cell0", "cloud7"}));
  EXPECT_TRUE(with_code(plan, "cell-mapping-elsewhere").empty());
}

}  // namespace
}  // namespace rehearsal
