// What the shipped catalogue says of changes that released code makes to rows.
#include "scenarios/expected_changes.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

// A value that can be said neither from the row before nor of the row after can be anything.
constexpr int kNeitherAtMost = 3;

class ShippedRules : public ::testing::Test {
 protected:
  void SetUp() override {
    auto catalogue = load_catalogue(fs::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue");
    ASSERT_TRUE(catalogue) << to_text(catalogue.error());
    catalogue_ = std::move(*catalogue);
  }

  template <typename Check>
  void for_each_rule(Check check) {
    for (const Service& service : catalogue_.services) {
      for (const ExpectedChange& rule : service.expected_changes) {
        SCOPED_TRACE(service.name + ": " + to_word(rule.change) + " of " + rule.table + " in " + rule.release + ", " +
                     rule.revision);
        check(service, rule);
      }
    }
  }

  Catalogue catalogue_;
};

TEST_F(ShippedRules, SayWhereTheyAreFrom) {
  for_each_rule([](const Service& service, const ExpectedChange& rule) {
    EXPECT_FALSE(rule.source.empty());
    EXPECT_FALSE(rule.why.empty());
    EXPECT_FALSE(rule.revision.empty());
    EXPECT_TRUE(service.schemas.contains(rule.schema_role)) << rule.schema_role;
  });
}

TEST_F(ShippedRules, SayInOneWayWhatARowBecomes) {
  int neither = 0;
  for_each_rule([&](const Service&, const ExpectedChange& rule) {
    if (rule.change != RowChange::rewritten) {
      EXPECT_TRUE(rule.becomes.empty());
      EXPECT_TRUE(rule.neither.empty());
      return;
    }
    const int said = (rule.becomes.empty() ? 0 : 1) + (rule.satisfies.empty() ? 0 : 1) + (rule.neither.empty() ? 0 : 1);
    EXPECT_EQ(said, 1);
    EXPECT_FALSE(rule.columns.empty());
    neither += rule.neither.empty() ? 0 : 1;
    for (const std::string& column : rule.columns) {
      EXPECT_TRUE(rule.becomes.empty() || column == kTouchColumn || rule.becomes.contains(column)) << column;
    }
  });
  EXPECT_LE(neither, kNeitherAtMost);
}

// Rows that come or go unconditionally excuse any loss and any addition.
TEST_F(ShippedRules, SayWhichRowsComeAndGo) {
  for_each_rule([](const Service&, const ExpectedChange& rule) {
    const bool rows_move = rule.change == RowChange::inserted || rule.change == RowChange::deleted;
    const bool all_rows = rule.table == "share_mapping";  // the revision drops the table and makes it anew
    EXPECT_EQ(rows_move && rule.satisfies.empty(), all_rows);
  });
}

TEST_F(ShippedRules, AreNotSaidTwice) {
  std::set<std::tuple<std::string, std::string, std::string, std::string, std::vector<std::string>, std::string>> seen;
  for_each_rule([&](const Service& service, const ExpectedChange& rule) {
    const bool is_new = seen.insert({service.name + "." + rule.schema_role + "." + rule.table, rule.release,
                                     to_word(rule.change), rule.revision, rule.columns, rule.satisfies})
                            .second;
    EXPECT_TRUE(is_new);
  });
}

// The changes that are known to strike every cloud of some age.
TEST_F(ShippedRules, HoldTheKnownOnes) {
  const auto holds = [&](const std::string& service, RowChange change, const std::string& table,
                         const std::string& revision) {
    const auto& rules = catalogue_.service(service)->expected_changes;
    return std::any_of(rules.begin(), rules.end(), [&](const ExpectedChange& rule) {
      return rule.change == change && rule.table == table && rule.revision == revision;
    });
  };
  EXPECT_TRUE(holds("neutron", RowChange::inserted, "standardattributes", "c33da356b165"));
  EXPECT_TRUE(holds("neutron", RowChange::column_dropped, "subnets", "93f394357a27"));
  EXPECT_TRUE(holds("neutron", RowChange::rewritten, "ml2_port_bindings", "5bcb7b31ec7d"));
  EXPECT_TRUE(holds("neutron", RowChange::deleted, "network_segment_ranges", "b1bca967e19d"));
  EXPECT_TRUE(holds("cinder", RowChange::inserted, "quota_classes", "9c74c1c6971f"));
  EXPECT_TRUE(holds("nova", RowChange::deleted, "share_mapping", "d60bddf7a903"));
  EXPECT_TRUE(holds("placement", RowChange::inserted, "consumers", "create_incomplete_consumers"));
  EXPECT_TRUE(holds("ironic", RowChange::inserted, "runbook_traits", "migrate_runbook_names_to_traits"));
}

}  // namespace
}  // namespace rehearsal
