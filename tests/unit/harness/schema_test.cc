#include "harness/diff/schema.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/sql/pieces.h"
#include "base/text.h"

namespace rehearsal {
namespace {

TableShape table(const std::string& lines) {
  return shape_of("CREATE TABLE `t` (\n" + lines, false);
}

constexpr const char* kEnd = "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

Schema with(const std::string& name, TableShape shape) {
  Schema schema;
  schema.tables[name] = std::move(shape);
  return schema;
}

TEST(SchemaShape, CommentsAutoIncrementAndKeyOrderAreNoDifference) {
  const auto before = table(
      "  `id` int(11) NOT NULL COMMENT 'it''s; the id',\n  KEY `a` (`id`),\n  "
      "KEY `b` (`id`)\n"
      ") ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb3 COMMENT='x'");
  const auto after = table(
      "  `id` int(11) NOT NULL,\n  KEY `b` (`id`),\n  KEY `a` (`id`)\n) "
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb3");
  EXPECT_EQ(before.lines, after.lines);
}

TEST(SchemaCompare, AnAlteredColumnIsShownOnBothSides) {
  const auto changes = compare(with("s.t", table("  `q` tinyint(1) DEFAULT NULL\n) ENGINE=InnoDB")),
                               with("s.t", table("  `q` tinyint(1) NOT NULL\n) ENGINE=InnoDB")));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, "altered");
  EXPECT_EQ(changes[0].details,
            (std::vector<std::string>{"- `q` tinyint(1) DEFAULT NULL", "+ `q` tinyint(1) NOT NULL"}));
}

TEST(SchemaShape, TheServersRemarkOnOldTimesIsNoDifference) {
  EXPECT_EQ(table("  `d` datetime /* mariadb-5.3 */ DEFAULT NULL\n) ENGINE=InnoDB").lines,
            table("  `d` datetime DEFAULT NULL\n) ENGINE=InnoDB").lines);
}

// Whatever a name, a default or a comment holds: a comment is no difference, a default is one, and the name is read.
TEST(SchemaShape, IsNotLedAstrayByAnyText) {
  const std::vector<std::string> texts = {"a",       "COMMENT",    " COMMENT ''b",
                                          "it''s",   "), (",       ",",
                                          "KEY `k`", "l\n  m,",    "-- /* # */ /*",
                                          "\\\\",    ") ENGINE=x", "` int",
                                          "table ",  "é",          "AUTO_INCREMENT=3 COLLATE x"};
  for (const std::string& name : texts) {
    const std::string quoted = "`" + replace_all(name, "`", "``") + "`";
    for (const std::string& value : texts) {
      const std::string column = "  " + quoted + " varchar(90) DEFAULT '" + value + "'";
      const TableShape plain = table(column + kEnd);
      ASSERT_EQ(plain.lines.size(), 2U) << column;
      EXPECT_EQ(leading_name(plain.lines[0]), name) << column;
      EXPECT_EQ(plain.lines[0], quoted + " varchar(90) COLLATE utf8mb4_bin DEFAULT '" + value + "'");
      for (const std::string& comment : texts) {
        EXPECT_EQ(table(column + " COMMENT '" + comment + "'" + kEnd + " COMMENT='" + comment + "'").lines, plain.lines)
            << column << " and the comment " << comment;
      }
    }
  }
}

TEST(SchemaShape, APartitionedTablesTextsHaveItsCollation) {
  const TableShape shape =
      table("  `id` int(11) NOT NULL,\n  `a` varchar(9) DEFAULT NULL" + std::string(kEnd) +
            "\n PARTITION BY RANGE (`id`)\n(PARTITION `p0` VALUES LESS THAN (10) ENGINE = InnoDB,\n"
            " PARTITION `p1` VALUES LESS THAN MAXVALUE ENGINE = InnoDB)");
  ASSERT_EQ(shape.lines.size(), 3U);
  EXPECT_EQ(shape.lines[1], "`a` varchar(9) COLLATE utf8mb4_bin DEFAULT NULL");
  EXPECT_TRUE(shape.lines[2].ends_with("VALUES LESS THAN MAXVALUE ENGINE = InnoDB)")) << shape.lines[2];
}

TEST(SchemaShape, ASequenceIsItsOptions) {
  const auto shape = shape_of("CREATE SEQUENCE `s` start with 1 increment by 5 ENGINE=InnoDB", false);
  EXPECT_EQ(shape.lines, std::vector<std::string>{"table start with 1 increment by 5 ENGINE=InnoDB"});
}

TEST(SchemaCompare, ANewDefaultCharacterSetChangesNoColumn) {
  const auto before = table(
      "  `id` int(11) NOT NULL,\n  `e` enum('a)','b') NOT NULL\n"
      ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci");
  const auto only_default = table(
      "  `id` int(11) NOT NULL,\n  `e` enum('a)','b') CHARACTER SET utf8mb3 "
      "COLLATE utf8mb3_general_ci NOT NULL\n"
      ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci");
  const auto changes = compare(with("s.t", before), with("s.t", only_default));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].details.size(), 2U) << "the table's own line alone";
}

TEST(SchemaCompare, AConversionChangesEveryTextColumn) {
  const std::string columns =
      "  `id` int(11) NOT NULL,\n  `n` varchar(255) "
      "DEFAULT NULL\n) ENGINE=InnoDB DEFAULT CHARSET=";
  const auto changes = compare(with("s.t", table(columns + "utf8mb3 COLLATE=utf8mb3_general_ci")),
                               with("s.t", table(columns + "utf8mb4 COLLATE=utf8mb4_bin")));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_NE(std::find(changes[0].details.begin(), changes[0].details.end(),
                      "+ `n` varchar(255) COLLATE utf8mb4_bin DEFAULT NULL"),
            changes[0].details.end());
}

TEST(SchemaCompare, ADatabaseHasADefaultAndProgramsOfItsOwn) {
  Schema before, after;
  before.databases["s"] = {"default character set utf8mb3 collate utf8mb3_general_ci", "procedure `p`"};
  after.databases["s"] = {"default character set utf8mb4 collate utf8mb4_bin", "procedure `p`"};
  const auto changes = compare(before, after);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].object, "s");
  EXPECT_EQ(changes[0].details.size(), 2U);
}

TEST(SchemaCompare, CreatedAndDroppedTablesAreNamed) {
  const auto changes = compare(with("s.old", table(") ENGINE=InnoDB")), with("s.new", table(") ENGINE=InnoDB")));
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].kind, "dropped");
  EXPECT_EQ(changes[1].kind, "created");
}

TEST(SchemaCascades, AreFollowedToTheEnd) {
  const std::vector<Cascade> cascades = {{"s.a", "s.b"}, {"s.b", "s.c"}, {"s.x", "s.y"}};
  EXPECT_EQ(with_cascades({"s.a"}, cascades), (std::set<std::string>{"s.a", "s.b", "s.c"}));
}

}  // namespace
}  // namespace rehearsal
