// Which rows a service holds for deleted: whoever asks gets the same answer, for every mark and every value of it.
#include "base/sql/soft_delete.h"

#include <string>
#include <vector>

#include "unit/snapshots/server_fixture.h"
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "harness/audit/found_rows.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diff/table_layout.h"
#include "harness/diff/table_rules.h"
#include "harness/step/count_rows.h"

namespace rehearsal {
namespace {

struct Marked {
  std::string columns;
  std::vector<std::string> deleted, live;  // values of the mark, as SQL
};

const std::vector<Marked> kMarks = {
    {"deleted INT", {"1", "-1", "77"}, {"0", "NULL"}},
    {"deleted TINYINT(1), deleted_at DATETIME", {"1"}, {"0", "NULL"}},
    {"deleted VARCHAR(36)", {"'True'", "'9e1c'", "'1'"}, {"'0'", "''", "'False'", "'false'", "NULL"}},
    {"deleted_at DATETIME", {"'2024-01-01'", "'1970-01-01'"}, {"NULL"}},
    {"name VARCHAR(9)", {}, {"'deleted'", "NULL"}},
};

class SoftDelete : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) {
      sql_ = server_->sql();
      execute("CREATE OR REPLACE DATABASE soft");
    }
  }
  void execute(const std::string& statement) { ASSERT_TRUE(sql_->execute(statement)) << statement; }
  std::unique_ptr<Sql> sql_;
};

TEST_F(SoftDelete, IsReadAlikeByAllWhoAsk) {
  for (const Marked& mark : kMarks) {
    SCOPED_TRACE(mark.columns);
    execute(fmt::format("CREATE OR REPLACE TABLE soft.t (id INT AUTO_INCREMENT PRIMARY KEY, {})", mark.columns));
    const std::string column = mark.columns.substr(0, mark.columns.find(' '));
    for (const auto* values : {&mark.deleted, &mark.live}) {
      for (const std::string& value : *values) {
        execute(fmt::format("INSERT INTO soft.t ({}) VALUES ({})", column, value));
      }
    }
    const auto live = static_cast<std::int64_t>(mark.live.size()),
               gone = static_cast<std::int64_t>(mark.deleted.size());
    const std::optional<std::int64_t> told = column.starts_with("deleted") ? std::optional(gone) : std::nullopt;

    const TableFacts facts = read_table_facts(*sql_, "soft", "t").value();
    EXPECT_EQ(count_rows_where(*sql_, "TRUE", facts)->soft_deleted, told);
    RowRule rule;
    rule.tables = {"t"};
    rule.where = "TRUE";
    const auto found = find_rows(*sql_, rule, {"soft"});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().count, live + gone);
    EXPECT_EQ(found->front().soft_deleted, told);
    const std::string alive = live_sql(read_layout(*sql_, "soft.t").value());
    EXPECT_EQ(*count_where_there(*sql_, "SELECT COUNT(*) FROM soft.t WHERE " + alive, "alive"), live) << alive;
  }
}

TEST_F(SoftDelete, RowsOfWhatASchemaLacksAreNotCountedAndAnyOtherRefusalIsAnError) {
  execute("CREATE OR REPLACE TABLE soft.t (id INT PRIMARY KEY)");
  execute("INSERT INTO soft.t VALUES (1), (2)");
  EXPECT_EQ(count_where_there(*sql_, "SELECT COUNT(*) FROM soft.t", "all").value(), 2);
  EXPECT_EQ(count_where_there(*sql_, "SELECT COUNT(*) FROM soft.t WHERE none = 1", "all").value(), std::nullopt);
  EXPECT_EQ(count_where_there(*sql_, "SELECT COUNT(*) FROM soft.none", "all").value(), std::nullopt);
  const auto refused = count_where_there(*sql_, "SELECT COUNT(* FROM soft.t", "counting what is left");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().what.starts_with("counting what is left: ")) << refused.error().what;
}

}  // namespace
}  // namespace rehearsal
