#include "reports/mask/mask.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "base/contains.h"
#include "base/text.h"
#include "reports/mask/mask_words.h"

namespace rehearsal {
namespace {

// How far the end of a value, an address or a message is looked for.
constexpr std::size_t kFar = 4096;

bool word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The length of one surrogate key at the start of `text`: a uuid, 32 hex digits or an integer; 0 where there is none.
std::size_t key_length(std::string_view text) {
  std::size_t hex = 0;
  std::size_t uuid = 0;
  std::size_t digits = 0;
  const auto is_hex = [&](std::size_t i) { return std::isxdigit(static_cast<unsigned char>(text[i])) != 0; };
  while (hex < text.size() && hex <= 32 && is_hex(hex)) {
    ++hex;
  }
  while (uuid < text.size() && uuid < 36) {
    const bool dash = uuid == 8 || uuid == 13 || uuid == 18 || uuid == 23;
    if (dash ? text[uuid] != '-' : !is_hex(uuid)) {
      break;
    }
    ++uuid;
  }
  while (digits < text.size() && digits <= 20 && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) {
    ++digits;
  }
  return uuid == 36 ? 36 : hex == 32 ? 32 : digits <= 19 ? digits : 0;
}

// What may stand before a quoted name in a message of the server.
bool names_follow(std::string_view before) {
  static constexpr std::array<std::string_view, 22> kWords = {
      "key",      "column", "index",      "table",     "constraint", "view",   "database", "collation",
      "field",    "set",    "function",   "procedure", "trigger",    "engine", "schema",   "variable",
      "revision", "from",   "references", "partition", "in",         "branch"};
  while (!before.empty() && (before.back() == ' ' || before.back() == ':')) {
    before.remove_suffix(1);
  }
  std::size_t start = before.size();
  while (start > 0 && word_char(before[start - 1]) && before.size() - start < 32) {
    --start;
  }
  const std::string word = lower(before.substr(start));
  if (word == "name") {  // "Duplicate column name 'x'", but not "instance name 'x'"
    return start > 0 && names_follow(before.substr(0, start));
  }
  return contains(kWords, word);
}

bool is_identifier(std::string_view value) {
  static constexpr std::array<std::string_view, 5> kClauses = {"field list", "where clause", "on clause",
                                                               "order clause", "group statement"};
  if (contains(kClauses, value)) {
    return true;
  }
  return !value.empty() && value.size() <= 140 && std::all_of(value.begin(), value.end(), [](char c) {
    return word_char(c) || c == '.' || c == '$' || c == '`';
  });
}

std::string kept(std::string_view text) {
  return kKeep + std::string(text) + kKept;
}

// Where the value that opens at `open` ends: the index of its closing quote; npos where it does not close.
std::size_t close_of(std::string_view text, std::size_t open, std::size_t line_end) {
  const std::string_view before = text.substr(0, open);
  for (const auto& [sign, stop] : {std::pair<std::string_view, std::string_view>{"Duplicate entry ", "' for key"},
                                   {" value: ", "' for column"},
                                   {" value: ", "' for function"}}) {
    if (before.ends_with(sign)) {
      if (const std::size_t end = text.substr(open, kFar).find(stop, 1); end != std::string_view::npos) {
        return open + end;
      }
    }
  }
  for (std::size_t i = open + 1; i < line_end; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '\'' && (i + 1 >= text.size() || !word_char(text[i + 1]))) {
      return i;
    }
  }
  return std::string_view::npos;
}

// (1205, 'Lock wait timeout exceeded'): at the message's quote. The message itself is no value.
bool opens_message(std::string_view text, std::size_t quote) {
  if (quote < 3 || text.substr(quote - 2, 2) != ", " || quote + 1 >= text.size() ||
      std::isalpha(static_cast<unsigned char>(text[quote + 1])) == 0) {
    return false;
  }
  std::size_t digits = 0;
  while (digits < 6 && quote >= 3 + digits && std::isdigit(static_cast<unsigned char>(text[quote - 3 - digits])) != 0) {
    ++digits;
  }
  return digits > 0 && quote >= 3 + digits && text[quote - 3 - digits] == '(';
}

// Quoted values of messages, and values of JSON texts.
class Quotes {
 public:
  Quotes(std::string_view text, bool server) : text_(text), all_server_(server), server_(server) {}

  std::string masked() {
    out_.reserve(text_.size());
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        server_ = all_server_;
        out_ += c;
        ++at_;
      } else if (c == '"' && is_json_value()) {
        json_value();
      } else if ((c == '"' || c == '\'') && opens_message(text_, at_)) {
        server_ = true;
        out_ += c;
        ++at_;
      } else if (c == '\'' && opens()) {
        quoted();
      } else if (c == '`') {
        name();
      } else {
        out_ += c == kKeep || c == kKept ? '?' : c;
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_json_value() const {
    const std::string_view before = text_.substr(0, at_);
    return before.ends_with("\": ") || before.ends_with("\":");
  }

  // An apostrophe within a word opens nothing; b'…', x'…' and the like do.
  [[nodiscard]] bool opens() const {
    if (at_ == 0 || !word_char(text_[at_ - 1])) {
      return true;
    }
    const bool prefix = std::string_view("bBxXuUrRfFnN").find(text_[at_ - 1]) != std::string_view::npos;
    return (prefix && (at_ < 2 || !word_char(text_[at_ - 2]))) || text_.substr(0, at_).ends_with("_binary");
  }

  void json_value() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2U : 1U;
    }
    end = std::min(end, text_.size());
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    out_ += '"';
    out_ += is_surrogate_key(value) ? value : kMasked;
    at_ = end;
    if (at_ < text_.size() && text_[at_] == '"') {
      out_ += text_[at_++];
    }
  }

  void quoted() {
    if (line_end_ <= at_) {
      line_end_ = std::min(text_.find('\n', at_), text_.size());
    }
    const std::size_t close = close_of(text_, at_, line_end_);
    const bool closed = close != std::string_view::npos;
    const std::size_t end = closed ? close : line_end_;
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    const bool named = is_identifier(value) && (names_follow(text_.substr(0, at_)) || value.find(' ') != value.npos);
    if (closed && (value.empty() || is_surrogate_key(value))) {
      out_ += text_.substr(at_, end - at_ + 1);
    } else if (closed && named && server_) {
      out_ += '\'' + kept(value) + '\'';
    } else if (closed && is_identifier(value) && mask_words(value) == value && in_a_names_place()) {
      out_ += text_.substr(at_, end - at_ + 1);
    } else {
      out_ += '\'';
      out_ += kMasked;
      out_ += closed ? "'" : "";
    }
    at_ = closed ? end + 1 : end;
  }

  [[nodiscard]] bool in_a_names_place() const {
    const std::string_view before = text_.substr(0, at_);
    return names_follow(before) || before.ends_with("revision identified by ");
  }

  void name() {
    const std::size_t close = text_.substr(at_, kFar).find('`', 1);
    if (close == std::string_view::npos) {
      out_ += text_[at_++];
      return;
    }
    const std::size_t end = at_ + close;
    const std::string_view value = text_.substr(at_ + 1, close - 1);
    const bool account = (at_ > 0 && text_[at_ - 1] == '@') || (end + 1 < text_.size() && text_[end + 1] == '@');
    out_ += server_ && !account ? '`' + kept(value) + '`' : '`' + std::string(value) + '`';
    at_ = end + 1;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0, line_end_ = 0;
  bool all_server_, server_;  // what comes is a message of the server
};

bool same_word(std::string_view text, std::size_t at, std::string_view word) {
  if (at + word.size() > text.size()) {
    return false;
  }
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[at + i])) != word[i]) {
      return false;
    }
  }
  return true;
}

// password = x, "token": "x", --password x, Bearer x, gAAAA… (a Fernet token).
std::string mask_secrets(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kAllNames = {"password", "passwd", "secret",   "token",
                                                                "api_key",  "apikey", "auth_key", "credential"};
  constexpr std::span<const std::string_view> kNames(kAllNames);
  std::string out;
  out.reserve(text.size());
  const auto value_end = [&](std::size_t at) {
    while (at < text.size() && std::string_view(" \t\n,;&'\")]}").find(text[at]) == std::string_view::npos) {
      ++at;
    }
    return at;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (same_word(text, i, "bearer ") || (text.substr(i).starts_with("gAAAA") && (i == 0 || !word_char(text[i - 1])))) {
      const bool bearer = text[i] != 'g';
      out += bearer ? text.substr(i, 7) : std::string_view();
      out += kMasked;
      i = value_end(bearer ? i + 7 : i);
      continue;
    }
    bool masked = false;
    const bool begins = std::string_view("pstacPSTAC").find(text[i]) != std::string_view::npos;
    for (const std::string_view name : begins ? kNames : std::span<const std::string_view>()) {
      if (!same_word(text, i, name)) {
        continue;
      }
      std::size_t at = i + name.size();
      while (at < text.size() && at < i + kFar && (text[at] == '"' || text[at] == '\'' || text[at] == ' ')) {
        ++at;
      }
      if (at >= text.size() || (text[at] != '=' && text[at] != ':')) {
        continue;
      }
      ++at;
      while (at < text.size() && (text[at] == ' ' || text[at] == '"' || text[at] == '\'')) {
        ++at;
      }
      const std::size_t end = value_end(at);
      if (end > at) {
        out += text.substr(i, at - i);
        out += kMasked;
        i = end;
        masked = true;
      }
      break;
    }
    if (!masked) {
      out += text[i++];
    }
  }
  return out;
}

// scheme://user:password@host/path: the password, and the machine where it is another than this one.
std::string mask_addresses(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t from = 0;
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", from)) {
    const std::size_t start = at + 3;
    const std::string_view rest = text.substr(start, kFar);
    const std::size_t length = std::min(rest.find_first_of(" \t\n\"'<>"), rest.size());
    const std::size_t sign = rest.substr(0, length).rfind('@');
    out += text.substr(from, start - from);
    from = start;
    if (sign == std::string_view::npos) {
      continue;
    }
    const std::size_t colon = rest.substr(0, sign).find(':');
    out += rest.substr(0, std::min(colon, sign));
    out += colon == std::string_view::npos ? "@" : ":***@";
    const std::size_t host_end = std::min(rest.find_first_of(":/?", sign + 1), length);
    const std::string_view host = rest.substr(sign + 1, host_end - sign - 1);
    out += host == "localhost" || host == "127.0.0.1" ? host : kMasked;
    from = start + host_end;
  }
  out += text.substr(from);
  return out;
}

// The end of a bracketed part that opens at `open`, quotes heeded; the text's end where it never closes.
std::size_t bracket_end(std::string_view text, std::size_t open) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '[') {
      ++depth;
    } else if (c == ']' && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

std::string mask(std::string_view text, bool server) {
  constexpr std::string_view kSql = "[SQL:", kParameters = "[parameters:";
  std::string out;
  std::size_t at = 0;
  std::size_t sql = text.find(kSql), parameters = text.find(kParameters);
  while (at < text.size()) {
    const std::size_t next = std::min({sql, parameters, text.size()});
    out += mask_addresses(mask_secrets(Quotes(text.substr(at, next - at), server).masked()));
    if (next >= text.size()) {
      break;
    }
    at = bracket_end(text, next);
    if (next == sql) {
      const bool closed = text[at - 1] == ']';
      const std::size_t end = closed ? at - 1 : at;
      out += "[" + kept("SQL:" + mask_sql(text.substr(next + kSql.size(), end - next - kSql.size()))) +
             (closed ? "]" : "");
    } else {
      out += "[parameters: ***]";
    }
    sql = sql < at ? text.find(kSql, at) : sql;
    parameters = parameters < at ? text.find(kParameters, at) : parameters;
  }
  return mask_words(out);
}

}  // namespace

bool is_surrogate_key(std::string_view value) {
  // Composite keys come as "KEY-KEY".
  while (!value.empty()) {
    const std::size_t length = key_length(value);
    if (length == 0) {
      return false;
    }
    value.remove_prefix(length);
    if (value.empty()) {
      return true;
    }
    if (value.front() != '-') {
      return false;
    }
    value.remove_prefix(1);
  }
  return false;
}

std::string mask_text(std::string_view text) {
  return mask(text, false);
}

std::string mask_server_message(std::string_view message) {
  return mask(message, true);
}

}  // namespace rehearsal
