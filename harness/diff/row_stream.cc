#include "harness/diff/row_stream.h"

namespace rehearsal {

namespace {

constexpr std::size_t kRowsInBatch = 512;
constexpr std::size_t kBatches = 4;

}  // namespace

RowStream::RowStream(Sql& sql, std::string statement) {
  reader_ = std::thread([this, &sql, text = std::move(statement)] {
    Batch batch;
    Result<void> outcome = sql.for_each_row(text, [&](const Row& row) -> Result<void> {
      batch.push_back(row);
      return batch.size() < kRowsInBatch ? Result<void>() : hand_over(batch);
    });
    if (outcome) {
      outcome = hand_over(batch);
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    outcome_ = std::move(outcome);
    finished_ = true;
    changed_.notify_all();
  });
}

RowStream::~RowStream() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }
  reader_.join();
}

Result<void> RowStream::hand_over(Batch& batch) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return abandoned_ || ready_.size() < kBatches; });
  if (abandoned_) {
    return fail("nobody wants the rest of the rows");
  }
  ready_.push_back(std::move(batch));
  batch.clear();
  changed_.notify_all();
  return {};
}

Result<const Row*> RowStream::next() {
  if (++at_ < current_.size()) {
    return &current_[at_];
  }
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return finished_ || !ready_.empty(); });
  while (!ready_.empty()) {
    current_ = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    at_ = 0;
    if (!current_.empty()) {
      return &current_[0];
    }
  }
  if (!finished_) {
    lock.unlock();
    return next();
  }
  current_.clear();
  at_ = 0;
  REHEARSAL_TRY(outcome_);
  return nullptr;
}

}  // namespace rehearsal
