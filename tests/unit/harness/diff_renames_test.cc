#include <gtest/gtest.h>

#include "harness/diff/renames.h"

namespace rehearsal {
namespace {

TableShape shape(const std::string& lines) {
  return shape_of("CREATE TABLE `t` (\n" + lines + "\n) ENGINE=InnoDB", false);
}

SchemaChange altered(std::vector<std::string> details) {
  return {"s.t", "altered", std::move(details)};
}

TEST(Renames, ATableThatComesBackUnderAnotherNameIsACandidate) {
  Schema before, after;
  before.tables["s.old"] = shape("`id` int,\n`a` int,\n`b` int,\n`c` int");
  before.tables["s.gone"] = shape("`x` int,\n`y` int");
  before.tables["s.stays"] = shape("`id` int,\n`a` int,\n`b` int,\n`c` int");
  after.tables["s.stays"] = before.tables["s.stays"];
  after.tables["s.new"] = shape("`id` int,\n`a` int,\n`b` int,\n`d` int");
  after.tables["s.closer"] = shape("`id` int,\n`a` int,\n`b` int,\n`c` int");
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(renamed_tables(before, after), (Pairs{{"s.old", "s.closer"}}));
}

TEST(Renames, OnlyAlterationsThatTouchValuesAreWorthALook) {
  EXPECT_FALSE(may_change_values(altered({"+ `a` int(11) DEFAULT NULL", "+ KEY `k` (`a`)", "- KEY `o` (`b`)"})));
  EXPECT_FALSE(may_change_values(altered({"- `a` int(11) DEFAULT NULL"}))) << "a lost column";
  EXPECT_FALSE(may_change_values(altered({"- `a` int(11) NOT NULL DEFAULT 1", "+ `a` int(11) NOT NULL DEFAULT 2"})));
  EXPECT_FALSE(may_change_values(altered({"the order of the columns"})));
  EXPECT_TRUE(may_change_values(altered({"- `a` int(11) DEFAULT NULL", "+ `a` int(11) NOT NULL"})));
  EXPECT_TRUE(may_change_values(altered({"- `a` varchar(255) DEFAULT NULL", "+ `a` varchar(36) DEFAULT NULL"})));
  EXPECT_TRUE(may_change_values(altered({"- `a` int(11) DEFAULT NULL", "+ `b` int(11) DEFAULT NULL"}))) << "a rename";
}

TEST(Renames, AddedColumnsAreThoseThatWereNotThere) {
  EXPECT_EQ(added_columns(altered({"- `a` int(11)", "+ `a` bigint(20)", "+ `b` int(11)", "+ KEY `c` (`b`)"})),
            (std::set<std::string>{"b"}));
}

}  // namespace
}  // namespace rehearsal
