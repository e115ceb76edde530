// The parts of a schema statement, read one after another.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql/ddl.h"
#include "base/sql/pieces.h"

namespace rehearsal::ddl {

// In capitals.
[[nodiscard]] std::string upper(std::string_view text);

// A statement's pieces, taken one after another; the reader may look ahead.
class Words {
 public:
  explicit Words(std::string_view sql) : pieces_(sql) {
    while (end_ < pieces_.size() && !pieces_[end_].is(';')) {
      ++end_;
    }
  }
  [[nodiscard]] bool done() const { return at_ >= end_; }
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return pieces_[at_ + ahead < end_ ? at_ + ahead : pieces_.size()];
  }
  Token take() { return done() ? Token() : pieces_[at_++]; }
  bool take(std::string_view word) {
    const bool is = peek().is(word);
    at_ += is ? 1 : 0;
    return is;
  }
  bool take(char symbol) {
    const bool is = peek().is(symbol);
    at_ += is ? 1 : 0;
    return is;
  }
  std::string name() { return peek().names() ? unquoted_name(take().text) : std::string(); }
  // Behind the parenthesis that closes the one just taken.
  void skip_parentheses() {
    for (int depth = 1; depth > 0 && !done();) {
      const Token token = take();
      depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    }
  }
  // To the comma or closing parenthesis that ends this part.
  void skip_part() {
    while (!done() && !peek().is(',') && !peek().is(')')) {
      if (take().is('(')) {
        skip_parentheses();
      }
    }
  }

 private:
  Pieces pieces_;
  std::size_t at_ = 0, end_ = 0;
};

bool take_if_exists(Words& words);
void take_table_name(Words& words, std::string& schema, std::string& table);
// "(a, b(10) DESC)"; the parenthesis is still to come. Expressions leave the list empty.
std::vector<std::string> take_columns(Words& words);
ForeignKeySpec take_references(Words& words, ForeignKeySpec key);
// Type and attributes of a column, up to the comma that ends it. A key said in passing comes back as an action.
ColumnSpec take_column(Words& words, std::string name, std::vector<DdlAction>& said_in_passing);
// A key or constraint at the words' place; nothing where there is a column instead.
std::optional<DdlAction> take_key(Words& words);

}  // namespace rehearsal::ddl
