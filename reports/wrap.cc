#include "reports/wrap.h"

#include "base/sql/line_words.h"
#include "base/text.h"

namespace rehearsal {
namespace {

struct Wrapping {
  std::string first;
  std::string other;
  std::size_t width;
};

// Puts words on lines; a word holds whatever must not be broken.
std::vector<std::string> fill(const std::vector<std::string>& words, const Wrapping& wrapping) {
  std::vector<std::string> lines;
  std::string line = wrapping.first;
  bool empty = true;
  for (const std::string& word : words) {
    if (!empty && columns_of(line) + 1 + columns_of(word) > wrapping.width) {
      lines.push_back(line);
      line = wrapping.other;
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
  }
  lines.push_back(line);
  return lines;
}

std::vector<std::string> plain_words(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string& word : split(replace_all(std::string(text), "\n", " "), ' ')) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

bool has_comment(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.rfind("--", 0) == 0 || word.rfind('#', 0) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    columns += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  }
  return columns;
}

std::vector<std::string> wrap_text(std::string_view first, std::string_view text, std::size_t width) {
  return fill(plain_words(text), {std::string(first), std::string(columns_of(first), ' '), width});
}

std::vector<std::string> wrap_sql(std::string_view sql, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::vector<std::string> out;
  char quote = 0;
  for (const std::string& line : lines_of(sql)) {
    const bool in_string = quote != 0;
    const std::string_view text = trim(line);
    if (!in_string && (text.rfind("-- ", 0) == 0 || text == "--")) {
      const auto comment = fill(plain_words(text), {margin, margin + "-- ", width});
      out.insert(out.end(), comment.begin(), comment.end());
      continue;
    }
    const std::vector<std::string> words = words_of_line(line, quote);
    // A line that is part of a string or ends in a comment is left whole: broken, it would mean something else.
    if (in_string || quote != 0 || has_comment(words)) {
      out.push_back((in_string ? "" : margin) + line);
      continue;
    }
    const auto filled = fill(words, {margin, margin, width});
    out.insert(out.end(), filled.begin(), filled.end());
  }
  return out;
}

}  // namespace rehearsal
