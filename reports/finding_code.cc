// Server errors as finding codes. The numbers are those of MariaDB's error list.
#include <array>
#include <string>

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

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

std::string finding_code(int error_number, std::string_view text) {
  const std::string low = lower(text);
  // 1005 is any failure to create a table; errno says which.
  if (error_number == 1005) {
    return has(low, "errno: 150") ? "foreign-key-incompatible" : has(low, "errno: 28") ? "disk-full" : "step-failed";
  }
  // MariaDB says 1265 for a NULL that a NOT NULL meets, and for a value that is cut; only the text of the statement or
  // the message tells them apart.
  if (error_number == 1265 && (has(low, "null value") || has(low, "not null"))) {
    return "null-in-not-null";
  }
  if (error_number == 1025 || error_number == 1030) {
    if (has(low, "errno: 28") || has(low, "error 28")) {
      return "disk-full";
    }
    return has(low, "errno: 150") || has(low, "errno: 152") ? "foreign-key-incompatible" : "step-failed";
  }
  for (const NumberCode& entry : kByNumber) {
    if (entry.number == error_number) {
      return entry.code;
    }
  }
  if (has(low, "no space left on device")) {
    return "disk-full";
  }
  if (error_number == 0 && !has(low, "traceback (most recent call last)")) {
    for (const char* sign : {"not compatible with this release", "please run", "must be completed", "must be migrated",
                             "must be upgraded", "please complete", "cannot upgrade", "before upgrading",
                             "before running", "migration is needed", "rows were not", "not been migrated"}) {
      if (has(low, sign)) {
        return "guard";
      }
    }
  }
  return "step-failed";
}

}  // namespace rehearsal
