// The words of one statement, as the server that will read it sees them: comments are left out, executable comments
// that it would run are looked into.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/sql/quoting.h"

namespace rehearsal {

enum class TokenKind { end, word, name, string, number, symbol };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // as written, quotes included

  // An unquoted word, whatever its case. `upper` is in capitals.
  [[nodiscard]] bool is(std::string_view upper) const;
  [[nodiscard]] bool is(char symbol) const { return kind == TokenKind::symbol && text.front() == symbol; }
  // A word, a `name`, or a "name" where those are names.
  [[nodiscard]] bool names() const { return kind == TokenKind::word || kind == TokenKind::name; }
};

// How a comment's opening is to be read.
struct CommentOpening {
  bool runs = false;       // the server executes what is inside
  bool nests = false;      // a comment of the executable form that it skips: may hold one more comment
  bool sandbox = false;    // /*M!999999\- … */, which only a client heeds
  std::size_t length = 2;  // runs: the bytes to leave out
};
// `text` begins with "/*"; kCommentOpening bytes of it, or all there are, decide.
inline constexpr std::size_t kCommentOpening = 11;
[[nodiscard]] CommentOpening comment_opening(std::string_view text, unsigned server_version);

// "--" begins a comment only where a blank or a control character follows. `text` begins with "--".
[[nodiscard]] bool is_dash_comment(std::string_view text);

// The server as which a text is read where none was asked: of which executable comments are statements.
inline constexpr unsigned kServerOfTexts = 101118;

class TokenReader {
 public:
  TokenReader(std::string_view sql, unsigned server_version, Quoting quoting = {})
      : sql_(sql), server_version_(server_version), quoting_(quoting) {}
  [[nodiscard]] Token next();
  [[nodiscard]] std::size_t position() const { return at_; }  // just after the token told last

 private:
  void skip_blank();
  std::string_view sql_;
  unsigned server_version_;
  Quoting quoting_;
  std::size_t at_ = 0;
  std::size_t executable_depth_ = 0;
};

[[nodiscard]] bool is_any(const Token& token, std::initializer_list<std::string_view> words);
// Whether one of the words, in capitals, stands anywhere in the statement outside of strings, names and comments.
[[nodiscard]] bool any_word(std::string_view sql, unsigned server_version,
                            std::initializer_list<std::string_view> words, Quoting quoting = {});

// A name without its quotes.
[[nodiscard]] std::string unquoted_name(std::string_view text);
// The value that a quoted string stands for. `text` is with its quotes.
[[nodiscard]] std::string unquoted_string(std::string_view text, bool backslash_escapes);
// The same in pieces, for a value that is not held as a whole.
void for_each_piece_of_string(std::string_view text, bool backslash_escapes,
                              const std::function<void(std::string_view)>& take);

}  // namespace rehearsal
