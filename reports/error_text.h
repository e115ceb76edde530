// What a failed step's output says: the server's error, the statement, the revision, the program's own refusal.
// Pure; takes raw output. Log prefixes ("2026-… ERROR LOGGER ") and terminal colours are cut first. What is found
// here is raw too: mask it (reports/mask/mask.h) before it leaves the state directory.
#pragma once

#include <string>
#include <string_view>

namespace rehearsal {

struct ErrorText {
  int number = 0;         // the server's error number; 0: none was printed
  std::string message;    // the server's message: "Duplicate column name 'compute_id'"
  std::string error;      // number and message as printed: (1060, "Duplicate column name 'compute_id'")
  std::string statement;  // the SQL that failed; may have several lines
  std::string revision;   // the migration that failed, or that ran last where the failed one cannot be known; where the
                          // code does not know a schema's revision, that one
  bool revision_from_traceback = false;  // false: from the last "Running upgrade A -> B" line
  std::string exception;                 // the last exception line: "pymysql.err.DataError: (1265, …)"
  std::string telling;                   // the one line to show a person: the exception, or the program's own refusal
};

[[nodiscard]] ErrorText read_error(std::string_view output);

// The finding code (a word of `rehearse explain`) of a server error and its text; number 0: from the text alone.
[[nodiscard]] std::string finding_code(int error_number, std::string_view text);

// The object that the server's message names: "Duplicate column name 'x'" is x; empty where it names none.
[[nodiscard]] std::string object_in_message(const std::string& message);

// "…/versions/9ab1b092a404_make_x.py" -> "9ab1b092a404"; empty where the path is not a migration's.
[[nodiscard]] std::string revision_of_path(std::string_view path);

// The text without terminal colours and without the prefix that a Python logger puts before each line.
[[nodiscard]] std::string without_log_prefixes(std::string_view output);

}  // namespace rehearsal
