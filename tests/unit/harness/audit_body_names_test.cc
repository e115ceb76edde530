#include <gtest/gtest.h>

#include "harness/audit/body_names.h"
#include "harness/audit/broken_objects.h"

namespace rehearsal {
namespace {

TEST(BodyNames, AViewNamesItsColumnsThroughAliases) {
  const BodyNames view(
      "select `s`.`id` AS `id`,`s`.`in_use` AS `busy`,count(`a`.`ip_address`) AS `used` from (`net`.`subnets` `s` left "
      "join `net`.`allocations` `a` on(`a`.`subnet_id` = `s`.`id`)) group by `s`.`id`",
      "reports");
  EXPECT_TRUE(view.names_table("net", "subnets"));
  EXPECT_FALSE(view.names_table("reports", "subnets"));
  EXPECT_TRUE(view.names_column("net", "subnets", "in_use"));
  EXPECT_TRUE(view.names_column("net", "subnets", "IN_USE"));
  // Another table's column of that name, a name that only the view gives, and a table that it does not read.
  EXPECT_FALSE(view.names_column("net", "allocations", "in_use"));
  EXPECT_FALSE(view.names_column("net", "subnets", "ip_address"));
  EXPECT_FALSE(view.names_column("net", "subnets", "busy"));
  EXPECT_FALSE(view.names_column("net", "ports", "in_use"));
}

TEST(BodyNames, FullyQualifiedColumnsAreOfTheirTable) {
  const BodyNames view("select `net`.`subnets`.`in_use` AS `x` from `net`.`subnets`", "net");
  EXPECT_TRUE(view.names_column("net", "subnets", "in_use"));
  EXPECT_FALSE(view.names_column("net", "subnets", "x"));
  EXPECT_FALSE(view.names_column("other", "subnets", "in_use"));
}

TEST(BodyNames, ATriggersRowsAreOfItsTable) {
  const BodyNames trigger("BEGIN\n  INSERT INTO audit (was) VALUES (OLD.in_use); -- not gateway\nEND", "net",
                          "subnets");
  EXPECT_TRUE(trigger.names_column("net", "subnets", "in_use"));
  EXPECT_TRUE(trigger.names_table("net", "audit"));
  EXPECT_TRUE(trigger.names_column("net", "audit", "was"));
  EXPECT_FALSE(trigger.names_column("net", "subnets", "gateway"));
  EXPECT_FALSE(BodyNames("SET @x = NEW.in_use", "net", "ports").names_column("net", "subnets", "in_use"));
}

TEST(BodyNames, WhatIsQuotedOrCommentedIsNotNamed) {
  const BodyNames routine(
      "BEGIN /* in_use */ UPDATE subnets SET name = 'in_use of subnets' WHERE id = 1; # in_use\nEND", "net");
  EXPECT_TRUE(routine.names_table("net", "subnets"));
  EXPECT_FALSE(routine.names_column("net", "subnets", "in_use"));
  EXPECT_TRUE(routine.names_column("net", "subnets", "name"));
  EXPECT_FALSE(BodyNames("SELECT 'subnets'", "net").names_table("net", "subnets"));
}

TEST(BodyNames, AnObjectIsToldTheThingsThatItNames) {
  StoredObject event;
  event.kind = ObjectKind::event;
  event.schema = "net";
  event.body = "DELETE FROM old_quotas WHERE in_use = 0";
  const auto named =
      named_by(event, {{"net", "old_quotas", ""}, {"net", "subnets", "in_use"}, {"net", "old_quotas", "in_use"}});
  ASSERT_EQ(named.size(), 2U);
  EXPECT_EQ(named[0].text(), "table net.old_quotas");
  EXPECT_EQ(named[1].text(), "column in_use of net.old_quotas");
}

}  // namespace
}  // namespace rehearsal
