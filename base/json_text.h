// JSON as text, whatever bytes its strings hold. Every file and every line of JSON that is written is made here: a
// string that is not UTF-8 would otherwise end the program.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace rehearsal {

// Valid UTF-8: bytes that are none become U+FFFD; control characters are escaped, DEL and U+0080 to U+009F too.
// `indent` as of the library: -1 for one line.
[[nodiscard]] std::string json_text(const nlohmann::json& json, int indent = -1);
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace rehearsal
