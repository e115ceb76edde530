#include "harness/engines/control_group.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

// A process that is killed does not remove the group that it made.
TEST(ControlGroups, ThoseOfDeadRunsAreRemovedAndNoOthers) {
  StepLimits limits;
  limits.processes = 100;
  limits.memory = std::uint64_t{1} << 30;
  auto dead = ControlGroup::make("rehearsal-dead-of-test-step-1", limits);
  auto living = ControlGroup::make("rehearsal-dead-of-test2-step-1", limits);
  if (!dead || !living) {
    GTEST_SKIP() << "no control groups can be made here";
  }
  EXPECT_FALSE(remove_control_groups({"dead-of-test"}).empty());
  EXPECT_TRUE(remove_control_groups({"dead-of-test"}).empty()) << "they are gone";
  EXPECT_FALSE(remove_control_groups({"dead-of-test2"}).empty()) << "it was spared";
}

}  // namespace
}  // namespace rehearsal
