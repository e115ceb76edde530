// The file `metadata` of a mydumper directory, in the form of old and of new versions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rehearsal {

struct MydumperMetadata {
  std::string finished_at;  // empty: mydumper did not come to its end
  std::string replication_position;
  std::map<std::pair<std::string, std::string>, std::uint64_t> rows;  // by schema and table
  std::vector<std::pair<std::string, std::string>> promised;          // schema or schema.table, key of a checksum
};
[[nodiscard]] MydumperMetadata read_mydumper_metadata(std::string_view text);

// Digits alone; nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> count_from(std::string_view text);

}  // namespace rehearsal
