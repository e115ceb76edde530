#include "snapshots/keep/space.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

using Keys = std::vector<std::vector<std::string>>;

DumpTable table(std::uint64_t rows, std::uint64_t bytes, std::size_t columns = 0, Keys unique = {}, Keys plain = {}) {
  DumpTable made;
  made.rows = rows;
  made.bytes = bytes;
  made.columns.resize(columns);
  made.unique_keys = std::move(unique);
  made.plain_keys = std::move(plain);
  return made;
}

DumpIndex dump(std::vector<DumpTable> tables) {
  DumpIndex index;
  index.files.resize(1);
  for (const DumpTable& one : tables) {
    index.files[0].bytes += one.bytes;
  }
  index.tables = std::move(tables);
  return index;
}

// What MariaDB 10.11 was seen to take: the table's files, and the largest use of the disk while `snapshot add` restored
// it, two tables side by side; the latter less what an empty store takes.
struct Measured {
  const char* what;
  DumpIndex index;
  std::uint64_t tables;
  std::uint64_t peak;
};

std::vector<Measured> measured() {
  const DumpTable actions = table(270'000, 70'000'000, 9, {{"id"}}, {{"i"}, {"r"}, {"i", "c"}});
  const DumpTable extra = table(118'000, 30'000'000, 4, {{"id"}}, {{"i"}});
  return {{"three integers, two keys", dump({table(1'500'000, 25'566'000, 3, {{"id"}}, {{"a"}, {"b"}})}), 109'000'000,
           287'000'000},
          {"allocations, three keys",
           dump({table(600'000, 50'066'000, 7, {{"id"}}, {{"r", "c", "u"}, {"consumer"}, {"c"}})}), 113'000'000,
           337'000'000},
          {"four identifiers, five keys over them",
           dump({table(300'000, 47'402'000, 4, {{"id"}}, {{"p"}, {"n"}, {"d"}, {"p", "n"}, {"n", "d"}})}), 256'000'000,
           681'000'000},
          {"a compute cell", dump({actions, extra}), 172'000'000, 404'000'000}};
}

TEST(Space, TheNeedIsWhatRestoresWereSeenToTakeAndNotMuchMore) {
  for (const Measured& one : measured()) {
    const SpaceNeed need = space_needed(one.index, 2);
    EXPECT_GE(need.rows, one.tables) << one.what;
    EXPECT_LE(need.rows, one.tables * 16 / 10) << one.what << ": so much would refuse what fits";
    EXPECT_GE(need.total(), one.peak) << one.what;
    EXPECT_LE(need.total(), one.peak * 2) << one.what << ": so much would refuse what fits";
  }
}

TEST(Space, ATableWhoseDefinitionIsNotThereIsTakenToHaveKeys) {
  EXPECT_GT(space_needed(dump({table(0, 1'000'000)}), 1).rows, 2'000'000U);
  EXPECT_LT(space_needed(dump({table(0, 1'000'000, 9, {{"id"}})}), 1).rows, 1'500'000U);
}

TEST(Space, TheLargestTablesAreSortedAtTheSameTime) {
  const DumpIndex index = dump({table(0, 1'000'000), table(0, 5'000'000), table(0, 3'000'000)});
  const SpaceNeed one = space_needed(index, 1);
  const std::uint64_t largest = space_needed(dump({table(0, 5'000'000)}), 1).rows;
  const std::uint64_t smallest = space_needed(dump({table(0, 1'000'000)}), 1).rows;
  EXPECT_EQ(one.sorting, largest);
  EXPECT_EQ(space_needed(index, 2).sorting, one.rows - smallest);
  EXPECT_EQ(space_needed(index, 64).sorting, one.rows);
  EXPECT_EQ(space_needed(index, 0).sorting, largest) << "the number of processors is not known";
  EXPECT_EQ(space_needed(DumpIndex{}, 2).sorting, 0U);
}

TEST(Space, TheServersLogGrowsWithTheDump) {
  const std::uint64_t small = space_needed(dump({table(0, 1'000'000)}), 1).server;
  const std::uint64_t large = space_needed(dump({table(0, 100'000'000'000)}), 1).server;
  EXPECT_GE(large - small, 1'900'000'000U);
}

TEST(Space, AnImageIsAsFullAsTheFullerOfBothFileSystems) {
  SpaceNeed need;
  need.rows = 10'000'000'000;
  EXPECT_TRUE(enough_space(need, {10'000'000'000, std::nullopt}, "/store"));
  EXPECT_TRUE(enough_space(need, {10'000'000'000, 10'000'000'000}, "/store"));
  const auto inside = enough_space(need, {9'000'000'000, 50'000'000'000}, "/store");
  ASSERT_FALSE(inside);
  EXPECT_NE(inside.error().what.find("9.0 GB free in the store's image"), std::string::npos) << inside.error().what;
  EXPECT_NE(inside.error().what.find("10.0 GB"), std::string::npos);
  const auto below = enough_space(need, {50'000'000'000, 8'000'000'000}, "/store");
  ASSERT_FALSE(below);
  EXPECT_NE(below.error().what.find("8.0 GB free on the disk under the store's image"), std::string::npos)
      << below.error().what;
  const auto plain = enough_space(need, {7'000'000'000, std::nullopt}, "/store");
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().what.find("image"), std::string::npos) << plain.error().what;
}

}  // namespace
}  // namespace rehearsal
