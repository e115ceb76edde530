#include "snapshots/scan/row_values.h"

#include <algorithm>

#include <boost/crc.hpp>

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

// A value as its pieces come. Told by its checksum where it is long and that is wanted.
class Value {
 public:
  explicit Value(LongValues long_values) : long_values_(long_values) {}

  void add(std::string_view piece) {
    given_ = true;
    size_ += piece.size();
    if (!is_long()) {
      text_ += piece;
      return;
    }
    checksum_.process_bytes(text_.data(), text_.size());
    checksum_.process_bytes(piece.data(), piece.size());
    text_ = std::string();
  }
  void add_hex(std::string_view digits) {
    std::string bytes;
    bytes.reserve(std::min(kPiece, digits.size() / 2 + 1));
    given_ = true;
    int high = digits.size() % 2 == 0 ? -1 : 0;
    for (const char c : digits) {
      const int digit = hex_digit(c);
      if (digit < 0) {
        return;
      }
      if (high < 0) {
        high = digit;
        continue;
      }
      bytes += static_cast<char>(high * 16 + digit);
      high = -1;
      if (bytes.size() == kPiece) {
        add(bytes);
        bytes.clear();
      }
    }
    add(bytes);
  }

  [[nodiscard]] bool is_long() const { return long_values_ == LongValues::by_checksum && size_ >= kLongValue; }
  [[nodiscard]] std::optional<std::string> take() {
    if (is_long()) {
      return std::to_string(size_) + " bytes, CRC-32 " + std::to_string(checksum_.checksum());
    }
    return given_ ? std::optional(std::move(text_)) : std::nullopt;
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{1} << 16;
  LongValues long_values_;
  bool given_ = false;  // an empty value is none that is NULL
  std::size_t size_ = 0;
  boost::crc_32_type checksum_;
  std::string text_;
};

// The value whose first token is `token`; leaves the "," or ")" behind it in `token`.
Value read_value(TokenReader& reader, Token& token, bool backslash_escapes, LongValues long_values) {
  Value value(long_values);
  int depth = 0;
  bool hex = false;
  for (; token.kind != TokenKind::end; token = reader.next()) {
    if (depth == 0 && (token.is(',') || token.is(')'))) {
      return value;
    }
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (token.kind == TokenKind::string) {
      if (hex) {
        value.add_hex(unquoted_string(token.text, backslash_escapes));
      } else {
        value.add({});
        for_each_piece_of_string(token.text, backslash_escapes, [&](std::string_view piece) { value.add(piece); });
      }
      hex = false;
    } else if (token.is("X")) {
      hex = true;
    } else if (token.kind == TokenKind::number && (token.text.starts_with("0x") || token.text.starts_with("0X"))) {
      value.add_hex(token.text.substr(2));
    } else if (token.kind == TokenKind::word && token.text.front() == '_') {
      continue;  // _binary and other character sets before a string
    } else if (!token.is("NULL") || depth > 0) {
      value.add(token.text);
    }
  }
  return value;
}

}  // namespace

RowValues read_rows(const DumpEvent& event, std::uint64_t limit, unsigned server_version, LongValues long_values) {
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
      Value value = read_value(reader, token, event.backslash_escapes, long_values);
      if (value.is_long()) {
        values.long_places.insert(row.size());
      }
      row.push_back(value.take());
    } while (token.is(','));
    if (token.is(')')) {
      values.rows.push_back(std::move(row));
    }
  }
  return values;
}

}  // namespace rehearsal
