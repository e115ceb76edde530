#include "scenarios/consistency.h"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "base/files.h"
#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

ConsistencyCheck ports_check() {
  ConsistencyCheck check;
  check.id = "c";
  check.of = {"net.db"};
  check.table = "ports";
  check.keys = {"id"};
  check.age = "t.updated_at";
  check.where = "t.owner = 'x' AND ${gone} AND EXISTS (SELECT 1 FROM ${ids.db}.project)";
  check.per = {{"gone", {"vm.cell", "vm.cell0"}, "NOT EXISTS (SELECT 1 FROM ${schema}.vms)", "AND"}};
  return check;
}

TEST(Consistency, AConditionIsAskedOfEveryCell) {
  const RoleSchemas schemas = {
      {"net.db", {"net"}}, {"ids.db", {"ids"}}, {"vm.cell", {"vm1", "vm2"}}, {"vm.cell0", {"vm0"}}};
  const auto queries = queries_of(ports_check(), schemas);
  ASSERT_EQ(queries.size(), 1U);
  EXPECT_EQ(queries[0].schema, "net");
  EXPECT_EQ(queries[0].sql,
            "SELECT t.`id`, t.updated_at FROM `net`.`ports` t  WHERE t.owner = 'x' AND "
            "((NOT EXISTS (SELECT 1 FROM `vm1`.vms)) AND (NOT EXISTS (SELECT 1 FROM `vm2`.vms)) AND "
            "(NOT EXISTS (SELECT 1 FROM `vm0`.vms))) AND EXISTS (SELECT 1 FROM `ids`.project)");
}

TEST(Consistency, ATableOfTheCellsIsAskedInEach) {
  ConsistencyCheck check;
  check.of = {"vm.cell"};
  check.table = "vms";
  check.keys = {"id"};
  check.where = "t.x = (SELECT y FROM ${schema}.z)";
  const auto queries = queries_of(check, {{"vm.cell", {"vm1", "vm2"}}});
  ASSERT_EQ(queries.size(), 2U);
  EXPECT_EQ(queries[1].schema, "vm2");
  EXPECT_EQ(queries[1].sql, "SELECT t.`id`, NULL FROM `vm2`.`vms` t  WHERE t.x = (SELECT y FROM `vm2`.z)");
}

TEST(Consistency, WithoutOneOfItsRolesNothingIsAsked) {
  EXPECT_EQ(roles_of(ports_check()), (std::vector<std::string>{"ids.db", "net.db", "vm.cell", "vm.cell0"}));
  EXPECT_TRUE(queries_of(ports_check(), {{"net.db", {"net"}}, {"ids.db", {"ids"}}, {"vm.cell", {"vm1"}}}).empty());
}

TEST(Consistency, TheShippedChecksAreWhole) {
  const auto catalogue = load_catalogue(fs::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  EXPECT_GE(catalogue->consistency.size(), 10U);
  std::set<std::string> ids;
  for (const ConsistencyCheck& check : catalogue->consistency) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_NE(catalogue->service(check.service), nullptr) << check.id;
    EXPECT_TRUE(check.end_only || roles_of(check).size() > 1) << check.id << " looks at one database only";
    RoleSchemas schemas;
    for (const std::string& role : roles_of(check)) {
      schemas[role] = {"some_schema"};
    }
    for (const ConsistencyQuery& query : queries_of(check, schemas)) {
      EXPECT_EQ(query.sql.find("${"), std::string::npos) << query.sql;
    }
  }
}

TEST(Consistency, WhatIsWrongIsSaid) {
  const fs::path dir = make_unique_dir(fs::temp_directory_path(), "rehearsal-test").value();
  const std::string rest =
      "service = \"a\"\nof = [\"a.b\"]\ntable = \"t\"\nwhere = \"1\"\nkeys = [\"id\"]\nwords = \"w\"\nmeaning = \"m\"\n"
      "source = \"s\"\n";
  const auto refusal = [&](const std::string& text) {
    EXPECT_TRUE(write_file(dir / "x.toml", text));
    const auto checks = load_consistency(dir / "x.toml");
    return checks ? std::string("loaded") : to_text(checks.error());
  };
  EXPECT_EQ(refusal("[[check]]\nid = \"a\"\n" + rest), "loaded");
  EXPECT_EQ(refusal("[[check]]\nid = \"a\"\nsince = \"2024.1\"\nend_only = true\n" + rest), "loaded");
  EXPECT_NE(refusal("[[check]]\n" + rest).find("id"), std::string::npos);
  EXPECT_NE(refusal("[[check]]\nid = \"a\"\nseverity = \"blocker\"\n" + rest).find("severity"), std::string::npos);
  EXPECT_NE(
      refusal("[[check]]\nid = \"a\"\n" + rest + "[[check.per]]\nname = \"n\"\nroles = []\nsql = \"\"\njoin = \"X\"\n")
          .find("join"),
      std::string::npos);
  EXPECT_TRUE(load_consistency(dir / "none.toml")->empty());
  remove_tree(dir);
}

}  // namespace
}  // namespace rehearsal
