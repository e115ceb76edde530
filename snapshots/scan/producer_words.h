// Messages of a dump program, or of a shell around it, that stand among a dump's statements: its errors were sent into
// the same file. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rehearsal {

// Bytes that decide whether a line is such a message, or all there are of it.
inline constexpr std::size_t kProducerLine = 256;
// "mysqldump: …", "/usr/bin/mariadb-dump: …", "Warning: …" and the like; nothing that a statement begins with.
[[nodiscard]] bool is_producer_line(std::string_view line);

struct ProducerMessage {
  bool error = false;    // something could not be dumped
  bool missing = false;  // so that rows or objects are not there
  std::string table;     // that it names, without a schema; empty where it names none
};
[[nodiscard]] ProducerMessage read_producer_line(std::string_view line);

// The first line of a text for people, cut where it is long, without bytes that a terminal obeys.
[[nodiscard]] std::string shown_line(std::string_view text);

// Whether the word may begin a statement. `word` in any case.
[[nodiscard]] bool begins_statement(std::string_view word);

}  // namespace rehearsal
