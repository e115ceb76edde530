// The scanner inside a statement: strings, names, comments and parentheses up to the delimiter, and where it is an
// INSERT, its words up to VALUES and its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "snapshots/bytes/scan_window.h"
#include "snapshots/scan/comment_scan.h"
#include "snapshots/scan/row_blocks.h"
#include "snapshots/scan/session_state.h"
#include "snapshots/scan/statement.h"

namespace rehearsal {

// Places are indexes into the window. The statement, or what is left of it, begins at 0.
class StatementScan {
 public:
  StatementScan(ScanWindow& window, const SessionState& session, unsigned server_version, Vectors vectors)
      : window_(window), session_(session), server_version_(server_version), pass_rows_(row_passer(vectors)) {}

  void begin();
  // To behind the delimiter; text_end() is then before it. False: more bytes are needed.
  bool pass(std::string_view delimiter);
  // The bytes ended inside the statement.
  void end_inside();

  // The rows up to the last comma between two of them, where they can stand alone.
  struct Piece {
    std::size_t end = 0;       // behind the comma; 0: there is none
    std::size_t text_end = 0;  // behind the row before it
    std::uint64_t rows = 0;
  };
  [[nodiscard]] const Piece& piece() const { return piece_; }
  // The first bytes were told: the whole statement, or its piece.
  void told(std::size_t bytes);

  [[nodiscard]] std::size_t text_end() const { return text_end_; }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }  // since the piece that was told last
  // Whether it is an INSERT whose VALUES was reached. What is below counts only then.
  [[nodiscard]] bool has_rows() const { return !head_.empty(); }
  [[nodiscard]] const std::string& head() const { return head_; }
  [[nodiscard]] const Statement& about() const { return about_; }
  [[nodiscard]] std::size_t head_end() const { return head_end_; }  // 0 where it was told
  [[nodiscard]] std::size_t row_end() const { return row_end_; }    // behind the last row
  [[nodiscard]] bool behind_rows() const { return phase_ == Phase::tail; }
  [[nodiscard]] bool rows_stand_alone() const { return plain_rows_; }  // head and rows are without comments

 private:
  enum class Inner { code, line_comment, block_comment };
  enum class Phase { plain, head, rows, tail };  // tail: what follows the rows of an INSERT

  [[nodiscard]] bool among_plain_rows() const;
  void rows_by_blocks();
  bool string();
  bool head_words();
  void head_word(std::string_view word);
  bool separator();
  void code_byte(char c);
  [[nodiscard]] bool is_delimiter() const { return window_.rest().starts_with(delimiter_); }
  [[nodiscard]] bool is_decided(char c) const;

  ScanWindow& window_;
  const SessionState& session_;
  unsigned server_version_;
  RowPasser pass_rows_;
  std::string_view delimiter_;
  CommentScan comment_;

  Inner inner_ = Inner::code;
  char quote_ = 0;         // the open quote, 0 outside strings
  std::size_t depth_ = 0;  // of parentheses
  std::size_t executable_depth_ = 0;

  Phase phase_ = Phase::plain;
  bool first_word_ = true;
  bool plain_rows_ = true;
  bool after_row_ = false;
  std::size_t text_end_ = 0;
  std::string head_;
  std::size_t head_end_ = 0;
  Statement about_;
  std::uint64_t rows_ = 0;
  std::size_t row_end_ = 0;
  Piece piece_;
};

}  // namespace rehearsal
