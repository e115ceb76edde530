#include <algorithm>

#include <gtest/gtest.h>

#include "harness/diagnosis/demand.h"
#include "harness/diagnosis/diagnose.h"
#include "harness/diagnosis/inserted_keys.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/words.h"

namespace rehearsal {
namespace {

TableFacts volumes() {
  TableFacts facts;
  facts.schema = "block";
  facts.name = "volumes";
  facts.columns = {{"id", "varchar", "varchar(36)", "utf8mb3", "utf8mb3_bin", false},
                   {"size", "int", "int(11)", "", "", true},
                   {"deleted", "tinyint", "tinyint(1)", "", "", true},
                   {"created_at", "datetime", "datetime", "", "", true}};
  facts.keys = {{"PRIMARY", {"id"}, true, true}, {"ix_size", {"size"}, false, false}};
  return facts;
}

std::vector<Demand> demands(const char* sql) {
  return demands_of(parse_ddl(sql).value(), volumes());
}

const Demand* find(const std::vector<Demand>& all, Demand::Kind kind) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Demand& demand) { return demand.kind == kind; });
  return found == all.end() ? nullptr : &*found;
}

TEST(Demands, ANotNullAsksTheRowsAndAnIndexDoesNot) {
  const std::vector<Demand> modify = demands("ALTER TABLE volumes MODIFY size INT NOT NULL");
  const Demand* demand = find(modify, Demand::Kind::not_null);
  ASSERT_NE(demand, nullptr);
  EXPECT_EQ(offending_condition(*demand, volumes()), "o.`size` IS NULL");
  // What is NOT NULL already asks nothing new.
  EXPECT_EQ(find(demands("ALTER TABLE volumes MODIFY id VARCHAR(64) NOT NULL"), Demand::Kind::not_null), nullptr);
  const std::vector<Demand> index = demands("CREATE INDEX ix_size ON volumes (size)");
  ASSERT_NE(find(index, Demand::Kind::absent_key), nullptr);
  EXPECT_TRUE(std::none_of(index.begin(), index.end(), [](const Demand& one) { return is_about_rows(one.kind); }));
}

TEST(Demands, ANarrowerColumnAsksForShortValues) {
  const std::vector<Demand> all = demands("ALTER TABLE volumes CHANGE id ident CHAR(10) NOT NULL");
  EXPECT_EQ(offending_condition(*find(all, Demand::Kind::fits), volumes()), "CHAR_LENGTH(o.`id`) > 10");
  EXPECT_NE(find(all, Demand::Kind::present_column), nullptr);
}

TEST(Demands, AnotherCollationAsksTheUniqueKeysAgain) {
  const std::vector<Demand> all =
      demands("ALTER TABLE volumes CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
  const Demand* demand = find(all, Demand::Kind::unique);
  ASSERT_NE(demand, nullptr);
  EXPECT_EQ(demand->name, "PRIMARY");
  EXPECT_NE(offending_condition(*demand, volumes()).find("CONVERT(o.`id` USING utf8mb4) COLLATE utf8mb4_general_ci"),
            std::string::npos);
}

TEST(Demands, AKeyThatIsDroppedInTheSameStatementIsNotInTheWay) {
  EXPECT_EQ(find(demands("ALTER TABLE volumes DROP KEY ix_size, ADD KEY ix_size (size)"), Demand::Kind::absent_key),
            nullptr);
  EXPECT_EQ(find(demands("ALTER TABLE volumes ADD COLUMN IF NOT EXISTS x INT"), Demand::Kind::absent_column), nullptr);
}

TEST(Demands, AColumnMadeInTheSameStatementHasNoRowsYet) {
  const std::vector<Demand> all = demands("ALTER TABLE volumes ADD COLUMN n INT, ADD UNIQUE KEY u (n)");
  EXPECT_EQ(find(all, Demand::Kind::unique), nullptr);
}

TEST(Demands, AConditionOnAColumnThatIsNotThereIsNone) {
  Demand demand;
  demand.kind = Demand::Kind::unique;
  demand.columns = {"no_such"};
  EXPECT_EQ(offending_condition(demand, volumes()), "");
}

TEST(Words, SayWhatIsWrongAndHowOldItIs) {
  Demand demand;
  demand.kind = Demand::Kind::not_null;
  demand.table = "volumes";
  demand.columns = {"size"};
  Offenders offenders;
  offenders.count = 100;
  offenders.soft_deleted = 100;
  offenders.oldest = "2019-03-01";
  offenders.newest = "2021-07-09";
  EXPECT_EQ(words_for(demand, offenders, volumes()),
            "100 rows of block.volumes have NULL in size, which the statement makes NOT NULL");
  EXPECT_EQ(age_and_share(offenders), "All of them are soft-deleted; made between 2019-03-01 and 2021-07-09.");
}

TEST(MessageObjects, TheKeyOfADuplicateIsTheLastQuotedName) {
  EXPECT_EQ(object_in_message("Duplicate entry 'it's for key 'x'' for key 'PRIMARY'"), "PRIMARY");
  EXPECT_EQ(object_in_message("Duplicate column name 'compute_id'"), "compute_id");
  EXPECT_EQ(object_in_message("Can't DROP INDEX `a_idx`; check that it exists"), "a_idx");
  EXPECT_EQ(object_in_message("Table 'block.x' doesn't exist"), "block.x");
  EXPECT_EQ(object_in_message("no name"), "");
}

TEST(InsertedKeys, ShowWhichRowsCollide) {
  const std::deque<std::string> statements = {
      "SELECT b.port_id, b.profile FROM net.bindings AS b JOIN hosts h ON h.id = b.host WHERE b.profile != ''",
      "INSERT INTO trusted (port_id, trusted) VALUES ('a', 1), ('b', (SELECT 1)), ('it''s, (x)', 0)",
      "INSERT INTO trusted (trusted, port_id) VALUES (1, 'a'), (1, NULL)", "INSERT INTO other (port_id) VALUES ('a')"};
  const auto keys = inserted_keys(statements, "trusted", {"port_id"});
  EXPECT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys.at({"a"}), 2);
  EXPECT_EQ(keys.at({"it's, (x)"}), 1);
  EXPECT_TRUE(inserted_keys(statements, "trusted", {"port_id", "missing"}).empty());
  EXPECT_EQ(tables_read_before(statements, "trusted"), (std::vector<std::string>{"bindings", "hosts"}));
}

}  // namespace
}  // namespace rehearsal
