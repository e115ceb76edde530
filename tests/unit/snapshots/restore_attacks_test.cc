// What a dump may try against the server, on a real one: after each attempt its accounts, variables and own schemas are
// what they were, and it starts again.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "attacks.h"
#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "snapshots/load/restore.h"

namespace rehearsal {
namespace {

// Every attempt where REHEARSAL_ATTACKS=all, else each `nth`, another one of them for each attack.
bool is_due(int number, int nth) {
  const char* const wish = std::getenv("REHEARSAL_ATTACKS");
  return (wish != nullptr && std::string(wish) == "all") || number % nth == 0;
}

using Accounts = std::map<std::string, std::string>;  // 'user'@'host' -> what it may do

class RestoreAttacksTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (server_) {
      sql_ = server_->sql();
      before_ = accounts();
      server_before_ = server_state();
    }
  }

  std::vector<Row> rows(const std::string& query) {
    auto found = sql_->query(query);
    EXPECT_TRUE(found) << query << ": " << (found ? "" : to_text(found.error()));
    return found ? std::move(*found) : std::vector<Row>();
  }

  Accounts accounts() {
    Accounts all;
    for (const Row& row : rows("SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)), Priv FROM mysql.global_priv")) {
      all[*row[0]] = *row[1];
    }
    return all;
  }

  // Global variables, and what the server's own schemas hold but for the accounts and the dump's objects.
  std::vector<std::string> server_state() {
    std::vector<std::string> state;
    for (const Row& row : rows("SHOW GLOBAL VARIABLES WHERE Variable_name NOT LIKE 'gtid%'")) {
      state.push_back(row[0].value_or("") + "=" + row[1].value_or(""));
    }
    for (const Row& row :
         rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND "
              "TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT IN ('global_priv', 'db', 'proc', 'event', "
              "'innodb_table_stats', 'innodb_index_stats', 'transaction_registry', 'gtid_slave_pos')")) {
      state.push_back(*row[0] + ": " + rows("CHECKSUM TABLE mysql." + sql_name(*row[0])).at(0).at(1).value_or("-"));
    }
    state.push_back(rows("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('mysql', 'sys')")
                        .at(0)
                        .at(0)
                        .value_or(""));
    for (const char* table : {"db", "proc", "event"}) {
      state.push_back(
          rows(std::string("SELECT COUNT(*) FROM mysql.") + table + " WHERE Db <> 'd'").at(0).at(0).value_or(""));
    }
    return state;
  }

  // Restores it, looks at what it did, and cleans up. Whether it was restored.
  bool attempt(const std::string& what, const std::string& text) {
    SCOPED_TRACE(what + "\n" + text);
    const std::string file = (server_->dir() / "attack.sql").string();
    std::ofstream(file, std::ios::binary) << text;
    const std::vector<DumpInput> inputs = {{file, ""}};
    const auto index = scan_dumps(inputs);
    EXPECT_TRUE(index);
    bool restored = false;
    if (index) {
      const auto report = restore_dumps(inputs, *index, {server_->socket(), "root", TestServer::kPassword},
                                        {.jobs = 1, .least_bytes = 0, .progress = {}});
      restored = report.has_value();
      EXPECT_TRUE(report || report.error().kind == ErrorKind::unusable_dump) << to_text(report.error());
    }
    look(restored);
    tidy();
    return restored;
  }

  void look(bool restored) {
    const Accounts after = accounts();
    for (const auto& [name, priv] : before_) {
      const auto found = after.find(name);
      EXPECT_TRUE(found != after.end() && found->second == priv) << name << " is another";
    }
    for (const auto& [name, priv] : after) {
      if (!before_.contains(name) && restored) {
        EXPECT_NE(priv.find("\"account_locked\":true"), std::string::npos) << name << " is open: " << priv;
        EXPECT_NE(priv.find("\"access\":0,"), std::string::npos) << name << " may: " << priv;
      }
    }
    // A restore that is refused leaves its server behind, to be thrown away; rights are all that counts then.
    std::vector<std::string> state = server_state();
    std::vector<std::string> expected = server_before_;
    if (!restored) {
      std::erase_if(state, [](const std::string& line) { return line.starts_with("automatic_sp_privileges"); });
      std::erase_if(expected, [](const std::string& line) { return line.starts_with("automatic_sp_privileges"); });
    }
    EXPECT_EQ(state, expected);
    EXPECT_FALSE(std::filesystem::exists("/tmp/rehearsal-attack"));
    call_as_step();
  }

  // What the dump has left behind, called by an account that may do all in the dump's schema.
  void call_as_step() {
    ASSERT_TRUE(sql_->execute("CREATE USER step@localhost IDENTIFIED BY 'step'"));
    ASSERT_TRUE(sql_->execute("GRANT ALL ON d.* TO step@localhost"));
    {
      auto step = Sql::connect(server_->socket(), "step", "step", "d");
      ASSERT_TRUE(step) << to_text(step.error());
      static_cast<void>((*step)->execute("CALL p()"));
      static_cast<void>((*step)->execute("SELECT f()"));
      static_cast<void>((*step)->execute("INSERT INTO t VALUES (9)"));
    }
    ASSERT_TRUE(sql_->execute("DROP USER step@localhost"));
    const Accounts after = accounts();
    for (const auto& [name, priv] : before_) {
      const auto found = after.find(name);
      EXPECT_TRUE(found != after.end() && found->second == priv) << name << " is another after a call";
    }
    for (const auto& [name, priv] : after) {
      EXPECT_NE(name, "'PUBLIC'@''");
      EXPECT_NE(name, "'guest'@'%'");
    }
  }

  void tidy() {
    ASSERT_TRUE(sql_->execute("DROP DATABASE IF EXISTS d"));
    for (const auto& [name, priv] : accounts()) {
      if (!before_.contains(name)) {
        ASSERT_TRUE(sql_->execute("DROP USER " + name)) << name;
      }
    }
    ASSERT_TRUE(sql_->execute("SET GLOBAL automatic_sp_privileges = 1"));
  }

  std::unique_ptr<Sql> sql_;
  Accounts before_;
  std::vector<std::string> server_before_;
};

TEST_F(RestoreAttacksTest, NoStatementInAnyWrappingReachesTheServer) {
  int restored = 0;
  int tried = 0;
  int number = 0;
  for (const std::string& attack : attacks::statements()) {
    for (const attacks::Wrapping& in : attacks::wrappings()) {
      if (!is_due(number++, 41)) {
        continue;
      }
      ++tried;
      restored += attempt(in.name, attacks::dump_with(attacks::wrapped(in, attack))) ? 1 : 0;
      ASSERT_FALSE(HasFailure());
    }
  }
  RecordProperty("tried", tried);
  EXPECT_GT(restored, tried / 2) << "most are left out and listed, not refused";
  ASSERT_EQ(server_->stop(), 0);
  ASSERT_TRUE(server_->start()) << server_->log();
}

TEST_F(RestoreAttacksTest, NoRoutineOrTriggerRunsWithMoreThanTheDumpsRights) {
  int number = 0;
  for (const std::string& attack : attacks::functions()) {
    for (const attacks::Wrapping& in : attacks::calls()) {
      if (!is_due(number++, 5)) {
        continue;
      }
      attempt(in.name, attacks::dump_with(attacks::wrapped(in, attack)));
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST_F(RestoreAttacksTest, ADefinerThatIsAnAccountOfTheServerBecomesAnotherOne) {
  for (const char* definer : {"root@localhost", "`root`@`localhost`", "'root'@'localhost'", "`mariadb.sys`@`localhost`",
                              "PUBLIC", "`us\xE9r`@`h`", "`''`@`%`", "``@`localhost`", "``@`127.0.0.1`"}) {
    const std::string made = std::string("CREATE DEFINER=") + definer;
    attempt(definer, attacks::dump_with(made + " PROCEDURE p() GRANT SUPER ON *.* TO PUBLIC;\n" + made +
                                        " SQL SECURITY DEFINER VIEW v AS SELECT a FROM t;\n"));
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace rehearsal
