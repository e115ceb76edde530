// Every statement that a step ran, as the server itself logged it. A lane's server writes its slow log for everything
// (statement_log_options()); a statement appears after it ended, failed ones too, with its time and its rows.
//
// A step begins with begin_step(), which empties the file; read() then streams what is new since the last read, as
// often as one likes, also while the step runs. Memory is O(1): a statement's text is cut at kLongestStatement.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rehearsal {

struct LoggedStatement {
  std::string user;
  std::uint64_t thread = 0;  // the connection's number
  std::string schema;        // the connection's default at the end of the statement; may be empty
  std::string sql;           // without the final semicolon
  bool cut = false;          // longer than kLongestStatement
  double seconds = 0;        // from its arrival to its end, waits for locks included
  double lock_seconds = 0;   // waited for table locks
  std::int64_t rows_examined = 0;
  std::int64_t rows_affected = 0;  // of an ALTER: the rows that it copied
};

using EachStatement = std::function<void(const LoggedStatement&)>;

inline constexpr std::size_t kLongestStatement = 256 << 10;

// The text of a slow log, in pieces of any size. A statement whose text looks like the log's own lines is taken for
// what it is unless it holds a whole header after a line that ends in a semicolon.
class StatementLogParser {
 public:
  // Calls for each statement that is known to be complete: one that another one follows.
  void feed(std::string_view text, const EachStatement& each);
  // Nothing follows: the last statement is complete too.
  void finish(const EachStatement& each);
  // The text so far ends as a statement does. More lines of it may still follow, which are not told then.
  [[nodiscard]] bool at_end_of_statement() const {
    return state_ == State::body && ends_in_semicolon_ && line_.empty() && candidate_.empty();
  }

 private:
  enum class State { between, header, body };
  void take_line(const EachStatement& each);
  [[nodiscard]] bool continues_header() const;
  void take_body_line(const EachStatement& each);
  void add_to_body(std::string_view line, bool ends_in_semicolon);
  void begin_statement();
  void emit(const EachStatement& each);

  State state_ = State::between;
  std::string line_;       // of the line that is being read, at most kLongestStatement
  char last_of_line_ = 0;  // its last byte, also of one that was cut
  bool line_cut_ = false;
  std::vector<std::string> candidate_;  // lines that may be the next statement's header
  bool ends_in_semicolon_ = false;      // the body so far
  LoggedStatement current_;
};

// What makes a server write all its statements to this file.
[[nodiscard]] std::vector<std::string> statement_log_options(const std::filesystem::path& file);

class StatementLog {
 public:
  // Only statements of `user` are told; empty: of everybody. `alone`: no other reads the file, and blocks may be given
  // back.
  StatementLog(std::filesystem::path file, std::string user, bool alone = true)
      : file_(std::move(file)), user_(std::move(user)), alone_(alone) {}

  // Forgets all that was logged; call it while no step runs.
  [[nodiscard]] Result<void> begin_step();
  // What is complete and new. The disk blocks of what was read are given back, so that reading while a step of
  // millions of statements runs keeps the file small.
  [[nodiscard]] Result<void> read(const EachStatement& each);
  // The same, and what is last is told as soon as it looks whole: for who wants to know when a statement came.
  [[nodiscard]] Result<void> read_at_once(const EachStatement& each);
  // The same when the step has ended: the last statement too.
  [[nodiscard]] Result<void> read_to_end(const EachStatement& each);

 private:
  std::filesystem::path file_;
  std::string user_;
  bool alone_;
  std::uint64_t offset_ = 0;
  std::uint64_t given_back_ = 0;
  StatementLogParser parser_;
};

}  // namespace rehearsal
