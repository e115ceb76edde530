// Where a comment ends, and which bytes are blank or of a word.
#pragma once

#include "base/sql/tokens.h"
#include "snapshots/bytes/scan_window.h"

namespace rehearsal {

[[nodiscard]] inline bool is_blank_byte(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
[[nodiscard]] inline bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Moves the window's `at` on. False: the end has not come.
class CommentScan {
 public:
  // To behind the line end, or the end of the file.
  static bool line(ScanWindow& window);

  // At a comment's opening.
  void open(ScanWindow& window, const CommentOpening& opening);
  // To behind the closing of the comment that was opened.
  bool block(ScanWindow& window);

 private:
  bool nests_ = false;   // the comment may hold one more
  bool nested_ = false;  // and it does
};

}  // namespace rehearsal
