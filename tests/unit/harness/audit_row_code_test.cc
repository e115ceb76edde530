#include <string>

#include <gtest/gtest.h>

#include "harness/audit/row_code.h"

namespace rehearsal {
namespace {

const std::string kHead = "revision = 'abc'\ndown_revision = 'abb'\n\n\ndef upgrade():\n";

TEST(RowCode, AsksTheServerForItsSchemaAlone) {
  EXPECT_FALSE(works_on_rows(kHead + "    op.add_column('t', sa.Column('c', sa.Integer()))\n"));
  EXPECT_FALSE(works_on_rows(kHead + "    connection = op.get_bind()\n"
                                     "    if connection.engine.name == 'sqlite':\n"
                                     "        return\n"
                                     "    inspector = sa.inspect(connection)\n"
                                     "    for index in inspector.get_indexes('t'):\n"
                                     "        op.drop_index(index['name'], table_name='t')\n"
                                     "    table = sa.Table('t', sa.MetaData(), autoload_with=connection)\n"));
  EXPECT_FALSE(works_on_rows(kHead + "    op.execute(sa.text(\n"
                                     "        f\"ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 \"\n"
                                     "        \"COLLATE utf8mb4_bin\"))\n"
                                     "    connection.execute(sa.text(\n"
                                     "        \"SELECT TABLE_NAME \"\n"
                                     "        \"FROM information_schema.TABLES\"))\n"));
}

TEST(RowCode, QueriesAndWritesOfTables) {
  for (const char* line :
       {"    session.query(model).filter_by(deleted=False).update(values)\n", "    op.bulk_insert(table, rows)\n",
        "    session.execute(sa.insert(standardattr).values({'x': 1}))\n", "    op.execute(t.update().values(a=1))\n",
        "    conn.execute(sa.select(t.c.id)).fetchall()\n", "    op.execute('UPDATE t SET a = 1')\n",
        "    op.execute(\n        'DELETE FROM t '\n        'WHERE a IS NULL')\n",
        "    op.execute(sa.text(\"\"\"\n        INSERT INTO t (a) SELECT b FROM u\n    \"\"\"))\n",
        "    rows = conn.execute(f\"SELECT id FROM {name}\")\n"}) {
    EXPECT_TRUE(works_on_rows(kHead + line)) << line;
  }
}

TEST(RowCode, WhatIsOnlyTalkedOfOrTakesItBackDoesNotCount) {
  EXPECT_FALSE(
      works_on_rows("\"\"\"Update t\n\nsession.query(x)\n\"\"\"\n" + kHead +
                    "    # UPDATE t SET a = 1; op.bulk_insert(t, [])\n    names.update({'a': 1})\n    pass\n"));
  EXPECT_FALSE(works_on_rows(kHead + "    pass\n\n\ndef downgrade():\n    op.execute('DELETE FROM t')\n"));
}

}  // namespace
}  // namespace rehearsal
