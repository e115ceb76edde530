// The bytes that the scanner looks at: a part of the file that moves on as its beginning is passed. A byte is never
// moved, and where a thread reads ahead it fills the room that is not looked at.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "snapshots/bytes/mirrored_memory.h"

namespace rehearsal {

// Fills the span from its start and returns how many bytes came; 0 is the end.
using ByteReader = std::function<Result<std::size_t>(std::span<char>)>;

class ScanWindow {
 public:
  // At most `size` bytes are looked at at once, until grow(). `ahead`: `read` is called on a thread of its own, from
  // open() on.
  ScanWindow(const ByteReader& read, std::size_t size, bool ahead);
  ScanWindow(const ScanWindow&) = delete;
  ScanWindow& operator=(const ScanWindow&) = delete;
  ~ScanWindow();

  [[nodiscard]] Result<void> open();

  // The next byte to look at; an index into data(), as all places are.
  std::size_t at = 0;

  [[nodiscard]] const char* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint64_t base() const { return base_; }  // of the file, where data() begins
  [[nodiscard]] bool ended() const { return ended_; }         // nothing comes behind size()
  [[nodiscard]] bool full() const { return size_ >= allowed_; }
  [[nodiscard]] std::size_t allowed() const { return allowed_; }

  [[nodiscard]] bool have(std::size_t bytes) const { return at + bytes <= size_ || ended_; }
  [[nodiscard]] std::string_view rest() const { return {data_ + at, size_ - at}; }
  [[nodiscard]] std::string_view between(std::size_t from, std::size_t to) const { return {data_ + from, to - from}; }

  // Forgets the first bytes, and that it grew. `at` must be behind them.
  void pass(std::size_t bytes);
  // At least one more byte, or the end. Not where it is full. An Error is the reader's.
  [[nodiscard]] Result<void> more();
  // Looks at twice as many bytes, `limit` at most.
  [[nodiscard]] Result<void> grow(std::size_t limit);

 private:
  [[nodiscard]] Result<void> read_now();
  [[nodiscard]] Result<void> wait_for_more();
  [[nodiscard]] Result<void> move_into(std::size_t bytes);
  [[nodiscard]] std::size_t lead_of(std::size_t allowed) const;
  void hold(std::unique_lock<std::mutex>& lock);  // until the thread writes no more
  void shrink();
  void read_ahead();

  const ByteReader& read_;
  const std::size_t usual_;
  const bool ahead_;
  std::size_t usual_memory_ = 0;
  std::size_t allowed_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t base_ = 0;
  bool ended_ = false;

  std::thread thread_;
  std::mutex mutex_;  // guards what follows where there is a thread
  std::condition_variable room_;
  std::condition_variable ready_;
  MirroredMemory memory_;
  std::size_t lead_ = 0;      // bytes of the file, at most, that are in the memory and not passed
  std::uint64_t passed_ = 0;  // bytes of the file whose room may be used again
  std::uint64_t come_ = 0;    // bytes of the file that were read
  bool reading_ = false;      // the thread writes into the memory
  bool held_ = false;         // it must not
  bool stop_ = false;
  bool done_ = false;
  std::optional<Error> error_;
};

}  // namespace rehearsal
