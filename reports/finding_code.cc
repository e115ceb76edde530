// Server errors as finding codes. The numbers are those of MariaDB's error list.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "base/contains.h"
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

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

// The words of a statement, in which a quoted text and what stands in brackets are one word each, a comma is one too,
// and names have lost their quotes.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\'' || c == '"' || c == '`') {
      const std::size_t close = std::min(text.find(c, at + 1), text.size());
      words.push_back(c == '`' ? text.substr(at + 1, close - at - 1) : "'");
      at = close + 1;
    } else if (c == '(') {
      int depth = 0;
      for (; at < text.size(); ++at) {
        depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        if (depth == 0) {
          break;
        }
      }
      ++at;
    } else if (is_word(c)) {
      const std::size_t begin = at;
      while (at < text.size() && is_word(text[at])) {
        ++at;
      }
      words.push_back(text.substr(begin, at - begin));
    } else {
      if (c == ',') {
        words.emplace_back(",");
      }
      ++at;
    }
  }
  return words;
}

// MariaDB says 1265 for a NULL that a NOT NULL meets, and for a value that is cut or is no choice of an ENUM. A NULL it
// can only be where the column that the message names (`text` is in lower case) is made NOT NULL, and is no ENUM or
// SET: of these only the rows tell.
bool may_meet_null(const std::string& text) {
  if (contains(text, "null value")) {
    return true;
  }
  constexpr std::string_view kColumn = "for column '";
  std::string column;
  std::size_t statement = text.find(kColumn);
  if (statement == std::string::npos) {
    statement = 0;
  } else {
    const std::size_t begin = statement + kColumn.size();
    statement = std::min(text.find('\'', begin), text.size());
    column = text.substr(begin, statement - begin);
    statement = std::min(statement + 1, text.size());
  }
  const std::vector<std::string> words = words_of(text.substr(statement));
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t at = i + 1;
    if (words[i] != "modify" && words[i] != "change") {
      continue;
    }
    at += at < words.size() && words[at] == "column" ? 1 : 0;
    const bool named = column.empty() || (at < words.size() && words[at] == column) ||
                       (words[i] == "change" && at + 1 < words.size() && words[at + 1] == column);
    at += words[i] == "change" ? 2 : 1;  // at the type
    if (!named || at >= words.size() || words[at] == "enum" || words[at] == "set") {
      continue;
    }
    for (; at + 1 < words.size() && words[at] != ","; ++at) {
      if (words[at] == "not" && words[at + 1] == "null") {
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
  if (error_number == 1265 && may_meet_null(low)) {
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
