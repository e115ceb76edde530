// Dumps whose names, values and messages are no UTF-8, or hold what a terminal obeys: the program ends with an exit
// status of its own, and what it prints is text.
#include <fstream>

#include "integration/program.h"
#include <nlohmann/json.hpp>

#include "base/shown.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::string kHead =
    "-- MySQL dump 10.13  Distrib 5.7.30, for Linux (x86_64)\n--\n-- Host: localhost    Database: d\n"
    "-- ------------------------------------------------------\n-- Server version\t5.7.30\n"
    "/*!40101 SET NAMES latin1 */;\n/*!40101 SET SQL_MODE=\"NO_AUTO_VALUE_ON_ZERO\" */;\n";
const std::string kFoot = "-- Dump completed on 2024-01-01  0:00:00\n";

// Each place with the byte in it that the story is of.
std::vector<std::string> dumps(const std::string& odd) {
  return {
      kHead + "CREATE TABLE t (id int primary key, n int);\nINSERT INTO t VALUES (1,'" + odd + "');\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key, `n" + odd + "` varchar(2));\nINSERT INTO t VALUES (1,'abc');\n" +
          kFoot,
      kHead + "CREATE TABLE `t" + odd + "` (id int primary key);\nINSERT INTO `t" + odd + "` VALUES (1);\n" + kFoot,
      kHead + "FLUSH LOCAL " + odd + ";\nCREATE TABLE t (id int primary key);\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key) ENGINE=FED" + odd + ";\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key);\nINSERT INTO t VALUES (1);\n-- Dump completed on 2024-01-01" + odd +
          "\n",
      kHead + "GRANT ALL ON *.* TO 'us" + odd + "r'@'h';\nCHANGE MASTER TO MASTER_HOST='" + odd + "';\nSET GLOBAL x" +
          odd + " = 1;\nCREATE TABLE t (id int primary key);\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key);\n/*!50013 CREATE DEFINER=`us" + odd +
          "r`@`h` VIEW v AS SELECT id FROM t */;\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key);\n\\" + odd + " left over\nwarning: " + odd + "\n" + kFoot,
      "mysqldump: Couldn't execute '" + odd + "': " + odd + " (1)\n" + kHead +
          "CREATE TABLE t (id int primary key);\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key, v varchar(9)) COLLATE=" + odd + "_ci;\n" + kFoot,
      kHead + "CREATE DATABASE `d" + odd + "`;\nUSE `d" + odd + "`;\nCREATE TABLE t (id int primary key);\n" + kFoot,
      kHead + "CREATE TABLE t (id int primary key) COMMENT='" + odd + "';\nINSERT INTO t VALUES (1,2," + odd + ");\n" +
          kFoot,
  };
}

// Bytes of latin1, of an unfinished character, of a terminal's commands, of ASCII's and Unicode's controls.
const std::vector<std::string> kOdd = {"\xE9",
                                       "\xF0\x9F",
                                       "\x1b]0;title\x07\x1b[2J",
                                       "\x7f\x08",
                                       "\xC2\x9B"
                                       "2J",
                                       "\xE2\x80\xAE"};

void expect_text(const std::string& text, const std::string& what) {
  EXPECT_EQ(shown(text), text) << what;
}

ProcessResult expect_ended(const std::vector<std::string>& words, const std::string& state) {
  const auto ran = run_process(rehearse_command(words, state));
  EXPECT_TRUE(ran) << (ran ? "" : to_text(ran.error()));
  if (!ran) {
    return {};
  }
  EXPECT_TRUE(ran->exit_status == 0 || ran->exit_status == 65 || ran->exit_status == 78)
      << words.front() << " ends with " << ran->exit_status << "\n"
      << ran->out << ran->err;
  expect_text(ran->out, "stdout of " + words.front());
  expect_text(ran->err, "stderr of " + words.front());
  return *ran;
}

class OddBytesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto dir = make_unique_dir(fs::temp_directory_path(), "odd-bytes");
    ASSERT_TRUE(dir);
    dir_ = *dir;
  }
  void TearDown() override { static_cast<void>(remove_tree(dir_)); }
  std::string dump(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / name, std::ios::binary) << text;
    return (dir_ / name).string();
  }
  fs::path dir_;
};

TEST_F(OddBytesTest, AnInspectionShowsThemWhereverTheyStand) {
  // Each place with a part of the bytes, and each of the bytes in a part of the places.
  int turn = 0;
  for (const std::string& odd : kOdd) {
    int number = 0;
    for (const std::string& text : dumps(odd)) {
      if (++turn % 4 != 0) {
        continue;
      }
      SCOPED_TRACE(shown(text));
      const std::string file = dump("dump" + (number++ % 2 == 0 ? odd : "") + ".sql", text);
      expect_ended({"inspect", file}, dir_.string());
      const ProcessResult json = expect_ended({"inspect", "--json", file}, dir_.string());
      EXPECT_TRUE(json.exit_status != 0 || nlohmann::json::accept(json.out)) << json.out;
    }
  }
}

TEST_F(OddBytesTest, ARestoreKeepsOrRefusesThemAndLeavesNothingHalf) {
  const std::string state = (dir_ / "state").string();
  std::vector<std::string> texts = dumps("\xE9");
  texts.push_back(dumps("\x1b[2J").at(1));
  // A backslash is half of a letter there.
  texts.push_back(kHead +
                  "/*!40101 SET NAMES sjis */;\nCREATE TABLE t (id int primary key, v varchar(20)) CHARACTER SET "
                  "sjis;\nINSERT INTO t VALUES (1,'\x83\\'),(2,'x');\n" +
                  kFoot);
  int number = 0;
  for (const std::string& text : texts) {
    SCOPED_TRACE(shown(text));
    const std::string file = dump("dump" + std::to_string(number++) + "\xE9.sql", text);
    expect_ended({"--engine", "process", "snapshot", "add", file}, state);
  }
  for (const std::string& path : paths_in(state, {"goldens", "store/goldens", "store.d/goldens"})) {
    EXPECT_EQ(path.find(".staging"), std::string::npos) << path;
  }
  expect_ended({"snapshot", "list"}, state);
  const ProcessResult list = expect_ended({"snapshot", "list", "--json"}, state);
  EXPECT_TRUE(nlohmann::json::accept(list.out)) << list.out;
  EXPECT_GT(nlohmann::json::parse(list.out, nullptr, false).size(), texts.size() / 2);
}

}  // namespace
}  // namespace rehearsal
