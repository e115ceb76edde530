#include "reports/mask.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace rehearsal {
namespace {

constexpr std::string_view kMasked = "***";

bool word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

// The length of one surrogate key at the start of `text`: a uuid, 32 hex digits or an integer; 0 where there is none.
std::size_t key_length(std::string_view text) {
  std::size_t hex = 0;
  std::size_t uuid = 0;
  std::size_t digits = 0;
  const auto is_hex = [&](std::size_t i) { return std::isxdigit(static_cast<unsigned char>(text[i])) != 0; };
  while (hex < text.size() && is_hex(hex)) {
    ++hex;
  }
  while (uuid < text.size() && uuid < 36) {
    const bool dash = uuid == 8 || uuid == 13 || uuid == 18 || uuid == 23;
    if (dash ? text[uuid] != '-' : !is_hex(uuid)) {
      break;
    }
    ++uuid;
  }
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) {
    ++digits;
  }
  return uuid == 36 ? 36 : hex == 32 ? 32 : digits <= 19 ? digits : 0;
}

// What may stand before a quoted name that is to be kept.
bool names_follow(std::string_view before) {
  static constexpr std::array<std::string_view, 22> kWords = {
      "key",      "column", "index",      "table",     "constraint", "view",   "database", "collation",
      "field",    "set",    "function",   "procedure", "trigger",    "engine", "schema",   "variable",
      "revision", "from",   "references", "partition", "in",         "branch"};
  while (!before.empty() && (before.back() == ' ' || before.back() == ':')) {
    before.remove_suffix(1);
  }
  // "Can't locate revision identified by 'x'", but not "USER u IDENTIFIED BY 'x'"
  if (before.ends_with("revision identified by")) {
    return true;
  }
  std::size_t start = before.size();
  while (start > 0 && word_char(before[start - 1])) {
    --start;
  }
  const std::string word = lower(before.substr(start));
  if (word == "name") {  // "Duplicate column name 'x'", but not "instance name 'x'"
    return start > 0 && names_follow(before.substr(0, start));
  }
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_identifier(std::string_view value) {
  static constexpr std::array<std::string_view, 5> kClauses = {"field list", "where clause", "on clause",
                                                               "order clause", "group statement"};
  if (std::find(kClauses.begin(), kClauses.end(), value) != kClauses.end()) {
    return true;
  }
  return !value.empty() && value.size() <= 140 && std::all_of(value.begin(), value.end(), [](char c) {
    return word_char(c) || c == '.' || c == '$' || c == '`';
  });
}

// Where the value that opens at `open` ends: the index of its closing quote; npos where it does not close.
std::size_t close_of(std::string_view text, std::size_t open, std::size_t line_end) {
  const std::string_view before = text.substr(0, open);
  for (const auto& [sign, stop] : {std::pair<std::string_view, std::string_view>{"Duplicate entry ", "' for key"},
                                   {" value: ", "' for column"},
                                   {" value: ", "' for function"}}) {
    if (before.size() >= sign.size() && before.substr(before.size() - sign.size()) == sign) {
      if (const std::size_t end = text.find(stop, open + 1); end != std::string_view::npos && end - open < 4096) {
        return end;
      }
    }
  }
  for (std::size_t i = open + 1; i < line_end; ++i) {
    if (text[i] == '\'' && (i + 1 >= text.size() || !word_char(text[i + 1]))) {
      return i;
    }
  }
  return std::string_view::npos;
}

// Single-quoted values of messages, and values of JSON texts.
std::string mask_quotes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' && i >= 3 && (text.substr(i - 3, 3) == "\": " || text.substr(i - 2, 2) == "\":")) {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != '"' && text[end] != '\n') {
        end += text[end] == '\\' ? 2U : 1U;
      }
      end = std::min(end, text.size());
      const std::string_view value = text.substr(i + 1, end - i - 1);
      out += '"';
      out += is_surrogate_key(value) ? value : kMasked;
      i = end;
      if (i < text.size() && text[i] == '"') {
        out += text[i++];
      }
      continue;
    }
    const bool opens = c == '\'' && (i == 0 || !word_char(text[i - 1]));
    if (!opens) {
      out += c;
      ++i;
      continue;
    }
    // (1205, 'Lock wait timeout exceeded'): the message itself stands in single quotes.
    if (i >= 3 && text.substr(i - 2, 2) == ", " && std::isdigit(static_cast<unsigned char>(text[i - 3])) != 0 &&
        i + 1 < text.size() && std::isalpha(static_cast<unsigned char>(text[i + 1])) != 0) {
      std::size_t at = i - 3;
      while (at > 0 && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
        --at;
      }
      if (text[at] == '(' && i - at <= 8) {
        out += c;
        ++i;
        continue;
      }
    }
    const std::size_t line_end = std::min(text.find('\n', i), text.size());
    const std::size_t close = close_of(text, i, line_end);
    const std::size_t end = close == std::string_view::npos ? line_end : close;
    const std::string_view value = text.substr(i + 1, end - i - 1);
    const bool closed = close != std::string_view::npos;
    if (closed && !value.empty() && starts(text.substr(end + 1), ")") && trim(value).size() <= 1) {
      out += text.substr(i, end - i + 1);
    } else if (closed &&
               (value.empty() || is_surrogate_key(value) || (is_identifier(value) && names_follow(text.substr(0, i))) ||
                (value.find(' ') != std::string_view::npos && is_identifier(value)))) {
      out += text.substr(i, end - i + 1);
    } else {
      out += '\'';
      out += kMasked;
      out += closed ? "'" : "";
    }
    i = closed ? end + 1 : end;
  }
  return out;
}

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
  static constexpr std::array<std::string_view, 8> kNames = {"password", "passwd", "secret",   "token",
                                                             "api_key",  "apikey", "auth_key", "credential"};
  std::string out;
  const auto value_end = [&](std::size_t at) {
    while (at < text.size() && std::string_view(" \t\n,;&'\")]}").find(text[at]) == std::string_view::npos) {
      ++at;
    }
    return at;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (same_word(text, i, "bearer ") || (starts(text.substr(i), "gAAAA") && (i == 0 || !word_char(text[i - 1])))) {
      const bool bearer = text[i] != 'g';
      out += bearer ? text.substr(i, 7) : std::string_view();
      out += kMasked;
      i = value_end(bearer ? i + 7 : i);
      continue;
    }
    bool masked = false;
    for (const std::string_view name : kNames) {
      if (!same_word(text, i, name)) {
        continue;
      }
      std::size_t at = i + name.size();
      while (at < text.size() && (text[at] == '"' || text[at] == '\'' || text[at] == ' ')) {
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

// scheme://user:password@host, and addresses of people.
std::string mask_addresses(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("://"); at != std::string::npos; at = out.find("://", at + 3)) {
    const std::size_t start = at + 3;
    const std::size_t end = std::min(out.find_first_of(" \t\n\"'<>", start), out.size());
    const std::size_t sign = out.rfind('@', end == 0 ? 0 : end - 1);
    const std::size_t colon = out.find(':', start);
    if (sign != std::string::npos && sign > start && colon != std::string::npos && colon < sign) {
      out.replace(colon + 1, sign - colon - 1, kMasked);
    }
  }
  for (std::size_t at = out.find('@'); at != std::string::npos; at = out.find('@', at + 1)) {
    const auto part = [&](char c) { return word_char(c) || c == '.' || c == '-' || c == '+'; };
    std::size_t start = at;
    while (start > 0 && part(out[start - 1])) {
      --start;
    }
    std::size_t end = at + 1;
    while (end < out.size() && part(out[end])) {
      ++end;
    }
    const bool dotted = out.substr(at + 1, end - at - 1).find('.') != std::string::npos;
    if (start < at && dotted && !(start >= 1 && (out[start - 1] == ':' || out[start - 1] == '/'))) {
      out.replace(start, end - start, kMasked);
      at = start;
    }
  }
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

std::string mask_sql(std::string_view statement) {
  std::string_view bare = trim(statement);
  std::size_t end = 0;
  while (end < bare.size() && word_char(bare[end])) {
    ++end;
  }
  const std::string verb = lower(bare.substr(0, end));
  const bool ddl = verb == "alter" || verb == "create" || verb == "drop" || verb == "rename" || verb == "truncate";
  const std::string low = lower(statement);
  std::string out;
  if (ddl && low.find("identified") == std::string::npos) {
    out = statement;
  } else {
    for (std::size_t i = 0; i < statement.size();) {
      const char quote = statement[i];
      if (quote != '\'' && quote != '"') {
        out += statement[i++];
        continue;
      }
      std::size_t close = i + 1;
      while (close < statement.size()) {
        if (statement[close] == '\\') {
          close += 2;
        } else if (statement[close] == quote && close + 1 < statement.size() && statement[close + 1] == quote) {
          close += 2;
        } else if (statement[close] == quote) {
          break;
        } else {
          ++close;
        }
      }
      close = std::min(close, statement.size());
      const std::string_view value = statement.substr(i + 1, close - i - 1);
      out += quote;
      out += value.empty() || is_surrogate_key(value) ? value : kMasked;
      out += quote;
      i = close + 1;
    }
  }
  return mask_addresses(mask_secrets(out));
}

std::string mask_text(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t sql = text.find("[SQL:", at);
    const std::size_t parameters = text.find("[parameters:", at);
    const std::size_t next = std::min(sql, parameters);
    out += mask_addresses(mask_secrets(mask_quotes(text.substr(at, std::min(next, text.size()) - at))));
    if (next >= text.size()) {
      break;
    }
    at = bracket_end(text, next);
    if (next == sql) {
      const bool closed = text[at - 1] == ']';
      const std::size_t end = closed ? at - 1 : at;
      out += "[SQL:" + mask_sql(text.substr(next + 5, end - next - 5)) + (closed ? "]" : "");
    } else {
      out += "[parameters: ***]";
    }
  }
  return out;
}

}  // namespace rehearsal
