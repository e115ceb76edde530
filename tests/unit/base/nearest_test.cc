#include "base/nearest.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Nearest, AMistypedWordIsNearTheOneMeant) {
  const std::vector<std::string> known = {"from", "to", "via"};
  EXPECT_EQ(nearest("frmo", known), "from");
  EXPECT_EQ(nearest("VIA", known), "via");
  EXPECT_EQ(nearest("windw", {"window"}), "window");
  EXPECT_EQ(nearest("2025.7", {"2024.1", "2025.1"}), "2025.1");
}

TEST(Nearest, AnotherWordIsNearNone) {
  EXPECT_EQ(nearest("downtime", {"from", "to", "via"}), "");
  EXPECT_EQ(nearest("x", {"to"}), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Nearest, WhereNoneIsNearAllAreNamed) {
  EXPECT_EQ(did_you_mean("frmo", {"from", "to"}, "known"), "did you mean 'from'?");
  EXPECT_EQ(did_you_mean("downtime", {"from", "to"}, "known keys"), "known keys: from, to");
  EXPECT_EQ(did_you_mean("downtime", {}, "known keys"), "");
}

}  // namespace
}  // namespace rehearsal
