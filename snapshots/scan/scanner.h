// The scanner: bytes in, events out, in one pass and with a window of fixed size.
//
// It follows the server's lexical rules: strings with the escapes that the SQL_MODE last set asks for, quoted names,
// the three kinds of comments, executable comments by the rule of the server that will read the dump, and DELIMITER
// where the client would follow it. Rows are counted by their parentheses outside strings, not by lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/sql/tokens.h"
#include "snapshots/bytes/scan_window.h"
#include "snapshots/scan/dump_event.h"
#include "snapshots/scan/row_blocks.h"

namespace rehearsal {

struct ScanSettings {
  std::string schema;                         // in force until the dump says USE; empty: as the dump's header says
  std::string delimiter = ";";                // until the dump says DELIMITER
  std::size_t window = std::size_t{4} << 20;  // bytes; rows and comments beyond it are told in pieces
  std::size_t limit =
      std::size_t{1} << 30;  // bytes; a longer row or statement is refused (the largest max_allowed_packet)
  unsigned server_version = kServerOfTexts;  // of the MariaDB that will read the dump, as in executable comments
  Vectors vectors = best_vectors();          // what is told is the same with any that the processor has
  bool read_ahead = false;                   // the reader is called on a thread of its own
};

struct ScanEnd {
  std::uint64_t bytes = 0;  // in all, uncompressed
  std::uint64_t lines = 0;  // line ends in all
  bool inside = false;      // the bytes end inside a statement, a string or a comment
  bool ends_with_newline = false;
  std::string what;         // inside: what it is, such as "INSERT INTO `schema`.`table`" or "a comment"
  std::uint64_t begin = 0;  // inside: where that begins
};

// Tells `sink` every event in order; the ranges [begin, end) of all events, joined, are the bytes read. Ending early is
// a value (ScanEnd::inside). An Error is the reader's, the sink's, or of kind `unusable_dump` for a statement or row
// beyond the limit.
[[nodiscard]] Result<ScanEnd> scan(const ByteReader& read, const EventSink& sink, const ScanSettings& settings = {});

}  // namespace rehearsal
