// What `rehearse inspect --path` tells of a case without running a migration on its data.

#include "integration/program.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

using nlohmann::json;

json foreseen(const std::string& name) {
  const auto result = run_process(rehearse_command(
      {"inspect", "--path", (case_folder(name) / "scenario.toml").string(), "--engine", "process", "--json"}));
  EXPECT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->exit_status, 0) << result->err;
  return json::parse(result->out).at("services").at(0);
}

TEST(Foresight, SeesTheIndexThatAStepWillNotFind) {
  const json service = foreseen("placement-redundant-index-already-dropped");
  ASSERT_EQ(service.at("findings").size(), 1U) << service.dump(2);
  const json& finding = service.at("findings").at(0);
  EXPECT_EQ(finding.at("code"), "cannot-drop");
  EXPECT_EQ(finding.at("table"), "placement.resource_providers");
  EXPECT_EQ(finding.at("revision"), "a082b8bb98d0");
  EXPECT_EQ(finding.at("step"), "placement:2023.2:sync");
}

TEST(Foresight, CountsTheRowsThatAColumnWillRefuse) {
  const json service = foreseen("cinder-use-quota-null-on-deleted");
  ASSERT_EQ(service.at("findings").size(), 2U) << service.dump(2);
  const json& volumes = service.at("findings").at(0);
  EXPECT_EQ(volumes.at("code"), "null-in-not-null");
  EXPECT_EQ(volumes.at("table"), "cinder.volumes");
  EXPECT_EQ(volumes.at("row_count"), 220);
  EXPECT_EQ(volumes.at("soft_deleted"), 100);
}

TEST(Foresight, NamesTheRevisionsWhoseCodeWorksOnRows) {
  if (!is_survey()) {
    GTEST_SKIP() << "a part of the survey: its reference takes as long as all others";
  }
  const json service = foreseen("neutron-orphaned-port-bindings-foreign-key");
  const json* moved = nullptr;
  for (const json& code : service.at("row_code")) {
    // These look at the schema alone.
    for (const char* other : {"0aefee21cd87", "ad80a9f07c5c", "175fa80908e1"}) {
      EXPECT_NE(code.at("revision"), other) << code.dump(2);
    }
    if (code.at("revision") == "5bcb7b31ec7d") {
      moved = &code;
    }
  }
  ASSERT_NE(moved, nullptr) << service.dump(2);
  EXPECT_EQ(
      moved->at("file"),
      "neutron/db/migration/alembic_migrations/versions/2024.2/expand/5bcb7b31ec7d_add_port_trusted_attribute.py");
  EXPECT_EQ(moved->at("tables"), json({"neutron.ml2_port_bindings"}));
}

}  // namespace
}  // namespace rehearsal
