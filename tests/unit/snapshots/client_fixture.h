// Dumps given to the client and to a restore, and what each leaves in the server.
#pragma once

#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "server_fixture.h"

#include "base/text.h"
#include "snapshots/load/restore.h"
#include "snapshots/prove/proof.h"

namespace rehearsal {

class ClientTest : public ServerTest {
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
    if (server_ != nullptr && !IsSkipped()) {
      wipe();
    }
  }

  static SqlLogin target() { return {server_->socket(), "root", TestServer::kPassword}; }
  static std::string socket() { return " -uroot -S " + server_->socket().string() + " "; }

  // The words of the first command that fails, empty where none does.
  static std::string shell(const std::string& line) {
    Command command;
    command.argv = {"sh", "-c", line};
    command.environment = own_environment();
    command.environment["MYSQL_PWD"] = TestServer::kPassword;
    command.timeout_seconds = 120;
    const auto ran = run_checked(command);
    return ran ? "" : to_text(ran.error());
  }

  static std::vector<std::string> schemas(const char* that) {
    std::vector<std::string> names;
    const auto rows = server_->sql()->query(
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA s WHERE SCHEMA_NAME NOT IN ('mysql', 'sys',"
        " 'performance_schema', 'information_schema')" +
        std::string(that) + " ORDER BY 1");
    for (const Row& row : rows.value_or(std::vector<Row>())) {
      names.push_back(row[0].value_or(""));
    }
    return names;
  }
  static void wipe() {
    const auto sql = server_->sql();
    ASSERT_TRUE(sql->execute("SET SESSION foreign_key_checks = 0"));
    for (const std::string& schema : schemas("")) {
      ASSERT_TRUE(sql->execute("DROP DATABASE " + sql_name(schema))) << schema;
    }
  }

  // All that the server holds, as text: every object, every row. Schemas without anything in them are left out.
  static std::string state() {
    std::string names;
    for (const std::string& schema :
         schemas(" AND (EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = s.SCHEMA_NAME)"
                 " OR EXISTS (SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = s.SCHEMA_NAME)"
                 " OR EXISTS (SELECT 1 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = s.SCHEMA_NAME))")) {
      names += " '" + schema + "'";
    }
    const std::string file = (server_->dir() / "state.sql").string();
    if (names.empty()) {
      return "";
    }
    EXPECT_EQ(shell("mariadb-dump --max-allowed-packet=64M" + socket() +
                    "--skip-comments --hex-blob --order-by-primary --skip-extended-insert --routines --events "
                    "--triggers --databases" +
                    names + " > " + file),
              "");
    // The test's own account is root@localhost, which a restore gives to nobody.
    static const std::regex own_definer("([`\"])(definer|restore)_[0-9a-f]{20}[`\"]@");
    return std::regex_replace(read_file(file).value_or(""), own_definer, "$1root$1@");
  }

  static std::string first_difference(const std::string& ours, const std::string& theirs) {
    const std::vector<std::string> mine = lines_of(ours);
    const std::vector<std::string> other = lines_of(theirs);
    for (std::size_t i = 0; i < std::max(mine.size(), other.size()); ++i) {
      const std::string one = i < mine.size() ? mine[i] : "(end)";
      const std::string two = i < other.size() ? other[i] : "(end)";
      if (one != two) {
        return "restored: " + one.substr(0, 300) + "\n  client: " + two.substr(0, 300);
      }
    }
    return "";
  }

  static std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = server_->dir() / name;
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

  // The client's words where it fails. The files are one stream to it, as by `cat`.
  static std::string client(const std::vector<std::string>& files, const std::string& into = {},
                            const std::string& options = {}) {
    if (!into.empty()) {
      EXPECT_TRUE(server_->sql()->execute("CREATE DATABASE IF NOT EXISTS " + sql_name(into)));
    }
    return shell("cat " + join(files, " ") + " | mariadb --max-allowed-packet=64M " + options +
                 " --default-character-set=utf8mb4 --init-command=\"SET sql_mode='NO_AUTO_VALUE_ON_ZERO', "
                 "foreign_key_checks=0, unique_checks=0, innodb_strict_mode=0\"" +
                 socket() + into);
  }

  // Scans, restores and proves; the words where that is refused.
  static std::string restored(const std::vector<std::string>& files, const std::string& schema = {},
                              ProofDepth depth = ProofDepth::redump) {
    std::vector<DumpInput> inputs;
    for (const std::string& file : files) {
      inputs.push_back({file, schema});
    }
    const auto index = scan_in_order(inputs);
    if (!index) {
      return to_text(index.error());
    }
    if (const auto usable = require_usable(*index); !usable) {
      return to_text(usable.error());
    }
    const auto report = restore_dumps(inputs, *index, target(), {.jobs = 2, .least_bytes = 0, .progress = {}});
    if (!report) {
      return to_text(report.error());
    }
    const auto proof = prove(depth, target(), inputs, *index, server_->dir());
    if (!proof) {
      ADD_FAILURE() << to_text(proof.error());
      return to_text(proof.error());
    }
    return proof->proven() ? "" : proof->text();
  }

  // Both, held against each other: "" where the client restores it and both hold the same.
  static std::string compared(const std::vector<std::string>& files, const std::string& into = {}) {
    wipe();
    if (const std::string failed = client(files, into); !failed.empty()) {
      return "the client: " + failed;
    }
    const std::string theirs = state();
    wipe();
    if (const std::string refused = restored(files); !refused.empty()) {
      return "refused: " + refused;
    }
    return first_difference(state(), theirs);
  }
};

}  // namespace rehearsal
