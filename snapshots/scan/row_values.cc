#include "snapshots/scan/row_values.h"

#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string bytes_of_hex(std::string_view digits) {
  std::string bytes;
  int high = digits.size() % 2 == 0 ? -1 : 0;
  for (const char c : digits) {
    const int digit = hex_digit(c);
    if (digit < 0) {
      return {};
    }
    if (high < 0) {
      high = digit;
    } else {
      bytes += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return bytes;
}

// The value whose first token is `token`; leaves the "," or ")" behind it in `token`.
std::optional<std::string> read_value(TokenReader& reader, Token& token, bool backslash_escapes) {
  std::optional<std::string> value;
  int depth = 0;
  bool hex = false;
  for (; token.kind != TokenKind::end; token = reader.next()) {
    if (depth == 0 && (token.is(',') || token.is(')'))) {
      return value;
    }
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (token.kind == TokenKind::string) {
      std::string text = unquoted_string(token.text, backslash_escapes);
      value = value.value_or("") + (hex ? bytes_of_hex(text) : text);
      hex = false;
    } else if (token.is("X")) {
      hex = true;
    } else if (token.kind == TokenKind::number && (token.text.starts_with("0x") || token.text.starts_with("0X"))) {
      value = bytes_of_hex(token.text.substr(2));
    } else if (token.kind == TokenKind::word && token.text.front() == '_') {
      continue;  // _binary and other character sets before a string
    } else if (!token.is("NULL") || depth > 0) {
      value = value.value_or("") + std::string(token.text);
    }
  }
  return value;
}

}  // namespace

RowValues read_rows(const DumpEvent& event, std::uint64_t limit, unsigned server_version) {
  RowValues values;
  // The column list, from the head.
  TokenReader head(event.head, server_version, event.quoting());
  Token token = head.next();
  while (token.kind != TokenKind::end && !token.is('(')) {
    token = head.next();
  }
  while (token.is('(') || token.is(',')) {
    values.columns.push_back(unquoted_name(head.next().text));
    token = head.next();
  }

  std::string_view text = event.rows_text;
  if (text.empty()) {
    text = event.first ? event.text.substr(std::min(event.head.size(), event.text.size())) : event.text;
  }
  TokenReader reader(text, server_version, event.quoting());
  for (token = reader.next(); values.rows.size() < limit && token.kind != TokenKind::end; token = reader.next()) {
    if (token.is(',')) {
      continue;
    }
    if (!token.is('(')) {
      break;
    }
    Row row;
    do {
      token = reader.next();
      row.push_back(read_value(reader, token, event.backslash_escapes));
    } while (token.is(','));
    if (token.is(')')) {
      values.rows.push_back(std::move(row));
    }
  }
  return values;
}

}  // namespace rehearsal
