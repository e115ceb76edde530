#include "snapshots/scan/session_state.h"

#include <charconv>
#include <cstdint>

#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// As the server numbers its modes.
constexpr std::uint64_t kAnsiQuotes = 4;
constexpr std::uint64_t kNoBackslashEscapes = std::uint64_t{1} << 20;

// Also the modes that hold it.
bool holds_ansi_quotes(std::string_view mode) {
  return mode == "ansi_quotes" || mode == "ansi" || mode == "db2" || mode == "maxdb" || mode == "mssql" ||
         mode == "oracle" || mode == "postgresql";
}

}  // namespace

void SessionState::heed(const DumpEvent& event) {
  if (event.kind == EventKind::comment && event.first) {
    comment(event.text);
  } else if (event.kind == EventKind::use_database && event.last) {
    use_ = event.object;
    used_ = true;
  } else if (event.kind == EventKind::session && event.last) {
    set(event.text);
  }
}

// A new header begins a new dump: several may stand one after the other in a file. To the client it is a comment, so
// that a USE before it holds.
void SessionState::comment(std::string_view text) {
  if (text.starts_with("-- MariaDB dump ") || text.starts_with("-- MySQL dump ")) {
    header_.clear();
    return;
  }
  constexpr std::string_view kDatabase = "Database: ";
  if (text.starts_with("-- Host: ")) {
    if (const std::size_t at = text.find(kDatabase); at != std::string_view::npos) {
      header_ = trim(text.substr(at + kDatabase.size()));
    }
  }
}

SessionState::Mode SessionState::mode_from(const Token& value) {
  Mode mode;
  if (value.kind == TokenKind::number) {
    std::uint64_t bits = 0;
    const char* const end = value.text.data() + value.text.size();
    mode.unknown = std::from_chars(value.text.data(), end, bits).ptr != end;
    mode.quoting = {(bits & kNoBackslashEscapes) == 0, (bits & kAnsiQuotes) != 0};
    return mode;
  }
  const std::string modes =
      lower(value.kind == TokenKind::word ? std::string(value.text) : unquoted_string(value.text, true));
  for (const std::string& one : split(modes, ',')) {
    const std::string_view name = trim(one);
    mode.quoting.backslash_escapes = mode.quoting.backslash_escapes && name != "no_backslash_escapes";
    mode.quoting.ansi_quotes = mode.quoting.ansi_quotes || holds_ansi_quotes(name);
  }
  return mode;
}

// SET …, SQL_MODE = 'modes' | @variable, @variable = @@SQL_MODE, …
void SessionState::set(std::string_view text) {
  TokenReader reader(text, server_version_, mode_.quoting);
  Token token = reader.next();
  if (!token.is("SET")) {
    return;
  }
  while (token.kind != TokenKind::end) {
    assign(reader, token);
  }
}

// From behind SET or a comma to the next comma or the end.
void SessionState::assign(TokenReader& reader, Token& token) {
  std::string target;
  int ats = 0;
  bool global = false;
  for (token = reader.next(); token.kind != TokenKind::end && !token.is('=') && !token.is(','); token = reader.next()) {
    ats += token.is('@') ? 1 : 0;
    global = global || is_any(token, {"GLOBAL", "PERSIST", "PERSIST_ONLY"});
    if (token.names() || token.kind == TokenKind::string) {
      target = lower(token.kind == TokenKind::string ? unquoted_string(token.text, true) : unquoted_name(token.text));
    }
  }
  if (!token.is('=')) {
    return;
  }
  const Mode mode = value(reader, token);
  if (ats == 1) {
    saved_[target] = mode;
  } else if (target == "sql_mode" && !global) {
    mode_ = mode;
  }
}

// From behind "=" to the next comma or the end: what SQL_MODE is with this value.
SessionState::Mode SessionState::value(TokenReader& reader, Token& token) const {
  token = reader.next();
  int ats = 0;
  bool global = false;
  for (; token.is('@') || token.is('.') || is_any(token, {"SESSION", "LOCAL", "GLOBAL"}); token = reader.next()) {
    ats += token.is('@') ? 1 : 0;
    global = global || token.is("GLOBAL");
  }
  const Token first = token;
  int tokens = 0;
  for (int depth = 0; token.kind != TokenKind::end && (depth > 0 || !token.is(',')); token = reader.next(), ++tokens) {
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
  }
  Mode unknown;
  unknown.unknown = true;
  if (tokens != 1) {
    return unknown;
  }
  if (ats == 2) {
    return !first.is("SQL_MODE") ? unknown : global ? Mode{} : mode_;
  }
  if (ats == 1) {
    const auto saved = saved_.find(
        lower(first.kind == TokenKind::string ? unquoted_string(first.text, true) : unquoted_name(first.text)));
    return saved == saved_.end() ? mode_ : saved->second;  // the server takes no NULL for a mode
  }
  if (first.is("DEFAULT")) {
    return {};
  }
  return first.kind == TokenKind::symbol ? unknown : mode_from(first);
}

}  // namespace rehearsal
