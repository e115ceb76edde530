#include <fmt/core.h>
#include <gtest/gtest.h>

#include "harness/twin/drift.h"
#include "harness/twin/drift_findings.h"
#include "harness/twin/touch.h"
#include "reports/one_cause.h"

namespace rehearsal {
namespace {

using Kind = Drift::Kind;

constexpr const char* kEnd = ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci";

TableShape table(const std::string& lines, const std::string& end = kEnd) {
  return shape_of("CREATE TABLE `t` (\n" + lines + "\n" + end, false);
}

Schema with(const TableShape& shape, const std::string& name = "s.t") {
  Schema schema;
  schema.tables[name] = shape;
  return schema;
}

std::vector<std::string> texts(const Schema& reference, const Schema& production) {
  std::vector<std::string> result;
  for (const Drift& found : drift(reference, production, {"alembic_version"})) {
    result.push_back(found.table + " " + to_text(found) + (found.silent ? " (silent)" : ""));
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(Drift, WhatIsOnlyWrittenOtherwiseIsNone) {
  const Schema reference =
      with(table("  `a` int(11) NOT NULL,\n  `b` tinyint(1) DEFAULT NULL,\n  KEY `x` (`a`),\n"
                 "  CONSTRAINT `c` CHECK (`b` in (0,1))"));
  Schema production =
      with(table("  `b` tinyint(4) DEFAULT NULL COMMENT 'on',\n  `a` int(10) NOT NULL,\n"
                 "  CONSTRAINT `CONSTRAINT_1` CHECK (`b` IN (0, 1)),\n  KEY `x` (`a`)",
                 std::string(kEnd) + " AUTO_INCREMENT=8 ROW_FORMAT=DYNAMIC"));
  production.tables["s.alembic_version"] = table("  `v` int");
  EXPECT_EQ(texts(reference, production), Texts{});
}

TEST(Drift, LostExtraAndDifferentKeysAreToldApart) {
  EXPECT_EQ(texts(with(table("  `a` int(11),\n  `b` int(11),\n  KEY `lost` (`a`),\n  UNIQUE KEY `other` (`a`)")),
                  with(table("  `a` int(11),\n  `b` int(11),\n  KEY `extra` (`b`),\n  UNIQUE KEY `other` (`a`,`b`)"))),
            (Texts{"s.t lacks the index `lost` (`a`)",
                   "s.t has the unique index `other` (`a`,`b`) instead of the unique index `other` (`a`)",
                   "s.t has an extra index `extra` (`b`)"}));
}

TEST(Drift, AKeyUnderAnotherNameIsNotLost) {
  EXPECT_EQ(texts(with(table("  `a` int(11),\n  KEY `ours` (`a`)")), with(table("  `a` int(11),\n  KEY `a` (`a`)"))),
            Texts{"s.t has the index `ours` under the name `a`"});
}

TEST(Drift, NamesThatTheServerChoseAreSilent) {
  const std::string column = "  `a` int(11),\n";
  const Schema reference = with(table(column + "  CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"));
  EXPECT_EQ(texts(reference, with(table(column + "  CONSTRAINT `t_ibfk_2` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"))),
            Texts{"s.t has the foreign key `t_ibfk_1` under the name `t_ibfk_2` (silent)"});
  EXPECT_EQ(texts(reference, with(table(column + "  CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON "
                                                 "DELETE CASCADE"))),
            Texts{"s.t has the constraint `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE CASCADE instead "
                  "of the constraint `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"});
}

TEST(Drift, ColumnsTypesAndCollations) {
  EXPECT_EQ(texts(with(table("  `gone` int(11),\n  `n` varchar(36) NOT NULL,\n  `c` varchar(9) DEFAULT NULL")),
                  with(table("  `new` int(11),\n  `n` varchar(36) DEFAULT NULL,\n"
                             "  `c` varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin DEFAULT NULL"))),
            (Texts{"s.t has the column `c` in utf8mb3_bin instead of utf8mb3_general_ci",
                   "s.t lacks the column `gone` int(11)",
                   "s.t has the column `n` varchar(36) COLLATE utf8mb3_general_ci DEFAULT NULL instead of "
                   "`n` varchar(36) COLLATE utf8mb3_general_ci NOT NULL",
                   "s.t has an extra column `new` int(11)"}));
}

TEST(Drift, ATablesCollationIsNotToldAgainOfEachColumn) {
  EXPECT_EQ(texts(with(table("  `c` varchar(9)")),
                  with(table("  `c` varchar(9)",
                             ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci "
                             "ROW_FORMAT=COMPACT"))),
            (Texts{"s.t has the collation utf8mb4_general_ci instead of utf8mb3_general_ci",
                   "s.t has the row format COMPACT instead of DYNAMIC"}));
}

TEST(Drift, TriggersAndTheRowFormatThatTheServerHas) {
  const TableShape plain = table("  `a` int(11)");
  TableShape other = plain;
  other.lines.emplace_back("row format Redundant");
  other.lines.emplace_back("TRIGGER `mine` BEFORE UPDATE SET NEW.a = 1");
  TableShape reference = plain;
  reference.lines.emplace_back("row format Dynamic");
  EXPECT_EQ(texts(with(reference), with(other)),
            (Texts{"s.t has the row format REDUNDANT instead of DYNAMIC", "s.t has an extra trigger `mine`"}));
}

Twin twin_with(const Schema& start, const std::string& sql, const std::string& schema = "s") {
  Twin twin;
  twin.start = start;
  twin.steps.push_back({"svc:2:sync", "2", Phase::sync, "", start, {{sql, schema, "abc123"}}});
  return twin;
}

Finding only_finding(const Twin& twin, const Schema& production) {
  Service service;
  service.name = "svc";
  service.revision_tables = {"alembic_version"};
  LaneSchemas schemas;
  schemas.start = production;
  const std::vector<Finding> findings = drift_findings(twin, schemas, service, "1");
  EXPECT_EQ(findings.size(), 1U);
  return findings.empty() ? Finding{} : findings.front();
}

TEST(DriftFindings, ALostIndexThatAStepDropsIsAWarningThatNamesTheRevision) {
  const Schema reference = with(table("  `a` int(11),\n  KEY `ix` (`a`)"));
  const Schema production = with(table("  `a` int(11)"));
  const Finding finding = only_finding(twin_with(reference, "DROP INDEX ix ON t"), production);
  EXPECT_EQ(finding.code, "schema-drift");
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.step, "svc:2:sync");
  EXPECT_EQ(finding.revision, "abc123");
  EXPECT_EQ(finding.table, "s.t");
  ASSERT_TRUE(finding.fix);
  EXPECT_EQ(finding.fix->sql, "ALTER TABLE `s`.`t` ADD KEY `ix` (`a`);");
}

TEST(DriftFindings, WhatNoStepDependsOnIsInformation) {
  const Schema reference = with(table("  `a` int(11),\n  KEY `ix` (`a`)"));
  const Schema production = with(table("  `a` int(11)"));
  EXPECT_EQ(only_finding(twin_with(reference, "ALTER TABLE t ADD COLUMN b INTEGER"), production).severity,
            Severity::info);
  EXPECT_EQ(only_finding(twin_with(reference, "DROP INDEX ix ON t", "other"), production).severity, Severity::info);
}

TEST(DriftFindings, AColumnThatAStepSetsAnewIsPutRight) {
  const Schema reference = with(table("  `a` enum('x','y') DEFAULT NULL"));
  const Schema production = with(table("  `a` enum('x') DEFAULT NULL"));
  const Finding finding = only_finding(twin_with(reference, "ALTER TABLE t MODIFY a ENUM('x','y') NULL"), production);
  EXPECT_EQ(finding.severity, Severity::info);
  EXPECT_NE(finding.title.find("which svc:2:sync repairs"), std::string::npos) << finding.title;
}

TEST(DriftFindings, AnExtraIndexWhoseNameAStepWantsIsAWarning) {
  const Finding finding = only_finding(twin_with(with(table("  `a` int(11)")), "CREATE INDEX ix ON t (a)"),
                                       with(table("  `a` int(11),\n  KEY `ix` (`a`)")));
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.title, "s.t has an extra index `ix` (`a`)");
}

TEST(DriftFindings, AnIndexThatAFurtherForeignKeyNeedsCannotBeDropped) {
  const std::string lines = "  `a` int(11),\n  KEY `ix` (`a`)";
  const Finding finding =
      only_finding(twin_with(with(table(lines)), "ALTER TABLE t DROP INDEX ix"),
                   with(table(lines + ",\n  CONSTRAINT `mine` FOREIGN KEY (`a`) REFERENCES `p` (`id`)")));
  EXPECT_EQ(finding.severity, Severity::warning);
}

TEST(DriftFindings, ATriggerOnAColumnThatAStepDropsIsAWarning) {
  const TableShape plain = table("  `a` int(11),\n  `ab` int(11)");
  TableShape production = plain;
  production.lines.emplace_back("TRIGGER `mine` BEFORE UPDATE SET NEW.ab = 1");
  EXPECT_EQ(only_finding(twin_with(with(plain), "ALTER TABLE t DROP COLUMN ab"), with(production)).severity,
            Severity::warning);
  EXPECT_EQ(only_finding(twin_with(with(plain), "ALTER TABLE t DROP COLUMN a"), with(production)).severity,
            Severity::info);
}

TEST(DriftFindings, AServerMadeNameMattersOnceAStepDropsIt) {
  const std::string column = "  `a` int(11),\n";
  const Schema reference = with(table(column + "  CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"));
  const Schema production = with(table(column + "  CONSTRAINT `t_ibfk_2` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"));
  EXPECT_EQ(only_finding(twin_with(reference, "ALTER TABLE t DROP FOREIGN KEY t_ibfk_1"), production).severity,
            Severity::warning);
}

TEST(DriftFindings, TablesInAnotherCollationAreOneFactAboutTheSchema) {
  Schema reference, production;
  for (const char* name : {"s.a", "s.b", "s.c"}) {
    reference.tables[name] = table("  `x` varchar(9)", ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
    production.tables[name] = table("  `x` varchar(9)");
  }
  const Finding finding =
      only_finding(twin_with(reference, "CREATE TABLE d (x VARCHAR(9), FOREIGN KEY(x) REFERENCES b (x))"), production);
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.table, "s");
  EXPECT_EQ(finding.step, "svc:2:sync");
}

TEST(DriftFindings, WhatOnlyDiffersAtTheEndIsToldOnce) {
  const Schema start = with(table("  `a` int(11)"));
  Twin twin = twin_with(start, "CREATE INDEX ix ON t (a)");
  twin.steps.back().after = with(table("  `a` int(11),\n  KEY `ix` (`a`)"));
  Service service;
  LaneSchemas schemas;
  schemas.start = start;
  schemas.end = start;
  const std::vector<Finding> findings = drift_findings(twin, schemas, service, "1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "outcome-differs");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  schemas.end = twin.end();
  EXPECT_TRUE(drift_findings(twin, schemas, service, "1").empty());
}

std::vector<Finding> told(const Twin& twin, const Schema& start, const std::optional<Schema>& end = {}) {
  Service service;
  service.name = "svc";
  LaneSchemas schemas;
  schemas.start = start;
  schemas.end = end;
  return one_per_cause(drift_findings(twin, schemas, service, "1"));
}

TEST(DriftFindings, ManyMissingTablesAreOneFindingThatListsThem) {
  Schema reference;
  for (int i = 0; i < 49; ++i) {
    reference.tables[fmt::format("s.t{:02}", i)] = table("  `a` int(11)");
  }
  // Two statements of the path need one of them each.
  Twin twin = twin_with(reference, "ALTER TABLE t07 ADD COLUMN b INTEGER");
  twin.steps.back().statements.push_back({"ALTER TABLE t30 ADD COLUMN b INTEGER", "s", "abc124"});
  const std::vector<Finding> findings = told(twin, Schema());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].title, "49 tables of s are missing");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].step, "svc:2:sync");
  EXPECT_EQ(findings[0].rows.size(), 49U);
}

TEST(DriftFindings, WhatIsAlikeInManyTablesIsToldApartFromWhatIsATablesOwn) {
  Schema reference, production;
  for (int i = 0; i < 30; ++i) {
    const std::string name = fmt::format("s.t{:02}", i);
    const std::string key = fmt::format(",\n  KEY `ix_{}` (`a`)", i);
    reference.tables[name] = table("  `a` int(11)" + key);
    production.tables[name] =
        table("  `a` int(11)" + std::string(i < 25 ? "" : key) + (i == 3 ? ",\n  `b` int(11)" : ""));
  }
  const std::vector<Finding> findings = told(twin_with(reference, "DROP TABLE x"), production);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].title, "25 indexes of s are missing");
  EXPECT_EQ(findings[0].rows[7].at("what"), "s.t07 lacks the index `ix_7` (`a`)");
  EXPECT_EQ(findings[1].title, "s.t03 has an extra column `b` int(11)");
}

TEST(DriftFindings, ManyTablesMissingAtTheEndAreOneFinding) {
  Schema after;
  for (const char* name : {"s.a", "s.b", "s.c"}) {
    after.tables[name] = table("  `a` int(11)");
  }
  Twin twin = twin_with(Schema(), "CREATE TABLE a (a INTEGER)");
  twin.steps.back().after = after;
  const std::vector<Finding> findings = told(twin, Schema(), Schema());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].title, "3 tables of s are missing after the path");
  EXPECT_EQ(findings[0].code, "outcome-differs");
}

TEST(DriftFindings, ASchemaAtAnotherRevisionIsNotCompared) {
  Twin twin = twin_with(with(table("  `a` int(11)")), "DROP TABLE x");
  twin.revisions = {{"s", "abc"}};
  Service service;
  LaneSchemas schemas;
  schemas.start = with(table("  `b` int(11)"));
  schemas.revisions = {{"s", "abd"}};
  const std::vector<Finding> findings = drift_findings(twin, schemas, service, "1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "drift-not-looked-at");
}

}  // namespace
}  // namespace rehearsal
