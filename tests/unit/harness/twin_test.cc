#include "harness/twin/twin.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "harness/twin/foresight.h"
#include "harness/twin/twin_store.h"
#include "scenarios/lane_plan.h"

namespace rehearsal {
namespace {

TableShape shape(std::vector<std::string> lines) {
  TableShape result;
  result.lines = std::move(lines);
  return result;
}

// An API schema and one cell that stands for all.
Twin reference() {
  Twin twin;
  twin.schemas = {{"api", "compute_api"}, {"cell", "compute"}};
  twin.revisions = {{"compute_api", "a1"}, {"compute", "c1"}};
  twin.start.tables = {{"compute_api.hosts", shape({"`id` int(11)"})},
                       {"compute.nodes", shape({"`id` int(11)", "REFERENCES `compute`.`x`"})},
                       {"compute.old", shape({"`id` int(11)"})}};
  twin.start.cascades = {{"compute.nodes", "compute.old"}};
  Schema after = twin.start;
  after.tables["compute.nodes"] = shape({"`id` int(11)", "`uuid` varchar(36)"});
  after.tables.erase("compute.old");
  after.cascades.clear();
  twin.steps = {{"compute:2025.1:sync:api", "2025.1", Phase::sync, "api", twin.start, {}},
                {"compute:2025.1:sync:cell",
                 "2025.1",
                 Phase::sync,
                 "cell",
                 after,
                 {{"ALTER TABLE nodes ADD COLUMN uuid VARCHAR(36)", "compute", "c2"}},
                 {"c2", "c3"},
                 {{"c3", "compute.nodes", true}}}};
  return twin;
}

Service compute() {
  Service service;
  service.name = "compute";
  service.cells = CellRule{.schema_role = "api",
                           .table = "mappings",
                           .name_column = "name",
                           .url_column = "url",
                           .id_column = "uuid",
                           .first_cell_id = "0000",
                           .first_cell_part = "cell0",
                           .only_cell_part = "cell1",
                           .default_schema = "compute"};
  return service;
}

Lane lane_with_two_cells() {
  Lane lane;
  lane.service = "compute";
  lane.schemas = {{"api", "their_api"}, {"cell0", "their_cell0"}, {"east", "their_east"}};
  for (const auto& [part, schema] : lane.schemas) {
    PlanStep step;
    step.id = "compute:2025.1:sync:" + part;
    step.service = "compute";
    step.release = "2025.1";
    step.phase = Phase::sync;
    step.part = part;
    step.schemas = {schema};
    lane.steps.push_back(step);
  }
  return lane;
}

std::vector<std::string> names(const Schema& schema) {
  std::vector<std::string> result;
  for (const auto& [name, ignored] : schema.tables) {
    result.push_back(name);
  }
  return result;
}

TEST(Twin, IsTheSameAfterBeingKept) {
  const Twin before = reference();
  const nlohmann::ordered_json kept = twin_json(before);
  const Twin after = twin_from(nlohmann::ordered_json::parse(kept.dump()));
  EXPECT_EQ(twin_json(after), kept);
  EXPECT_EQ(names(after.end()), (std::vector<std::string>{"compute.nodes", "compute_api.hosts"}));
  EXPECT_EQ(after.end().tables.at("compute.nodes").lines.size(), 2U);
  EXPECT_TRUE(after.end().cascades.empty());
  ASSERT_EQ(after.steps.size(), 2U);
  EXPECT_EQ(after.steps[1].statements.at(0).revision, "c2");
  EXPECT_EQ(after.steps[1].revisions, (std::vector<std::string>{"c2", "c3"}));
  EXPECT_EQ(after.steps[1].row_work, (std::vector<TwinRowWork>{{"c3", "compute.nodes", true}}));
}

TEST(Twin, OneCellGoesForEachOfTheLane) {
  const Twin twin = fit(reference(), compute(), lane_with_two_cells());
  EXPECT_EQ(names(twin.start), (std::vector<std::string>{"their_api.hosts", "their_cell0.nodes", "their_cell0.old",
                                                         "their_east.nodes", "their_east.old"}));
  EXPECT_EQ(twin.start.tables.at("their_east.nodes").lines.at(1), "REFERENCES `their_east`.`x`");
  EXPECT_EQ(twin.revisions.at("their_cell0"), "c1");
  ASSERT_EQ(twin.steps.size(), 3U);
  EXPECT_EQ(twin.steps[1].id, "compute:2025.1:sync:cell0");
  EXPECT_EQ(names(twin.steps[1].after),
            (std::vector<std::string>{"their_api.hosts", "their_cell0.nodes", "their_east.nodes", "their_east.old"}));
  EXPECT_EQ(twin.steps[2].statements.at(0).schema, "their_east");
  EXPECT_EQ(twin.steps[2].row_work.at(0).table, "their_east.nodes");
  EXPECT_EQ(names(twin.end()), (std::vector<std::string>{"their_api.hosts", "their_cell0.nodes", "their_east.nodes"}));
}

TEST(Twin, AStepThatFailsWithoutRowsIsNamedAsTheLanes) {
  Twin made = reference();
  made.steps.pop_back();
  made.failed_step = "compute:2025.1:sync:cell";
  made.failure = "ImportError";
  const Twin twin = fit(made, compute(), lane_with_two_cells());
  EXPECT_EQ(twin.failed_step, "compute:2025.1:sync:cell0");
  EXPECT_EQ(twin.failure, "ImportError");
}

TEST(RowCodeOfPath, NamesTheRevisionsThatWorkOnRowsAndTheirFiles) {
  const auto site = make_unique_dir(std::filesystem::temp_directory_path(), "rehearsal-row-code");
  ASSERT_TRUE(site);
  const auto ship = [&](const std::string& name, const std::string& revision, const std::string& code) {
    const std::filesystem::path file = *site / "lib/python3.11/site-packages/compute/versions" / name;
    ASSERT_TRUE(make_private_dir(file.parent_path()));
    ASSERT_TRUE(write_file(file, "revision = '" + revision + "'\n\n\ndef upgrade():\n    " + code + "\n"));
  };
  ship("c2_add.py", "c2", "op.add_column('nodes', c)");
  ship("c3_fill.py", "c3", "helper.fill()");
  ship("c4_only_where_there_is_one.py", "c4", "if there: op.execute('DELETE FROM nodes')");
  Twin made = reference();
  made.steps[1].revisions.emplace_back("c4");
  made.steps[1].row_work.push_back({"", "compute.nodes", false});
  Service service = compute();
  service.migrations = {{"api", "compute/api"}, {"cell", "compute/versions"}, {"cell0", "compute/versions"}};
  Lane lane = lane_with_two_cells();
  lane.steps.push_back(lane.steps.back());
  lane.steps.back().phase = Phase::online;
  lane.steps.back().id = "compute:2025.1:online";
  const auto found = row_code_of(fit(made, service, lane), lane, service, {{"2025.1", *site}});
  ASSERT_TRUE(found) << to_text(found.error());
  std::vector<std::string> texts;
  for (const RowCode& code : *found) {
    texts.push_back(to_text(code));
  }
  EXPECT_EQ(texts,
            (std::vector<std::string>{
                ("revision c3 (compute/versions/c3_fill.py) of compute:2025.1:sync:cell0 works on rows of "
                 "their_cell0.nodes by its own code"),
                ("revision c4 (compute/versions/c4_only_where_there_is_one.py) of compute:2025.1:sync:cell0 works on "
                 "rows by its own code"),
                ("revision c3 (compute/versions/c3_fill.py) of compute:2025.1:sync:east works on rows of "
                 "their_east.nodes by its own code"),
                ("revision c4 (compute/versions/c4_only_where_there_is_one.py) of compute:2025.1:sync:east works on "
                 "rows by its own code"),
                "compute:2025.1:online works on rows by its own code"}));
  static_cast<void>(remove_tree(*site));
}

TEST(TwinRun, ReadsADatabasesDefaults) {
  const auto defaults = database_defaults(
      "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `collate x` /*!40100 DEFAULT CHARACTER SET utf8mb3 COLLATE "
      "utf8mb3_bin */");
  EXPECT_EQ(defaults.charset, "utf8mb3");
  EXPECT_EQ(defaults.collation, "utf8mb3_bin");
  EXPECT_EQ(database_defaults("CREATE DATABASE `n` DEFAULT CHARSET=latin1").charset, "latin1");
  EXPECT_EQ(database_defaults("").charset, "");
  EXPECT_EQ(database_defaults("CREATE DATABASE n CHARACTER SET = 'latin1' COLLATE latin1_bin").charset, "latin1");
}

TEST(TwinRun, TheLargestCellGivesTheDefaults) {
  DumpIndex index;
  index.schemas = {{"their_cell0", "CREATE DATABASE `their_cell0` CHARACTER SET utf8mb4"},
                   {"their_east", "CREATE DATABASE `their_east` CHARACTER SET utf8mb3"}};
  DumpTable table;
  table.schema = "their_east";
  table.bytes = 10;
  index.tables = {table};
  const auto defaults = defaults_by_role(compute(), lane_with_two_cells(), index);
  ASSERT_TRUE(defaults.contains("cell"));
  EXPECT_EQ(defaults.at("cell").charset, "utf8mb3");
}

TEST(TwinRun, ADatabasesCollationIsReplacedAsThatOfTheRestoredOne) {
  DumpIndex index;
  index.schemas = {{"their_east", "CREATE DATABASE `their_east` CHARACTER SET utf8mb4 COLLATE UTF8MB4_0900_ai_ci"}};
  index.map_collations = {{"utf8mb4_0900_ai_ci", "utf8mb4_uca1400_nopad_ai_ci"}};
  EXPECT_EQ(defaults_by_role(compute(), lane_with_two_cells(), index).at("cell").collation,
            "utf8mb4_uca1400_nopad_ai_ci");
}

TEST(TwinStore, AnotherCodeServerOrCharacterSetIsAnotherTwin) {
  ReferenceLane lane;
  lane.lane.schemas = {{"db", "identity"}};
  PlanStep step;
  step.id = "identity:2024.1:sync";
  step.command = {"manage", "sync"};
  lane.lane.steps = {step};
  const std::map<std::string, StepRunner> runners = {{"2024.1", {"/env/identity-1-aa", "", {}}}};
  const auto material = twin_material(lane, {{"db", {"utf8mb3", ""}}}, runners, "mariadb 10.11", {"--sql-mode=x"});
  EXPECT_EQ(material, twin_material(lane, {{"db", {"utf8mb3", ""}}}, runners, "mariadb 10.11", {"--sql-mode=x"}));
  EXPECT_NE(material, twin_material(lane, {{"db", {"utf8mb4", ""}}}, runners, "mariadb 10.11", {"--sql-mode=x"}));
  EXPECT_NE(material, twin_material(lane, {{"db", {"utf8mb3", ""}}}, runners, "mariadb 11.4", {"--sql-mode=x"}));
  EXPECT_NE(material, twin_material(lane, {{"db", {"utf8mb3", ""}}}, {{"2024.1", {"/env/identity-1-bb", "", {}}}},
                                    "mariadb 10.11", {"--sql-mode=x"}));
}

TEST(TwinStore, TheSizeOfTheMachineIsNoPartOfATwin) {
  EXPECT_EQ(twin_server_options({"--sql-mode=x", "--innodb-buffer-pool-size=1", "--max-allowed-packet=2"}),
            twin_server_options({"--sql-mode=x", "--innodb-buffer-pool-size=3", "--max-allowed-packet=4"}));
  EXPECT_NE(twin_server_options({"--sql-mode=x"}), twin_server_options({"--sql-mode=y"}));
}

}  // namespace
}  // namespace rehearsal
