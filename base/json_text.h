// JSON as text, whatever bytes its strings hold. Every file and every line of JSON that is written is made here: a
// string that is no UTF-8 would otherwise end the program.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace rehearsal {

// Valid UTF-8: bytes that are none become U+FFFD; control characters are escaped, DEL and U+0080 to U+009F too.
// `indent` as of the library: -1 for one line.
template <typename Json>
[[nodiscard]] std::string json_text(const Json& json, int indent = -1) {
  const std::string dumped = json.dump(indent, ' ', false, Json::error_handler_t::replace);
  std::string text;
  text.reserve(dumped.size());
  for (std::size_t i = 0; i < dumped.size(); ++i) {
    const auto byte = static_cast<unsigned char>(dumped[i]);
    const auto next = static_cast<unsigned char>(i + 1 < dumped.size() ? dumped[i + 1] : '\0');
    const bool control = byte == 0xC2U && next >= 0x80U && next < 0xA0U;
    if (byte != 0x7FU && !control) {
      text += dumped[i];
      continue;
    }
    constexpr const char* kDigits = "0123456789abcdef";
    const unsigned code = control ? next : byte;
    text += "\\u00";
    text += kDigits[code >> 4U];
    text += kDigits[code & 0xFU];
    i += control ? 1 : 0;
  }
  return text;
}

}  // namespace rehearsal
