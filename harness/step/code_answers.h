// What the code of a release answered at one moment of a lane's path. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenarios/moments.h"

namespace rehearsal {

// One question and what came of it.
struct CodeAnswer {
  std::string asked;  // the class: "package.module.Name"
  std::string kind;   // "select", "insert", "update"; "write" where neither of these could be asked
  std::string table;  // schema.table
  bool failed = false;
  int error = 0;          // the server's number; 0: the code's own
  std::string message;    // as it was said
  std::string statement;  // without its values
  std::string left_out;   // why it could not be asked: "no row"
  bool row = false;       // of a select: there is one
  double seconds = 0;

  // The same at every moment.
  [[nodiscard]] std::string question() const { return kind + " " + asked + " " + table; }
};

struct MomentAnswers {
  std::string moment;  // as in Moment
  std::string step;    // its id; empty: before the first
  std::string code;    // the release
  CodeRole role = CodeRole::old_code;
  bool must_live = true;
  bool after_failure = false;  // on what the step left when it failed
  std::string not_asked;       // why there are no answers
  std::vector<CodeAnswer> answers;
  double loading_seconds = 0;  // of the code, where it was loaded for this moment
  double seconds = 0;          // of all questions
};

// Reads what the program in the room wrote. An Error carries what it says it could not do.
struct LoadedCode {
  int classes = 0;
  double seconds = 0;
};
[[nodiscard]] Result<LoadedCode> read_loaded_code(std::string_view json);
struct ReadAnswers {
  std::vector<CodeAnswer> answers;
  double seconds = 0;
};
[[nodiscard]] Result<ReadAnswers> read_code_answers(std::string_view json);

}  // namespace rehearsal
