#include "scenarios/row_rules.h"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "scenarios/catalogue.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {
namespace {

struct Read {
  std::vector<RowRule> rules;
  std::string refusal;
};

Read read(const std::string& text, const std::string& key) {
  const auto document = parse_toml(text, "x.toml", ErrorKind::failed);
  TomlProblems problems{"x.toml", ErrorKind::failed, {}};
  TomlReader reader(*document, "", problems);
  Read result{read_row_rules(reader, key), {}};
  reader.finish();
  result.refusal = problems.first ? to_text(*problems.first) : "";
  return result;
}

TEST(RowRules, AGuardIsAPatternAndTheRowsItMeans) {
  const Read read_in = read(R"(
[[guard]]
pattern = '''not fit: (\d+) rows'''
tables = ["a", "b"]
columns = ["c"]
where = "t.c IS NULL"
words = "rows lack c"
fix = "UPDATE ${table} SET c = ${value}"
value = "SELECT 1"
source = "x.py"
)",
                            "guard");
  EXPECT_EQ(read_in.refusal, "");
  ASSERT_EQ(read_in.rules.size(), 1U);
  EXPECT_EQ(read_in.rules[0].pattern, R"(not fit: (\d+) rows)");
  EXPECT_EQ(read_in.rules[0].tables, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(read_in.rules[0].where, "t.c IS NULL");
  EXPECT_EQ(read_in.rules[0].value, "SELECT 1");
}

TEST(RowRules, WhatIsWrongIsSaid) {
  const auto refusal = [](const std::string& text, const std::string& key) { return read(text, key).refusal; };
  const std::string rest = "words = \"w\"\nsource = \"s\"\n";
  EXPECT_NE(refusal("[[guard]]\n" + rest, "guard").find("pattern"), std::string::npos);
  EXPECT_NE(refusal("[[guard]]\npattern = \"(\"\n" + rest, "guard").find("regular expression"), std::string::npos);
  EXPECT_NE(refusal("[[guard]]\npattern = \"a\"\ntables = [\"t\"]\n" + rest, "guard").find("where"), std::string::npos);
  EXPECT_NE(refusal("[[guard]]\npattern = \"a\"\nfix = \"SET c = ${value}\"\n" + rest, "guard").find("value"),
            std::string::npos);
  EXPECT_NE(refusal("[[stuck]]\nmigration = \"m\"\n" + rest, "stuck").find("tables"), std::string::npos);
  EXPECT_NE(refusal("[[stuck]]\ntables = [\"t\"]\nwhere = \"1\"\n" + rest, "stuck").find("migration"),
            std::string::npos);
  EXPECT_EQ(refusal("[[guard]]\npattern = \"a\"\n" + rest, "guard"), "");
}

TEST(RowRules, TheShippedOnesNameTheirRolesAndSources) {
  const auto catalogue = load_catalogue(std::filesystem::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  std::size_t rules = 0;
  for (const Service& service : catalogue->services) {
    SCOPED_TRACE(service.name);
    for (const auto* list : {&service.stuck, &service.suspects, &service.guards}) {
      for (const RowRule& rule : *list) {
        ++rules;
        EXPECT_FALSE(rule.words.empty() || rule.words.ends_with(".")) << rule.words;
        EXPECT_FALSE(rule.source.empty());
        for (const std::string& role : rule.schemas) {
          EXPECT_TRUE(service.schemas.contains(role)) << role;
        }
      }
    }
  }
  EXPECT_GE(rules, 15U);
}

}  // namespace
}  // namespace rehearsal
