#include "reports/explain/explain.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "reports/explain/explanations.h"

namespace rehearsal {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kIndent = 10;  // "Meaning   "

// Sorted by code.
const std::vector<Explanation>& all() {
  static const std::vector<Explanation> kAll = [] {
    std::vector<Explanation> all;
    for (auto* theme : {explanations_of_rows, explanations_of_schema, explanations_of_server, explanations_of_steps,
                        explanations_of_plan, explanations_of_twin, explanations_of_asked, explanations_of_dump,
                        explanations_of_dump_content}) {
      std::vector<Explanation> part = theme();
      all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    }
    std::sort(all.begin(), all.end(), [](const Explanation& a, const Explanation& b) { return a.code < b.code; });
    return all;
  }();
  return kAll;
}

// The words in lines of kWidth, each but the first indented.
std::string wrapped(const std::string& text) {
  std::string out;
  std::size_t column = kIndent;
  for (const std::string& word : split(text, ' ')) {
    if (!out.empty() && column + 1 + word.size() > kWidth) {
      out += "\n" + std::string(kIndent, ' ');
      column = kIndent;
    } else if (!out.empty()) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string label(const std::string& word, bool colours) {
  const std::string padding(kIndent - word.size(), ' ');
  return (colours ? "\x1b[2m" + word + "\x1b[0m" : word) + padding;
}

std::string usually(const std::string& severity) {
  return severity == "info" ? "usually for information only" : "usually a " + severity;
}

}  // namespace

std::vector<std::string> explain_codes() {
  std::vector<std::string> codes;
  for (const Explanation& explanation : all()) {
    codes.push_back(explanation.code);
  }
  return codes;
}

std::optional<Explanation> explain(std::string_view code) {
  const auto found = std::lower_bound(all().begin(), all().end(), code,
                                      [](const Explanation& a, std::string_view b) { return a.code < b; });
  if (found == all().end() || found->code != code) {
    return std::nullopt;
  }
  return *found;
}

std::string to_text(const Explanation& explanation, bool colours) {
  const std::string code = colours ? "\x1b[1m" + explanation.code + "\x1b[0m" : explanation.code;
  std::string text = code + ", " + usually(explanation.severity) + "\n\n";
  for (const auto& [word, sentences] :
       {std::pair("Meaning", &explanation.meaning), {"Cause", &explanation.cause}, {"Cure", &explanation.cure}}) {
    text += label(word, colours) + wrapped(*sentences) + "\n";
  }
  std::string start = label("Example", colours);
  for (const std::string& line : lines_of(explanation.example)) {
    text += start + line + "\n";
    start = std::string(kIndent, ' ');
  }
  return text;
}

}  // namespace rehearsal
