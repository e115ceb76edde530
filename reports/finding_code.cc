// Server errors as finding codes. The numbers are those of MariaDB's error list.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/contains.h"
#include "base/sql/pieces.h"
#include "base/text.h"
#include "reports/error_text.h"

namespace rehearsal {
namespace {

struct NumberCode {
  int number;
  const char* code;
};

constexpr std::array kByNumber = {
    NumberCode{1062, "duplicate-entry"},
    NumberCode{1586, "duplicate-entry"},
    NumberCode{1048, "null-in-not-null"},
    NumberCode{1138, "null-in-not-null"},
    NumberCode{1265, "data-truncated"},
    NumberCode{1060, "duplicate-column"},
    NumberCode{1061, "duplicate-key-name"},
    NumberCode{1050, "table-exists"},
    NumberCode{1091, "cannot-drop"},
    NumberCode{1553, "cannot-drop"},
    NumberCode{1215, "foreign-key-incompatible"},
    NumberCode{3780, "foreign-key-incompatible"},
    NumberCode{1452, "foreign-key-orphan"},
    NumberCode{1451, "row-referenced"},
    NumberCode{1406, "value-too-long"},
    NumberCode{1071, "key-too-long"},
    NumberCode{1709, "key-too-long"},
    NumberCode{1118, "row-too-large"},
    NumberCode{1366, "incorrect-value"},
    NumberCode{1292, "incorrect-value"},
    NumberCode{1067, "incorrect-value"},
    NumberCode{1411, "incorrect-value"},
    NumberCode{1264, "incorrect-value"},
    NumberCode{1273, "unknown-collation"},
    NumberCode{1115, "unknown-collation"},
    NumberCode{1054, "unknown-column"},
    NumberCode{1146, "unknown-table"},
    NumberCode{1051, "unknown-table"},
    NumberCode{1449, "definer-missing"},
    NumberCode{1142, "privilege-missing"},
    NumberCode{1227, "privilege-missing"},
    NumberCode{1044, "privilege-missing"},
    NumberCode{1419, "privilege-missing"},
    NumberCode{1205, "lock-wait"},
    NumberCode{1213, "lock-wait"},
    NumberCode{2006, "server-gone"},
    NumberCode{2013, "server-gone"},
    NumberCode{1021, "disk-full"},
    NumberCode{1114, "disk-full"},
    NumberCode{28, "disk-full"},
    NumberCode{1356, "view-invalid"},
};

// MariaDB says 1265 for a NULL that a NOT NULL meets, and for a value that is cut or is no choice of an ENUM. A NULL it
// can only be where the column that the message names is made NOT NULL, and is no ENUM or SET: of these only the rows
// tell. `text` is the message and the statement.
bool may_meet_null(std::string_view text) {
  const std::string low = lower(text);
  if (contains(low, "null value")) {
    return true;
  }
  constexpr std::string_view kColumn = "for column '";
  std::string column;
  if (const std::size_t at = low.find(kColumn); at != std::string::npos) {
    const std::size_t begin = at + kColumn.size();
    const std::size_t end = std::min(low.find('\'', begin), low.size());
    column = low.substr(begin, end - begin);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const Pieces words(text);
  const auto names_it = [&](std::size_t at) {
    return column.empty() || (words[at].names() && lower(unquoted_name(words[at].text)) == column);
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool renames = words.is_at(i, {"CHANGE"});
    if (!renames && !words.is_at(i, {"MODIFY"})) {
      continue;
    }
    std::size_t at = i + (words.is_at(i + 1, {"COLUMN"}) ? 2 : 1);
    const bool named = names_it(at) || (renames && names_it(at + 1));
    at += renames ? 2 : 1;  // at the type
    if (!named || is_any(words[at], {"ENUM", "SET"})) {
      continue;
    }
    for (; at < words.size() && !words[at].is(','); at = words[at].is('(') ? words.behind_parenthesis(at) : at + 1) {
      if (words.is_at(at, {"NOT", "NULL"})) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string finding_code(int error_number, std::string_view text) {
  const std::string low = lower(text);
  // 1005 is any failure to create a table; errno says which.
  if (error_number == 1005) {
    return contains(low, "errno: 150")  ? "foreign-key-incompatible"
           : contains(low, "errno: 28") ? "disk-full"
                                        : "step-failed";
  }
  if (error_number == 1265 && may_meet_null(text)) {
    return "null-in-not-null";
  }
  if (error_number == 1025 || error_number == 1030) {
    if (contains(low, "errno: 28") || contains(low, "error 28")) {
      return "disk-full";
    }
    return contains(low, "errno: 150") || contains(low, "errno: 152") ? "foreign-key-incompatible" : "step-failed";
  }
  for (const NumberCode& entry : kByNumber) {
    if (entry.number == error_number) {
      return entry.code;
    }
  }
  if (contains(low, "no space left on device")) {
    return "disk-full";
  }
  if (error_number == 0 && !contains(low, "traceback (most recent call last)")) {
    for (const char* sign : {"not compatible with this release", "please run", "must be completed", "must be migrated",
                             "must be upgraded", "please complete", "cannot upgrade", "before upgrading",
                             "before running", "migration is needed", "rows were not", "not been migrated"}) {
      if (contains(low, sign)) {
        return "guard";
      }
    }
  }
  return "step-failed";
}

}  // namespace rehearsal
