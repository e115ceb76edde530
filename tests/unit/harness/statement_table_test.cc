#include "harness/step/statement_table.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

std::string table_of(const std::string& statement) {
  return table_of_statement(statement, {"a", "b"}, {"a.volumes", "a.snapshots", "b.volumes"});
}

TEST(StatementTable, IsFoundBehindEachVerb) {
  EXPECT_EQ(table_of("ALTER TABLE volumes MODIFY use_quota BOOL NOT NULL"), "a.volumes");
  EXPECT_EQ(table_of("\nDROP INDEX volumes_idx ON volumes"), "a.volumes");
  EXPECT_EQ(table_of("CREATE UNIQUE INDEX x ON `snapshots` (a)"), "a.snapshots");
  EXPECT_EQ(table_of("INSERT INTO volumes (id) VALUES (1)"), "a.volumes");
  EXPECT_EQ(table_of("update snapshots set a=1"), "a.snapshots");
  EXPECT_EQ(table_of("DELETE FROM a.volumes WHERE id=1"), "a.volumes");
  EXPECT_EQ(table_of("SELECT x FROM volumes"), "a.volumes");
}

TEST(StatementTable, ATableOfNoSchemaIsNone) {
  EXPECT_EQ(table_of("ALTER TABLE elsewhere ADD x INT"), "");
  EXPECT_EQ(table_of(""), "");
}

}  // namespace
}  // namespace rehearsal
