// The shipped rules on the versions that services wrote, on a real server: what stops the services of a release, and
// what they do not mind.
#include <array>
#include <filesystem>

#include "unit/snapshots/server_fixture.h"
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/lane/service_versions.h"
#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

class ServiceVersions : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    auto catalogue = load_catalogue(std::filesystem::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue");
    ASSERT_TRUE(catalogue) << to_text(catalogue.error());
    catalogue_ = std::move(*catalogue);
    sql_ = server_->sql();
  }

  void run(const std::string& statement) {
    const auto done = sql_->execute(statement);
    ASSERT_TRUE(done) << statement << "\n" << to_text(done.error());
  }

  Lane lane(const std::string& service, const std::string& release, const std::map<std::string, std::string>& schemas,
            const std::string& config = "") {
    Lane lane;
    lane.service = service;
    lane.schemas = schemas;
    lane.first_target = release;
    lane.versions = version_questions(catalogue_.service(service)->version_rules, release, config);
    return lane;
  }

  std::vector<Finding> judge(const Lane& lane) {
    auto findings = judge_service_versions(*sql_, *catalogue_.service(lane.service), lane);
    EXPECT_TRUE(findings) << to_text(findings.error());
    return findings ? *findings : std::vector<Finding>();
  }

  Catalogue catalogue_;
  std::unique_ptr<Sql> sql_;
};

// --- computes -------------------------------------------------------------------------------------------------------

class ComputeVersions : public ServiceVersions {
 protected:
  const std::map<std::string, std::string> kSchemas = {
      {"api", "v_api"}, {"cell0", "v_cell0"}, {"cell1", "v_one"}, {"cell2", "v_two"}};

  void SetUp() override {
    ServiceVersions::SetUp();
    if (!sql_) {
      return;
    }
    for (const auto& [part, schema] : kSchemas) {
      run("CREATE OR REPLACE DATABASE " + schema);
      if (part != "api") {
        run("CREATE TABLE " + schema +
            ".services (created_at DATETIME, updated_at DATETIME, deleted_at DATETIME, id INT PRIMARY KEY "
            "AUTO_INCREMENT,"
            " host VARCHAR(255), `binary` VARCHAR(255), deleted INT, last_seen_up DATETIME, forced_down TINYINT(1),"
            " version INT, uuid VARCHAR(36))");
      }
    }
    add("v_one", 66, "'2026-11-23 08:03:06'");
    add("v_two", 67, "'2026-11-23 08:03:00'");
  }

  void add(const std::string& schema, int version, const std::string& seen, const std::string& deleted = "0",
           const std::string& forced_down = "0", const std::string& binary = "nova-compute") {
    run(
        fmt::format("INSERT INTO {}.services (created_at, host, `binary`, deleted, last_seen_up, forced_down, version,"
                    " uuid) VALUES ('2020-01-01', UUID(), '{}', {}, {}, {}, {}, UUID())",
                    schema, binary, deleted, seen, forced_down, version));
  }

  std::vector<Finding> of(const std::string& release, const std::string& config = "") {
    return judge(lane("nova", release, kSchemas, config));
  }
};

constexpr const char* kLongAgo = "'2022-11-19 03:12:44'";

TEST_F(ComputeVersions, OfEveryReleaseBelowAtAndAboveTheBound) {
  const std::map<std::string, int> bounds = {{"2023.1", 61}, {"2023.2", 66}, {"2024.1", 66}, {"2024.2", 66},
                                             {"2025.1", 66}, {"2025.2", 68}, {"2026.1", 68}, {"2026.2", 72}};
  for (const auto& [release, bound] : bounds) {
    for (const int version : {bound - 1, bound, bound + 1}) {
      for (const char* schema : {"v_cell0", "v_one", "v_two"}) {
        run(fmt::format("DELETE FROM {}.services", schema));
      }
      add("v_one", version, kLongAgo);
      const std::vector<Finding> found = of(release);
      EXPECT_EQ(found.size(), version < bound ? 1U : 0U) << release << " " << version;
      for (const Finding& finding : found) {
        EXPECT_EQ(finding.severity, Severity::blocker);
        EXPECT_EQ(finding.table, "v_one.services");
        EXPECT_EQ(finding.row_count, 1);
      }
    }
  }
}

TEST_F(ComputeVersions, WhatIsDeletedForcedDownOrAnotherProgramIsNotMinded) {
  add("v_one", 57, kLongAgo, "9");
  add("v_one", 57, kLongAgo, "0", "1");
  add("v_one", 57, kLongAgo, "0", "0", "nova-conductor");
  EXPECT_TRUE(of("2025.1").empty());
}

TEST_F(ComputeVersions, EveryCellCountsWhateverTheHeartbeat) {
  add("v_cell0", 57, "NULL");
  add("v_two", 61, "'2026-11-23 08:03:06'");
  add("v_two", 61, kLongAgo);
  const std::vector<Finding> found = of("2025.1");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].row_count, 3);
  EXPECT_EQ(found[0].table, "v_two.services");
  EXPECT_NE(found[0].detail.find("v_two.services: 2 rows; v_cell0.services: 1 row"), std::string::npos);
  EXPECT_NE(found[0].detail.find("1 of them were renewed"), std::string::npos) << found[0].detail;
  ASSERT_TRUE(found[0].fix);
  EXPECT_EQ(found[0].fix->sql, "") << "the record of a service that runs is not to be taken away";
  EXPECT_NE(found[0].fix->decision, "");
}

TEST_F(ComputeVersions, AliveIsMeantAgainstTheNewestHeartbeatOfAllCells) {
  run("DELETE FROM v_one.services");
  add("v_one", 57, kLongAgo);  // the newest of its cell, and long dead all the same
  const Lane asked = lane("nova", "2025.1", kSchemas);
  std::vector<Finding> found = judge(asked);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].fix);
  ASSERT_NE(found[0].fix->sql, "");
  const VersionQuestion* question = version_question_of(asked, found[0]);
  ASSERT_NE(question, nullptr);
  const Service& service = *catalogue_.service("nova");
  EXPECT_TRUE(still_too_old(*sql_, service, asked, *question).value());
  run(found[0].fix->sql.substr(0, found[0].fix->sql.rfind(';')));
  EXPECT_FALSE(still_too_old(*sql_, service, asked, *question).value());
  EXPECT_EQ(sql_->value("SELECT COUNT(*) FROM v_two.services WHERE deleted = 0").value(), "1");
}

TEST_F(ComputeVersions, TheOperatorsWorkaroundMakesItACondition) {
  add("v_one", 57, kLongAgo);
  EXPECT_EQ(of("2025.1", "[workarounds]\ndisable_compute_service_check_for_ffu = True\n").at(0).severity,
            Severity::warning);
  EXPECT_EQ(of("2025.1", "[workarounds]\ndisable_compute_service_check_for_ffu = false\n").at(0).severity,
            Severity::blocker);
  EXPECT_EQ(of("2025.1", "[DEFAULT]\ndisable_compute_service_check_for_ffu = true\n").at(0).severity,
            Severity::blocker);
}

TEST_F(ComputeVersions, ARecordOfVersionZeroHidesItsCell) {
  add("v_one", 57, kLongAgo);
  add("v_one", 0, kLongAgo);
  std::vector<Finding> found = of("2025.1");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  add("v_two", 57, kLongAgo);
  found = of("2025.1");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::blocker);
  EXPECT_EQ(found[0].table, "v_two.services");
}

TEST_F(ComputeVersions, ASchemaWithoutTheTableIsPassedOver) {
  run("DROP TABLE v_two.services");
  add("v_one", 57, kLongAgo);
  EXPECT_EQ(of("2025.1").size(), 1U);
}

TEST_F(ComputeVersions, LaterHopsSayWhatTheyTakeForGranted) {
  Lane two = lane("nova", "2025.1", kSchemas);
  PlanStep& step = two.steps.emplace_back();
  step.release = "2025.1";
  step.phase = Phase::check;
  EXPECT_TRUE(judge(two).empty());
  two.steps.push_back(step);
  two.steps.back().release = "2026.1";
  const std::vector<Finding> found = judge(two);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, "service-versions-assumed");
  EXPECT_EQ(found[0].severity, Severity::info);
}

TEST_F(ComputeVersions, TheCheckThatAsksTheSameIsKnown) {
  add("v_one", 57, kLongAgo);
  const Lane asked = lane("nova", "2025.1", kSchemas);
  std::vector<Finding> told = judge(asked);
  Finding check;
  check.code = "check-failed";
  check.release = "2025.1";
  check.title = "upgrade check 'Older than N-1 computes' says Failure";
  EXPECT_EQ(version_finding_of_check(asked, check, told), &told.front());
  check.release = "2026.1";
  EXPECT_EQ(version_finding_of_check(asked, check, told), nullptr);
  check.release = "2025.1";
  check.title = "upgrade check 'Cells v2' says Failure";
  EXPECT_EQ(version_finding_of_check(asked, check, told), nullptr);
}

// --- volume services ------------------------------------------------------------------------------------------------

class VolumeVersions : public ServiceVersions {
 protected:
  void SetUp() override {
    ServiceVersions::SetUp();
    if (!sql_) {
      return;
    }
    run("CREATE OR REPLACE DATABASE v_volumes");
    run("CREATE TABLE v_volumes.services (created_at DATETIME, updated_at DATETIME, deleted_at DATETIME,"
        " deleted TINYINT(1), id INT PRIMARY KEY AUTO_INCREMENT, host VARCHAR(255), `binary` VARCHAR(255),"
        " rpc_current_version VARCHAR(36), object_current_version VARCHAR(36), uuid VARCHAR(36))");
    add("cinder-scheduler", "'3.12'", "'1.39'");
    add("cinder-volume", "'3.17'", "'1.39'");
    add("cinder-backup", "'2.4'", "'1.39'");
  }

  void add(const std::string& binary, const std::string& rpc, const std::string& objects,
           const std::string& updated = "'2026-11-23 08:03:06'", int deleted = 0) {
    run(fmt::format(
        "INSERT INTO v_volumes.services (created_at, updated_at, deleted, host, `binary`,"
        " rpc_current_version, object_current_version, uuid) VALUES ('2020-01-01', {}, {}, UUID(), '{}', {},"
        " {}, UUID())",
        updated, deleted, binary, rpc, objects));
  }

  std::vector<Finding> found() { return judge(lane("cinder", "2025.1", {{"db", "v_volumes"}})); }
};

TEST_F(VolumeVersions, AHealthyCloudIsQuiet) {
  add("cinder-volume", "NULL", "NULL", kLongAgo, 1);
  add("cinder-volume", "'1.0'", "'1.11'", kLongAgo, 1);
  EXPECT_TRUE(found().empty());
}

TEST_F(VolumeVersions, ARecordWithoutAVersionStopsTheServices) {
  add("cinder-backup", "NULL", "'1.39'", kLongAgo);
  add("cinder-other", "NULL", "'1.39'", kLongAgo);
  add("cinder-other", "'1.0'", "NULL", kLongAgo);
  const std::vector<Finding> told = found();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].severity, Severity::blocker);
  EXPECT_EQ(told[0].row_count, 2);
  run(told[0].fix->sql.substr(0, told[0].fix->sql.rfind(';')));
  EXPECT_TRUE(found().empty());
}

TEST_F(VolumeVersions, AnOldVersionIsACondition) {
  add("cinder-volume", "'3.17'", "'1.11'", kLongAgo);
  add("cinder-volume", "'3.17'", "'1.38'", kLongAgo);
  add("cinder-scheduler", "'2.3'", "'1.39'", kLongAgo);
  const std::vector<Finding> told = found();
  ASSERT_EQ(told.size(), 3U);
  for (const Finding& finding : told) {
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.row_count, 1);
    run(finding.fix->sql.substr(0, finding.fix->sql.rfind(';')));
  }
  EXPECT_TRUE(found().empty());
}

// --- agents ---------------------------------------------------------------------------------------------------------

class AgentVersions : public ServiceVersions {
 protected:
  void SetUp() override {
    ServiceVersions::SetUp();
    if (!sql_) {
      return;
    }
    run("CREATE OR REPLACE DATABASE v_agents");
    run("CREATE TABLE v_agents.agents (id VARCHAR(36) PRIMARY KEY, agent_type VARCHAR(255), host VARCHAR(255),"
        " admin_state_up TINYINT(1), heartbeat_timestamp DATETIME, resource_versions VARCHAR(8191))");
  }

  void add(const std::string& versions, const std::string& seen = "'2026-11-23 08:03:06'", int admin_state_up = 1) {
    run(fmt::format("INSERT INTO v_agents.agents VALUES (UUID(), 'Open vSwitch agent', UUID(), {}, {}, {})",
                    admin_state_up, seen, versions));
  }

  static std::string reports(const std::string& policy, const std::string& port, const std::string& network) {
    return fmt::format(R"('{{"QosPolicy": "{}", "Port": "{}", "Network": "{}"}}')", policy, port, network);
  }

  std::vector<Finding> of(const std::string& release) { return judge(lane("neutron", release, {{"db", "v_agents"}})); }
};

// What each release's own agents report.
const std::vector<std::array<std::string, 3>> kAgentsOf = {
    {"2023.1", "1.7", "1.1"},  {"2023.2", "1.8", "1.1"},  {"2024.1", "1.9", "1.1"},  {"2024.2", "1.10", "1.1"},
    {"2025.1", "1.10", "1.2"}, {"2025.2", "1.10", "1.2"}, {"2026.1", "1.10", "1.2"}, {"2026.2", "1.11", "1.3"}};

TEST_F(AgentVersions, OfEveryReleaseAgainstTheServersOfEvery) {
  for (const auto& [agents, port, network] : kAgentsOf) {
    run("DELETE FROM v_agents.agents");
    add(reports("1.10", port, network));
    for (const auto& [servers, most_port, most_network] : kAgentsOf) {
      const bool newer = agents > servers && (port != most_port || network != most_network);
      const std::vector<Finding> found = of(servers);
      ASSERT_EQ(found.size(), newer ? 1U : 0U) << "agents of " << agents << ", servers of " << servers;
      if (newer) {
        EXPECT_EQ(found[0].severity, Severity::warning);
        EXPECT_EQ(found[0].table, "v_agents.agents");
        EXPECT_EQ(found[0].fix->sql, "") << "no record of an agent that runs is to be changed";
      }
    }
  }
}

TEST_F(AgentVersions, WhatIsDownOrSaysNothingIsNotMinded) {
  add(reports("1.10", "1.7", "1.1"));
  add(reports("1.10", "1.99", "1.1"), "'2026-11-23 08:00:35'");  // a second longer than servers wait for it
  add(reports("1.2", "1.1", "1.0"), "'2019-11-23 08:03:06'");
  add(reports("1.2", "1.99", "1.0"), "'2026-11-23 08:03:06'", 0);
  for (const char* nothing : {"NULL", "''", "'{}'", "'no JSON'", R"('{"Log": "1.0"}')", R"('{"Port": null}')"}) {
    add(nothing);
  }
  EXPECT_TRUE(of("2023.1").empty());
  EXPECT_TRUE(of("2025.1").empty());
}

TEST_F(AgentVersions, PoliciesThatServersDoNotMakeAnyMoreAreACondition) {
  add(reports("1.7", "1.1", "1.0"));
  add(reports("1.8", "1.4", "1.0"));
  const std::vector<Finding> found = of("2025.1");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[0].row_count, 1);
  EXPECT_NE(found[0].title.find("1.8"), std::string::npos) << found[0].title;
}

}  // namespace
}  // namespace rehearsal
