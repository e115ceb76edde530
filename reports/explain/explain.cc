#include "reports/explain/explain.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace rehearsal {

// Code and text of each file, written by cmake/Embed.cmake.
extern const std::vector<std::pair<std::string_view, std::string_view>> kExplanationTexts;

namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kIndent = 10;  // "Meaning   "

// The files, sorted by code.
const std::vector<Explanation>& all() {
  static const std::vector<Explanation> kAll = [] {
    std::vector<Explanation> all;
    for (const auto& [code, text] : kExplanationTexts) {
      if (auto one = read_explanation(code, text)) {
        all.push_back(std::move(*one));
      }
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

std::string usually(Severity severity) {
  return severity == Severity::info ? "usually for information only" : std::string("usually a ") + to_word(severity);
}

}  // namespace

Result<Explanation> read_explanation(std::string_view code, std::string_view text) {
  constexpr std::string_view kSeverity = "Severity: ";
  constexpr std::string_view kIndented = "  ";
  const auto wrong = [&](const std::string& what) { return fail(what, std::string(code) + ".txt"); };
  Explanation explanation;
  explanation.code = code;
  std::vector<std::string> lines = lines_of(text);
  if (lines.empty() || !lines.front().starts_with(kSeverity)) {
    return wrong("it does not begin with its severity");
  }
  const auto severity = from_word<Severity>(lines.front().substr(kSeverity.size()));
  if (!severity) {
    return wrong("'" + lines.front() + "' names no severity");
  }
  explanation.severity = *severity;
  const std::array<std::pair<std::string_view, std::string*>, 4> parts = {{{"Meaning:", &explanation.meaning},
                                                                           {"Cause:", &explanation.cause},
                                                                           {"Cure:", &explanation.cure},
                                                                           {"Example:", &explanation.example}}};
  std::size_t part = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (part < parts.size() && line == parts[part].first) {
      ++part;
    } else if (part > 0 && line.starts_with(kIndented)) {
      std::string& target = *parts[part - 1].second;
      const bool verbatim = part == parts.size();
      target += (target.empty() ? "" : verbatim ? "\n" : " ") + line.substr(kIndented.size());
    } else if (!line.empty()) {
      return wrong("'" + line + "' is not in its place");
    }
  }
  for (const auto& [name, target] : parts) {
    if (target->empty()) {
      return wrong("nothing stands under " + std::string(name));
    }
  }
  return explanation;
}

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
