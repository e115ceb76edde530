// A dump that is cut off or damaged never becomes a proven snapshot that differs from what was dumped.
#include <fstream>
#include <sstream>

#include "environment.h"
#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "snapshots/load/restore.h"
#include "snapshots/prove/content.h"

namespace rehearsal {
namespace {

class DamageTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    ASSERT_TRUE(server_->sql()->execute("DROP DATABASE IF EXISTS small"));
    for (const char* statement :
         {"CREATE DATABASE small CHARACTER SET utf8mb4",
          "CREATE TABLE small.parents (id INT PRIMARY KEY, name VARCHAR(40), UNIQUE KEY (name))",
          "CREATE TABLE small.kids (id INT PRIMARY KEY, parent INT, seen TIMESTAMP NULL, note TEXT,"
          " CONSTRAINT kids_parent FOREIGN KEY (parent) REFERENCES small.parents (id))",
          "INSERT INTO small.parents VALUES (1, 'it is'), (2, 'b;\\n-- c'), (3, NULL)",
          "INSERT INTO small.kids VALUES (10, 1, '2024-01-02 03:04:05', '(,)'), (11, NULL, NULL, '\\\\'), (12, 3, "
          "NULL, 'é')",
          "CREATE VIEW small.named AS SELECT id FROM small.parents WHERE name IS NOT NULL"}) {
      ASSERT_TRUE(server_->sql()->execute(statement)) << statement;
    }
    file_ = (server_->dir() / "small.sql").string();
    dump(file_);
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    text_ = all.str();
    whole_ = state();
  }
  void TearDown() override {
    if (server_ != nullptr) {
      static_cast<void>(server_->sql()->execute("DROP DATABASE IF EXISTS small"));
    }
  }

  static void dump(const std::string& file, const std::string& options = "") {
    Command command;
    command.argv = {
        "sh", "-c",
        "mariadb-dump -uroot -S " + server_->socket().string() + " " + options + " --databases small > " + file};
    command.environment = own_environment();
    command.environment["MYSQL_PWD"] = TestServer::kPassword;
    ASSERT_TRUE(run_checked(command));
  }
  // What the server holds, in a form that does not depend on how it got there.
  std::string state() {
    std::string all;
    const auto sql = server_->sql();
    for (const char* query :
         {"SELECT TABLE_NAME, TABLE_TYPE, TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'small' "
          "ORDER BY 1",
          "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY, COLLATION_NAME FROM "
          "information_schema.COLUMNS WHERE TABLE_SCHEMA = 'small' ORDER BY 1, ORDINAL_POSITION",
          "SELECT * FROM small.parents ORDER BY 1",
          "SELECT id, parent, UNIX_TIMESTAMP(seen), HEX(note) FROM small.kids ORDER BY 1"}) {
      const auto rows = sql->query(query);
      if (!rows) {
        return to_text(rows.error());
      }
      for (const Row& row : *rows) {
        for (const auto& value : row) {
          all += value.value_or("NULL") + "\t";
        }
        all += "\n";
      }
    }
    return all;
  }

  // What becomes of the text: "" where nothing is proven, else what the server holds.
  std::string outcome(const std::string& text) {
    const std::string file = (server_->dir() / "damaged.sql").string();
    std::ofstream(file, std::ios::binary) << text;
    const std::vector<DumpInput> inputs = {{file, ""}};
    const auto index = scan_dumps(inputs);
    if (!index || !require_complete(*index)) {
      return "";
    }
    const auto sql = server_->sql();
    EXPECT_TRUE(sql->execute("DROP DATABASE IF EXISTS small"));
    const SqlLogin target{server_->socket(), "root", TestServer::kPassword};
    if (!restore_dumps(inputs, *index, target, {.jobs = 2, .least_bytes = 0, .progress = {}})) {
      return "";
    }
    const auto proof = verify_counts(target, *index);
    return proof && proof->proven() ? state() : "";
  }

  std::string file_;
  std::string text_;
  std::string whole_;
};

TEST_F(DamageTest, CutOffAtEveryByte) {
  ASSERT_EQ(outcome(text_), whole_);
  std::size_t proven = 0;
  for (std::size_t size = 1; size < text_.size(); ++size) {
    const std::string held = outcome(text_.substr(0, size));
    if (!held.empty()) {
      ++proven;
      EXPECT_EQ(held, whole_) << "cut off after byte " << size;
    }
  }
  EXPECT_LT(proven, 40U) << "only the end of the last comment may be missing";
}

TEST_F(DamageTest, EveryByteOfItsStructureFlipped) {
  const std::string_view structure = "'`\"(),;/*!-\\\n=@";
  const bool all = is_survey();  // else every fourth place, and one of its two flips
  std::size_t places = 0, tried = 0;
  bool inside = false;  // a value: another value is no damage that a dump shows
  for (std::size_t at = 0; at < text_.size(); ++at) {
    const std::size_t line = text_.rfind('\n', at) + 1;
    if (text_[line] == '(' && text_[at] == '\'') {
      inside = !inside;
    }
    if (inside || structure.find(text_[at]) == std::string_view::npos) {
      continue;
    }
    const std::size_t place = places++;
    for (const std::size_t flip : {0U, 1U}) {
      if (!all && (place % 4 != 0 || place / 4 % 2 != flip)) {
        continue;
      }
      const char other = static_cast<char>(text_[at] ^ (flip == 0 ? 1 : 0x10));
      std::string damaged = text_;
      damaged[at] = other;
      ++tried;
      const std::string held = outcome(damaged);
      if (!held.empty()) {
        EXPECT_EQ(held, whole_) << "byte " << at << " '" << text_[at] << "' became '" << other << "' in "
                                << text_.substr(at < 40 ? 0 : at - 40, 80);
      }
    }
  }
  EXPECT_GT(tried, all ? 500U : 60U);
}

}  // namespace
}  // namespace rehearsal
