// How a server reads quotes, by the SQL_MODE in force.
#pragma once

namespace rehearsal {

struct Quoting {
  // NOLINTNEXTLINE(google-explicit-constructor): most texts have no other mode
  Quoting(bool backslash = true, bool ansi = false) : backslash_escapes(backslash), ansi_quotes(ansi) {}

  bool backslash_escapes;  // \ escapes in strings; not under NO_BACKSLASH_ESCAPES
  bool ansi_quotes;        // "x" is a name, under ANSI_QUOTES; otherwise a string
};

}  // namespace rehearsal
