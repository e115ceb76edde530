// The rows of one statement, read on a thread of their own ahead of whoever takes them; a bounded number of rows is
// held. The connection belongs to the stream until it is destroyed.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

class RowStream {
 public:
  RowStream(Sql& sql, std::string statement);
  ~RowStream();  // the rest of the rows is dropped
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;

  // The next row; nullptr at the end. Valid until the next call.
  [[nodiscard]] Result<const Row*> next();

 private:
  using Batch = std::vector<Row>;
  Result<void> hand_over(Batch& batch);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  bool finished_ = false;
  bool abandoned_ = false;
  Result<void> outcome_;
  Batch current_;
  std::size_t at_ = 0;
  std::thread reader_;
};

}  // namespace rehearsal
