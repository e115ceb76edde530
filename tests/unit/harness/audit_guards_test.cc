#include <gtest/gtest.h>

#include "harness/audit/found_rows.h"
#include "harness/step/guards.h"

namespace rehearsal {
namespace {

Service service_with(const std::string& pattern, std::set<std::string> releases = {}) {
  Service service;
  RowRule guard;
  guard.pattern = pattern;
  guard.releases = std::move(releases);
  service.guards.push_back(guard);
  return service;
}

TEST(Guards, SpeakThroughLogsAndLineBreaks) {
  const Service service = service_with("not fit for this release");
  EXPECT_EQ(guards_saying(service, "2025.1", "INFO x\nThe rows are not fit\n   for this release.\n").size(), 1U);
  EXPECT_EQ(guards_saying(service, "2025.1", "all fit for this release").size(), 0U);
  // The end of a long output is what counts.
  EXPECT_EQ(guards_saying(service, "2025.1", std::string(1 << 20, 'x') + " not fit for this release").size(), 1U);
}

TEST(Guards, AreOfTheirReleases) {
  const Service service = service_with("stop", {"2025.1"});
  EXPECT_EQ(guards_saying(service, "2025.1", "stop").size(), 1U);
  EXPECT_EQ(guards_saying(service, "2026.1", "stop").size(), 0U);
}

TEST(Guards, OfUpgradeChecksGoByTheirNames) {
  Service service = service_with("", {"2025.1"});
  service.guards.front().check = "Service UUIDs";
  EXPECT_EQ(rules_of_check(service, "2025.1", "service uuids").size(), 1U);
  EXPECT_EQ(rules_of_check(service, "2024.1", "Service UUIDs").size(), 0U);
  EXPECT_EQ(rules_of_check(service, "2025.1", "Other").size(), 0U);
  EXPECT_EQ(guards_saying(service, "2025.1", "Check: Service UUIDs").size(), 0U) << "it has no words of its own";
}

TEST(FoundRows, KeysThatArePeoplesOwnAreMasked) {
  EXPECT_EQ(told_key("17"), "17");
  EXPECT_EQ(told_key("4c4d76a3-41a5-4723-b68a-25af4c52fe02"), "4c4d76a3-41a5-4723-b68a-25af4c52fe02");
  EXPECT_EQ(told_key("rack7-node3"), "***");
  EXPECT_EQ(told_key(std::nullopt), "NULL");
}

TEST(FoundRows, AFindingTellsAllTablesTogetherAndTheLargestByName) {
  RowRule rule;
  rule.columns = {"c"};
  FoundRows many, few;
  many.table = "s.many";
  many.count = 3;
  many.soft_deleted = 1;
  many.rows = {{{"id", "1"}}};
  few.table = "s.few";
  few.count = 2;
  Finding finding;
  set_rows(finding, rule, {many, few});
  EXPECT_EQ(finding.table, "s.many");
  EXPECT_EQ(finding.row_count, 5);
  EXPECT_EQ(finding.soft_deleted, 1);
  EXPECT_EQ(finding.rows.size(), 1U);
  EXPECT_EQ(list_of({many, few}), "s.many: 3 rows; s.few: 2 rows");
}

TEST(FoundRows, ARuleLooksInTheSchemasOfItsRoles) {
  Service service;
  service.heads = {{"api", {{"2025.1", {"a"}}}}, {"cell0", {{"2025.1", {"b"}}}}, {"cell", {{"2025.1", {"b"}}}}};
  const std::map<std::string, std::string> lane = {
      {"api", "n_api"}, {"cell0", "n_cell0"}, {"cell1", "n"}, {"cell2", "n2"}};
  PlanStep step;
  step.schemas = {"n_cell0"};
  RowRule rule;
  EXPECT_EQ(schemas_of_rule(rule, service, lane, step), (std::vector<std::string>{"n_cell0"}));
  rule.schemas = {"cell"};
  EXPECT_EQ(schemas_of_rule(rule, service, lane, step), (std::vector<std::string>{"n", "n2"}));
  rule.schemas = {"api"};
  EXPECT_EQ(schemas_of_rule(rule, service, lane, step), (std::vector<std::string>{"n_api"}));
}

}  // namespace
}  // namespace rehearsal
