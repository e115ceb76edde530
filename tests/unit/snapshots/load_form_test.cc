#include "snapshots/load/load_form.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

LoadForm form_of(std::vector<ColumnKind> kinds) {
  DumpTable table;
  table.schema = "s";
  table.name = "t";
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    table.columns.push_back(std::string(1, static_cast<char>('a' + i)));
  }
  table.kinds = std::move(kinds);
  auto form = LoadForm::of(table, {});
  EXPECT_TRUE(form);
  return *form;
}

const LoadForm kForm = form_of({ColumnKind::number, ColumnKind::text});

bool takes(const std::string& tuples, bool utf8mb3 = false) {
  return kForm.takes(tuples, utf8mb3).has_value();
}

TEST(LoadForm, TakesWhatMysqldumpWrites) {
  for (const char* tuples : {"(1,'a')", "(1,'a'),(2,'b')", "(1,'a'),\n(-2.5e+10,NULL)", "(NULL,'')", "('1','it\\'s')",
                             "(1,'it''s'),(2,''',')", "(1,'),('),(2,'\\\\')", "(1,'\\0\\n\\r\\t\\b\\Z\\\"')",
                             "(1,'é € 😀')", "(1,''''),\r\n(0,'NULL')"}) {
    EXPECT_TRUE(takes(tuples)) << tuples;
  }
}

TEST(LoadForm, LeavesToInsertWhatLoadDataReadsOtherwise) {
  for (const char* tuples : {"(1,'\\N')",
                             "(1,'\\%')",
                             "(1,'\\x')",
                             "(1, 'a')",
                             "( 1,'a')",
                             "(1 ,'a')",
                             "(1,'a' )",
                             "(1,\"a\")",
                             "(1,0x41)",
                             "(1,_binary'a')",
                             "(1,X'41')",
                             "(1,'a' 'b')",
                             "(1,b'1')",
                             "(1,null)",
                             "(1,NULLX)",
                             "(1,DEFAULT)",
                             "(1,2)",
                             "(a,'a')",
                             "(1+,'a'",
                             "(1,'a')/* */",
                             "(1,'a'),/* */(2,'b')",
                             "(1)",
                             "(1,'a','b')",
                             "(1,'a'",
                             "(1,'a\\",
                             "",
                             "(",
                             "(1,'a'),",
                             "(e1,'a')",
                             "(1,'\xff')",
                             "(1,'\xe2\x82')",
                             "(1,'\xc0\xaf')",
                             "(1,'\xed')",
                             "(1,'\xf5\x80\x80\x80')"}) {
    EXPECT_FALSE(takes(tuples)) << tuples;
  }
  EXPECT_TRUE(takes("(1,'€')", true));
  EXPECT_FALSE(takes("(1,'😀')", true)) << "utf8mb3 has no letters of four bytes";
}

TEST(LoadForm, SeesDatesAndChoicesThatStrictModeRefuses) {
  const LoadForm form = form_of({ColumnKind::date, ColumnKind::choice, ColumnKind::text});
  const auto odd = [&](const char* tuples) { return form.takes(tuples, false).value().odd; };
  EXPECT_FALSE(odd("('2024-01-02','a','')"));
  EXPECT_FALSE(odd("('2024-10-02 00:00:00','a','0000-00-00'),(NULL,NULL,'')"));
  EXPECT_TRUE(odd("('2024-01-02','a',''),('0000-00-00','a','')"));
  EXPECT_TRUE(odd("('2024-00-02 10:00:00','a','')"));
  EXPECT_TRUE(odd("('2024-01-00 10:00:00','a','')"));
  EXPECT_TRUE(odd("('2024-01-02','','')"));
  EXPECT_FALSE(odd("('','a','')")) << "too short to be a date";
}

TEST(LoadForm, OfAnUnusualTableThereIsNone) {
  DumpTable table;
  table.columns = {"a", "b"};
  table.kinds = {ColumnKind::number, ColumnKind::other};
  EXPECT_FALSE(LoadForm::of(table, {}));
  EXPECT_TRUE(LoadForm::of(table, {{"a"}})) << "the INSERT leaves the unusual column out";
  EXPECT_FALSE(LoadForm::of(table, {{"a", "b"}}));
  EXPECT_FALSE(LoadForm::of(table, {{"nowhere"}}));
}

TEST(LoadForm, OnlyAPlainInsertHasOne) {
  EXPECT_TRUE(read_insert_head("INSERT INTO `t` VALUES", 101118));
  EXPECT_TRUE(read_insert_head("insert into s.t values", 101118));
  EXPECT_EQ(read_insert_head("INSERT INTO `t` (`a`, b) VALUES\n", 101118)->columns,
            (std::vector<std::string>{"a", "b"}));
  for (const char* head : {"INSERT IGNORE INTO `t` VALUES", "REPLACE INTO `t` VALUES", "INSERT DELAYED INTO t VALUES",
                           "INSERT INTO t SELECT", "INSERT INTO t PARTITION (p0) VALUES", "INSERT t VALUES"}) {
    EXPECT_FALSE(read_insert_head(head, 101118)) << head;
  }
}

}  // namespace
}  // namespace rehearsal
