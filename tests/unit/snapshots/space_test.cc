#include "snapshots/space.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

DumpIndex dump(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& rows_and_bytes) {
  DumpIndex index;
  index.files.resize(1);
  for (const auto& [rows, bytes] : rows_and_bytes) {
    DumpTable table;
    table.rows = rows;
    table.bytes = bytes;
    index.tables.push_back(table);
    index.files[0].bytes += bytes;
  }
  return index;
}

// The largest use of the disk that was seen while `snapshot add` restored these with two tables side by side, and what
// was kept of it; less what an empty store takes.
struct Measured {
  const char* what;
  DumpIndex index;
  std::uint64_t peak;
};

std::vector<Measured> measured() {
  return {{"three integers, two keys", dump({{1'500'000, 25'566'000}}), 287'000'000},
          {"allocations, three keys", dump({{600'000, 50'066'000}}), 337'000'000},
          {"a compute cell", dump({{270'000, 70'000'000}, {118'000, 30'000'000}}), 404'000'000}};
}

TEST(Space, TheNeedIsAtLeastWhatRestoresWereSeenToTake) {
  for (const Measured& one : measured()) {
    const SpaceNeed need = space_needed(one.index, 2);
    EXPECT_GE(need.total(), one.peak) << one.what;
    EXPECT_LE(need.total(), one.peak * 2) << one.what << ": so much would refuse what fits";
  }
}

TEST(Space, ShortRowsCostMoreThanTheirText) {
  const SpaceNeed narrow = space_needed(dump({{1'500'000'000, 25'000'000'000}}), 1);
  EXPECT_GE(narrow.rows, 25'000'000'000U / 10 * 42);
}

TEST(Space, TheLargestTablesAreSortedAtTheSameTime) {
  const DumpIndex index = dump({{0, 1'000'000}, {0, 5'000'000}, {0, 3'000'000}});
  const SpaceNeed one = space_needed(index, 1);
  EXPECT_EQ(one.sorting, 11'000'000U);
  EXPECT_EQ(space_needed(index, 2).sorting, 17'600'000U);
  EXPECT_EQ(space_needed(index, 64).sorting, one.rows);
  EXPECT_EQ(space_needed(index, 0).sorting, one.sorting) << "the number of processors is not known";
  EXPECT_EQ(space_needed(DumpIndex{}, 2).sorting, 0U);
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
