#include "base/result.h"

namespace rehearsal {

int exit_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 64;
    case ErrorKind::unusable_dump:
      return 65;
    case ErrorKind::wrong_scenario:
      return 78;
    case ErrorKind::interrupted:
      return 130;
    case ErrorKind::failed:
      return 2;
  }
  return 2;
}

std::string to_text(const Error& error) {
  std::string text = error.what;
  if (!error.where.empty()) {
    text += " (" + error.where + ")";
  }
  if (!error.hint.empty()) {
    text += "\n  " + error.hint;
  }
  return text;
}

}  // namespace rehearsal
