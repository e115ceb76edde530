// A text of SQL taken apart and written again: its tokens, some of them left out. Between two tokens stands a blank
// where anything stood between them, be it a line's end or a comment.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql/tokens.h"

namespace rehearsal {

struct Piece {
  Token token;          // its text is a part of the text that was taken apart
  bool spaced = false;  // something stood before it
};

class Pieces {
 public:
  Pieces() = default;
  // `sql` outlives it.
  explicit Pieces(std::string_view sql);

  [[nodiscard]] std::size_t size() const { return pieces_.size(); }
  // A token that is none behind the end.
  [[nodiscard]] const Token& operator[](std::size_t at) const;
  // Whether these words, in capitals, or symbols stand there, one after another: {"COLLATE", "="}.
  [[nodiscard]] bool is_at(std::size_t at, std::initializer_list<std::string_view> words) const;
  // Behind the parenthesis that closes the one at `open`; the end where none does.
  [[nodiscard]] std::size_t behind_parenthesis(std::size_t open) const;
  // Where these words stand outside of all parentheses; none where they do not.
  [[nodiscard]] std::optional<std::size_t> find(std::initializer_list<std::string_view> words) const;

  [[nodiscard]] Pieces part(std::size_t begin, std::size_t end) const;
  // At the commas outside of all parentheses.
  [[nodiscard]] std::vector<Pieces> split_at_commas() const;
  void erase(std::size_t begin, std::size_t end);
  // `other`'s text outlives it, too.
  void insert(std::size_t at, const Pieces& other);
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Piece> pieces_;
};

// Whether values of this type have a character set: CHAR to LONGTEXT, ENUM and SET.
[[nodiscard]] bool is_text_type(const Token& type);

// The name that the text begins with, unquoted; empty where it begins with no quoted name.
[[nodiscard]] std::string leading_name(std::string_view sql);

}  // namespace rehearsal
