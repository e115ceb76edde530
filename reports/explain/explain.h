// What each finding code means, why it comes up and what cures it: the text behind `rehearse explain`.
//
// Each code has a file reports/explain/codes/CODE.txt, for an operator at night: short, plain, and true of any service;
// `t` and `c` stand for a table and a column. Its form:
//
//   Severity: warning        the usual one
//
//   Meaning:                 then Cause, Cure and Example, in this order, each with its text indented by two blanks;
//     What is the case.      lines of the first three are joined, those of the example stay as they are
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/severity.h"

namespace rehearsal {

struct Explanation {
  std::string code;
  Severity severity = Severity::info;  // the usual one
  std::string meaning;                 // what is the case
  std::string cause;                   // how a cloud comes to it
  std::string cure;                    // what to do in production, and how to be sure
  std::string example;                 // an error or statement as it looks; may have several lines
};

// Reads a file of this form. An Error names what is missing or not in its place.
[[nodiscard]] Result<Explanation> read_explanation(std::string_view code, std::string_view text);

// All codes, sorted.
[[nodiscard]] std::vector<std::string> explain_codes();

// Nothing for an unknown code.
[[nodiscard]] std::optional<Explanation> explain(std::string_view code);

// As a page for a terminal, at most 96 columns wide but for the example's own lines.
[[nodiscard]] std::string to_text(const Explanation& explanation, bool colours);

}  // namespace rehearsal
