// What a step sent to the server, as far as a diagnosis may ask for it: its schema statements, and the latest others.
// Memory is bounded whatever the step does.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "harness/locks/statement_log.h"

namespace rehearsal {

class StepTrace {
 public:
  void take(const LoggedStatement& statement);

  // Schema statements, in order, failed ones too.
  [[nodiscard]] const std::vector<std::string>& schema_statements() const { return schema_statements_; }
  // The latest statements of all kinds but transaction control, oldest first.
  [[nodiscard]] const std::deque<std::string>& latest() const { return latest_; }

 private:
  std::vector<std::string> schema_statements_;
  std::deque<std::string> latest_;
  std::size_t latest_bytes_ = 0;
};

}  // namespace rehearsal
