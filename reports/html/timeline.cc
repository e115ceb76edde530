#include "reports/html/timeline.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/markup.h"

namespace rehearsal {
namespace {

constexpr double kLeastWidth = 1.1;   // percent of the drawing, where the lane has room for it
constexpr double kFailedWidth = 3.2;  // room for its mark
constexpr double kWidePixels = 8.6;   // pixels of one percent on a desk's page
constexpr double kPhonePixels = 3.2;  // and on a phone's
constexpr double kLetterPixels = 6.9;
constexpr int kBar = 28;
constexpr int kHeight = 46;

bool ran(const StepRecord& step) {
  return step.status == StepStatus::passed || step.status == StepStatus::failed;
}

double least_width(const LaneSum& lane, const StepRecord& step) {
  const double room = 60.0 / static_cast<double>(lane.steps.size());
  return std::min(step.status == StepStatus::failed ? kFailedWidth : kLeastWidth, room);
}

double width_of(const LaneSum& lane, const StepRecord& step, double scale) {
  return std::max(least_width(lane, step), ran(step) ? step.seconds * scale : 0.0);
}

double lane_width(const LaneSum& lane, double scale) {
  double width = 0;
  for (const StepRecord* step : lane.steps) {
    width += width_of(lane, *step, scale);
  }
  return width;
}

// Percent per second such that the longest lane just fits.
double common_scale(const std::vector<LaneSum>& lanes) {
  double low = 0;
  double high = 1000;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    const bool fits =
        std::all_of(lanes.begin(), lanes.end(), [&](const LaneSum& lane) { return lane_width(lane, middle) <= 100; });
    (fits ? low : high) = middle;
  }
  return low;
}

bool has_room(const std::string& label, double width, double pixels) {
  std::size_t letters = 0;
  for (const char c : label) {
    letters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  }
  return width * pixels >= static_cast<double>(letters) * kLetterPixels + 10;
}

std::string text_of(const std::string& label, double width) {
  if (label.empty()) {
    return {};
  }
  return fmt::format("<text x=\"50%\" y=\"18\" text-anchor=\"middle\"{}>{}</text>",
                     has_room(label, width, kPhonePixels) ? "" : " class=\"desk\"", escape_markup(label));
}

std::string step_drawing(const StepRecord& step, double left, double width) {
  const std::string name =
      step.part.empty() ? std::string(to_word(step.phase)) : to_word(step.phase) + (" " + step.part);
  std::string label;
  if (step.status == StepStatus::failed) {
    label = "✗";
  }
  for (const std::string& longer : {(label.empty() ? "" : label + " ") + name,
                                    (label.empty() ? "" : label + " ") + name + " " + human_seconds(step.seconds)}) {
    if (ran(step) && has_room(longer, width, kWidePixels)) {
      label = longer;
    }
  }
  // A mark is never hidden.
  std::string text = step.status == StepStatus::failed && label == "✗"
                         ? "<text x=\"50%\" y=\"18\" text-anchor=\"middle\">✗</text>"
                         : text_of(label, width);
  if (step.status == StepStatus::failed && label != "✗" && !has_room(label, width, kPhonePixels)) {
    text += "<text class=\"phone\" x=\"50%\" y=\"18\" text-anchor=\"middle\">✗</text>";
  }
  const std::string kind = step.status == StepStatus::failed ? "failed"
                           : ran(step)                       ? std::string("p-") + to_word(step.phase)
                                                             : std::string("idle");
  const std::string title = fmt::format("{} {}: {}{}", name, step.release, to_word(step.status),
                                        ran(step) ? ", " + human_seconds(step.seconds) : "");
  return fmt::format(
      "<a href=\"#step-{}\"><title>{}</title><svg x=\"{:.2f}%\" width=\"{:.2f}%\" height=\"{}\">"
      "<rect class=\"bar {}\" width=\"100%\" height=\"{}\"/>{}</svg></a>",
      anchor_of(step.id), escape_markup(title), left, width, kBar, kind, kBar, text);
}

// A line below the steps of one release, with the release's name.
std::string release_drawing(const std::string& release, double left, double width) {
  const int y = kBar + 4;
  std::string out = fmt::format("<line class=\"release\" x1=\"{:.2f}%\" x2=\"{:.2f}%\" y1=\"{}\" y2=\"{}\"/>", left,
                                left + width - 0.3, y, y);
  if (has_room(release, width, kWidePixels)) {
    out +=
        fmt::format("<text class=\"release{}\" x=\"{:.2f}%\" y=\"{}\">{}</text>",
                    has_room(release, width, kPhonePixels) ? "" : " desk", left, kHeight - 2, escape_markup(release));
  }
  return out;
}

std::string lane_drawing(const LaneSum& lane, double scale) {
  std::string out =
      fmt::format("<svg class=\"gantt\" width=\"100%\" height=\"{}\" role=\"group\" aria-label=\"{}\">", kHeight,
                  escape_markup(fmt::format("{}: {} in {}", lane.service, plural(lane.steps.size(), "step"),
                                            human_seconds(lane.seconds))));
  double left = 0;
  double release_left = 0;
  std::string release;
  for (const StepRecord* step : lane.steps) {
    if (step->release != release) {
      if (left > release_left) {
        out += release_drawing(release, release_left, left - release_left);
      }
      release = step->release;
      release_left = left;
    }
    const double width = width_of(lane, *step, scale);
    out += step_drawing(*step, left, width);
    left += width;
  }
  if (left > release_left) {
    out += release_drawing(release, release_left, left - release_left);
  }
  return out + "</svg>";
}

}  // namespace

std::vector<std::string> timeline_svg(const std::vector<LaneSum>& lanes) {
  const double scale = common_scale(lanes);
  std::vector<std::string> drawings;
  for (const LaneSum& lane : lanes) {
    drawings.push_back(lane_drawing(lane, scale));
  }
  return drawings;
}

}  // namespace rehearsal
