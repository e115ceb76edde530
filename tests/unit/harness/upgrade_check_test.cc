#include "harness/step/upgrade_check.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

constexpr const char* kOutput = R"(Modules with known issues were imported.
+---------------------------------------------------------------------+
| Upgrade Check Results                                               |
+---------------------------------------------------------------------+
| Check: Cells v2                                                     |
| Result: Success                                                     |
| Details: None                                                       |
+---------------------------------------------------------------------+
| Check: Placement API                                                |
| Result: Failure                                                     |
| Details: No credentials specified for placement API in the          |
|   configuration.                                                    |
+---------------------------------------------------------------------+
)";

TEST(UpgradeCheck, EachCheckIsReadByItself) {
  const auto checks = read_upgrade_check(kOutput, {});
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].name, "Cells v2");
  EXPECT_EQ(checks[0].result, "Success");
  EXPECT_EQ(checks[0].details, "");
  EXPECT_EQ(checks[1].result, "Failure");
  EXPECT_EQ(checks[1].details, "No credentials specified for placement API in the configuration.");
}

TEST(UpgradeCheck, ACheckThatNeedsAnotherServiceIsNotJudged) {
  const auto checks = read_upgrade_check(kOutput, {{"placement api", "needs the service"}});
  EXPECT_TRUE(checks.at(0).judged);
  EXPECT_FALSE(checks.at(1).judged);
  for (const CheckResult& check : read_upgrade_check(kOutput, {{"*", "cannot run here"}})) {
    EXPECT_FALSE(check.judged);
  }
}

TEST(UpgradeCheck, ACrashIsNoCheck) {
  EXPECT_TRUE(read_upgrade_check("Traceback (most recent call last):\nKeyError: 'x'\n", {}).empty());
}

}  // namespace
}  // namespace rehearsal
