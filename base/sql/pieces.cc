#include "base/sql/pieces.h"

#include <algorithm>

namespace rehearsal {

Pieces::Pieces(std::string_view sql) {
  TokenReader reader(sql, kServerOfTexts);
  const char* end = sql.data();
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    pieces_.push_back({token, token.text.data() != end});
    end = token.text.data() + token.text.size();
  }
}

const Token& Pieces::operator[](std::size_t at) const {
  static const Token kNone;
  return at < pieces_.size() ? pieces_[at].token : kNone;
}

bool Pieces::is_at(std::size_t at, std::initializer_list<std::string_view> words) const {
  for (const std::string_view word : words) {
    const Token& token = (*this)[at++];
    if (!(token.kind == TokenKind::symbol ? token.text == word : token.is(word))) {
      return false;
    }
  }
  return true;
}

std::size_t Pieces::behind_parenthesis(std::size_t open) const {
  int depth = 0;
  for (std::size_t at = open; at < pieces_.size(); ++at) {
    depth += pieces_[at].token.is('(') ? 1 : pieces_[at].token.is(')') ? -1 : 0;
    if (depth == 0) {
      return at + 1;
    }
  }
  return pieces_.size();
}

std::optional<std::size_t> Pieces::find(std::initializer_list<std::string_view> words) const {
  for (std::size_t at = 0; at < pieces_.size();) {
    if (is_at(at, words)) {
      return at;
    }
    at = pieces_[at].token.is('(') ? behind_parenthesis(at) : at + 1;
  }
  return std::nullopt;
}

Pieces Pieces::part(std::size_t begin, std::size_t end) const {
  Pieces part;
  end = std::min(end, pieces_.size());
  if (begin < end) {
    part.pieces_.assign(pieces_.begin() + static_cast<std::ptrdiff_t>(begin),
                        pieces_.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return part;
}

std::vector<Pieces> Pieces::split_at_commas() const {
  std::vector<Pieces> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < pieces_.size();) {
    if (pieces_[at].token.is(',')) {
      parts.push_back(part(begin, at));
      begin = at + 1;
    }
    at = pieces_[at].token.is('(') ? behind_parenthesis(at) : at + 1;
  }
  if (begin < pieces_.size()) {
    parts.push_back(part(begin, pieces_.size()));
  }
  return parts;
}

void Pieces::erase(std::size_t begin, std::size_t end) {
  end = std::min(end, pieces_.size());
  pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(begin),
                pieces_.begin() + static_cast<std::ptrdiff_t>(end));
}

void Pieces::insert(std::size_t at, const Pieces& other) {
  const auto begin =
      pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(at), other.pieces_.begin(), other.pieces_.end());
  if (!other.pieces_.empty()) {
    begin->spaced = true;
  }
}

std::string Pieces::text() const {
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.spaced && !text.empty() ? " " : "";
    text += piece.token.text;
  }
  return text;
}

bool is_text_type(const Token& type) {
  return is_any(type, {"CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "ENUM", "SET"});
}

std::string leading_name(std::string_view sql) {
  const Token first = TokenReader(sql, kServerOfTexts).next();
  return first.kind == TokenKind::name ? unquoted_name(first.text) : std::string();
}

}  // namespace rehearsal
