// Each rule of the shipped catalogue on real servers: what released code does is excused, another value is found. What
// is tried is data (rule_samples.toml); a rule without a sample fails.
#include <algorithm>
#include <filesystem>
#include <map>

#include "unit/snapshots/server_fixture.h"
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "harness/diff/table_diff.h"
#include "harness/diff/table_rules.h"
#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

using Words = std::map<std::string, std::string>;

struct RuleSample {
  std::string service, change, table, revision, release;  // release empty: the only rule that the rest fits
  std::string before, right;
  std::vector<std::string> wrong;
  bool after_right = false;

  [[nodiscard]] std::string name() const {
    return fmt::format("{}: {} of {} ({}){}", service, change, table, revision, release.empty() ? "" : " " + release);
  }
  [[nodiscard]] bool fits(const Service& of, const ExpectedChange& rule) const {
    return service == of.name && change == to_word(rule.change) && table == rule.table && revision == rule.revision &&
           (release.empty() || release == rule.release);
  }
};

std::vector<RuleSample> read_samples() {
  std::vector<RuleSample> samples;
  const auto file =
      toml::parse_file((fs::path(REHEARSAL_SOURCE_DIR) / "tests/unit/harness/rule_samples.toml").string());
  for (const toml::node& node : *file["sample"].as_array()) {
    const toml::table& entry = *node.as_table();
    std::vector<Words> repeats;
    if (const toml::array* each = entry["each"].as_array()) {
      for (const toml::node& one : *each) {
        Words& words = repeats.emplace_back();
        for (const auto& [key, value] : *one.as_table()) {
          words.emplace(key.str(), value.value_or(std::string()));
        }
      }
    } else {
      repeats.emplace_back();
    }
    for (Words& words : repeats) {
      const auto text = [&](const char* key) {
        const auto word = words.find(key);
        return expand(entry[key].value_or(word == words.end() ? std::string() : word->second), words);
      };
      RuleSample& sample = samples.emplace_back();
      sample = {text("service"),
                text("change"),
                text("table"),
                text("revision"),
                text("release"),
                text("before"),
                text("right"),
                {},
                entry["after_right"].value_or(false)};
      for (const toml::node& wrong : *entry["wrong"].as_array()) {
        sample.wrong.push_back(expand(wrong.value_or(std::string()), words));
      }
    }
  }
  return samples;
}

class RulesTest : public ServerTest {
 protected:
  static void SetUpTestSuite() {
    ServerTest::SetUpTestSuite();
    if (server_) {
      std::string why;
      then_ = TestServer::make(why);
      ASSERT_TRUE(then_ && then_->start({"--skip-log-bin", "--innodb-flush-method=nosync", "--debug-no-sync"})) << why;
    }
  }
  static void TearDownTestSuite() {
    then_.reset();
    ServerTest::TearDownTestSuite();
  }

  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    auto catalogue = load_catalogue(fs::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue");
    ASSERT_TRUE(catalogue) << to_text(catalogue.error());
    catalogue_ = std::move(*catalogue);
    samples_ = read_samples();
    for (auto* connection : {&old_stream_, &old_lookup_, &old_setup_}) {
      *connection = then_->sql();
    }
    for (auto* connection : {&new_stream_, &new_lookup_, &new_setup_}) {
      *connection = server_->sql();
    }
    for (auto* connection : {&old_stream_, &old_lookup_, &new_stream_, &new_lookup_}) {
      ASSERT_TRUE(prepare_for_diff(**connection));
    }
    for (Sql* setup : {old_setup_.get(), new_setup_.get()}) {
      run(*setup, "SET default_storage_engine = MyISAM", {});  // makes and drops tables faster
    }
  }

  // Statements end with ";" at a line's end.
  static void run(Sql& sql, const std::string& text, const std::map<std::string, std::string>& schemas) {
    Words quoted;
    for (const auto& [role, schema] : schemas) {
      quoted.emplace(role, sql_name(schema));
    }
    for (const std::string& statement : split(replace_all(expand(text, quoted), ";\n", "\x01"), '\x01')) {
      if (!trim(statement).empty()) {
        const auto done = sql.execute(statement);
        ASSERT_TRUE(done) << statement << ": " << to_text(done.error());
      }
    }
  }

  void make(Sql& sql, const Service& service, const std::string& schema, const std::string& text) {
    for (const auto& [role, name] : service.schemas) {
      run(sql, "CREATE OR REPLACE DATABASE " + sql_name(name), {});
    }
    run(sql, "USE " + sql_name(schema), {});
    run(sql, text, service.schemas);
  }

  // The sample's service with those rules alone that its tables are made for, and the sample's own among them.
  struct Subject {
    Service service;
    std::size_t rule = 0;
    [[nodiscard]] const ExpectedChange& own() const { return service.expected_changes[rule]; }
  };
  Subject subject_of(const RuleSample& sample) {
    Subject subject;
    subject.service = *catalogue_.service(sample.service);
    auto& rules = subject.service.expected_changes;
    std::erase_if(rules, [&](const ExpectedChange& rule) {
      return rule.table != sample.table || rule.revision != sample.revision;
    });
    while (subject.rule < rules.size() && !sample.fits(subject.service, subject.own())) {
      ++subject.rule;
    }
    return subject;
  }

  // What is found where the service's rules are known; empty: nothing.
  std::vector<std::string> found(const Service& service, const std::string& release, const std::string& table) {
    DiffHints hints;
    hints.rules = rules_for(service, service.schemas, release, table, {});
    const TableRules& rules = hints.rules;
    const auto diff =
        compare_tables(DiffSide{*old_stream_, *old_lookup_, table}, DiffSide{*new_stream_, *new_lookup_, table}, hints);
    std::vector<std::string> told;
    if (!diff) {
      told.push_back("not compared: " + to_text(diff.error()));
      return told;
    }
    for (const UnexplainedChange& change : diff->changes) {
      told.push_back(fmt::format("{} rows changed in {}{}", change.rows, join(change.columns, ","),
                                 change.unlike_rule ? ", unlike a rule" : ""));
    }
    if (diff->gone.rows > 0) {
      told.push_back(fmt::format("{} rows went", diff->gone.rows));
    }
    if (diff->added.rows > 0) {
      told.push_back(fmt::format("{} rows came", diff->added.rows));
    }
    for (const DroppedColumn& column : diff->dropped) {
      if (!rules.dropped_columns.contains(column.name)) {
        told.push_back("column " + column.name + " went");
      }
    }
    for (const std::string& why : diff->rules_not_asked) {
      told.push_back("not asked: " + why);
    }
    return told;
  }

  static inline std::unique_ptr<TestServer> then_;  // the state before the step
  Catalogue catalogue_;
  std::vector<RuleSample> samples_;
  std::unique_ptr<Sql> old_stream_, old_lookup_, old_setup_, new_stream_, new_lookup_, new_setup_;
};

TEST_F(RulesTest, EachHasASample) {
  for (const Service& service : catalogue_.services) {
    for (const ExpectedChange& rule : service.expected_changes) {
      if (rule.change == RowChange::table_dropped) {
        continue;  // says nothing of rows
      }
      const auto fitting = std::count_if(samples_.begin(), samples_.end(),
                                         [&](const RuleSample& one) { return one.fits(service, rule); });
      EXPECT_EQ(fitting, 1) << service.name << ": " << to_word(rule.change) << " of " << rule.table << " ("
                            << rule.revision << ") " << rule.release;
    }
  }
  for (const RuleSample& sample : samples_) {
    const Service* service = catalogue_.service(sample.service);
    ASSERT_NE(service, nullptr) << sample.service;
    const auto& rules = service->expected_changes;
    EXPECT_EQ(std::count_if(rules.begin(), rules.end(),
                            [&](const ExpectedChange& rule) { return sample.fits(*service, rule); }),
              1)
        << sample.name();
    EXPECT_FALSE(sample.wrong.empty()) << sample.name();
  }
}

TEST_F(RulesTest, WhatReleasedCodeDoesIsSilentAndAllElseIsFound) {
  for (const RuleSample& sample : samples_) {
    SCOPED_TRACE(sample.name());
    const Subject subject = subject_of(sample);
    const Service& service = subject.service;
    ASSERT_LT(subject.rule, service.expected_changes.size());
    const std::string& release = subject.own().release;
    const std::string schema = service.schemas.at(subject.own().schema_role);
    const std::string table = schema + "." + sample.table;
    make(*old_setup_, service, schema, sample.before);

    make(*new_setup_, service, schema, sample.before);
    run(*new_setup_, "USE " + sql_name(schema), {});
    run(*new_setup_, sample.right, service.schemas);
    EXPECT_EQ(found(service, release, table), std::vector<std::string>());
    Service without = service;
    without.expected_changes.erase(without.expected_changes.begin() + static_cast<std::ptrdiff_t>(subject.rule));
    EXPECT_NE(found(without, release, table), std::vector<std::string>()) << "the sample does not need its rule";

    for (const std::string& wrong : sample.wrong) {
      if (!sample.after_right) {
        make(*new_setup_, service, schema, sample.before);
      }
      run(*new_setup_, "USE " + sql_name(schema), {});
      run(*new_setup_, wrong, service.schemas);
      const auto told = found(service, release, table);
      EXPECT_FALSE(told.empty()) << wrong;
      EXPECT_TRUE(
          std::none_of(told.begin(), told.end(), [](const std::string& one) { return one.starts_with("not "); }))
          << wrong << ": " << join(told, "; ");
    }
  }
}

// A DBA converts single tables; a comparison of two collations that the server refuses would leave a rule unasked.
TEST_F(RulesTest, AreAskedAcrossCollations) {
  for (const RuleSample& sample : samples_) {
    SCOPED_TRACE(sample.name());
    const Subject subject = subject_of(sample);
    const Service& service = subject.service;
    ASSERT_LT(subject.rule, service.expected_changes.size());
    const std::string& release = subject.own().release;
    const std::string schema = service.schemas.at(subject.own().schema_role);
    for (Sql* sql : {old_setup_.get(), new_setup_.get()}) {
      make(*sql, service, schema, sample.before);
      run(*sql, "USE " + sql_name(schema), {});
      run(*sql,
          fmt::format("ALTER TABLE {} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci",
                      sql_name(sample.table)),
          {});
    }
    run(*new_setup_, sample.right, service.schemas);
    EXPECT_EQ(found(service, release, schema + "." + sample.table), std::vector<std::string>());
  }
}

TEST_F(RulesTest, TablesThatMayBeDroppedAreNamed) {
  const Service& neutron = *catalogue_.service("neutron");
  EXPECT_TRUE(rules_for(neutron, neutron.schemas, "2024.1", "neutron.lsn", {}).may_be_dropped);
  EXPECT_FALSE(rules_for(neutron, neutron.schemas, "2023.2", "neutron.lsn", {}).may_be_dropped);
  EXPECT_FALSE(rules_for(neutron, neutron.schemas, "2024.1", "neutron.ports", {}).may_be_dropped);
}

}  // namespace
}  // namespace rehearsal
