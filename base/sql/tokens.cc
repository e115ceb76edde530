#include "base/sql/tokens.h"

#include <algorithm>

#include "base/sql/bytes.h"

namespace rehearsal {

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool is_word(char c) {
  const char upper = to_upper(c);
  return (upper >= 'A' && upper <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U);
}
char meant_by_escape(char escaped) {
  switch (escaped) {
    case '0':
      return '\0';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'Z':
      return '\x1a';
    default:
      return escaped;
  }
}

}  // namespace

bool Token::is(std::string_view upper) const {
  if (kind != TokenKind::word || text.size() != upper.size()) {
    return false;
  }
  for (std::size_t i = 0; i < upper.size(); ++i) {
    if (to_upper(text[i]) != upper[i]) {
      return false;
    }
  }
  return true;
}

CommentOpening comment_opening(std::string_view text, unsigned server_version) {
  CommentOpening opening;
  const bool maria = text.size() > 3 && text[2] == 'M' && text[3] == '!';
  if (!maria && !(text.size() > 2 && text[2] == '!')) {
    return opening;
  }
  const std::size_t start = maria ? 4 : 3;
  std::size_t digits = 0;
  unsigned version = 0;
  while (digits < 6 && start + digits < text.size() && is_digit(text[start + digits])) {
    version = version * 10 + static_cast<unsigned>(text[start + digits] - '0');
    ++digits;
  }
  if (digits < 5) {
    opening.runs = true;
    opening.length = start;
    return opening;
  }
  // Versions of MySQL from 5.7 to 9 mean nothing to MariaDB, whose own begin at 10.
  opening.runs = version <= server_version && (version < 50700 || version > 99999 || maria);
  opening.nests = !opening.runs;
  opening.sandbox = version == 999999 && start + digits < text.size() && text[start + digits] == '\\';
  opening.length = opening.runs ? start + digits : 2;
  return opening;
}

bool is_dash_comment(std::string_view text) {
  return text.size() < 3 || static_cast<unsigned char>(text[2]) <= 0x20U || text[2] == 0x7f;
}

void TokenReader::skip_blank() {
  while (at_ < sql_.size()) {
    const char c = sql_[at_];
    const std::string_view rest = sql_.substr(at_);
    if (is_space(c)) {
      ++at_;
    } else if (c == '#' || (rest.starts_with("--") && is_dash_comment(rest))) {
      const std::size_t end = rest.find('\n');
      at_ = end == std::string_view::npos ? sql_.size() : at_ + end + 1;
    } else if (rest.starts_with("/*")) {
      const CommentOpening opening = comment_opening(rest, server_version_);
      if (opening.runs) {
        ++executable_depth_;
        at_ += opening.length;
        continue;
      }
      std::size_t end = rest.find("*/", 2);
      if (opening.nests && end != std::string_view::npos &&
          rest.substr(2, end - 2).find("/*") != std::string_view::npos) {
        end = rest.find("*/", end + 2);
      }
      at_ = end == std::string_view::npos ? sql_.size() : at_ + end + 2;
    } else if (executable_depth_ > 0 && rest.starts_with("*/")) {
      --executable_depth_;
      at_ += 2;
    } else {
      return;
    }
  }
}

Token TokenReader::next() {
  skip_blank();
  if (at_ >= sql_.size()) {
    return {};
  }
  const std::size_t start = at_;
  const char c = sql_[start];
  if (c == '\'' || c == '"' || c == '`') {
    const bool name = c == '`' || (c == '"' && quoting_.ansi_quotes);
    const bool escapes = quoting_.backslash_escapes && !name;
    ++at_;
    while (at_ < sql_.size()) {
      at_ = find_either(sql_.data(), at_, sql_.size(), c, escapes ? '\\' : c);
      if (at_ >= sql_.size()) {
        break;
      }
      if (sql_[at_] != c || (at_ + 1 < sql_.size() && sql_[at_ + 1] == c)) {
        at_ += 2;
        continue;
      }
      ++at_;
      break;
    }
    at_ = std::min(at_, sql_.size());
    return {name ? TokenKind::name : TokenKind::string, sql_.substr(start, at_ - start)};
  }
  const bool sign = (c == '-' || c == '+' || c == '.') && start + 1 < sql_.size() &&
                    (is_digit(sql_[start + 1]) || sql_[start + 1] == '.');
  if (is_digit(c) || sign) {
    ++at_;
    while (at_ < sql_.size()) {
      const char d = sql_[at_];
      const bool exponent = (d == '-' || d == '+') && to_upper(sql_[at_ - 1]) == 'E';
      if (!is_word(d) && d != '.' && !exponent) {
        break;
      }
      ++at_;
    }
    return {TokenKind::number, sql_.substr(start, at_ - start)};
  }
  if (is_word(c)) {
    while (at_ < sql_.size() && is_word(sql_[at_])) {
      ++at_;
    }
    return {TokenKind::word, sql_.substr(start, at_ - start)};
  }
  ++at_;
  return {TokenKind::symbol, sql_.substr(start, 1)};
}

bool is_any(const Token& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

bool any_word(std::string_view text, unsigned server_version, std::initializer_list<std::string_view> words,
              Quoting quoting) {
  TokenReader reader(text, server_version, quoting);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (is_any(token, words)) {
      return true;
    }
  }
  return false;
}

std::string unquoted_name(std::string_view text) {
  if (text.size() < 2 || (text.front() != '`' && text.front() != '"')) {
    return std::string(text);
  }
  const char quote = text.front();
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == quote) {
      ++i;
    }
  }
  return name;
}

void for_each_piece_of_string(std::string_view text, bool backslash_escapes,
                              const std::function<void(std::string_view)>& take) {
  if (text.size() < 2) {
    return;
  }
  const char quote = text.front();
  const std::size_t end = text.size() - 1;
  std::size_t from = 1;  // of what stands for itself
  for (std::size_t i = 1; i < end; ++i) {
    const char c = text[i];
    const bool escape = c == '\\' && backslash_escapes && i + 1 < end;
    if (c != quote && !escape) {
      continue;
    }
    if (!escape) {  // a quote is doubled: the first of the two is the value's
      take(text.substr(from, i + 1 - from));
      from = ++i + 1;
      continue;
    }
    take(text.substr(from, i - from));
    const char meant = meant_by_escape(text[++i]);
    take({&meant, 1});
    from = i + 1;
  }
  if (from < end) {
    take(text.substr(from, end - from));
  }
}

std::string unquoted_string(std::string_view text, bool backslash_escapes) {
  std::string value;
  value.reserve(text.size());
  for_each_piece_of_string(text, backslash_escapes, [&](std::string_view piece) { value += piece; });
  return value;
}

}  // namespace rehearsal
