#include "scenarios/plan.h"

#include <set>

#include "unit/scenarios/cloud.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "scenarios/cells.h"
#include "scenarios/lane_plan.h"
#include "scenarios/make_plan.h"
#include "scenarios/plan_text.h"

namespace rehearsal {
namespace {

Plan planned(const SnapshotFacts& facts, const Scenario& scenario) {
  auto plan = make_plan(cloud::catalogue(), scenario, facts);
  EXPECT_TRUE(plan) << to_text(plan.error());
  return plan.value_or(Plan{});
}

std::string refusal(const SnapshotFacts& facts, const Scenario& scenario) {
  const auto plan = make_plan(cloud::catalogue(), scenario, facts);
  if (plan) {
    return "planned";
  }
  EXPECT_EQ(plan.error().kind, ErrorKind::wrong_scenario);
  return to_text(plan.error());
}

std::vector<std::string> ids(const Lane& lane) {
  std::vector<std::string> result;
  for (const PlanStep& step : lane.steps) {
    result.push_back(step.id);
  }
  return result;
}

TEST(Plan, EveryCellHasStepsOfItsOwnApiFirst) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const Plan plan = planned(cloud::with_compute(), scenario);
  ASSERT_EQ(plan.lanes.size(), 1U);
  EXPECT_EQ(ids(plan.lanes[0]),
            (std::vector<std::string>{
                "compute:2024.1:online-before:cell0", "compute:2024.1:online-before:cell-bbbb2222",
                "compute:2024.1:online-before:east-1", "compute:2025.1:check:api", "compute:2025.1:sync:api",
                "compute:2025.1:sync:cell0", "compute:2025.1:sync:cell-bbbb2222", "compute:2025.1:sync:east-1",
                "compute:2025.1:online:cell0", "compute:2025.1:online:cell-bbbb2222", "compute:2025.1:online:east-1"}));
}

TEST(Plan, AReferenceMakesTheFirstReleaseAndOneCellStandsForAll) {
  ScenarioService wishes;
  wishes.schemas = {{"api", "their_api"}};
  const auto reference = plan_reference(cloud::compute(), wishes, Path{"2024.1", "2025.1", {{"2024.1", "2025.1"}}});
  ASSERT_TRUE(reference) << to_text(reference.error());
  EXPECT_EQ(ids(reference->lane), (std::vector<std::string>{"compute:2024.1:sync:api", "compute:2024.1:sync:cell",
                                                            "compute:2025.1:sync:api", "compute:2025.1:sync:cell"}));
  EXPECT_EQ(reference->start_steps, 2U);
  EXPECT_EQ(reference->lane.schemas, (std::map<std::string, std::string>{{"api", "compute_api"}, {"cell", "compute"}}));
  EXPECT_EQ(reference->lane.steps[1].version, "29.0.0");
  EXPECT_EQ(reference->lane.steps[1].config.at(0).text,
            "[api]\nconnection = ${url:compute_api}\n[database]\nconnection = ${url:compute}\n");
  EXPECT_EQ(reference_role(cloud::compute(), "east-1"), "cell");
  EXPECT_EQ(reference_role(cloud::compute(), "cell0"), "cell");
  EXPECT_EQ(reference_role(cloud::compute(), "api"), "api");
}

TEST(Plan, AReferenceStartsWhereProductionDoes) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const auto start_heads = [&](const std::vector<std::string>& heads) {
    SnapshotFacts facts;
    cloud::add_revisions(facts, "identity", heads);
    return reference_start_heads(cloud::identity(), planned(facts, scenario).lanes.at(0));
  };
  using Heads = std::map<std::string, std::vector<std::string>>;
  EXPECT_EQ(start_heads({"e1", "k1"}), Heads{});
  EXPECT_EQ(start_heads({"e1b", "k1"}), (Heads{{"identity", {"e1b", "k1"}}}));
}

TEST(Plan, OneCellStandsForAllOnlyWhereAllStartAlike) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  SnapshotFacts facts = cloud::with_compute();
  for (const char* schema : {"compute_cell0", "compute", "compute_east"}) {
    facts.captured[{schema, "alembic_version"}].rows = {{"c1b"}};
  }
  const auto start_heads = [&] {
    return reference_start_heads(cloud::compute(), planned(facts, scenario).lanes.at(0));
  };
  EXPECT_EQ(start_heads(), (std::map<std::string, std::vector<std::string>>{{"compute", {"c1b"}}}));
  facts.captured[{"compute_cell0", "alembic_version"}].rows = {{"c1"}};
  EXPECT_TRUE(start_heads().empty());
}

TEST(Plan, TheOldReleasePurgesFirstWhereThatIsAskedFor) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const std::vector<std::string> without = ids(planned(cloud::with_compute(), scenario).lanes.at(0));
  scenario.purged = true;
  std::vector<std::string> with = ids(planned(cloud::with_compute(), scenario).lanes.at(0));
  ASSERT_EQ(with.size(), without.size() + 2);
  EXPECT_EQ(with[0], "compute:2024.1:purge:cell-bbbb2222");
  EXPECT_EQ(with[1], "compute:2024.1:purge:east-1");
  with.erase(with.begin(), with.begin() + 2);
  EXPECT_EQ(with, without);
}

TEST(Plan, AStepOnACellIsConfiguredForItsSchema) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const Plan plan = planned(cloud::with_compute(), scenario);
  for (const PlanStep& step : plan.lanes.at(0).steps) {
    if (step.id == "compute:2025.1:sync:east-1") {
      EXPECT_EQ(step.config.at(0).text,
                "[api]\nconnection = ${url:compute_api}\n[database]\nconnection = ${url:compute_east}\n");
      EXPECT_EQ(step.schemas, std::vector<std::string>{"compute_east"});
      EXPECT_EQ(step.config.at(0).name, "compute-east-1.conf");
      EXPECT_EQ(join(step.command, " "),
                "manage --config-file /rehearsal/etc/compute-east-1.conf --config-dir /rehearsal/etc/empty.d sync");
      EXPECT_EQ(step.version, "31.0.0");
    }
  }
}

TEST(Plan, EveryStoredConnectionIsRewrittenAndNoSecretIsTold) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const Plan plan = planned(cloud::with_compute(), scenario);
  std::set<std::string> values;
  for (const Rewriting& rewriting : plan.lanes.at(0).rewritings) {
    values.insert(rewriting.where_value + " " + rewriting.column + " " + rewriting.value);
    EXPECT_EQ(rewriting.what.find("s/e@c"), std::string::npos) << rewriting.what;
    EXPECT_EQ(rewriting.what.find("secret"), std::string::npos) << rewriting.what;
  }
  EXPECT_EQ(values, (std::set<std::string>{"0000 bus fake:///", "0000 url ${url:compute_cell0}",
                                           "aaaa1111-x bus fake:///", "aaaa1111-x url ${url:compute_east}",
                                           "bbbb2222-x bus fake:///", "bbbb2222-x url ${url:compute}"}));
  EXPECT_EQ(to_text(plan).find("secret"), std::string::npos);
}

TEST(Plan, ACellThatWasNotDumpedLeavesTheOthersToBeRehearsed) {
  SnapshotFacts facts = cloud::with_compute();
  std::erase(facts.schemas, "compute_east");
  facts.captured[{"compute_api", "hosts"}] = {{"cell_id"}, {{"1"}}};
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const Plan plan = planned(facts, scenario);
  ASSERT_EQ(plan.lanes.size(), 1U);
  EXPECT_FALSE(plan.lanes[0].schemas.contains("east-1"));
  ASSERT_EQ(plan.not_rehearsed.size(), 1U);
  EXPECT_NE(plan.not_rehearsed[0].second.find("east-1"), std::string::npos);
}

TEST(Plan, AMissingFirstCellIsNoRehearsal) {
  SnapshotFacts facts = cloud::with_compute();
  std::erase(facts.schemas, "compute_cell0");
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const Plan plan = planned(facts, scenario);
  EXPECT_TRUE(plan.lanes.empty());
  ASSERT_EQ(plan.not_rehearsed.size(), 1U);
  EXPECT_NE(plan.not_rehearsed[0].second.find("cell0"), std::string::npos);
}

TEST(Plan, WithoutMappingsTheDefaultSchemaIsTheOnlyCell) {
  SnapshotFacts facts = cloud::with_compute();
  facts.captured.erase({"compute_api", "mappings"});
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  const Plan plan = planned(facts, scenario);
  ASSERT_EQ(plan.lanes.size(), 1U);
  EXPECT_EQ(plan.lanes[0].schemas.at("cell1"), "compute");
  EXPECT_FALSE(plan.lanes[0].schemas.contains("cell"));
}

TEST(Plan, TheReleaseIsFoundInTheRevisions) {
  EXPECT_EQ(planned(cloud::with_identity(), cloud::to("2025.1")).path.from, "2024.1");
}

TEST(Plan, AnAmbiguousReleaseIsRefusedWithItsNames) {
  SnapshotFacts facts;
  cloud::add_revisions(facts, "identity", {"e2", "k1"});
  const std::string told = refusal(facts, cloud::to("2025.1"));
  EXPECT_NE(told.find("2024.2 or 2025.1"), std::string::npos) << told;
}

TEST(Plan, AnExplicitReleaseThatDisagreesIsAFindingNotARefusal) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.2";
  const Plan plan = planned(cloud::with_identity(), scenario);
  ASSERT_EQ(plan.findings.size(), 1U);
  EXPECT_EQ(plan.findings[0].code, "release-mismatch");
  EXPECT_NE(plan.findings[0].detail.find("2024.1"), std::string::npos);
}

TEST(Plan, ARevisionOfNoReleaseIsAFinding) {
  SnapshotFacts facts;
  cloud::add_revisions(facts, "identity", {"half-way"});
  Scenario scenario = cloud::to("2025.1");
  EXPECT_NE(refusal(facts, scenario).find("identity: unknown"), std::string::npos);
  scenario.from = "2024.1";
  EXPECT_EQ(planned(facts, scenario).findings.at(0).code, "revision-unknown");
}

TEST(Plan, TheSameReleaseOnlyAsksWhetherTheCloudIsReady) {
  Scenario scenario = cloud::to("2024.1");
  scenario.from = "2024.1";
  EXPECT_EQ(
      ids(planned(cloud::with_compute(), scenario).lanes.at(0)),
      (std::vector<std::string>{"compute:2024.1:online-before:cell0", "compute:2024.1:online-before:cell-bbbb2222",
                                "compute:2024.1:online-before:east-1", "compute:2024.1:check:api"}));
}

TEST(Plan, StepIdsAreUniqueOnALongPath) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  scenario.via.kind = Via::Kind::sequential;
  const auto steps = ids(planned(cloud::with_compute(), scenario).lanes.at(0));
  EXPECT_EQ(std::set<std::string>(steps.begin(), steps.end()).size(), steps.size());
}

TEST(Plan, UnknownAndAbsentServicesAreRefused) {
  Scenario scenario = cloud::to("2025.1");
  scenario.only = {"storage"};
  EXPECT_NE(refusal(cloud::with_identity(), scenario).find("known services: identity, compute"), std::string::npos);
  scenario.only = {"compute"};
  EXPECT_NE(refusal(cloud::with_identity(), scenario).find("no schema of compute"), std::string::npos);
}

TEST(Plan, TheOperatorsConnectionIsToldAsNotUsed) {
  Scenario scenario = cloud::to("2025.1");
  scenario.services["identity"].config = "[database]\nconnection = mysql://production\n";
  const Plan plan = planned(cloud::with_identity(), scenario);
  ASSERT_EQ(plan.findings.size(), 1U);
  EXPECT_EQ(plan.findings[0].code, "option-not-used");
}

TEST(Cells, AUrlIsTakenApart) {
  EXPECT_EQ(parts_of_url("mysql+pymysql://u:p@db1:3306/cell_1?charset=utf8").schema, "cell_1");
  EXPECT_EQ(parts_of_url("mysql+pymysql://u:p/q@db1:3306/cell_1").host, "db1:3306");
  EXPECT_EQ(parts_of_url("{scheme}://{username}@{hostname}/{path}?{query}").schema, std::nullopt);
  EXPECT_EQ(parts_of_url("{scheme}://{username}@{hostname}/cell_1?{query}").schema, "cell_1");
}

}  // namespace
}  // namespace rehearsal
