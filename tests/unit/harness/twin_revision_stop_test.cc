#include <thread>

#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "harness/twin/revision_stop.h"

namespace rehearsal {
namespace {

using Place = RevisionStop::Place;

// A migration on a connection of its own: each revision makes a table, writes a row without committing it, and writes
// its number on.
class RevisionStops : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    sql_ = server_->sql();
    migration_ = server_->sql();
    ASSERT_TRUE(sql_->execute("CREATE OR REPLACE DATABASE chain"));
  }

  // What the look sees at each stop, and the places that the stop tells.
  void migrate(const std::vector<Place>& places, const std::vector<std::string>& revisions) {
    RevisionStop stop(*sql_, server_->sql(), places, [&](Sql& sql, const Place& place) -> Result<void> {
      const auto tables = sql.value(
          "SELECT GROUP_CONCAT(TABLE_NAME ORDER BY 1) FROM information_schema.TABLES WHERE "
          "TABLE_SCHEMA = 'chain' AND TABLE_NAME LIKE 't%'");
      const auto rows = sql.value("SELECT COUNT(*) FROM chain.t" + place.revision);
      seen_.push_back(place.revision + ": " + tables.value().value_or("") + " " + rows.value().value_or(""));
      return look_fails_ ? fail("the look failed") : Result<void>();
    });
    const auto begun = stop.begin();
    ASSERT_TRUE(begun) << to_text(begun.error());
    std::jthread([&] {
      std::string before;
      for (const std::string& revision : revisions) {
        EXPECT_TRUE(migration_->execute("CREATE TABLE chain.t" + revision + " (id INT PRIMARY KEY)"));
        EXPECT_TRUE(migration_->execute("START TRANSACTION"));
        EXPECT_TRUE(migration_->execute("INSERT INTO chain.t" + revision + " VALUES (1)"));
        EXPECT_TRUE(migration_->execute(before.empty() ? "INSERT INTO chain.alembic_version VALUES ('" + revision + "')"
                                                       : "UPDATE chain.alembic_version SET version_num = '" + revision +
                                                             "' WHERE version_num = '" + before + "'"));
        before = revision;
      }
      EXPECT_TRUE(migration_->execute("COMMIT"));
    }).join();
    ended_ = stop.end();
  }

  std::unique_ptr<Sql> sql_, migration_;
  std::vector<std::string> seen_;
  Result<std::vector<Place>> ended_;
  bool look_fails_ = false;
};

TEST_F(RevisionStops, WhatARevisionDidIsSeenAndNothingOfTheNext) {
  migrate({{"chain", "alembic_version", "2"}}, {"1", "2", "3"});
  EXPECT_EQ(seen_, std::vector<std::string>{"2: t1,t2 1"});
  ASSERT_TRUE(ended_);
  ASSERT_EQ(ended_->size(), 1U);
  EXPECT_EQ(ended_->front().revision, "2");
  EXPECT_EQ(sql_->value("SELECT version_num FROM chain.alembic_version").value(), "3");
  EXPECT_EQ(sql_->value("SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'chain'").value(),
            "0");
}

TEST_F(RevisionStops, TheFirstAndSeveralAreComeBy) {
  migrate({{"chain", "alembic_version", "3"}, {"chain", "alembic_version", "1"}}, {"1", "2", "3"});
  EXPECT_EQ(seen_, (std::vector<std::string>{"1: t1 1", "3: t1,t2,t3 1"}));
  ASSERT_TRUE(ended_);
  EXPECT_EQ(ended_->size(), 2U);
}

TEST_F(RevisionStops, OneThatIsNeverWrittenHoldsNothingUp) {
  migrate({{"chain", "alembic_version", "other"}}, {"1", "2"});
  EXPECT_TRUE(seen_.empty());
  ASSERT_TRUE(ended_);
  EXPECT_TRUE(ended_->empty());
}

TEST_F(RevisionStops, ALookThatFailsLetsTheMigrationGoOn) {
  look_fails_ = true;
  migrate({{"chain", "alembic_version", "1"}}, {"1", "2"});
  ASSERT_FALSE(ended_);
  EXPECT_EQ(ended_.error().what, "the look failed");
  EXPECT_EQ(sql_->value("SELECT version_num FROM chain.alembic_version").value(), "2");
}

}  // namespace
}  // namespace rehearsal
