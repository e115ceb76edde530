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

}  // namespace
}  // namespace rehearsal
