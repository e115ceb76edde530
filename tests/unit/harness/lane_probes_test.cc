// Which schemas a loader's roles stand for in a lane.
#include "harness/probes/lane_probes.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(LaneProbes, EveryCellGoesByOneRole) {
  Service service;
  CellRule cells;
  cells.schema_role = "api";
  cells.first_cell_part = "cell0";
  service.cells = cells;
  service.schemas = {{"api", "blue_api"}, {"cell0", "blue_cell0"}, {"cell", "blue"}};
  Lane lane;
  lane.schemas = {{"api", "blue_api"}, {"cell0", "blue_cell0"}, {"paris", "blue"}, {"rome", "blue_rome"}};
  const std::map<std::string, std::vector<std::string>> expected = {{"api", {"blue_api"}},
                                                                    {"cell", {"blue_cell0", "blue", "blue_rome"}}};
  EXPECT_EQ(schemas_by_role(service, lane), expected);
}

TEST(LaneProbes, ASchemaOfTwoPartsIsAskedOnce) {
  Service service;
  service.schemas = {{"db", "blue"}, {"more", "blue"}};
  Lane lane;
  lane.schemas = service.schemas;
  std::size_t schemas = 0;
  for (const auto& [role, names] : schemas_by_role(service, lane)) {
    schemas += names.size();
  }
  EXPECT_EQ(schemas, 1U);
}

}  // namespace
}  // namespace rehearsal
