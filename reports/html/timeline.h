// The lanes of a run as inline SVG, one drawing a lane, all to one scale. Coordinates are percentages, so that text
// keeps its size on any width. Steps too short to see are drawn a little wider; steps that did not run are hatched.
// Colours come from the page's style (classes p-PHASE, failed, idle).
#pragma once

#include <string>
#include <vector>

#include "reports/telling.h"

namespace rehearsal {

[[nodiscard]] std::vector<std::string> timeline_svg(const std::vector<LaneSum>& lanes);

}  // namespace rehearsal
