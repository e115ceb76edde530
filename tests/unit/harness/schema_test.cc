#include "harness/schema.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TableShape table(const std::string& lines) {
  return shape_of("CREATE TABLE `t` (\n" + lines, false);
}

Schema with(const std::string& name, TableShape shape) {
  Schema schema;
  schema.tables[name] = std::move(shape);
  return schema;
}

TEST(SchemaShape, CommentsAutoIncrementAndKeyOrderAreNoDifference) {
  const auto before = table(
      "  `id` int(11) NOT NULL COMMENT 'it''s; the id',\n  KEY `a` (`id`),\n  KEY `b` (`id`)\n"
      ") ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb3 COMMENT='x'");
  const auto after =
      table("  `id` int(11) NOT NULL,\n  KEY `b` (`id`),\n  KEY `a` (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3");
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
