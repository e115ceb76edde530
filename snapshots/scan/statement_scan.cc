#include "snapshots/scan/statement_scan.h"

#include <algorithm>

#include "base/contains.h"
#include "base/sql/bytes.h"

namespace rehearsal {

void StatementScan::begin() {
  inner_ = Inner::code;
  quote_ = 0;
  depth_ = 0;
  executable_depth_ = 0;
  phase_ = Phase::head;
  first_word_ = true;
  plain_rows_ = true;
  after_row_ = false;
  text_end_ = head_end_ = row_end_ = 0;
  head_.clear();
  about_ = {};
  rows_ = 0;
  piece_ = {};
}

void StatementScan::end_inside() {
  text_end_ = window_.size();
  plain_rows_ = false;
}

void StatementScan::told(std::size_t bytes) {
  rows_ -= piece_.end == bytes ? piece_.rows : rows_;
  piece_ = {};
  for (std::size_t* place : {&text_end_, &head_end_, &row_end_}) {
    *place -= std::min(*place, bytes);
  }
}

bool StatementScan::pass(std::string_view delimiter) {
  delimiter_ = delimiter;
  const char first = delimiter.front();
  for (;;) {
    if (inner_ != Inner::code) {
      if (inner_ == Inner::line_comment ? !CommentScan::line(window_) : !comment_.block(window_)) {
        return false;
      }
      inner_ = Inner::code;
    }
    if (among_plain_rows()) {
      rows_by_blocks();
    }
    if (quote_ != 0 && !string()) {
      return false;
    }
    if (phase_ == Phase::head && !head_words()) {
      return false;
    }
    if (after_row_ && !separator()) {
      return false;
    }
    window_.at = find_code_byte(window_.data(), window_.at, window_.size(), first);
    if (window_.at == window_.size()) {
      return false;
    }
    const char c = window_.data()[window_.at];
    if (!is_decided(c) && !window_.have(std::max(kCommentOpening, delimiter.size()))) {
      return false;
    }
    if (c == first && executable_depth_ == 0 && is_delimiter()) {
      text_end_ = window_.at;
      window_.at += delimiter.size();
      return true;
    }
    code_byte(c);
  }
}

bool StatementScan::among_plain_rows() const {
  return pass_rows_ != nullptr && phase_ == Phase::rows && !after_row_ && depth_ <= 1 && executable_depth_ == 0 &&
         (quote_ == 0 || quote_ == '\'') && delimiter_.front() != '\'';
}

void StatementScan::rows_by_blocks() {
  const RowsPassed passed = pass_rows_({.data = window_.data(),
                                        .at = window_.at,
                                        .end = window_.size(),
                                        .in_string = quote_ != 0,
                                        .in_row = depth_ != 0,
                                        .escapes = session_.backslash_escapes(),
                                        .delimiter = delimiter_.front()});
  window_.at = passed.at;
  quote_ = passed.in_string ? '\'' : '\0';
  depth_ = passed.in_row ? 1 : 0;
  if (passed.rows > 0) {
    rows_ += passed.rows;
    row_end_ = passed.last_comma - 1;
    if (plain_rows_) {
      piece_ = {passed.last_comma, row_end_, rows_};
    }
  }
}

// A quote or parenthesis means something by itself, a dash or stroke something by the next byte only.
bool StatementScan::is_decided(char c) const {
  if (c == delimiter_.front()) {
    return false;
  }
  if (c == '-' || c == '/') {
    const std::size_t next = window_.at + 1;
    return next < window_.size() && window_.data()[next] != (c == '-' ? '-' : '*');
  }
  return c == '\'' || c == '"' || c == '`' || c == '(' || c == ')';
}

void StatementScan::code_byte(char c) {
  const std::string_view rest = window_.rest();
  switch (c) {
    case '\'':
    case '"':
    case '`':
      quote_ = c;
      break;
    case '(':
      ++depth_;
      break;
    case ')':
      depth_ -= depth_ > 0 ? 1U : 0U;
      if (phase_ == Phase::rows && depth_ == 0) {
        ++rows_;
        row_end_ = window_.at + 1;
        after_row_ = true;
      }
      break;
    case '*':
      if (executable_depth_ > 0 && rest.starts_with("*/")) {
        --executable_depth_;
        ++window_.at;
      }
      break;
    case '#':
      inner_ = Inner::line_comment;
      return;
    case '-':
      if (rest.starts_with("--") && is_dash_comment(rest)) {
        inner_ = Inner::line_comment;
        return;
      }
      break;
    case '/':
      if (rest.starts_with("/*")) {
        const CommentOpening opening = comment_opening(rest, server_version_);
        if (opening.runs) {
          ++executable_depth_;
          window_.at += opening.length;
        } else {
          comment_.open(window_, opening);
          inner_ = Inner::block_comment;
        }
        return;
      }
      break;
    default:
      break;
  }
  ++window_.at;
}

// Inside quotes. A doubled quote is an end and a beginning, which comes to the same.
bool StatementScan::string() {
  const bool escapes = quote_ == '\'' ? session_.backslash_escapes() : quote_ == '"' && session_.double_quote_escapes();
  const char* const data = window_.data();
  const std::size_t size = window_.size();
  const char quote = quote_;
  std::size_t at = window_.at;
  while ((at = find_either(data, at, size, quote, escapes ? '\\' : quote)) != size) {
    if (data[at] == quote) {
      window_.at = at + 1;
      quote_ = 0;
      return true;
    }
    if (at + 1 == size) {
      break;
    }
    at += 2;
  }
  window_.at = at;
  return false;
}

// The words of an INSERT up to VALUES. Stops before any byte that code_byte() must see. Any other statement is plain
// after its first word.
bool StatementScan::head_words() {
  const char* const data = window_.data();
  while (phase_ == Phase::head) {
    std::size_t& at = window_.at;
    while (at < window_.size() && !is_word_byte(data[at]) && !is_code_byte(data[at], delimiter_.front())) {
      ++at;
    }
    if (at == window_.size()) {
      return false;
    }
    if (!is_word_byte(data[at])) {
      return true;
    }
    std::size_t end = at;
    while (end < window_.size() && is_word_byte(data[end])) {
      ++end;
    }
    if (end == window_.size() && !window_.ended()) {
      return false;
    }
    if (is_code_byte(data[at], delimiter_.front()) && is_delimiter()) {
      return true;
    }
    head_word(window_.between(at, end));
    at = end;
    if (phase_ == Phase::rows) {
      head_end_ = end;
      head_.assign(window_.between(0, end));
      about_ = classify_statement(head_, server_version_, session_.quoting());
      plain_rows_ = executable_depth_ == 0 && !contains(head_, "/*");
    }
  }
  return true;
}

void StatementScan::head_word(std::string_view word) {
  const Token token{TokenKind::word, word};
  if (first_word_) {
    first_word_ = false;
    if (!token.is("INSERT") && !token.is("REPLACE")) {
      phase_ = Phase::plain;
    }
  } else if (depth_ == 0) {
    if (token.is("VALUES") || token.is("VALUE")) {
      phase_ = Phase::rows;
    } else if (token.is("SET")) {
      phase_ = Phase::tail;
      rows_ = 1;
    } else if (token.is("SELECT")) {
      phase_ = Phase::tail;
    }
  }
}

// After a row: a comma leads to the next one, the delimiter and comments are left to others, all else ends the rows.
bool StatementScan::separator() {
  std::size_t& at = window_.at;
  while (at < window_.size() && is_blank_byte(window_.data()[at])) {
    ++at;
  }
  if (at == window_.size()) {
    return false;
  }
  const char c = window_.data()[at];
  if (c == ',') {
    ++at;
    if (plain_rows_) {
      piece_ = {at, row_end_, rows_};
    }
    after_row_ = false;
  } else if (!is_code_byte(c, delimiter_.front()) || c == '(') {
    after_row_ = false;
    phase_ = Phase::tail;
    plain_rows_ = false;
    piece_ = {};
  }
  return true;
}

}  // namespace rehearsal
