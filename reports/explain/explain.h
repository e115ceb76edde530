// What each finding code means, why it comes up and what cures it: the text behind `rehearse explain`. The tables are
// in reports/explanations_*.cc, by theme; a code that is not there is unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

struct Explanation {
  std::string code;
  std::string severity;  // the usual one: "blocker", "warning", "info"
  std::string meaning;   // what is the case
  std::string cause;     // how a cloud comes to it
  std::string cure;      // what to do in production, and how to be sure
  std::string example;   // an error or statement as it looks; may have several lines
};

// All codes, sorted.
[[nodiscard]] std::vector<std::string> explain_codes();

// Nothing for an unknown code.
[[nodiscard]] std::optional<Explanation> explain(std::string_view code);

// As a page for a terminal, at most 96 columns wide but for the example's own lines.
[[nodiscard]] std::string to_text(const Explanation& explanation, bool colours);

}  // namespace rehearsal
