#include "reports/html/timeline.h"

#include "sample.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

// Widths of the steps of one drawing, in percent.
std::vector<double> widths_of(const std::string& drawing) {
  std::vector<double> widths;
  for (std::size_t at = drawing.find("%\" width=\""); at != std::string::npos; at = drawing.find("%\" width=\"", at)) {
    at += 10;
    widths.push_back(std::stod(drawing.substr(at)));
  }
  return widths;
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) {
    total += value;
  }
  return total;
}

TEST(Timeline, TheLongestLaneFillsTheWidthAndTheOthersKeepItsScale) {
  RunRecord run = sample::healthy();
  const auto drawings = timeline_svg(lanes_of(run));
  ASSERT_EQ(drawings.size(), 2U);
  const auto glance = widths_of(drawings[0]);
  const auto cinder = widths_of(drawings[1]);
  ASSERT_EQ(glance.size(), 3U);
  ASSERT_EQ(cinder.size(), 2U);
  EXPECT_NEAR(sum(cinder), 100, 0.1);
  EXPECT_NEAR(sum(glance), 100 * 13.8 / 17.0, 0.1);
  EXPECT_NEAR(glance[0] / cinder[0], 5.3 / 9.3, 0.01);
}

TEST(Timeline, ShortStepsAndStepsThatDidNotRunCanBeSeen) {
  RunRecord run = sample::broken();
  run.steps[3].seconds = 9000;
  const auto widths = widths_of(timeline_svg(lanes_of(run))[1]);
  ASSERT_EQ(widths.size(), 3U);
  EXPECT_GT(widths[1], 3);  // failed: room for its mark
  EXPECT_GT(widths[2], 1);  // not run
  EXPECT_LE(sum(widths), 100.1);
}

TEST(Timeline, ALaneOfManyStepsStillFits) {
  RunRecord run = sample::healthy();
  for (int i = 0; i < 500; ++i) {
    run.steps.push_back(sample::step("cinder", "2024.1", "status", StepStatus::not_run, 0));
  }
  EXPECT_LE(sum(widths_of(timeline_svg(lanes_of(run))[1])), 101);
}

TEST(Timeline, NoLanesNoDrawings) {
  EXPECT_TRUE(timeline_svg({}).empty());
}

}  // namespace
}  // namespace rehearsal
