#include "scenarios/ini.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Ini, TheOperatorsOptionReplacesOurs) {
  const IniMerge merge = merge_ini("[DEFAULT]\nplugin = a\nkeep = 1\n", "[DEFAULT]\nplugin = b\n[other]\nx = 2\n", {});
  EXPECT_EQ(merge.text, "[DEFAULT]\nkeep = 1\nplugin = b\n[other]\nx = 2\n");
}

TEST(Ini, AConnectionIsNeverTheOperators) {
  const IniMerge merge =
      merge_ini("[database]\nconnection = ours\n", "[database]\nconnection = mysql://production\nmax_retries = 1\n",
                {"database/connection"});
  EXPECT_EQ(merge.text, "[database]\nconnection = ours\nmax_retries = 1\n");
  EXPECT_EQ(merge.not_used, std::vector<std::string>{"database/connection"});
}

TEST(Ini, AnOptionGivenTwiceStaysTwice) {
  const IniMerge merge = merge_ini("", "[pci]\nalias = a\nalias = b\n  more of b\n# comment\n", {});
  EXPECT_EQ(merge.text, "[pci]\nalias = a\nalias = b\n  more of b\n");
}

TEST(Ini, OptionsBeforeAnyGroupAreDefaults) {
  EXPECT_EQ(merge_ini("", "a: 1\n", {}).text, "[DEFAULT]\na: 1\n");
}

TEST(Ini, ALineThatWouldBeLeftOutIsToldOf) {
  EXPECT_TRUE(ini_problems("# all of this is read\n[DEFAULT]\na = 1\n  more\nb: 2\n\n; as this\n[c]\nd =\n").empty());
  const auto problems = ini_problems("a\n[open\nb = 1\n[]\n= 2\n  more of nothing\n");
  std::vector<int> lines;
  for (const IniProblem& problem : problems) {
    lines.push_back(problem.line);
  }
  EXPECT_EQ(lines, (std::vector<int>{1, 2, 4, 5, 6}));
  EXPECT_EQ(problems.at(0).what, "is not an option: 'a'");
  EXPECT_EQ(problems.at(1).what, "is not a group: '[open'");
}

}  // namespace
}  // namespace rehearsal
