#include "reports/mask/pseudonyms.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Pseudonyms, AnAccountHasOneNameHoweverItIsWritten) {
  Pseudonyms pseudonyms;
  EXPECT_EQ(pseudonyms.hide_accounts("in the name of `jdoeq`@`10.0.0.7`"), "in the name of account#1");
  EXPECT_EQ(pseudonyms.hide_accounts("'jdoeq'@'10.0.0.7' and zweiq@vdb.corp."), "account#1 and account#2.");
  EXPECT_EQ(pseudonyms.hide_accounts("the account jdoeq@10.0.0.7, a DEFINER"), "the account account#1, a DEFINER");
}

TEST(Pseudonyms, AccountsThatProgramsNameStay) {
  Pseudonyms pseudonyms;
  for (const char* text : {"`root`@`localhost`", "'root'@'%'", "no account", "@", "a@", "@b"}) {
    EXPECT_EQ(pseudonyms.hide_accounts(text), text);
  }
}

}  // namespace
}  // namespace rehearsal
