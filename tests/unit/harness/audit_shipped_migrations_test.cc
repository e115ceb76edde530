#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "harness/audit/shipped_migrations.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> after_of(const std::string& text) {
  const auto file = read_revision(text);
  return file ? file->after : std::vector<std::string>{"no revision"};
}

TEST(ShippedMigrations, ARevisionIsReadWithoutPython) {
  const auto file = read_revision(
      "\"\"\"Add a column\n\nRevision ID: a1\nRevises: a0\n\"\"\"\nfrom alembic import op\n\n"
      "# revision identifiers\nrevision = 'a1'\ndown_revision = 'a0'  # the 'first'\nbranch_labels = None\n"
      "depends_on = ('b1', 'b2')\n\n\ndef upgrade():\n    revision = 'zz'\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->revision, "a1");
  EXPECT_EQ(file->after, (std::vector<std::string>{"a0", "b1", "b2"}));
  EXPECT_EQ(after_of("revision = \"a\"\ndown_revision = None\n"), std::vector<std::string>{});
  EXPECT_EQ(after_of("revision: str = 'a'\ndown_revision: Union[str, None] = (\n    'b',  # it's one\n    'c',\n)\n"),
            (std::vector<std::string>{"b", "c"}));
  EXPECT_FALSE(read_revision("revision_count = 'a'\n"));
  EXPECT_FALSE(read_revision("def f(revision='a'):\n    pass\n"));
}

const std::vector<RevisionFile> kShipped = {{"1.py", "root", {}},         {"2.py", "e1", {"root"}},
                                            {"3.py", "c1", {"root"}},     {"4.py", "e2", {"e1"}},
                                            {"5.py", "c2", {"c1", "e2"}}, {"6.py", "left", {"e2"}}};

std::vector<std::string> left_at(const std::vector<std::string>& heads) {
  std::vector<std::string> left;
  for (const RevisionFile& file : not_applied(kShipped, heads)) {
    left.push_back(file.revision);
  }
  return left;
}

TEST(ShippedMigrations, WhatNoHeadDescendsFromIsNotApplied) {
  EXPECT_EQ(left_at({"e2", "c2"}), std::vector<std::string>{"left"});
  EXPECT_EQ(left_at({"left", "c2"}), std::vector<std::string>{});
  EXPECT_EQ(left_at({"c2"}), std::vector<std::string>{"left"}) << "depends_on counts";
  // A schema that this code does not know cannot be judged by it.
  EXPECT_EQ(left_at({"e2", "plugin"}), std::vector<std::string>{});
  EXPECT_EQ(left_at({}), std::vector<std::string>{});
}

TEST(ShippedMigrations, AreLookedForInTheEnvironmentOfTheStep) {
  const fs::path environment = make_unique_dir(fs::temp_directory_path(), "rehearsal-test").value();
  const fs::path versions = environment / "lib/python3.11/site-packages/svc/versions/2025.1";
  fs::create_directories(versions);
  ASSERT_TRUE(write_file(versions / "a_first.py", "revision = 'a'\ndown_revision = None\n"));
  ASSERT_TRUE(write_file(versions / "b_second.py", "revision = 'b'\ndown_revision = 'a'\n"));
  ASSERT_TRUE(write_file(versions / "__init__.py", ""));
  Service service;
  service.migrations = {{"db", "svc/versions"}};
  service.heads = {{"db", {{"2025.1", {"a"}}}}};
  PlanStep step;
  step.service = "svc";
  step.version = "9.0";
  step.phase = Phase::sync;
  step.schemas = {"svc"};
  const std::map<std::string, std::string> lane = {{"db", "svc"}};
  const auto found = find_not_applied(environment, service, lane, step, {{"svc", "a"}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().revision, "b");
  EXPECT_EQ(found->front().severity, Severity::info);
  EXPECT_NE(found->front().detail.find("svc/versions/2025.1/b_second.py"), std::string::npos);
  EXPECT_TRUE(find_not_applied(environment, service, lane, step, {{"svc", "b"}})->empty());
  EXPECT_TRUE(find_not_applied({}, service, lane, step, {{"svc", "a"}})->empty());
  step.phase = Phase::expand;
  EXPECT_TRUE(find_not_applied(environment, service, lane, step, {{"svc", "a"}})->empty());
  remove_tree(environment);
}

}  // namespace
}  // namespace rehearsal
