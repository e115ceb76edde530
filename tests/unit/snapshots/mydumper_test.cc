// A directory that mydumper wrote is read as what was dumped, or it is refused; never as something else in silence.
#include "snapshots/scan/mydumper.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "base/files.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/scan/mydumper_metadata.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::string kNames = "/*!40101 SET NAMES binary*/;\n";
const std::string kMydumperHead =
    kNames + "/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\n\n/*!40103 SET TIME_ZONE='+00:00' */;\n";
const std::string kSaved =
    "SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\nSET character_set_client = utf8mb3;\n";
const std::string kRestored = "SET character_set_client = @PREV_CHARACTER_SET_CLIENT;\n";

std::string table(const std::string& name) {
  return kMydumperHead + "CREATE TABLE `" + name +
         "` (\n  `id` int(11) NOT NULL,\n  `t` text,\n  PRIMARY KEY (`id`)\n);\n";
}
std::string row(const std::string& name, int id) {
  return "INSERT INTO `" + name + "` VALUES\n(" + std::to_string(id) + ",\"a;\\n\\\"b\");\n";
}

using Files = std::map<std::string, std::string>;

// As mydumper 0.10 writes them.
Files old_layout() {
  return {{"metadata",
           "Started dump at: 2026-11-26 11:59:54\nSHOW MASTER STATUS:\n\tLog: bin.7\n\tPos: 106\n\n"
           "Finished dump at: 2026-11-26 11:59:58\n"},
          {"shop-schema-create.sql", "CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n"},
          {"shop.customer-schema.sql", table("customer")},
          {"shop.customer.00000.sql", kMydumperHead + row("customer", 1) + row("customer", 2)},
          {"shop.customer.00002.sql", kMydumperHead + row("customer", 3)},
          {"shop.orders-schema.sql", table("orders")},
          {"shop.orders.sql", kMydumperHead + row("orders", 1)},
          {"shop.none-schema.sql", table("none")},
          {"shop.big-schema.sql", kNames + "CREATE TABLE `big`(\n`id` int\n)ENGINE=MyISAM;\n"},
          {"shop.big-schema-view.sql", kNames + "DROP TABLE IF EXISTS `big`;\nDROP VIEW IF EXISTS `big`;\n" + kSaved +
                                           "CREATE VIEW `big` AS select `id` from `orders`;\n" + kRestored}};
}

// As newer ones do, with the rows of each table.
Files new_layout() {
  Files files = old_layout();
  files["metadata"] =
      "# Started dump at: 2026-11-26 11:59:54\n[config]\nquote-character = BACKTICK\n\n[master]\nFile = bin.7\n\n"
      "[`shop`.`customer`]\nreal_table_name=customer\nrows = 3\n\n[`shop`.`none`]\nRows = 0\n\n"
      "[`shop`.`orders`]\nrows = 1\n\n[`shop`.`big`]\nis_view = 1\n# Finished dump at: 2026-11-26 11:59:58\n";
  return files;
}

class MydumperTest : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = *make_unique_dir(fs::temp_directory_path(), "mydumper-test"); }
  void TearDown() override { static_cast<void>(remove_tree(dir_)); }

  Result<DumpIndex> read(const Files& files) {
    const fs::path folder = dir_ / "dump";
    static_cast<void>(remove_tree(folder));
    fs::create_directory(folder);
    for (const auto& [name, text] : files) {
      std::ofstream(folder / name, std::ios::binary) << text;
    }
    REHEARSAL_TRY_SET(const std::vector<DumpInput> inputs, expand_dumps({{folder.string() + "/", ""}}));
    REHEARSAL_TRY_SET(DumpIndex index, scan_dumps(inputs));
    REHEARSAL_TRY(require_complete(index));
    return index;
  }
  std::string refusal(const Files& files) {
    const auto index = read(files);
    return index ? "accepted" : to_text(index.error());
  }
  // All that a restore makes.
  static std::string made(const DumpIndex& index) {
    std::string text;
    for (const auto& [name, create] : index.schemas) {
      text += name + ": " + create + "\n";
    }
    for (const DumpTable& one : index.tables) {
      text += one.schema + "." + one.name + " " + std::to_string(one.rows) + " " + one.rows_hash + " " +
              std::to_string(one.columns.size()) + (one.has_structure ? "" : " no structure") + "\n";
    }
    for (const auto* names : {&index.views, &index.triggers, &index.routines, &index.events}) {
      for (const std::string& name : *names) {
        text += name + "\n";
      }
    }
    return text;
  }
  static bool complete(const DumpIndex& index) {
    return std::all_of(index.files.begin(), index.files.end(),
                       [](const DumpFile& file) { return file.completeness == Completeness::complete; });
  }

  fs::path dir_;
};

TEST_F(MydumperTest, TheFilesOfASchemaAreOneDump) {
  const auto index = read(old_layout());
  ASSERT_TRUE(index) << to_text(index.error());
  ASSERT_EQ(index->files.size(), 1U);
  const DumpFile& file = index->files[0];
  EXPECT_EQ(file.schema, "shop");
  EXPECT_EQ(file.completed_at, "2026-11-26 11:59:58");
  EXPECT_EQ(file.replication_position, "bin.7 106");
  EXPECT_EQ(file.ordered_because, "");
  EXPECT_EQ(index->tables.size(), 3U) << "the view's stand-in is no table";
  EXPECT_EQ(index->find("shop", "customer")->rows, 3U);
  EXPECT_EQ(index->views, std::vector<std::string>{"shop.big"});
  EXPECT_EQ(file.completeness, Completeness::unprovable) << "nothing tells how many rows there were";
}

TEST_F(MydumperTest, AViewWhoseSettingsAreNotRestoredIsToldWithItsPlace) {
  Files files = old_layout();
  std::string& view = files["shop.big-schema-view.sql"];
  view.resize(view.size() - kRestored.size());
  EXPECT_NE(refusal(files).find("before the settings are restored"), std::string::npos) << refusal(files);
}

TEST_F(MydumperTest, CountsOfTheProducerMakeItComplete) {
  auto index = read(new_layout());
  ASSERT_TRUE(index) << to_text(index.error());
  EXPECT_TRUE(complete(*index));
  Files files = new_layout();
  files["metadata"].replace(files["metadata"].find("rows = 3"), 8, "rows = 4");
  EXPECT_NE(refusal(files).find("3 rows of shop.customer, where `metadata` counts 4"), std::string::npos)
      << refusal(files);
  // mydumper 0.11 writes them beside each table.
  files = old_layout();
  files["shop.customer-metadata"] = "3\n";
  files["shop.orders-metadata"] = "1\n";
  files["shop.none-metadata"] = "0\n";
  index = read(files);
  ASSERT_TRUE(index) << to_text(index.error());
  EXPECT_TRUE(complete(*index));
}

TEST_F(MydumperTest, AnUnfinishedDumpIsRefusedWithTheReason) {
  Files files = old_layout();
  files["metadata.partial"] = files["metadata"];
  EXPECT_NE(refusal(files).find("still running or was stopped"), std::string::npos);
  files = old_layout();
  files.erase("metadata");
  EXPECT_NE(refusal(files).find("`metadata` is missing"), std::string::npos);
  files["metadata"] = "Started dump at: 2026-11-26 11:59:54\n";
  EXPECT_NE(refusal(files).find("does not record its end"), std::string::npos);
}

TEST_F(MydumperTest, NamesWithDotsAndDashesAreWhatTheFilesHold) {
  Files files = old_layout();
  files["a.b-schema-create.sql"] = "CREATE DATABASE `a.b`;\n";
  files["a.b.c.d-schema.sql"] = table("c.d");
  files["a.b.c.d.sql"] = kMydumperHead + row("c.d", 1);
  files["a.b.e-schema-schema.sql"] = table("e-schema");
  files["a.b.e-schema.sql"] = kMydumperHead + row("e-schema", 1);
  files["mydumper_0-schema-create.sql"] = "CREATE DATABASE IF NOT EXISTS `odd/name`;\n";
  files["mydumper_0.mydumper_1-schema.sql"] = table("t/1");
  files["mydumper_0.mydumper_1.00000.sql"] = kMydumperHead + row("t/1", 1);
  const auto index = read(files);
  ASSERT_TRUE(index) << to_text(index.error());
  for (const auto& [schema, name] : {std::pair("a.b", "c.d"), {"a.b", "e-schema"}, {"odd/name", "t/1"}}) {
    ASSERT_NE(index->find(schema, name), nullptr) << schema << " " << name;
    EXPECT_EQ(index->find(schema, name)->rows, 1U);
  }
  // `a` has a table `b.c`, or `a.b` a table `c`: the file says which, and a wrong guess is refused.
  files["a-schema-create.sql"] = "CREATE DATABASE `a`;\n";
  files["a.b.x-schema.sql"] = table("b.x");
  EXPECT_NE(refusal(files).find("different table than its name says"), std::string::npos) << refusal(files);
}

TEST_F(MydumperTest, TheKeyIsOfTheContents) {
  const std::string key = read(old_layout())->content_key();
  const fs::path first = dir_ / "dump";
  fs::rename(first, dir_ / "elsewhere");
  EXPECT_EQ(scan_dumps(*expand_dumps({{(dir_ / "elsewhere").string(), ""}}))->content_key(), key);
  Files files = old_layout();
  files["shop.orders.sql"] = kMydumperHead + row("orders", 2);
  EXPECT_NE(read(files)->content_key(), key);
}

TEST_F(MydumperTest, WithoutOneOfItsFilesItIsTheSameOrRefusedOrNotComplete) {
  for (const bool counted : {false, true}) {
    const Files whole = counted ? new_layout() : old_layout();
    const std::string all = made(*read(whole));
    int refused = 0;
    for (const auto& [name, text] : whole) {
      SCOPED_TRACE((counted ? "counted, without " : "without ") + name);
      Files files = whole;
      files.erase(name);
      const auto index = read(files);
      refused += index ? 0 : 1;
      if (index && made(*index) != all) {
        EXPECT_FALSE(complete(*index)) << made(*index);
        EXPECT_FALSE(counted);
        EXPECT_TRUE(name == "shop.none-schema.sql" || name.ends_with(".sql")) << made(*index);
      }
    }
    EXPECT_EQ(refused, counted ? 9 : 5);  // all but the view's stand-in; without counts a chunk is not missed
  }
}

TEST_F(MydumperTest, CutOffAtAnyByteItIsTheSameOrRefusedOrNotComplete) {
  for (const bool counted : {false, true}) {
    const Files whole = counted ? new_layout() : old_layout();
    const std::string all = made(*read(whole));
    for (const auto& [name, text] : whole) {
      for (std::size_t bytes = 0; bytes < text.size(); bytes += name == "metadata" ? 1 : 3) {
        Files files = whole;
        files[name] = text.substr(0, bytes);
        const auto index = read(files);
        if (!index || made(*index) == all) {
          continue;
        }
        EXPECT_FALSE(complete(*index)) << name << " cut at " << bytes << "\n" << made(*index);
        EXPECT_FALSE(counted) << name << " cut at " << bytes << "\n" << made(*index);
        EXPECT_TRUE(text.substr(0, bytes).ends_with(";\n")) << name << " cut at " << bytes << "\n" << made(*index);
      }
    }
  }
}

TEST_F(MydumperTest, OtherFoldersAreRefusedByName) {
  for (const auto& [file, what] : std::map<std::string, std::string>{{"xtrabackup_checkpoints", "physical backup"},
                                                                     {"mariadb_backup_checkpoints", "physical backup"},
                                                                     {"backup-my.cnf", "physical backup"},
                                                                     {"backup_variables.txt", "mysqlbackup"},
                                                                     {"@.json", "MySQL Shell"},
                                                                     {"ibdata1", "data directory"},
                                                                     {"holiday.jpg", "a folder, not a dump"}}) {
    const std::string words = refusal({{file, "x"}});
    EXPECT_NE(words.find(what), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace rehearsal
