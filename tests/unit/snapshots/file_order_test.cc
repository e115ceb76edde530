// Several files: what their order decides, and structures and rows that were dumped apart.
#include "snapshots/index/file_order.h"

#include <algorithm>

#include "client_fixture.h"
#include "unit/snapshots/dump_frame.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

class FileOrderTest : public ClientTest {
 protected:
  static std::vector<std::string> files(const std::vector<std::string>& texts) {
    std::vector<std::string> names;
    for (const std::string& text : texts) {
      names.push_back(write("f" + std::to_string(names.size()) + ".sql", kShortHead + text + kDumpEnd));
    }
    return names;
  }
  static std::string key(const std::vector<std::string>& names) {
    std::vector<DumpInput> inputs;
    for (const std::string& name : names) {
      inputs.push_back({name, ""});
    }
    const auto index = scan_in_order(inputs);
    EXPECT_TRUE(index) << to_text(index.error());
    return index ? index->content_key() : "";
  }
};

TEST_F(FileOrderTest, the_key_is_of_the_order_where_that_decides_the_content) {
  const std::string table = "DROP TABLE IF EXISTS `t`;\nCREATE TABLE `t` (`id` int NOT NULL PRIMARY KEY);\n";
  const std::string other = "DROP TABLE IF EXISTS `u`;\nCREATE TABLE `u` (`id` int NOT NULL PRIMARY KEY);\n";
  const struct {
    const char* name;
    std::string one, two;
    bool decides;
  } cases[] = {
      {"the same table", table + "INSERT INTO t VALUES (1);\n", table + "INSERT INTO t VALUES (2),(3);\n", true},
      {"tables of their own", table + "INSERT INTO t VALUES (1);\n", other + "INSERT INTO u VALUES (2);\n", false},
      {"rows of one table, in two", table + "INSERT INTO t VALUES (1);\n", "INSERT INTO t VALUES (2);\n", false},
      {"a table that another drops", table, other + "DROP TABLE IF EXISTS t;\n", true},
      {"a table that another alters", table, other + "ALTER TABLE t ADD x int;\n", true},
      {"a table that another renames", table, other + "RENAME TABLE u TO w;\nDROP TABLE IF EXISTS t;\n", true},
      {"a view of one name", "CREATE OR REPLACE VIEW v AS SELECT 1 AS a;\n" + table,
       "CREATE OR REPLACE VIEW v AS SELECT 2 AS a;\n" + other, true},
      {"a statement that reads rows", table + "INSERT INTO t VALUES (1);\n",
       other + "UPDATE d.t SET id = 9 WHERE id = 1;\n", true},
      {"a schema that another drops", table, "DROP DATABASE IF EXISTS d;\nCREATE DATABASE d;\nUSE d;\n" + other, true},
      {"a schema made in two ways", "CREATE DATABASE IF NOT EXISTS d;\nUSE d;\n" + table,
       "CREATE DATABASE IF NOT EXISTS d CHARACTER SET latin1;\nUSE d;\n" + other, true},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<std::string> names = files({one.one, one.two});
    const std::string first = key(names);
    std::reverse(names.begin(), names.end());
    if (std::string_view(one.name) == "rows of one table, in two") {
      EXPECT_EQ(first, key(names)) << "only one order can be meant";
    } else {
      EXPECT_EQ(first != key(names), one.decides);
    }
  }
}

TEST_F(FileOrderTest, either_order_of_two_dumps_of_one_table_is_restored_as_given) {
  const std::string table = "DROP TABLE IF EXISTS `t`;\nCREATE TABLE `t` (`id` int NOT NULL PRIMARY KEY);\n";
  std::vector<std::string> names =
      files({table + "INSERT INTO t VALUES (1);\n", table + "INSERT INTO t VALUES (2),(3);\n"});
  EXPECT_EQ(compared(names, "d"), "");
  EXPECT_EQ(server_->sql()->value("SELECT COUNT(*) FROM d.t").value(), "2");
  std::reverse(names.begin(), names.end());
  EXPECT_EQ(compared(names, "d"), "");
  EXPECT_EQ(server_->sql()->value("SELECT COUNT(*) FROM d.t").value(), "1");
}

// All orders of the files, each held against the client's restore of the same, structures first.
TEST_F(FileOrderTest, structures_and_rows_that_were_dumped_apart_are_one_dump) {
  const std::string set = "/*!40101 SET NAMES utf8mb4 */;\n";
  const std::string s1 = set + "DROP TABLE IF EXISTS t;\nCREATE TABLE t (id int primary key);\n";
  const std::string s2 = set +
                         "DROP TABLE IF EXISTS u;\nCREATE TABLE u (id int primary key, v text);\n"
                         "CREATE VIEW w AS SELECT t.id FROM t JOIN u ON t.id = u.id;\n";
  const std::string d1 = set +
                         "LOCK TABLES t WRITE;\n/*!40000 ALTER TABLE t DISABLE KEYS */;\nINSERT INTO t VALUES "
                         "(1),(2);\n/*!40000 ALTER TABLE t ENABLE KEYS */;\nUNLOCK TABLES;\n";
  const std::string d2 = set +
                         "INSERT INTO u VALUES (1,'a');\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET "
                         "new.v='fired';\n";
  for (const std::vector<std::string>& texts : std::vector<std::vector<std::string>>{{s1, d1}, {s1, s2, d1, d2}}) {
    const std::vector<std::string> names = files(texts);
    wipe();
    ASSERT_EQ(client(names, "d"), "");
    const std::string theirs = state();
    std::vector<std::string> order = names;
    std::set<std::string> keys;
    do {
      wipe();
      EXPECT_EQ(restored(order), "") << join(order, " ");
      EXPECT_EQ(first_difference(state(), theirs), "") << join(order, " ");
      keys.insert(key(order));
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(keys.size(), 1U);
  }
}

TEST_F(FileOrderTest, real_halves_are_one_dump_and_their_rows_are_loaded_side_by_side) {
  const std::string seed = REHEARSAL_SOURCE_DIR "/tests/unit/snapshots/data/hostile.sql";
  wipe();
  ASSERT_EQ(client({seed}, "", "--binary-mode"), "");
  const std::string structure = (server_->dir() / "structure.sql").string();
  const std::string rows = (server_->dir() / "rows.sql").string();
  ASSERT_EQ(shell("mariadb-dump" + socket() + "--no-data --skip-triggers --routines --events hostile > " + structure +
                  "; mariadb-dump" + socket() + "--no-create-info hostile > " + rows),
            "");
  for (const std::vector<std::string>& names :
       std::vector<std::vector<std::string>>{{structure, rows}, {rows, structure}}) {
    std::vector<DumpInput> inputs;
    for (const std::string& name : names) {
      inputs.push_back({name, ""});
    }
    const auto index = scan_in_order(inputs);
    ASSERT_TRUE(index);
    for (const DumpFile& file : index->files) {
      EXPECT_EQ(file.ordered_because, "");
    }
    EXPECT_FALSE(index->order_decides);
    for (const Hazard& hazard : index->hazards) {
      EXPECT_TRUE(hazard.code != "no-structure" && hazard.code != "no-data-section") << hazard.what;
    }
  }
  wipe();
  ASSERT_TRUE(server_->sql()->execute("CREATE DATABASE hostile CHARACTER SET utf8mb4"));
  ASSERT_EQ(shell("cat " + structure + " " + rows + " | mariadb --comments --binary-mode" + socket() + "hostile"), "");
  const std::string theirs = state();
  wipe();
  ASSERT_TRUE(server_->sql()->execute("CREATE DATABASE hostile CHARACTER SET utf8mb4"));
  EXPECT_EQ(restored({rows, structure}), "");
  EXPECT_EQ(first_difference(state(), theirs), "");
}

TEST_F(FileOrderTest, a_trigger_in_the_structures_fires_as_it_does_for_the_client) {
  const std::vector<std::string> names =
      files({"CREATE TABLE t (id int primary key);\nCREATE TABLE log (n int);\nCREATE TRIGGER tr AFTER INSERT ON t FOR "
             "EACH ROW INSERT INTO log VALUES (new.id);\n",
             "INSERT INTO t VALUES (1),(2);\n"});
  wipe();
  EXPECT_NE(restored(names).find("d.log"), std::string::npos) << "rows that no dump holds are not proven";
}

TEST(FileOrder, files_that_wait_for_each_other_stay_as_given) {
  FileReach one, two;
  one.made = {{"d", "a"}};
  one.filled = {{"d", "b"}};
  two.made = {{"d", "b"}};
  two.filled = {{"d", "a"}};
  EXPECT_EQ(order_files({one, two}, {"one", "two"}).order, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(order_files({two, one, {}}, {"two", "one", "none"}).order, (std::vector<std::size_t>{2, 0, 1}));
}

}  // namespace
}  // namespace rehearsal
