// What code says of its own version.
#include "harness/step/answered_version.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(AnsweredVersion, IsFoundInWhatProgramsPrint) {
  EXPECT_EQ(version_in("29.4.0\n"), "29.4.0");
  EXPECT_EQ(version_in("keystone-manage 25.0.1\n"), "25.0.1");
  EXPECT_EQ(version_in("/usr/lib/python3.11/site.py:3: Warning: 2 things\n24.2.2.dev7+g1a2b\n"), "24.2.2.dev7+g1a2b");
  EXPECT_EQ(version_in("version 31.0.0, all well."), "31.0.0");
  for (const char* none : {"", "no such command", "error 2", "python3.11 is missing", "7"}) {
    EXPECT_EQ(version_in(none), std::nullopt) << none;
  }
}

TEST(AnsweredVersion, CodeOfAnotherReleaseIsACondition) {
  Service service;
  service.package = "compute";
  service.versions = {{"2024.1", "29.4.0"}, {"2025.1", "31.3.1"}};
  PlanStep step;
  step.id = "compute:2025.1:sync";
  step.service = "compute";
  step.release = "2025.1";
  EXPECT_FALSE(other_release(step, service, "31.0.0"));
  EXPECT_FALSE(other_release(step, service, "unknown"));
  const auto other = other_release(step, service, "29.4.0");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->severity, Severity::warning);
  EXPECT_EQ(other->code, "code-of-another-release");
}

}  // namespace
}  // namespace rehearsal
