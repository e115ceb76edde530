#include "harness/diagnosis/step_trace.h"

#include <array>
#include <cctype>

#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kSchemaStatements = 5000;
constexpr std::size_t kLatestBytes = 8 << 20;

std::string first_word(const std::string& sql) {
  const std::string_view text = trim(sql);
  std::size_t end = 0;
  while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) {
    ++end;
  }
  return lower(text.substr(0, end));
}

}  // namespace

void StepTrace::take(const LoggedStatement& statement) {
  const std::string word = first_word(statement.sql);
  for (const char* const idle : {"commit", "rollback", "set", "begin", "start", "show", "use", ""}) {
    if (word == idle) {
      return;
    }
  }
  for (const char* const schema : {"alter", "create", "drop", "rename", "truncate"}) {
    if (word == schema && schema_statements_.size() < kSchemaStatements) {
      schema_statements_.push_back(statement.sql);
    }
  }
  latest_.push_back(statement.sql);
  latest_bytes_ += statement.sql.size();
  while (latest_bytes_ > kLatestBytes) {
    latest_bytes_ -= latest_.front().size();
    latest_.pop_front();
  }
}

}  // namespace rehearsal
