// What is kept of a step's statements, however many they are: all DDL, the slowest others, the last ones, and sums.
// Pure: statements in, value out.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "harness/locks/algorithm_probe.h"
#include "harness/locks/statement_log.h"
#include "harness/locks/wait_probe.h"
#include "reports/record.h"

namespace rehearsal {

inline constexpr std::size_t kSlowestKept = 50;
inline constexpr std::size_t kLastKept = 50;
inline constexpr std::size_t kDdlKept = 5000;
// Quicker ones that are not DDL are not worth a line.
inline constexpr double kWorthTelling = 0.01;
inline constexpr double kCommitWorthTelling = 0.1;

struct NumberedStatement {
  std::int64_t number = 0;  // its place among all statements of the step
  LoggedStatement statement;
};

// What one connection did from one COMMIT to the next.
struct Transaction {
  double seconds = 0;     // in its statements; the time between them is not known
  std::int64_t rows = 0;  // changed
};

class StepStatements {
 public:
  void add(const LoggedStatement& statement);

  // In order. With the SET statements for foreign keys between, which decide how later ones are executed.
  [[nodiscard]] const std::vector<NumberedStatement>& ddl() const { return ddl_; }
  // No DDL; in no order.
  [[nodiscard]] const std::vector<NumberedStatement>& slowest() const { return slowest_; }
  // Of any kind, in order: how the step ended.
  [[nodiscard]] const std::deque<NumberedStatement>& last() const { return last_; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] double seconds() const { return seconds_; }  // in the server, all connections together
  // The one whose statements took longest.
  [[nodiscard]] const Transaction& longest_transaction() const { return longest_; }

 private:
  void add_to_transaction(const LoggedStatement& statement);

  std::vector<NumberedStatement> ddl_;
  std::vector<NumberedStatement> slowest_;
  std::deque<NumberedStatement> last_;
  std::int64_t count_ = 0;
  double seconds_ = 0;
  Transaction longest_;
  std::map<std::uint64_t, Transaction> open_;  // connection -> its transaction so far
};

// The records of a step: DDL and the slowest others, in the order in which they ended. `alterations` belong to
// statements.ddl(), one each; empty: not known.
[[nodiscard]] std::vector<StatementRecord> statement_records(const StepStatements& statements,
                                                             const std::vector<Alteration>& alterations,
                                                             const std::vector<LockWait>& waits);

}  // namespace rehearsal
