#include "base/json_text.h"

#include <nlohmann/json.hpp>

namespace rehearsal {

namespace {

std::string without_control_characters(const std::string& dumped) {
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

template <typename Json>
std::string text_of(const Json& json, int indent) {
  return without_control_characters(json.dump(indent, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

std::string json_text(const nlohmann::json& json, int indent) {
  return text_of(json, indent);
}

std::string json_text(const nlohmann::ordered_json& json, int indent) {
  return text_of(json, indent);
}

}  // namespace rehearsal
