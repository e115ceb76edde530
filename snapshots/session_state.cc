#include "snapshots/session_state.h"

#include "base/text.h"
#include "snapshots/tokens.h"

namespace rehearsal {

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

// A new header begins a new dump: several may stand one after the other in a file.
void SessionState::comment(std::string_view text) {
  if (text.starts_with("-- MariaDB dump ") || text.starts_with("-- MySQL dump ")) {
    used_ = false;
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

SessionState::Mode SessionState::mode_from(std::string_view value) {
  const std::string modes = lower(value);
  Mode mode;
  mode.backslash_escapes = modes.find("no_backslash_escapes") == std::string::npos;
  mode.ansi_quotes = modes.find("ansi") != std::string::npos;  // ANSI holds ANSI_QUOTES
  return mode;
}

// SET …, SQL_MODE = 'modes' | @variable, @variable = @@SQL_MODE, …
void SessionState::set(std::string_view text) {
  TokenReader reader(text, server_version_, mode_.backslash_escapes);
  Token token = reader.next();
  if (!token.is("SET")) {
    return;
  }
  while (token.kind != TokenKind::end) {
    std::string target;
    int ats = 0;
    for (token = reader.next(); token.kind != TokenKind::end && !token.is('=') && !token.is(',');
         token = reader.next()) {
      ats += token.is('@') ? 1 : 0;
      if (token.names()) {
        target = lower(unquoted_name(token.text));
      }
    }
    if (!token.is('=')) {
      continue;
    }
    int value_ats = 0;
    Token value = reader.next();
    for (; value.is('@') || value.is('.') || value.is("SESSION"); value = reader.next()) {
      value_ats += value.is('@') ? 1 : 0;
    }
    if (ats != 1 && target == "sql_mode") {
      const auto saved = saved_.find(lower(unquoted_name(value.text)));
      if (value_ats == 1 && saved != saved_.end()) {
        mode_ = saved->second;
      } else if (value_ats == 0) {
        mode_ = mode_from(value.text);
      }
    } else if (ats == 1 && value_ats == 2 && value.is("SQL_MODE")) {
      saved_[target] = mode_;
    }
    for (token = value; token.kind != TokenKind::end && !token.is(','); token = reader.next()) {
    }
  }
}

}  // namespace rehearsal
