#include "reports/mask/shorten.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kTitle = 600, kText = 4000, kLine = 500, kStatement = 4000;
constexpr std::size_t kDefinitions = 200;  // of one table

void shorten_definitions(SchemaChange& change) {
  for (std::string& line : change.details) {
    line = shortened(line, kLine);
  }
  if (change.details.size() > kDefinitions) {
    const std::size_t more = change.details.size() - kDefinitions;
    change.details.resize(kDefinitions);
    change.details.push_back(fmt::format("… and {} more", more));
  }
}

void shorten_drills(std::vector<DrillRecord>& drills) {
  for (DrillRecord& drill : drills) {
    drill.words = shortened(drill.words, kTitle);
  }
}

}  // namespace

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return std::string(text);
  }
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return fmt::format("{}… ({} more bytes)", text.substr(0, end), text.size() - end);
}

std::string with_short_lines(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += shortened(text.substr(at, end - at), most);
    out += end < text.size() ? "\n" : "";
    at = end + 1;
  }
  return out;
}

void shorten(RunRecord& record) {
  for (StepRecord& step : record.steps) {
    step.output_tail = with_short_lines(step.output_tail, kLine);
    step.reason = shortened(step.reason, kTitle);
    if (step.drill) {
      shorten_drills(step.drill->drills);
    }
    for (SchemaChange& change : step.schema) {
      shorten_definitions(change);
    }
    for (CheckResult& check : step.checks) {
      check.details = shortened(check.details, kText);
    }
  }
  for (Finding& finding : record.findings) {
    finding.title = shortened(finding.title, kTitle);
    finding.detail = shortened(finding.detail, kText);
    finding.error = shortened(finding.error, kText);
    finding.statement = shortened(finding.statement, kStatement);
  }
}

}  // namespace rehearsal
