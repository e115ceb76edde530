#include "reports/error_text.h"

#include <gtest/gtest.h>

#include "reports/mask/mask.h"

namespace rehearsal {
namespace {

TEST(ErrorText, ReadsALoggedTracebackWithPrefixesOnEveryLine) {
  const std::string p = "2026-11-23 08:28:22.788 7558 ERROR keystone ";
  const ErrorText found = read_error(
      "2026-11-23 08:28:22.700 7558 INFO alembic.runtime.migration [-] Running upgrade 29e87d24a316 -> c88cdce8f248\n" +
      p + "Traceback (most recent call last):\n" + p +
      "  File \"VENV/lib/python3.11/site-packages/keystone/common/sql/migrations/env.py\", line 193, in <module>\n" +
      p +
      "  File \"VENV/lib/python3.11/site-packages/keystone/common/sql/migrations/versions/2025.2/expand/"
      "e8725d6fa226_add_project_id_index_to_project_.py\", line 31, in upgrade\n" +
      p +
      "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1061, \"Duplicate key name "
      "'idx_project_id'\")\n" +
      p + "[SQL: CREATE INDEX idx_project_id ON project_endpoint_group (project_id)]\n" + p +
      "(Background on this error at: https://sqlalche.me/e/20/e3q8)\n" + p + "\x1b[00m\n");
  EXPECT_EQ(found.number, 1061);
  EXPECT_EQ(found.message, "Duplicate key name 'idx_project_id'");
  EXPECT_EQ(found.error, "(1061, \"Duplicate key name 'idx_project_id'\")");
  EXPECT_EQ(found.statement, "CREATE INDEX idx_project_id ON project_endpoint_group (project_id)");
  EXPECT_EQ(found.revision, "e8725d6fa226");
  EXPECT_TRUE(found.revision_from_traceback);
  EXPECT_EQ(found.exception.substr(0, 31), "sqlalchemy.exc.OperationalError");
  EXPECT_EQ(finding_code(found.number, found.message), "duplicate-key-name");
}

TEST(ErrorText, ReadsAStatementOfSeveralLinesFromAPlainTraceback) {
  const ErrorText found = read_error(
      "  File \"VENV/placement/db/sqlalchemy/alembic/versions/a082b8bb98d0_drop_redundant_indexes.py\", line 39, in "
      "upgrade\n"
      "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1091, \"Can't DROP INDEX "
      "`resource_providers_uuid_idx`; check that it exists\")\n"
      "[SQL: \nDROP INDEX resource_providers_uuid_idx\n ON resource_providers]\n(Background on this error at: x)\n");
  EXPECT_EQ(found.number, 1091);
  EXPECT_EQ(found.statement, "DROP INDEX resource_providers_uuid_idx\n ON resource_providers");
  EXPECT_EQ(found.revision, "a082b8bb98d0");
  EXPECT_EQ(finding_code(found.number, found.message), "cannot-drop");
}

TEST(ErrorText, WithoutATracebackTheLastUpgradeLineNamesTheRevision) {
  const ErrorText found = read_error(
      "INFO  [alembic.runtime.migration] Running upgrade 1b91788ec3a6 -> 1acf2c98e646, Add compute_id to instance\n"
      "error: (1060, \"Duplicate column name 'compute_id'\")\n");
  EXPECT_EQ(found.revision, "1acf2c98e646");
  EXPECT_FALSE(found.revision_from_traceback);
  EXPECT_EQ(found.number, 1060);
}

TEST(ErrorText, ARevisionThatTheCodeDoesNotKnowIsKept) {
  const std::string located =
      "Running upgrade (expand) for neutron ...\n"
      "INFO  [alembic.runtime.migration] Running upgrade 0e6eff810791 -> 175fa80908e1\n"
      "Traceback (most recent call last):\n"
      "  File \"VENV/lib/python3.11/site-packages/neutron/db/migration/alembic_migrations/env.py\", line 9, in "
      "<module>\n"
      "alembic.util.exc.CommandError: Can't locate revision identified by 'deadbeef1234'\n";
  EXPECT_EQ(read_error(located).revision, "deadbeef1234");
  EXPECT_EQ(mask_text(read_error(located).telling),
            "alembic.util.exc.CommandError: Can't locate revision identified by 'deadbeef1234'");
  const std::string no_such =
      "alembic.script.revision.ResolutionError: No such revision or branch 'fork_2024_01'; please ensure at least four "
      "characters are present for partial revision identifier matches\n";
  EXPECT_EQ(read_error(no_such).revision, "fork_2024_01");
  EXPECT_NE(mask_text(read_error(no_such).telling).find("'fork_2024_01'"), std::string::npos);
  EXPECT_EQ(read_error("Error: No such revision 'abc'\n").revision, "abc");
  EXPECT_EQ(mask_text("CREATE USER u IDENTIFIED BY 'abc'"), "CREATE USER u IDENTIFIED BY '***'");
}

TEST(ErrorText, AProgramsOwnRefusalIsTheTellingLine) {
  const std::string guard =
      "The database is not compatible with this release of ironic (35.0.0). Please run \"ironic-dbsync "
      "online_data_migrations\" using the previous release.";
  const ErrorText found = read_error(
      "2026-11-23 08:30:07.488 7958 INFO alembic.runtime.plugins [-] setup plugin alembic.autogenerate.schemas\n" +
      guard + "\n");
  EXPECT_EQ(found.number, 0);
  EXPECT_EQ(found.telling, guard);
  EXPECT_EQ(finding_code(0, guard), "guard");
}

TEST(ErrorText, AnOnlineMigrationThatStumblesOnARow) {
  const ErrorText found = read_error(
      "Running batches of 50 until complete\n"
      "Error attempting to run <function fill_virtual_interface_list at 0x7f06f9f13e20>\n"
      "2026-11-23 08:34:56.862 9729 ERROR nova.cmd.manage json.decoder.JSONDecodeError: Unterminated string starting "
      "at: "
      "line 1 column 199 (char 198)\n"
      "49 rows matched query fill_virtual_interface_list, 0 migrated\n");
  EXPECT_EQ(found.telling.substr(0, 23), "Error attempting to run");
  EXPECT_EQ(found.exception.substr(0, 28), "json.decoder.JSONDecodeError");
  EXPECT_EQ(found.number, 0);
}

TEST(ErrorText, RevisionsInAllTheirShapes) {
  EXPECT_EQ(revision_of_path("x/migrations/versions/9ab1b092a404_make_use_quota_non_nullable.py"), "9ab1b092a404");
  EXPECT_EQ(revision_of_path("alembic_migrations/versions/2023.2/expand/682c319773d7_create_l3ha_.py"), "682c319773d7");
  EXPECT_EQ(revision_of_path("db/sqlalchemy/alembic_migrations/versions/2024_1_expand01_cache_tables.py"),
            "2024_1_expand01");
  EXPECT_EQ(revision_of_path("db/sqlalchemy/alembic_migrations/versions/wallaby_contract01_x.py"),
            "wallaby_contract01");
  EXPECT_EQ(revision_of_path("sql/migrations/versions/2025.02/expand/e8725d6fa226_add_x.py"), "e8725d6fa226");
  EXPECT_EQ(revision_of_path("x/migrations/env.py"), "");
  EXPECT_EQ(revision_of_path("site-packages/pymysql/err.py"), "");
}

TEST(FindingCode, NumbersAndTexts) {
  EXPECT_EQ(finding_code(1062, "Duplicate entry"), "duplicate-entry");
  EXPECT_EQ(finding_code(1265, "Data truncated for column 'use_quota' at row 3"), "data-truncated");
  EXPECT_EQ(finding_code(1265, "Data truncated ... ALTER TABLE volumes MODIFY use_quota BOOL NOT NULL"),
            "null-in-not-null");
  // An ENUM's value that is no choice and a NULL are refused alike: only the rows tell.
  EXPECT_EQ(finding_code(1265,
                         "Data truncated for column 'pfs' at row 2 ALTER TABLE ikepolicies MODIFY COLUMN pfs "
                         "enum('group2','group5') NOT NULL"),
            "data-truncated");
  EXPECT_EQ(finding_code(1265,
                         "Data truncated for column 'use_quota' at row 3 ALTER TABLE volumes MODIFY use_quota "
                         "BOOL NOT NULL, MODIFY pfs ENUM('a')"),
            "null-in-not-null");
  EXPECT_EQ(finding_code(1265,
                         "Data truncated for column 'pfs' at row 3 ALTER TABLE volumes MODIFY use_quota "
                         "BOOL NOT NULL, CHANGE p `pfs` ENUM('a')"),
            "data-truncated");
  // What a condition says of NULL is nothing about the column that is written.
  EXPECT_EQ(finding_code(1265,
                         "Data truncated for column 'status' at row 1 UPDATE t SET status='gone' WHERE owner IS "
                         "NOT NULL"),
            "data-truncated");
  EXPECT_EQ(finding_code(1265,
                         "Data truncated for column 'n' at row 1 ALTER TABLE t MODIFY n INTEGER NULL COMMENT "
                         "'not null'"),
            "data-truncated");
  EXPECT_EQ(finding_code(1048, "Column 'x' cannot be null"), "null-in-not-null");
  EXPECT_EQ(finding_code(1366, "Incorrect integer value: '' for column `s`.`t`.`x` at row 1 … NOT NULL"),
            "incorrect-value");
  EXPECT_EQ(finding_code(1005, "Can't create table (errno: 150 \"Foreign key\")"), "foreign-key-incompatible");
  EXPECT_EQ(finding_code(1005, "Can't create table (errno: 13)"), "step-failed");
  EXPECT_EQ(finding_code(1213, "Deadlock found"), "lock-wait");
  EXPECT_EQ(finding_code(0, "something odd"), "step-failed");
  EXPECT_EQ(finding_code(9999, "something odd"), "step-failed");
}

TEST(ErrorText, AnAddressInMemoryIsNotToldForItIsAnotherInEachRun) {
  const ErrorText error = read_error("Error attempting to run <function fill_list at 0x7f2a754cbce0>\n");
  EXPECT_EQ(error.telling, "Error attempting to run <function fill_list>");
}

TEST(ErrorText, QuotesThatTheTupleEscapesAreToldAsTheServerWroteThem) {
  const ErrorText error = read_error("(1005, 'Can\\'t create table `s`.`t` (errno: 150 \"wrong\")')\n");
  EXPECT_EQ(error.message, "Can't create table `s`.`t` (errno: 150 \"wrong\")");
  EXPECT_EQ(error.error, "(1005, \"Can't create table `s`.`t` (errno: 150 \"wrong\")\")");
}

}  // namespace
}  // namespace rehearsal
