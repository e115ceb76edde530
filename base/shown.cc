#include "base/shown.h"

#include <algorithm>
#include <cstdint>

namespace rehearsal {

namespace {

struct Character {
  std::size_t length = 0;  // 0: no character begins here
  std::uint32_t code = 0;
};

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

std::size_t length_by(unsigned first) {
  return first < 0x80U ? 1 : first < 0xC2U || first > 0xF4U ? 0 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
}

Character character_at(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  const std::size_t length = length_by(first);
  if (length == 0 || at + length > text.size()) {
    return {};
  }
  std::uint32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(text, at + i);
    if ((next & 0xC0U) != 0x80U) {
      return {};
    }
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800U) || (length == 4 && code < 0x10000U);
  const bool surrogate = code >= 0xD800U && code <= 0xDFFFU;
  return overlong || surrogate || code > 0x10FFFFU ? Character() : Character{length, code};
}

bool is_plain(std::uint32_t code) {
  const bool control = (code < 0x20U && code != '\n' && code != '\t') || (code >= 0x7FU && code < 0xA0U);
  const bool turns = code == 0x061CU || code == 0x200EU || code == 0x200FU || (code >= 0x2028U && code <= 0x202EU) ||
                     (code >= 0x2066U && code <= 0x2069U);
  return !control && !turns;
}

void add_hex(std::string& out, const char* mark, std::uint32_t value, int digits) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  out += mark;
  for (int i = digits - 1; i >= 0; --i) {
    out += kDigits[(value >> (4U * static_cast<unsigned>(i))) & 0xFU];
  }
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    if (one.length == 0) {
      add_hex(out, "\\x", byte_at(text, at), 2);
    } else if (!is_plain(one.code)) {
      add_hex(out, one.code < 0x80U ? "\\x" : "\\u", one.code, one.code < 0x80U ? 2 : 4);
    } else {
      out += text.substr(at, one.length);
    }
    at += std::max<std::size_t>(one.length, 1);
  }
  return out;
}

std::size_t unfinished_bytes(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const unsigned byte = byte_at(text, text.size() - back);
    if ((byte & 0xC0U) != 0x80U) {
      return length_by(byte) > back ? back : 0;
    }
  }
  return 0;
}

}  // namespace rehearsal
