// Masking of statements: their names are all shown, their literals are not.

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "reports/mask/mask.h"
#include "reports/mask/mask_words.h"

namespace rehearsal {

namespace {

bool in_sql_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Statement {
 public:
  // `definition`: a part of DDL, without its verb.
  explicit Statement(std::string_view text, bool definition) : text_(text), ddl_(definition) {
    const std::string_view bare = trim(text);
    std::size_t end = 0;
    while (end < bare.size() && in_sql_word(bare[end])) {
      ++end;
    }
    const std::string verb = lower(bare.substr(0, end));
    ddl_ = ddl_ || verb == "alter" || verb == "create" || verb == "drop" || verb == "rename" || verb == "truncate";
  }

  std::string masked() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\'' || c == '"') {
        literal();
      } else if (c == '`') {
        name();
      } else if (c == '#' || (c == '-' && next() == '-') || (c == '/' && next() == '*')) {
        comment();
      } else if (in_sql_word(c)) {
        word();
      } else {
        out_ += text_[at_++];
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }

  // Behind the closing quote, or the end; doubled and escaped quotes are the literal's own.
  [[nodiscard]] std::size_t end_of_quotes() const {
    const char quote = text_[at_];
    std::size_t i = at_ + 1;
    for (; i < text_.size(); ++i) {
      if (text_[i] == '\\' && quote != '`') {
        ++i;
      } else if (text_[i] == quote) {
        if (i + 1 >= text_.size() || text_[i + 1] != quote) {
          return i + 1;
        }
        ++i;
      }
    }
    return text_.size();
  }

  void literal() {
    const std::size_t end = end_of_quotes();
    const char quote = text_[at_];
    const bool closed = end - at_ >= 2 && text_[end - 1] == quote;
    const std::string_view value = text_.substr(at_ + 1, end - at_ - (closed ? 2 : 1));
    const bool account = (at_ > 0 && text_[at_ - 1] == '@') || (end < text_.size() && text_[end] == '@');
    out_ += quote;
    if (value.empty() || (closed && is_surrogate_key(value)) ||
        (closed && !secret_ && !binary_ && (ddl_ || account) && mask_words(value) == value)) {
      out_ += value;
    } else {
      out_ += kMasked;
    }
    out_ += closed ? std::string(1, quote) : std::string();
    secret_ = binary_ = false;
    at_ = end;
  }

  void name() {
    const std::size_t end = end_of_quotes();
    const bool account = (at_ > 0 && text_[at_ - 1] == '@') || (end < text_.size() && text_[end] == '@');
    const bool closed = end - at_ >= 2 && text_[end - 1] == '`';
    if (account && closed) {
      out_ += '`' + mask_name(text_.substr(at_ + 1, end - at_ - 2)) + '`';
    } else {
      out_ += text_.substr(at_, end - at_);
    }
    at_ = end;
  }

  // A comment that the server executes is part of the statement.
  void comment() {
    if (text_.substr(at_, 3) == "/*!" || text_.substr(at_, 4) == "/*M!") {
      out_ += text_.substr(at_, 2);
      at_ += 2;
      return;
    }
    const bool block = text_[at_] == '/';
    const std::size_t end = text_.find(block ? "*/" : "\n", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + (block ? 2 : 0);
    out_ += block ? "/* *** */" : "-- ***";
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size() && in_sql_word(text_[end])) {
      ++end;
    }
    const std::string_view word = text_.substr(at_, end - at_);
    const std::string low = lower(word);
    const bool quoted_next = end < text_.size() && text_[end] == '\'';
    binary_ = quoted_next && (low == "x" || low == "b");
    if (low.size() > 2 && low.starts_with("0x")) {
      out_ += kMasked;
    } else {
      out_ += word;
    }
    static constexpr std::string_view kSecrets[] = {"identified", "password", "connection", "master_password"};
    if (std::find(std::begin(kSecrets), std::end(kSecrets), std::string_view(low)) != std::end(kSecrets)) {
      secret_ = true;
    }
    at_ = end;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
  bool ddl_;
  bool secret_ = false;  // the next literal is a password, or holds one
  bool binary_ = false;
};

}  // namespace

std::string mask_sql(std::string_view statement) {
  return Statement(statement, false).masked();
}

std::string mask_definition(std::string_view text) {
  return Statement(text, true).masked();
}

std::string mask_name(std::string_view name) {
  return mask_words(name) == name ? std::string(name) : std::string(kMasked);
}

}  // namespace rehearsal
