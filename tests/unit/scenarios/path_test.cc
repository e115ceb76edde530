#include "scenarios/path.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

std::vector<Release> releases() {
  std::vector<Release> all;
  for (const char* name : {"2023.1", "2023.2", "2024.1", "2024.2", "2025.1", "2025.2", "2026.1"}) {
    Release release;
    release.name = name;
    release.slurp = release.name.ends_with(".1");
    all.push_back(release);
  }
  return all;
}

std::string told(const std::string& from, const std::string& to, const Via& via = {}) {
  const auto path = find_path(releases(), from, to, via);
  if (!path) {
    EXPECT_EQ(path.error().kind, ErrorKind::wrong_scenario);
    return "refused: " + path.error().hint;
  }
  std::vector<std::string> names{path->from};
  for (const Hop& hop : path->hops) {
    names.push_back(hop.to);
  }
  return join(names, " ");
}

const Via kSequential{Via::Kind::sequential, {}};
Via listed(std::vector<std::string> names) {
  return {Via::Kind::listed, std::move(names)};
}

TEST(Path, SlurpSkipsTheReleaseBetween) {
  EXPECT_EQ(told("2023.1", "2026.1"), "2023.1 2024.1 2025.1 2026.1");
}

TEST(Path, TheEndsNeedNotBeSlurp) {
  EXPECT_EQ(told("2023.2", "2025.1"), "2023.2 2024.1 2025.1");
  EXPECT_EQ(told("2023.1", "2024.2"), "2023.1 2024.1 2024.2");
  EXPECT_EQ(told("2023.2", "2025.2"), "2023.2 2024.1 2025.1 2025.2");
}

TEST(Path, SequentialNamesEveryRelease) {
  EXPECT_EQ(told("2023.1", "2025.1", kSequential), "2023.1 2023.2 2024.1 2024.2 2025.1");
}

TEST(Path, TheSameReleaseHasNoHop) {
  EXPECT_EQ(told("2024.1", "2024.1"), "2024.1");
}

TEST(Path, AListMayNameTheEndsOrNot) {
  EXPECT_EQ(told("2023.1", "2025.1", listed({"2024.1", "2024.2"})), "2023.1 2024.1 2024.2 2025.1");
  EXPECT_EQ(told("2023.1", "2024.1", listed({"2023.1", "2023.2", "2024.1"})), "2023.1 2023.2 2024.1");
}

TEST(Path, AnIllegalSkipIsRefusedWithTheLegalPath) {
  EXPECT_NE(told("2023.1", "2025.1", listed({"2025.1"})).find("2023.1 → 2024.1 → 2025.1"), std::string::npos);
  EXPECT_NE(told("2023.2", "2025.1", listed({"2024.2"})).find("2023.2 → 2024.1 → 2025.1"), std::string::npos);
}

TEST(Path, ADowngradeAndAnUnknownReleaseAreRefused) {
  EXPECT_TRUE(told("2024.1", "2023.1").starts_with("refused"));
  EXPECT_NE(told("2024.1", "2031.1").find("known releases: 2023.1"), std::string::npos);
  EXPECT_TRUE(told("2023.1", "2025.1", listed({"2025.1", "2024.1"})).starts_with("refused"));
}

}  // namespace
}  // namespace rehearsal
