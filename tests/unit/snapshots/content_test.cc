// A restore that holds other values than the dump is told from one that holds the same.
#include "snapshots/prove/content.h"

#include <fstream>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/process.h"
#include "snapshots/load/restore.h"

namespace rehearsal {
namespace {

class ContentTest : public ServerTest {
 protected:
  void TearDown() override {
    if (server_ != nullptr) {
      static_cast<void>(server_->sql()->execute("DROP DATABASE IF EXISTS hostile"));
    }
  }
  static SqlLogin target() { return {server_->socket(), "root", TestServer::kPassword}; }
  static std::string shell(const std::string& line) {
    Command command;
    command.argv = {"sh", "-c", line};
    command.environment = own_environment();
    command.environment["MYSQL_PWD"] = TestServer::kPassword;
    const auto ran = run_checked(command);
    return ran ? "" : to_text(ran.error());
  }
  static std::string socket() { return " -uroot -S " + server_->socket().string() + " "; }
  static std::string verified(const std::vector<DumpInput>& inputs, const DumpIndex& index) {
    const auto proof = verify_content(target(), inputs, index, 2);
    return !proof ? to_text(proof.error()) : proof->proven() ? "" : proof->text();
  }
};

TEST_F(ContentTest, EveryValueOfADumpIsFoundAgainWhateverItsOptions) {
  ASSERT_EQ(shell("mariadb --binary-mode --default-character-set=utf8mb4" + socket() + "< " +
                  REHEARSAL_SOURCE_DIR "/tests/unit/snapshots/data/hostile.sql"),
            "");
  int nth = 0;
  for (const std::string option :
       {"", "--hex-blob", "--complete-insert", "--skip-tz-utc", "--default-character-set=utf8",
        "--default-character-set=binary", "--default-character-set=latin1 --ignore-table=hostile.texts"}) {
    SCOPED_TRACE(option);
    const std::string file = (server_->dir() / ("c" + std::to_string(nth++) + ".sql")).string();
    const bool utf8mb3 = option.find("utf8") != std::string::npos;
    ASSERT_EQ(shell("mariadb-dump" + socket() + option + (utf8mb3 ? " --ignore-table=hostile.texts" : "") +
                    " --databases hostile > " + file),
              "");
    const std::vector<DumpInput> inputs = {{file, ""}};
    const auto index = scan_dumps(inputs);
    ASSERT_TRUE(index);
    EXPECT_EQ(verified(inputs, *index).find("values differ"), std::string::npos) << verified(inputs, *index);
  }
}

TEST_F(ContentTest, AChangedValueIsNamedByItsTable) {
  const std::string file = (server_->dir() / "changed.sql").string();
  std::ofstream(file) << "CREATE DATABASE hostile;\nUSE hostile;\nCREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10));\n"
                         "CREATE TABLE u (id INT PRIMARY KEY);\nINSERT INTO t VALUES (1,'a'),(2,NULL),(3,'');\n"
                         "INSERT INTO u VALUES (1);\n";
  const std::vector<DumpInput> inputs = {{file, ""}};
  const auto index = scan_dumps(inputs);
  ASSERT_TRUE(index);
  ASSERT_TRUE(restore_dumps(inputs, *index, target()));
  EXPECT_EQ(verified(inputs, *index), "");
  // As many rows each time.
  for (const char* change :
       {"UPDATE hostile.t SET a = 'A' WHERE id = 1", "UPDATE hostile.t SET a = '' WHERE id = 2",
        "UPDATE hostile.t SET a = NULL WHERE id = 3", "UPDATE hostile.t SET id = 4 WHERE id = 3"}) {
    ASSERT_TRUE(server_->sql()->execute("CREATE TABLE hostile.kept AS SELECT * FROM hostile.t"));
    ASSERT_TRUE(server_->sql()->execute(change));
    ASSERT_TRUE(server_->sql()->execute("DROP TABLE hostile.kept"));
    EXPECT_NE(verified(inputs, *index).find("hostile.t: values differ"), std::string::npos) << change;
  }
}

// A long value is told by its checksum on both sides: of text in the dump's character set, of bytes as they are.
TEST_F(ContentTest, ALongValueIsComparedByItsChecksum) {
  const auto sql = server_->sql();
  ASSERT_TRUE(sql->execute("CREATE DATABASE hostile"));
  ASSERT_TRUE(sql->execute(
      "CREATE TABLE hostile.t (id INT PRIMARY KEY, a LONGTEXT CHARACTER SET utf8mb4, b LONGTEXT CHARACTER SET latin1,"
      " c LONGBLOB, g GEOMETRY)"));
  for (const std::size_t length : {kLongValue - 1, kLongValue}) {
    const std::string n = std::to_string(length);
    ASSERT_TRUE(sql->execute("INSERT INTO hostile.t SELECT 1 + COALESCE(MAX(id), 0), REPEAT('a', " + n +
                             "), REPEAT('b', " + n + "), REPEAT(X'00', " + n + "), NULL FROM hostile.t"))
        << sql->last_message();
  }
  // Longer in the dump's character set than in the table's.
  ASSERT_TRUE(
      sql->execute("INSERT INTO hostile.t VALUES (10, REPEAT('\u00e9', 700000), REPEAT(X'E9', 700000), '', NULL)"));
  int nth = 0;
  for (const std::string option : {"--hex-blob --complete-insert", "--default-character-set=binary",
                                   "--default-character-set=latin1 --skip-extended-insert"}) {
    SCOPED_TRACE(option);
    const std::string file = (server_->dir() / ("long" + std::to_string(nth++) + ".sql")).string();
    ASSERT_EQ(shell("mariadb-dump --max-allowed-packet=1G" + socket() + option + " --databases hostile > " + file), "");
    const std::vector<DumpInput> inputs = {{file, ""}};
    const auto index = scan_dumps(inputs);
    ASSERT_TRUE(index);
    EXPECT_EQ(verified(inputs, *index), "");
    // One byte in the midst of each value, and as many as before.
    for (const auto& [column, id] : {std::pair{"b", "10"}, {"c", "2"}}) {
      const std::string name = column, where = std::string(" WHERE id = ") + id;
      ASSERT_TRUE(sql->execute("SET @kept = (SELECT " + name + " FROM hostile.t" + where + ")"));
      ASSERT_TRUE(sql->execute("UPDATE hostile.t SET " + name + " = INSERT(" + name + ", 500000, 1, 'x')" + where));
      EXPECT_NE(verified(inputs, *index).find("hostile.t: values differ"), std::string::npos) << name << where;
      ASSERT_TRUE(sql->execute("UPDATE hostile.t SET " + name + " = @kept" + where));
    }
  }
}

TEST(TableContent, DoesNotDependOnTheOrderOfRowsButOnTheirValues) {
  const auto of = [](const std::vector<Row>& rows) {
    TableContent content;
    for (const Row& row : rows) {
      content.add(row);
    }
    return content;
  };
  // Long rows are hashed in pieces.
  for (const std::size_t length : {std::size_t{1}, std::size_t{1} << 20, std::size_t{3} << 20}) {
    const std::string a(length, 'a'), b(length, 'b'), c(length, 'c');
    EXPECT_TRUE(of({{a, b}, {c, std::nullopt}}).same_rows(of({{c, std::nullopt}, {a, b}}))) << length;
    EXPECT_FALSE(of({{a, b}}).same_rows(of({{a + b, ""}}))) << length;
    EXPECT_FALSE(of({{a, b}}).same_rows(of({{a + "b", b.substr(1)}}))) << length;
    EXPECT_FALSE(of({{a}, {a}}).same_rows(of({{a}}))) << length;
    EXPECT_FALSE(of({{a}, {b}}).same_rows(of({{a}, {c}}))) << length;
    EXPECT_FALSE(of({{a, ""}}).same_rows(of({{a, std::nullopt}}))) << length;
  }
  EXPECT_FALSE(of({{""}}).same_rows(of({{std::nullopt}})));
}

}  // namespace
}  // namespace rehearsal
