#include "base/sql/long_numbers.h"

#include <algorithm>

#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

constexpr std::size_t kBytes = 64 << 10;

bool is_hexadecimal(std::string_view number) {
  return number.size() > 2 && number.starts_with("0x") &&
         number.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
}

unsigned value_of(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

}  // namespace

MarkedStatement mark_long_numbers(std::string_view statement, Quoting quoting, std::size_t least) {
  MarkedStatement marked;
  TokenReader reader(statement, kServerOfTexts, quoting);
  if (!is_any(reader.next(), {"INSERT", "REPLACE"})) {
    return marked;
  }
  std::size_t from = 0;
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.is('?')) {
      return {};
    }
    if (token.kind != TokenKind::number || token.text.size() <= least || !is_hexadecimal(token.text)) {
      continue;
    }
    const auto begin = static_cast<std::size_t>(token.text.data() - statement.data());
    marked.text += std::string(statement.substr(from, begin - from)) + "?";
    marked.numbers.push_back(token.text);
    from = begin + token.text.size();
  }
  if (!marked.numbers.empty()) {
    marked.text += statement.substr(from);
  }
  return marked;
}

// An odd number of digits is read as if a zero stood before them, as the server does.
NumberBytes::int_type NumberBytes::underflow() {
  if (digits_.empty()) {
    return traits_type::eof();
  }
  bytes_.clear();
  if (digits_.size() % 2 == 1) {
    bytes_ += static_cast<char>(value_of(digits_.front()));
    digits_.remove_prefix(1);
  }
  const std::size_t some = std::min(digits_.size(), 2 * kBytes);
  for (std::size_t at = 0; at < some; at += 2) {
    bytes_ += static_cast<char>(value_of(digits_[at]) << 4 | value_of(digits_[at + 1]));
  }
  digits_.remove_prefix(some);
  setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
  return traits_type::to_int_type(bytes_.front());
}

}  // namespace rehearsal
