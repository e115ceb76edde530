#include <gtest/gtest.h>

#include "harness/run/consistency.h"

namespace rehearsal {
namespace {

DumpFile dump_at(const std::string& completed_at) {
  DumpFile file;
  file.completed_at = completed_at;
  return file;
}

TEST(DatabaseConsistency, SkewBeginsADayBeforeTheEarliestDumpEnded) {
  EXPECT_EQ(skew_begins({dump_at("2026-03-02  8:02:11"), dump_at("2026-03-01  4:00:00"), dump_at("")}),
            "2026-02-28 04:00:00");
  EXPECT_EQ(skew_begins({dump_at("")}), std::nullopt);
  EXPECT_EQ(skew_begins({}), std::nullopt);
}

TEST(DatabaseConsistency, ARoleOfWhichASchemaIsMissingIsNotThere) {
  Catalogue catalogue;
  Service service;
  service.name = "vm";
  service.heads = {{"api", {{"r", {"a"}}}}, {"cell", {{"r", {"b"}}}}};
  catalogue.services = {service};
  ServiceState state;
  state.service = "vm";
  state.schemas = {{"api", "vm_api"}, {"cell1", "vm1"}, {"cell2", "vm2"}};
  SnapshotFacts facts;
  facts.schemas = {"vm_api", "vm1", "vm2"};
  EXPECT_EQ(role_schemas(catalogue, {state}, facts),
            (RoleSchemas{{"vm.api", {"vm_api"}}, {"vm.cell", {"vm1", "vm2"}}}));
  facts.schemas = {"vm_api", "vm1"};
  EXPECT_EQ(role_schemas(catalogue, {state}, facts), (RoleSchemas{{"vm.api", {"vm_api"}}}));
}

}  // namespace
}  // namespace rehearsal
