// Mappings of cells that are gone, renamed, disabled or doubled.
#include "scenarios/cell_mappings.h"

#include "unit/scenarios/whole_cloud.h"
#include <gtest/gtest.h>

#include "scenarios/make_plan.h"

namespace rehearsal {
namespace {

using namespace cloud;

Plan planned(const SnapshotFacts& facts) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  scenario.only = {"nova"};
  auto plan = make_plan(real(), scenario, facts);
  EXPECT_TRUE(plan) << to_text(plan.error());
  return plan.value_or(Plan{});
}

const char* const kDead = "c9c9c9c9-0009";

// A third mapping beside the two of a healthy cloud.
SnapshotFacts with_mapping(const std::string& url, const std::string& disabled) {
  SnapshotFacts facts = as_installed("2024.1");
  facts.captured.at({"nova_api", "cell_mappings"}).rows.push_back({"3", kDead, "edge9", url, disabled});
  return facts;
}

void add_host(SnapshotFacts& facts) {
  facts.captured[{"nova_api", "host_mappings"}] = {{"id", "cell_id", "host"}, {{"1", "3", "cmp1"}}};
}

struct Mapping {
  const char* words;
  const char* url;
  const char* disabled;
  bool hosts, elsewhere;
};

constexpr Mapping kGone[] = {
    {"disabled, another server", "mysql+pymysql://u:p@edge9:3306/nova_edge9", "1", false, false},
    {"disabled, with hosts", "mysql+pymysql://u:p@edge9:3306/nova_edge9", "1", true, false},
    {"enabled, without hosts", "mysql+pymysql://u:p@edge9:3306/nova_edge9", "0", false, false},
    {"enabled, the same server", "mysql+pymysql://u:p@db:3306/nova_edge9", "0", true, false},
    {"enabled, a template", "{scheme}://{username}:{password}@{hostname}/nova_edge9?{query}", "0", false, false},
    {"enabled, in use on another server", "mysql+pymysql://u:p@edge9:3306/nova_edge9", "0", true, true},
    {"the name is another cell's, on another server", "mysql+pymysql://u:p@edge9:3306/nova", "1", false, false},
};

TEST(CellMappings, AMappingWithoutADatabaseLeavesTheRestRehearsed) {
  for (const Mapping& mapping : kGone) {
    SnapshotFacts facts = with_mapping(mapping.url, mapping.disabled);
    if (mapping.hosts) {
      add_host(facts);
    }
    const Plan plan = planned(facts);
    const Lane* lane = lane_of(plan, "nova");
    ASSERT_NE(lane, nullptr) << mapping.words;
    EXPECT_EQ(lane->schemas,
              (std::map<std::string, std::string>{{"api", "nova_api"}, {"cell0", "nova_cell0"}, {"cell1", "nova"}}))
        << mapping.words;
    ASSERT_EQ(lane->lost_cells.size(), 1U) << mapping.words;
    const CellWithoutDatabase& cell = lane->lost_cells.front();
    EXPECT_EQ(cell.id, kDead);
    EXPECT_EQ(cell.key, "3");
    EXPECT_EQ(cell.table, "nova_api.cell_mappings");
    EXPECT_EQ(cell.elsewhere, mapping.elsewhere) << mapping.words;
    EXPECT_EQ(plan.not_rehearsed.size(), mapping.elsewhere ? 1U : 0U) << mapping.words;
    // Its stored connection leads to a database that is not there, never to another cell's.
    for (const Rewriting& rewriting : lane->rewritings) {
      if (rewriting.where_value == "3" && rewriting.column == "database_connection") {
        EXPECT_EQ(rewriting.value, "${url:" + cell.schema + "}") << mapping.words;
        EXPECT_NE(cell.schema, "nova") << mapping.words;
      }
    }
  }
}

TEST(CellMappings, TwoMappingsOfOneDatabaseAreRunOnceAndTold) {
  for (const char* url : {"mysql+pymysql://u:p@db:3306/nova?charset=utf8",
                          "{scheme}://{username}:{password}@{hostname}:{port}/{path}?{query}"}) {
    const Plan plan = planned(with_mapping(url, "1"));
    const Lane* lane = lane_of(plan, "nova");
    ASSERT_NE(lane, nullptr);
    EXPECT_TRUE(lane->lost_cells.empty());
    EXPECT_EQ(lane->schemas.size(), 3U);
    EXPECT_TRUE(lane->schemas.contains("cell1"));
    EXPECT_EQ(with_code(plan, "cell-mapping-repeated").size(), 1U) << url;
  }
}

TEST(CellMappings, HealthyCellsAreTalkedOfNowhere) {
  SnapshotFacts facts = with_mapping("mysql+pymysql://u:p@edge:3306/nova_edge9", "0");
  add_schema(facts, *real().service("nova"), "cell", "nova_edge9", "2024.1");
  add_host(facts);
  const Plan plan = planned(facts);
  ASSERT_NE(lane_of(plan, "nova"), nullptr);
  EXPECT_EQ(lane_of(plan, "nova")->schemas.at("edge9"), "nova_edge9");
  EXPECT_TRUE(lane_of(plan, "nova")->lost_cells.empty());
  for (const PlanFinding& finding : plan.findings) {
    EXPECT_FALSE(finding.code.starts_with("cell-")) << finding.title;
  }
}

TEST(CellMappings, TheOperatorsOtherSchemaIsNotHiddenByTheRewriting) {
  SnapshotFacts facts = as_installed("2024.1");
  add_schema(facts, *real().service("nova"), "cell", "restored", "2024.1");
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  scenario.services["nova"].schemas = {{"cell1", "restored"}};
  const auto plan = make_plan(real(), scenario, facts);
  ASSERT_TRUE(plan);
  EXPECT_EQ(lane_of(*plan, "nova")->schemas.at("cell1"), "restored");
  const auto told = with_code(*plan, "cell-mapping-elsewhere");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0]->title.find("schema nova on host#1"), std::string::npos) << told[0]->title;
}

TEST(CellMappings, WithoutAnyCellThereIsNoLane) {
  SnapshotFacts facts = as_installed("2024.1");
  std::erase(facts.schemas, "nova");
  facts.objects.erase("nova");
  facts.captured.erase({"nova", "alembic_version"});
  const Plan plan = planned(facts);
  EXPECT_TRUE(plan.lanes.empty());
  EXPECT_EQ(plan.not_rehearsed.size(), 1U);
}

}  // namespace
}  // namespace rehearsal
