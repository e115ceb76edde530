#include <filesystem>
#include <fstream>

#include "environment.h"
#include "scan_helpers.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "snapshots/index/completeness.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::string kShop = std::string(REHEARSAL_SOURCE_DIR) + "/tests/unit/snapshots/data/shop.sql";

class IndexTest : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = *make_unique_dir(fs::temp_directory_path(), "index-test"); }
  void TearDown() override { remove_tree(dir_); }

  // Without waiting for the disk: one test writes thousands of files.
  std::string write(const std::string& name, std::string_view bytes) {
    std::ofstream(dir_ / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return (dir_ / name).string();
  }
  Result<DumpIndex> index_of(std::string_view text, const std::string& schema = "") {
    return scan_dumps({{write("dump.sql", text), schema}});
  }

  fs::path dir_;
};

const Hazard* hazard(const DumpIndex& index, const std::string& code) {
  for (const Hazard& each : index.hazards) {
    if (each.code == code) {
      return &each;
    }
  }
  return nullptr;
}

// A private server dumps a physical backup; whose rows they are is told by the backup.
TEST_F(IndexTest, the_server_that_the_input_names_goes_before_the_one_that_dumped) {
  DumpInput input{kShop, ""};
  input.server_version = "10.6.18-MariaDB";
  const auto index = scan_dumps({input});
  ASSERT_TRUE(index) << to_text(index.error());
  EXPECT_EQ(index->files.at(0).server_version, "10.6.18-MariaDB");
}

TEST_F(IndexTest, tells_all_of_a_real_dump_without_a_server) {
  ScanOptions options;
  options.capture = {"*_version"};
  const auto index = scan_dumps({{kShop, ""}}, options);
  ASSERT_TRUE(index) << to_text(index.error());
  const DumpFile& file = index->files.at(0);
  EXPECT_EQ(file.completeness, Completeness::complete) << file.ends_in;
  EXPECT_EQ(file.producer, "MariaDB dump 10.19");
  EXPECT_TRUE(file.distribution.starts_with("10.11.")) << file.distribution;
  EXPECT_EQ(file.server_version, "10.11.14-MariaDB-0+deb12u2");
  EXPECT_EQ(file.host, "localhost");
  EXPECT_TRUE(file.completed_at.starts_with("2026-11-23 ")) << file.completed_at;
  EXPECT_EQ(file.bytes, fs::file_size(kShop));
  EXPECT_EQ(file.content_hash.size(), 32U);

  ASSERT_EQ(index->tables.size(), 5U);
  EXPECT_EQ(index->find("shop", "hostile")->rows, 5U);
  EXPECT_EQ(index->find("shop", "child")->rows, 3U);
  EXPECT_EQ(index->find("shop", "empty_one")->rows, 0U);
  EXPECT_TRUE(index->find("shop", "empty_one")->has_data_section);
  EXPECT_EQ(index->rows(), 12U);
  EXPECT_EQ(index->find("shop", "no_such"), nullptr);
  const DumpTable& hostile = *index->find("shop", "hostile");
  EXPECT_EQ(hostile.columns, (std::vector<std::string>{"id", "v", "b", "g", "bt", "f", "u"}));
  EXPECT_EQ(hostile.unique_keys, (std::vector<std::vector<std::string>>{{"id"}, {"u", "id"}}));
  EXPECT_TRUE(hostile.plain_keys.empty());
  EXPECT_EQ(index->find("shop", "child")->plain_keys, (std::vector<std::vector<std::string>>{{"p"}}))
      << "a foreign key is none";
  EXPECT_EQ(hostile.engine, "InnoDB");
  EXPECT_EQ(tables_by_size(*index, "shop").front()->name, "hostile");

  EXPECT_EQ(index->find("shop", "shop_version")->captured,
            (std::vector<Row>{{"abc123", "it's \\ \n x", std::string("\0\xff'", 3)}, {"def456", std::nullopt, ""}}));
  EXPECT_TRUE(hostile.captured.empty());

  EXPECT_EQ(index->views, (std::vector<std::string>{"shop.vw", "shop.vw2"}));
  EXPECT_EQ(index->triggers, std::vector<std::string>{"shop.trg"});
  EXPECT_EQ(index->routines.size(), 2U);
  EXPECT_EQ(index->events, std::vector<std::string>{"shop.ev"});
  EXPECT_EQ(index->definers, (std::set<std::pair<std::string, std::string>>{{"root", "localhost"}}));
  EXPECT_EQ(index->schemas.size(), 1U);
  EXPECT_TRUE(index->schemas.at("shop").starts_with("CREATE DATABASE"));
  EXPECT_TRUE(require_complete(*index));
}

// At every third byte, at all in the survey.
TEST_F(IndexTest, a_dump_cut_at_any_byte_is_never_called_complete) {
  const std::string whole = *read_file(kShop);
  std::size_t truncated = 0;
  for (std::size_t cut = 1; cut < whole.size(); cut += is_survey() ? 1 : 3) {
    const std::string_view text = std::string_view(whole).substr(0, cut);
    ScanSettings settings;
    settings.window = 1U << 14;
    CompletenessJudge judge;
    const auto end = scan(
        testing_scan::reader_of(text, text.size()),
        [&](const DumpEvent& event) -> Result<void> {
          judge.heed(event);
          return {};
        },
        settings);
    ASSERT_TRUE(end);
    const CompletenessJudge::Verdict verdict = judge.judge(*end);
    ASSERT_NE(verdict.completeness, Completeness::complete) << "cut at byte " << cut;
    if (verdict.completeness == Completeness::truncated) {
      ++truncated;
      ASSERT_TRUE(verdict.ends_in.starts_with("byte " + std::to_string(cut))) << verdict.ends_in;
    }
  }
  EXPECT_GT(truncated, whole.size() * 95 / (is_survey() ? 100 : 300));
}

TEST_F(IndexTest, a_truncated_dump_names_the_byte_and_the_table) {
  const std::string whole = *read_file(kShop);
  const std::size_t cut = whole.find("INSERT INTO `hostile`") + 60;
  const auto index = index_of(whole.substr(0, cut));
  ASSERT_TRUE(index);
  const auto refused = require_complete(*index);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unusable_dump);
  EXPECT_NE(refused.error().where.find("byte " + std::to_string(cut) + ", inside INSERT INTO `shop`.`hostile`"),
            std::string::npos)
      << refused.error().where;
}

TEST_F(IndexTest, a_cut_compressed_dump_names_the_file_and_what_it_ends_inside) {
  std::string big = "-- MariaDB dump 10.19\nUSE shop;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (0)";
  for (int i = 0; i < 300000; ++i) {
    big += ",(" + std::to_string(i * 7001L) + ")";
  }
  const auto packed =
      run_checked({{"gzip", "-c", write("big.sql", big + ";\n")}, own_environment(), {}, {}, {}, {}, 60, true});
  ASSERT_TRUE(packed);
  const auto index = index_of(packed->substr(0, packed->size() / 2));
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().kind, ErrorKind::unusable_dump);
  EXPECT_NE(index.error().where.find("inside INSERT INTO `shop`.`t`"), std::string::npos) << index.error().where;
}

TEST_F(IndexTest, completeness_has_three_values) {
  const auto judged = [&](std::string_view text) { return index_of(text)->files.at(0).completeness; };
  const std::string table = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n";
  const std::string save = "/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n";
  const std::string restore = "/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n";
  EXPECT_EQ(judged(table), Completeness::unprovable);
  EXPECT_EQ(judged(save + table), Completeness::truncated);
  EXPECT_EQ(judged(save + table + restore), Completeness::complete);
  EXPECT_EQ(judged("-- MySQL dump 10.13\n" + save + table + restore), Completeness::truncated);
  EXPECT_EQ(judged("-- MySQL dump 10.13\n" + table + "-- Dump completed\n"), Completeness::complete);
  EXPECT_EQ(judged("LOCK TABLES t WRITE;\n" + table), Completeness::truncated);
  EXPECT_EQ(judged(table + "INSERT INTO t VALUES (2)"), Completeness::truncated);
  EXPECT_EQ(judged(table + "/* open"), Completeness::truncated);
  // Two dumps in one file: each must be whole.
  const std::string whole = "-- MySQL dump 10.13\n" + table + "-- Dump completed\n";
  EXPECT_EQ(judged(whole + whole), Completeness::complete);
  EXPECT_EQ(judged("-- MySQL dump 10.13\n" + table + whole), Completeness::truncated);
}

TEST_F(IndexTest, one_content_has_one_key_whatever_the_order_and_the_compression) {
  const std::string one = write("one.sql", *read_file(kShop));
  const std::string two = write("two.sql", "CREATE TABLE other.t (a int);\n");
  const auto packed = run_checked({{"gzip", "-c", one}, own_environment(), {}, {}, {}, {}, 60, true});
  const std::string one_packed = write("one", *packed);
  const std::string key = scan_dumps({{one, ""}, {two, ""}})->content_key();
  EXPECT_EQ(scan_dumps({{two, ""}, {one_packed, ""}})->content_key(), key);
  EXPECT_NE(scan_dumps({{one, ""}})->content_key(), key);
  EXPECT_NE(scan_dumps({{one, ""}, {two, "elsewhere"}})->content_key(), key);
}

TEST_F(IndexTest, columns_named_by_an_insert_are_put_into_the_tables_order) {
  const auto index = index_of(
      "CREATE TABLE `alembic_version` (`version_num` varchar(32) NOT NULL, `n` int, PRIMARY KEY (`version_num`));\n"
      "INSERT INTO `alembic_version` (`n`, `version_num`) VALUES (-7,'a'),(NULL,_utf8mb4 'b'),(1e3,x'63');\n");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->tables.at(0).captured, (std::vector<Row>{{"a", "-7"}, {"b", std::nullopt}, {"c", "1e3"}}));
}

TEST_F(IndexTest, what_is_no_dump_is_refused) {
  const auto index = index_of("Dear all,\nplease find attached the dump.\n");
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().kind, ErrorKind::unusable_dump);
  EXPECT_FALSE(index_of("-- only a comment\n"));
}

TEST_F(IndexTest, json_holds_the_facts_but_no_rows) {
  ScanOptions options;
  options.capture = {"*"};
  const auto index = scan_dumps({{kShop, ""}}, options);
  ASSERT_TRUE(index);
  const nlohmann::json json = *index;
  EXPECT_EQ(json.at("rows"), 12);
  EXPECT_EQ(json.at("files").at(0).at("completeness"), "complete");
  EXPECT_EQ(json.at("tables").size(), 5U);
  EXPECT_EQ(json.dump().find("abc123"), std::string::npos);
  const auto odd = index_of("CREATE TABLE `\xff\xfe` (a int);\n");
  EXPECT_NO_THROW(static_cast<void>(nlohmann::json(*odd).dump()));
}

TEST_F(IndexTest, a_table_dropped_and_made_again_counts_once) {
  const std::string section = "DROP TABLE IF EXISTS `t`;\nCREATE TABLE `t` (a int);\nINSERT INTO `t` VALUES (1),(2);\n";
  const auto index = index_of("USE s;\n" + section + section);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->rows(), 2U);
  EXPECT_NE(hazard(*index, "duplicate-table"), nullptr);
}

std::string tables_of(const std::string& schema, const std::vector<std::string>& names) {
  std::string text = "USE " + schema + ";\n";
  for (const std::string& name : names) {
    text += "CREATE TABLE `" + name + "` (a int);\nINSERT INTO `" + name + "` VALUES (1);\n";
  }
  return text;
}

TEST_F(IndexTest, a_schema_in_two_dumps_is_told_with_both_names) {
  const std::string monday = write("monday.sql", tables_of("s", {"t", "u", "v"}));
  const auto index = scan_dumps({{monday, ""}, {write("tuesday.sql", tables_of("s", {"t", "u", "w"})), ""}});
  ASSERT_TRUE(index);
  const Hazard* twice = hazard(*index, "schema-twice");
  ASSERT_NE(twice, nullptr);
  EXPECT_EQ(twice->what, "the schema s is in two dumps: monday.sql and tuesday.sql");
  EXPECT_EQ(twice->object, "s");

  const auto same = scan_dumps({{monday, ""}, {monday, ""}});
  ASSERT_TRUE(same);
  ASSERT_NE(hazard(*same, "schema-twice"), nullptr);
  EXPECT_NE(hazard(*same, "schema-twice")->what.find("the same dump is given twice"), std::string::npos);
}

// Two services' dumps, given one schema's name, share the table of revisions alone: one service was never rehearsed.
TEST_F(IndexTest, two_dumps_that_share_one_table_are_two_schemas) {
  const std::string one = write("one.sql", tables_of("s", {"alembic_version", "t", "u"}));
  const auto index = scan_dumps({{one, ""}, {write("two.sql", tables_of("s", {"alembic_version", "v"})), ""}});
  ASSERT_TRUE(index);
  EXPECT_NE(hazard(*index, "schema-twice"), nullptr);
  const auto again = scan_dumps({{one, ""}, {write("again.sql", tables_of("s", {"alembic_version"})), ""}});
  ASSERT_TRUE(again);
  EXPECT_EQ(hazard(*again, "schema-twice"), nullptr) << "a single table that was dumped again";
}

TEST_F(IndexTest, a_schema_in_parts_is_one_schema) {
  const std::string structure = write("structure.sql", "USE s;\nCREATE TABLE t (a int);\nCREATE TABLE u (a int);\n");
  const std::string rows = write("rows.sql", "USE s;\nINSERT INTO t VALUES (1);\nINSERT INTO u VALUES (1);\n");
  const std::string rest = write("rest.sql", tables_of("s", {"v", "w"}));
  const std::string again = write("again.sql", "USE s;\nDROP TABLE IF EXISTS w;\nCREATE TABLE w (a int);\n");
  const auto index = scan_dumps({{structure, ""}, {rows, ""}, {rest, ""}, {again, ""}});
  ASSERT_TRUE(index);
  EXPECT_EQ(hazard(*index, "schema-twice"), nullptr);
}

}  // namespace
}  // namespace rehearsal
