#include "base/sql/line_words.h"

#include <cstddef>

namespace rehearsal {

std::vector<std::string> words_of_line(std::string_view line, char& quote) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      words.back() += c;
      if (c == '\\' && quote != '`' && i + 1 < line.size()) {
        words.back() += line[++i];
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == ' ') {
      words.emplace_back();
    } else {
      quote = c == '\'' || c == '"' || c == '`' ? c : static_cast<char>(0);
      words.back() += c;
    }
  }
  return words;
}

}  // namespace rehearsal
