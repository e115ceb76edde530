// What decides a migration is as in production, or is told.
#include "harness/server/server_parity.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/server/server_settings.h"

namespace rehearsal {
namespace {

const ServerRules& rules() {
  static const ServerRules loaded =
      load_server_rules(std::filesystem::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue/server.toml").value();
  return loaded;
}

DumpIndex dump_of(const std::string& server_version) {
  DumpIndex index;
  index.files.resize(2);
  index.files[1].server_version = server_version;
  return index;
}

bool has_option(const ParityOptions& parity, const std::string& option) {
  return std::find(parity.options.begin(), parity.options.end(), option) != parity.options.end();
}

std::string conditions(const ParityOptions& parity) {
  std::vector<std::string> titles;
  for (const ParityCondition& condition : parity.conditions) {
    titles.push_back(condition.title);
  }
  return join(titles, "; ");
}

// "option": given to the server; "session": to each session of a step; "condition": neither.
struct Sample {
  const char* variable;
  const char* value;
  const char* becomes;
  const char* how;
};
const Sample kSamples[] = {
    {"sql_mode", "ANSI_QUOTES,TIME_TRUNCATE_FRACTIONAL", "--sql-mode=ANSI_QUOTES", "option"},
    {"old_mode", "", "--old-mode=", "option"},
    {"character_set_server", "utf8mb3", "--character-set-server=utf8mb3", "option"},
    {"collation_server", "utf8mb4_0900_ai_ci", "--collation-server=utf8mb4_uca1400_nopad_ai_ci", "option"},
    {"innodb_default_row_format", "compact", "--innodb-default-row-format=compact", "option"},
    {"innodb_strict_mode", "OFF", "--innodb-strict-mode=OFF", "option"},
    {"innodb_large_prefix", "OFF", "innodb_large_prefix = OFF", "condition"},
    {"innodb_file_format", "Antelope", "innodb_file_format = Antelope", "condition"},
    {"innodb_page_size", "4096", "innodb_page_size = 4096", "condition"},
    {"lower_case_table_names", "1", "--lower-case-table-names=1", "option"},
    {"explicit_defaults_for_timestamp", "OFF", "--explicit-defaults-for-timestamp=OFF", "option"},
    {"transaction_isolation", "READ-COMMITTED", "--transaction-isolation=READ-COMMITTED", "option"},
    {"innodb_snapshot_isolation", "ON", "--loose-innodb-snapshot-isolation=ON", "option"},
    {"foreign_key_checks", "OFF", "foreign_key_checks = 0", "session"},
    {"unique_checks", "OFF", "unique_checks = 0", "session"},
    {"check_constraint_checks", "OFF", "check_constraint_checks = 0", "session"},
    {"max_allowed_packet", "1048576", "--max-allowed-packet=1048576", "option"},
    {"max_statement_time", "7200.000000", "max_statement_time = 7200.000000", "session"},
    {"lock_wait_timeout", "60", "--lock-wait-timeout=60", "option"},
    {"innodb_lock_wait_timeout", "5", "--innodb-lock-wait-timeout=5", "option"},
    {"default_storage_engine", "Aria", "--default-storage-engine=Aria", "option"},
    {"innodb_file_per_table", "OFF", "--innodb-file-per-table=OFF", "option"},
    {"innodb_force_primary_key", "ON", "innodb_force_primary_key = ON", "condition"},
    {"sql_require_primary_key", "ON", "sql_require_primary_key = ON", "condition"},
    {"sql_generate_invisible_primary_key", "ON", "sql_generate_invisible_primary_key = ON", "condition"},
    {"sql_safe_updates", "ON", "sql_safe_updates = 1", "session"},
    {"alter_algorithm", "INPLACE", "--alter-algorithm=INPLACE", "option"},
    {"system_versioning_alter_history", "KEEP", "--system-versioning-alter-history=KEEP", "option"},
    {"binlog_format", "ROW", "--binlog-format=ROW", "option"},
    {"log_bin_trust_function_creators", "ON", "--log-bin-trust-function-creators=ON", "option"},
    {"init_connect", "SET NAMES utf8", "init_connect = SET NAMES utf8", "condition"},
};

TEST(ServerParity, EachVariableThatDecidesIsReproducedOrACondition) {
  std::set<std::string> tested;
  for (const Sample& sample : kSamples) {
    SCOPED_TRACE(sample.variable);
    tested.insert(sample.variable);
    const ParityOptions parity = parity_server_options(rules(), {}, {{sample.variable, sample.value}}, 0, "10.11.19");
    const std::string how = sample.how;
    if (how == "condition") {
      ASSERT_EQ(parity.conditions.size(), 1U) << conditions(parity);
      EXPECT_EQ(parity.conditions[0].code, "server-variable-differs");
      EXPECT_NE(conditions(parity).find(sample.becomes), std::string::npos) << conditions(parity);
    } else {
      EXPECT_EQ(conditions(parity), "");
      EXPECT_TRUE(
          has_option(parity, how == "session" ? "--init-connect=SET " + std::string(sample.becomes) : sample.becomes))
          << join(parity.options, " ");
    }
  }
  for (const ServerVariableRule& rule : rules().variables) {
    EXPECT_TRUE(tested.contains(rule.name)) << rule.name << " decides, and no sample tests it";
  }
}

TEST(ServerParity, WhatDecidesNothingIsNoCondition) {
  const ParityOptions parity = parity_server_options(rules(), dump_of("10.11.4-MariaDB"),
                                                     {{"version", "10.11.4-MariaDB-log"},
                                                      {"wsrep_on", "ON"},
                                                      {"innodb_buffer_pool_size", "107374182400"},
                                                      {"max_connections", "10000"},
                                                      {"log_bin", "OFF"},
                                                      {"foreign_key_checks", "1"},
                                                      {"innodb_page_size", "16384"},
                                                      {"innodb_large_prefix", "on"},
                                                      {"init_connect", ""},
                                                      {"lower_case_table_names", "0"}},
                                                     0, "10.11.19");
  EXPECT_EQ(conditions(parity), "");
  EXPECT_TRUE(parity.collations.empty());
  EXPECT_EQ(parity.notes.size(), 2U) << join(parity.notes, "\n");  // wsrep, the binary log
}

TEST(ServerParity, ValuesThatNoServerHereCanHaveAreConditions) {
  EXPECT_NE(conditions(parity_server_options(rules(), {}, {{"lower_case_table_names", "2"}}, 0, "10.11.19"))
                .find("lower_case_table_names = 2"),
            std::string::npos);
  EXPECT_NE(
      conditions(parity_server_options(
                     rules(), {}, {{"character_set_collations", "utf8mb4=utf8mb4_uca1400_nopad_ai_ci"}}, 0, "10.11.19"))
          .find("character_set_collations"),
      std::string::npos);
}

// A server does not start with a collation of another character set.
TEST(ServerParity, CharacterSetAndCollationFitWhereOnlyOneIsTold) {
  const auto collation_of = [](const ServerVariables& told) {
    const ParityOptions parity = parity_server_options(rules(), {}, told, 0, "10.11.19");
    std::vector<std::string> found;
    for (const std::string& option : parity.options) {
      if (option.starts_with("--character-set-server") || option.starts_with("--collation-server")) {
        found.push_back(option);
      }
    }
    return join(found, " ");
  };
  EXPECT_EQ(collation_of({{"character_set_server", "utf8mb3"}}), "--character-set-server=utf8mb3");
  EXPECT_EQ(collation_of({{"collation_server", "latin1_swedish_ci"}}),
            "--character-set-server=latin1 --collation-server=latin1_swedish_ci");
}

TEST(ServerParity, ADefaultOfAnOlderSeriesIsTakenOver) {
  const ParityOptions parity = parity_server_options(rules(), dump_of("10.6.18-MariaDB"), {}, 0, "10.11.19");
  EXPECT_EQ(conditions(parity).find("server-variable-differs"), std::string::npos);
  EXPECT_TRUE(has_option(parity, "--explicit-defaults-for-timestamp=OFF"));
  // utf8 means utf8mb3 before 10.6 whatever old_mode says, and after it as that says.
  EXPECT_FALSE(
      has_option(parity_server_options(rules(), {}, {{"version", "10.5.29-MariaDB"}, {"old_mode", ""}}, 0, "10.11.19"),
                 "--old-mode="));
}

// A GO on another series was not shown on it.
TEST(ServerParity, AnotherSeriesIsAConditionThatSaysHowToRehearseOnIt) {
  const ParityOptions parity = parity_server_options(rules(), dump_of("10.6.22-MariaDB"), {}, 0, "10.11.19");
  ASSERT_EQ(parity.conditions.size(), 1U);
  EXPECT_EQ(parity.conditions[0].code, "server-series-differs");
  EXPECT_NE(parity.conditions[0].title.find("image = \"mariadb:10.6\""), std::string::npos);
  EXPECT_TRUE(parity_server_options(rules(), dump_of("10.11.2-MariaDB"), {}, 0, "10.11.19").conditions.empty());
}

TEST(ServerParity, EveryOtherSeriesIsACondition) {
  const std::tuple<const char*, const char*, bool> pairs[] = {
      {"10.11.14-MariaDB-0+deb12u2", "10.11.19", false},
      {"10.4.34-MariaDB", "10.11.19", true},
      {"10.5.29-MariaDB", "10.11.19", true},
      {"10.6.22-MariaDB", "10.11.19", true},
      {"5.5.5-10.6.22-MariaDB", "10.11.19", true},  // as a client of MySQL is told it
      {"11.4.5-MariaDB", "10.11.19", true},
      {"11.8.9-MariaDB", "10.11.19", true},
      {"11.8.9-MariaDB", "11.8.2", false},
      {"10.11.14-MariaDB", "11.8.9", true},
      {"10.1.48-MariaDB", "10.11.19", true},
      {"12.3.1-MariaDB", "11.8.9", true},
      {"", "10.11.19", false}};
  for (const auto& [production, server, is_condition] : pairs) {
    SCOPED_TRACE(std::string(production) + " on " + server);
    const ParityOptions of_dump = parity_server_options(rules(), dump_of(production), {}, 0, server);
    EXPECT_EQ(!conditions(of_dump).empty(), is_condition) << conditions(of_dump);
    if (*production != '\0') {
      const ParityOptions told = parity_server_options(rules(), {}, {{"version", production}}, 0, server);
      EXPECT_EQ(conditions(told), conditions(of_dump));
    }
  }
  // That production is MySQL is a finding of the dump; where only the variables say so, it is one of these.
  EXPECT_EQ(conditions(parity_server_options(rules(), dump_of("8.0.39"), {}, 0, "10.11.19")), "");
  EXPECT_NE(conditions(parity_server_options(rules(), {}, {{"version", "8.0.39"}}, 0, "10.11.19")), "");
  DumpIndex two = dump_of("10.11.14-MariaDB");
  two.files[0].server_version = "11.8.9-MariaDB";
  EXPECT_NE(conditions(parity_server_options(rules(), two, {}, 0, "11.8.9")).find("a dump comes from"),
            std::string::npos);
}

// A table of 10.11 and one that a migration makes under 11.8 would not be alike enough for a foreign key.
TEST(ServerParity, ANewerServerKeepsTheCollationsOfProduction) {
  constexpr const char* kKeep = "--character-set-collations=";
  const std::tuple<const char*, const char*, bool> pairs[] = {
      {"10.11.19-MariaDB", "11.8.9", true},   {"11.4.2-MariaDB", "11.8.9", true},
      {"11.8.9-MariaDB", "11.8.9", false},    {"10.11.19-MariaDB", "11.4.2", false},
      {"10.6.18-MariaDB", "10.11.19", false}, {"", "11.8.9", false}};
  for (const auto& [dumped, server, keeps] : pairs) {
    SCOPED_TRACE(std::string(dumped) + " on " + server);
    const ParityOptions parity = parity_server_options(rules(), dump_of(dumped), {}, 0, server);
    EXPECT_EQ(has_option(parity, kKeep), keeps);
    EXPECT_EQ(join(parity.notes, "\n").find("collations that production") != std::string::npos, keeps);
    EXPECT_TRUE(parity.collations.empty());
  }
  const ServerVariables told = {{"version", "11.3.2-MariaDB"}, {"character_set_collations", "utf8mb4=utf8mb4_bin"}};
  EXPECT_TRUE(has_option(parity_server_options(rules(), {}, told, 0, "11.8.9"),
                         "--character-set-collations=utf8mb4=utf8mb4_bin"));
  EXPECT_TRUE(has_option(parity_server_options(rules(), dump_of("8.0.36"), {}, 0, "11.8.9"),
                         "--character-set-collations=utf8mb4=utf8mb4_uca1400_nopad_ai_ci"));
}

TEST(ServerParity, OnAnOlderServerTheTwoCollationsChangePlaces) {
  const CollationMap swap = {{"utf8mb3_general_ci", "utf8mb3_uca1400_ai_ci"},
                             {"utf8mb3_uca1400_ai_ci", "utf8mb3_general_ci"},
                             {"utf8mb4_general_ci", "utf8mb4_uca1400_ai_ci"},
                             {"utf8mb4_uca1400_ai_ci", "utf8mb4_general_ci"}};
  const ParityOptions parity = parity_server_options(rules(), dump_of("11.8.9-MariaDB"), {}, 0, "10.11.19");
  EXPECT_EQ(parity.collations, swap);
  EXPECT_NE(parity.conditions.at(0).detail.find("rehearsal/mariadb:11.8"), std::string::npos);
  const ServerVariables told = {{"version", "11.8.9-MariaDB"},
                                {"collation_server", "utf8mb4_uca1400_ai_ci"},
                                {"character_set_collations", "utf8mb3=uca1400_ai_ci,utf8mb4=utf8mb4_uca1400_ai_ci"}};
  const ParityOptions as_told = parity_server_options(rules(), {}, told, 0, "10.11.19");
  EXPECT_EQ(as_told.collations, swap);
  EXPECT_TRUE(has_option(as_told, "--collation-server=utf8mb4_general_ci"));
  // Who told the newer server to keep the old ones has the same as here.
  const ServerVariables kept = {{"version", "11.8.9-MariaDB"}, {"character_set_collations", ""}};
  const ParityOptions same = parity_server_options(rules(), {}, kept, 0, "10.11.19");
  EXPECT_TRUE(same.collations.empty());
  EXPECT_EQ(conditions(same).find("another collation"), std::string::npos) << conditions(same);

  EXPECT_EQ(as_in_production("`a` varchar(3) COLLATE utf8mb3_general_ci, b COLLATE utf8mb3_general_ci_x", swap),
            "`a` varchar(3) COLLATE utf8mb3_uca1400_ai_ci, b COLLATE utf8mb3_general_ci_x");
}

TEST(ServerParity, ADumpWithoutAHeadIsToldByTheCollationOfItsDatabases) {
  DumpIndex index = dump_of("");
  index.schemas = {
      {"c", "CREATE DATABASE `c` /*!40100 DEFAULT CHARACTER SET utf8mb3 COLLATE utf8mb3_uca1400_ai_ci */"}};
  const ParityOptions parity = parity_server_options(rules(), index, {}, 0, "10.11.19");
  EXPECT_FALSE(parity.collations.empty());
  EXPECT_NE(conditions(parity).find("11.5 or later"), std::string::npos) << conditions(parity);
  EXPECT_EQ(conditions(parity_server_options(rules(), index, {}, 0, "11.8.9")), "");
}

TEST(ServerParity, OptionFilesWriteSizesAndOldNamesInTheirOwnWay) {
  const ServerVariables kolla = {{"innodb_page_size", "16k"},
                                 {"collation_server", "utf8_general_ci"},
                                 {"character_set_server", "utf8"},
                                 {"max_allowed_packet", "64M"}};
  const ParityOptions parity = parity_server_options(rules(), {}, kolla, 0, "10.11.19");
  EXPECT_EQ(conditions(parity), "");
  EXPECT_TRUE(has_option(parity, "--collation-server=utf8mb3_general_ci"));
  EXPECT_TRUE(has_option(parity, "--max-allowed-packet=67108864"));
}

TEST(ServerParity, WhatIsMappedAlreadyStaysAsItIs) {
  DumpIndex index;
  index.map_collations = {{"utf8mb3_general_ci", "utf8mb3_bin"}};
  index.mapped_collations = {{"utf8mb3_general_ci", 2}};
  map_more_collations(
      index, {{"utf8mb3_general_ci", "utf8mb3_uca1400_ai_ci"}, {"utf8mb3_uca1400_ai_ci", "utf8mb3_general_ci"}});
  EXPECT_EQ(index.map_collations.at("utf8mb3_general_ci"), "utf8mb3_bin");
  EXPECT_EQ(index.mapping_text("utf8mb3_general_ci"),
            "the collation utf8mb3_general_ci is replaced by utf8mb3_bin at 2 places");
  EXPECT_EQ(index.mapping_text("utf8mb3_uca1400_ai_ci"),
            "the collation utf8mb3_uca1400_ai_ci is replaced by utf8mb3_general_ci");
}

TEST(ServerParity, AServerStartsUnderAllOfThemAndAStepsSessionsBeginAsInProduction) {
  std::string why;
  auto server = TestServer::make(why);
  if (!server) {
    GTEST_SKIP() << why;
  }
  ServerVariables production;
  for (const Sample& sample : kSamples) {
    if (std::string(sample.how) != "condition") {
      production[sample.variable] = sample.value;
    }
  }
  production["collation_server"] = "utf8mb3_general_ci";  // of the character set above
  const ParityOptions parity = parity_server_options(rules(), {}, production, 0, "10.11.19");
  ASSERT_TRUE(server->start(parity.options)) << server->log();
  EXPECT_EQ(server->sql()
                ->value("SELECT CONCAT_WS(' ', @@GLOBAL.sql_mode, @@GLOBAL.collation_server, @@log_bin, @@userstat,"
                        " @@lower_case_table_names, @@GLOBAL.max_allowed_packet, @@innodb_doublewrite)")
                .value(),
            "ANSI_QUOTES utf8mb3_general_ci ON ON 1 1048576 ON");
  ASSERT_TRUE(
      server->sql()->execute("CREATE OR REPLACE USER svc@'%' IDENTIFIED BY " + sql_string(TestServer::kPassword)));
  const auto step = Sql::connect(server->socket(), "svc", TestServer::kPassword, "");
  ASSERT_TRUE(step) << to_text(step.error());
  EXPECT_EQ((*step)->value("SELECT CONCAT(@@foreign_key_checks, @@unique_checks, @@check_constraint_checks)").value(),
            "OFFOFFOFF");
}

}  // namespace
}  // namespace rehearsal
