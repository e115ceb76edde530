// What is no dump, or not all of one, is told as that.
#include <fstream>

#include "unit/snapshots/dump_frame.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/scan/producer_words.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class RefusalsTest : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = *make_unique_dir(fs::temp_directory_path(), "refusals-test"); }
  void TearDown() override { remove_tree(dir_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / name, std::ios::binary) << text;
    return (dir_ / name).string();
  }
  // The words of the refusal, "" where there is none.
  std::string refusal(const std::string& text, bool accept = false) { return refusal_of(write("a.sql", text), accept); }
  static std::string refusal_of(const std::string& file, bool accept = false) {
    const auto index = scan_dumps({{file, ""}});
    if (!index) {
      EXPECT_EQ(index.error().kind, ErrorKind::unusable_dump);
      return to_text(index.error());
    }
    const auto usable = require_usable(*index, accept);
    return usable ? "" : to_text(usable.error());
  }
  static bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

  fs::path dir_;
};

TEST_F(RefusalsTest, an_error_of_the_producer_means_that_rows_are_missing) {
  const std::string table = "CREATE TABLE `volumes` (`id` int);\nINSERT INTO `volumes` VALUES (1),(2);\n";
  const std::string rest = "CREATE TABLE `x` (`id` int);\n" + kDumpEnd;
  for (const std::string line :
       {"mysqldump: Error 2013: Lost connection to MySQL server during query when dumping table `volumes` at row: 2",
        "mariadb-dump: Error: 2013: Lost connection when dumping table `volumes` at row: 2",
        "/usr/bin/mysqldump: Got error: 1194: Table is marked as crashed when using LOCK TABLES",
        "mysqldump: Couldn't execute 'SHOW TRIGGERS LIKE 'volumes'': (1142)",
        "mysqlpump: [ERROR] (2013) Lost connection to MySQL server during query",
        "mysqldump.exe: Got errno 28 on write"}) {
    const std::string words = refusal(kShortHead + table + line + "\n" + rest);
    EXPECT_TRUE(has(words, "a.sql, line 5, d.volumes")) << line << "\n" << words;
    EXPECT_TRUE(has(words, line)) << words;
    EXPECT_EQ(refusal(kShortHead + table + line + "\n" + rest, true), "");
    EXPECT_TRUE(has(refusal(kShortHead + table.substr(0, table.size() - 1) + line + "\n" + rest), "d.volumes"))
        << "behind a statement, on its line";
  }
  for (const std::string line :
       {"mysqldump: [Warning] Using a password on the command line interface can be insecure.",
        "/usr/bin/mysqldump: Deprecated program name. It will be removed in a future release, use "
        "'/usr/bin/mariadb-dump' instead",
        "Warning: a partial dump from a server that has GTIDs", "Enter password: ",
        "mysqldump: Error: 'Access denied; you need (at least one of) the PROCESS privilege(s) for this operation' "
        "when trying to dump tablespaces"}) {
    EXPECT_EQ(refusal(kShortHead + table + line + "\n" + rest), "") << line;
  }
  EXPECT_EQ(refusal(kShortHead + "INSERT INTO t VALUES ('\nmysqldump: Error 2013: x\n');\n" + kDumpEnd), "")
      << "a value";
}

TEST_F(RefusalsTest, what_a_shell_said_before_the_dump_is_shown) {
  const std::string words = refusal("bash: warning: setlocale: LC_ALL: cannot change locale\n" + kShortHead +
                                    "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n" + kDumpEnd);
  EXPECT_TRUE(has(words, "begins with a line that is not SQL: bash: warning: setlocale")) << words;
  EXPECT_TRUE(has(words, "line 1")) << words;
  EXPECT_TRUE(has(refusal("bash: mysqldump: command not found\n"), "bash: mysqldump: command not found"));
  EXPECT_FALSE(has(refusal("\x1b[31mred\n"), "\x1b"));
}

TEST_F(RefusalsTest, an_xml_dump_is_named_as_such) {
  const std::string xml =
      "<?xml version=\"1.0\"?>\n<mysqldump xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n";
  EXPECT_TRUE(has(refusal(xml), "an XML dump"));
}

TEST_F(RefusalsTest, what_stands_behind_a_compressed_dump_is_told_as_that) {
  const std::string text = kShortHead + "CREATE TABLE t (id int);\n" + kDumpEnd;
  for (const char* program : {"gzip", "bzip2"}) {
    if (find_program(program).empty()) {
      continue;
    }
    const std::string file = write("b.sql", text);
    Command pack;
    pack.argv = {"sh", "-c",
                 std::string(program) + " -c " + file + " > " + file + ".packed; echo more >> " + file + ".packed"};
    pack.environment = own_environment();
    ASSERT_TRUE(run_checked(pack));
    EXPECT_TRUE(has(refusal_of(file + ".packed"), "trailing garbage"))
        << program << ": " << refusal_of(file + ".packed");
  }
}

TEST(ProducerWords, know_a_line_of_a_program_from_sql) {
  EXPECT_TRUE(is_producer_line("mysqldump: Got error: 1045"));
  EXPECT_TRUE(is_producer_line("C:\\mysql\\bin\\mysqldump.exe: Got error"));
  EXPECT_FALSE(is_producer_line("INSERT INTO t VALUES ('mysqldump: x')"));
  EXPECT_FALSE(is_producer_line("mysqldumps: x"));
  EXPECT_FALSE(is_producer_line("label: BEGIN"));
  EXPECT_EQ(read_producer_line("mysqldump: Error 1: when dumping table `a b` at row: 2").table, "a b");
  EXPECT_TRUE(begins_statement("Insert"));
  EXPECT_FALSE(begins_statement("bash"));
}

}  // namespace
}  // namespace rehearsal
