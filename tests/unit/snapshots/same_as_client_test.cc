// A restore holds what the client's restore of the same dump holds, whatever the dump's options and rows.
#include <fstream>

#include "environment.h"
#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "snapshots/load/restore.h"
#include "snapshots/prove/verify.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class SameAsClientTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    if (find_program("mariadb-dump").empty()) {
      GTEST_SKIP() << "mariadb-dump is not installed";
    }
    ASSERT_TRUE(server_->sql()->execute("SET GLOBAL max_allowed_packet = 67108864"));
  }
  void TearDown() override {
    if (server_ != nullptr) {
      drop();
    }
  }

  static void drop() { static_cast<void>(server_->sql()->execute("DROP DATABASE IF EXISTS hostile")); }

  static std::string shell(const std::string& line) {
    Command command;
    command.argv = {"sh", "-c", line};
    command.environment = own_environment();
    command.environment["MYSQL_PWD"] = TestServer::kPassword;
    command.timeout_seconds = 120;
    const auto ran = run_checked(command);
    return ran ? "" : to_text(ran.error());
  }
  static std::string socket() { return " -uroot -S " + server_->socket().string() + " "; }

  // All that the server holds, as text.
  static std::string state(const std::string& name) {
    const std::string file = (server_->dir() / name).string();
    const std::string failed =
        shell("mariadb-dump --max-allowed-packet=64M" + socket() +
              "--skip-comments --hex-blob --order-by-primary --skip-extended-insert --routines --events --triggers "
              "--databases hostile > " +
              file);
    EXPECT_EQ(failed, "");
    // The test's own account is root@localhost, which a restore gives to nobody.
    constexpr std::string_view kDefiner = "`definer_";
    constexpr std::size_t kDigits = 20;
    std::string text = read_file(file).value_or("");
    for (std::size_t at = text.find(kDefiner); at != std::string::npos; at = text.find(kDefiner, at + 1)) {
      if (text.compare(at + kDefiner.size() + kDigits, 2, "`@") == 0) {
        text.replace(at, kDefiner.size() + kDigits + 1, "`root`");
      }
    }
    return text;
  }

  static std::string first_difference(const std::string& a, const std::string& b) {
    const std::vector<std::string> mine = lines_of(a);
    const std::vector<std::string> theirs = lines_of(b);
    for (std::size_t i = 0; i < std::max(mine.size(), theirs.size()); ++i) {
      const std::string one = i < mine.size() ? mine[i] : "(end)";
      const std::string two = i < theirs.size() ? theirs[i] : "(end)";
      if (one != two) {
        return "restored: " + one.substr(0, 300) + "\n  client: " + two.substr(0, 300);
      }
    }
    return "";
  }

  // The client's restore of `file` and ours, held against each other.
  void compare(const std::string& file, const std::string& schema) {
    drop();
    const std::string into = schema.empty() ? "" : schema;
    if (!schema.empty()) {
      ASSERT_TRUE(server_->sql()->execute("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4"));
    }
    ASSERT_EQ(
        shell("mariadb --binary-mode --max-allowed-packet=64M --default-character-set=utf8mb4 --init-command=\"SET "
              "sql_mode='NO_AUTO_VALUE_ON_ZERO', foreign_key_checks=0, unique_checks=0, innodb_strict_mode=0\"" +
              socket() + into + " < " + file),
        "");
    const std::string theirs = state("theirs.sql");
    drop();
    if (!schema.empty()) {
      ASSERT_TRUE(server_->sql()->execute("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4"));
    }
    const std::vector<DumpInput> inputs = {{file, schema}};
    const auto index = scan_dumps(inputs);
    ASSERT_TRUE(index) << to_text(index.error());
    EXPECT_EQ(index->files[0].ordered_because, "");
    const auto report = restore_dumps(inputs, *index, {server_->socket(), "root", TestServer::kPassword},
                                      {.jobs = 2, .least_bytes = 0, .progress = {}});
    ASSERT_TRUE(report) << to_text(report.error());
    const auto proof = verify_counts({server_->socket(), "root", TestServer::kPassword}, *index);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(proof->proven()) << proof->text();
    EXPECT_EQ(first_difference(state("ours.sql"), theirs), "");
  }

  static std::uint64_t loads() {
    const auto rows = server_->sql()->query("SHOW GLOBAL STATUS LIKE 'Com_load'");
    return rows && !rows->empty() ? std::stoull(rows->front()[1].value_or("0")) : 0;
  }
  static std::string seed() { return REHEARSAL_SOURCE_DIR "/tests/unit/snapshots/data/hostile.sql"; }
};

// Every third of them, all in the survey.
TEST_F(SameAsClientTest, WithEveryOptionOfADump) {
  const std::string text = shell("mariadb --binary-mode --default-character-set=utf8mb4" + socket() + "< " + seed());
  ASSERT_EQ(text, "");
  // What each leaves out is asked of both restores, so that they must still be equal.
  std::vector<std::string> options = {
      "",
      "--routines --events --triggers",
      "--hex-blob",
      "--complete-insert",
      "--skip-extended-insert",
      "--compact",
      "--no-autocommit",
      "--single-transaction",
      "--skip-quote-names --ignore-table='hostile.odd `name`; --'",
      "--insert-ignore",
      "--replace",
      "--order-by-primary",
      "--skip-opt --create-options",
      "--skip-comments",
      "--skip-dump-date",
      "--skip-tz-utc",
      "--default-character-set=utf8",
      ("--default-character-set=latin1 --ignore-table=hostile.texts --ignore-table=hostile.words "
       "--ignore-table=hostile.some_texts --ignore-table=hostile.a_view_of_a_view"),
      "--default-character-set=binary",
      "--skip-set-charset",
      "--skip-disable-keys",
      "--skip-add-locks",
      "--skip-add-drop-table",
      "--add-drop-database",
      "--add-drop-trigger --triggers",
      "--net-buffer-length=4096",
      "--no-tablespaces",
      "--delayed-insert",
      "--lock-tables",
      "--no-create-db",
  };
  std::vector<std::string> files;
  std::erase_if(options, [place = 0ULL](const std::string&) mutable {
    return !is_survey() && place++ % 3 != number_from_environment("REHEARSAL_FUZZ_SEED", 0) % 3;
  });
  for (const std::string& option : options) {
    files.push_back((server_->dir() / ("dump" + std::to_string(files.size()) + ".sql")).string());
    const bool one = option == "--no-create-db" || option == "--compact";
    ASSERT_EQ(
        shell("mariadb-dump" + socket() + option + (one ? " hostile" : " --databases hostile") + " > " + files.back()),
        "");
  }
  const std::uint64_t before = loads();
  for (std::size_t i = 0; i < options.size(); ++i) {
    SCOPED_TRACE(options[i]);
    const bool one = options[i] == "--no-create-db" || options[i] == "--compact";
    compare(files[i], one ? "hostile" : "");
  }
  EXPECT_GT(loads(), before + options.size() * 5) << "the rows went by INSERT";
}

TEST_F(SameAsClientTest, WithHandwrittenRows) {
  const std::string file = (server_->dir() / "hand.sql").string();
  std::string large(std::size_t{16} << 20, 'x');
  large[5] = '\\';
  large[6] = '\'';
  large[100] = '\n';
  std::ofstream(file, std::ios::binary)
      << "SET NAMES utf8mb4;\nCREATE DATABASE hostile;\nUSE hostile;\n"
         "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(100) CHARACTER SET utf8mb4, n INT, d DATETIME, b LONGBLOB);\n"
         "INSERT INTO t VALUES (1,'a',1,'2024-01-01',NULL),(2 , 'b' ,2,NULL,''),( 3,'c',-3,0,'');\n"
         "INSERT INTO t VALUES (4,'\\N',4,NULL,'\\N'),(5,'a\\%b\\_c\\qd',5,NULL,'\\%');\n"
         "INSERT INTO t VALUES (6,'x' 'y',6,NULL,''),(7,\"double\",7,NULL,''),(8,_utf8mb4'z',8,NULL,_binary'z');\n"
         "insert into t values (9,'lower',9,null,''),(10,'Null',010,Null,NULL);\n"
         "INSERT INTO `t` (`b`,`id`,`a`) VALUES ('turned',11,'round'),(NULL,12,NULL);\n"
         "INSERT INTO hostile.t VALUES (13,'/* no */',1,NULL,'# no'),/* yes */(14,'-- no',1,NULL,NULL);\n"
         "INSERT INTO t VALUES (15,12,'13',20240102,0x4142),(16,0x43,1+1,NOW() - NOW() + 20240101,DEFAULT);\n"
         "INSERT INTO t VALUES (17,'bad \xff\xe2',1,NULL,'\xff\xe2'),(18,'cut \xf0\x9f',1,NULL,'\xf0\x9f');\n"
         "INSERT INTO t VALUES (19,'ends with \\\\',1,NULL,'\\\\'),(20,''',',1,NULL,''),(21,'''''',1,NULL,'),(');\n"
         "INSERT INTO t VALUES (22,'large',1,NULL,'"
      << large
      << "');\n"
         "CREATE TABLE l (a VARCHAR(20)) CHARACTER SET latin1;\nINSERT INTO l VALUES ('é'),('€'),('x');\n"
         "CREATE TABLE e (a ENUM('a','b'), n INT);\nINSERT INTO e VALUES (1,'x'),('b',2),(2,1e2),('',''),(NULL,NULL);\n"
         "CREATE TABLE s (a VARCHAR(5), b TINYINT);\nINSERT INTO s VALUES ('longer than it',1000),('ok',1);\n";
  compare(file, "");
}

}  // namespace
}  // namespace rehearsal
