// What a step sent to the server, as far as a diagnosis may ask for it: its schema statements, and the latest others.
// Memory is bounded whatever the step does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
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
  // SELECT statements that differ in more than the values they name: of each kind the latest, the latest kind first.
  [[nodiscard]] std::vector<std::string> reads() const;
  // What each connection sent last that began a transaction and neither committed nor rolled it back; without those
  // that sent `except` last. In the order of their connections.
  [[nodiscard]] std::vector<std::string> unfinished(const std::string& except) const;

 private:
  void keep_read(const std::string& sql);
  void follow_transaction(const LoggedStatement& statement, const std::string& word);

  struct Connection {
    bool manual = false;  // autocommit is off: any statement begins a transaction
    bool open = false;
    std::string last;
  };
  std::map<std::uint64_t, Connection> connections_;
  std::vector<std::string> schema_statements_;
  std::deque<std::string> latest_;
  std::size_t latest_bytes_ = 0;
  struct Read {
    std::string sql;
    std::uint64_t turn = 0;
  };
  std::map<std::string, Read> reads_;  // by the text without its values
  std::uint64_t turn_ = 0;
};

}  // namespace rehearsal
