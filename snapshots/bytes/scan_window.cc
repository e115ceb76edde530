#include "snapshots/bytes/scan_window.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

namespace rehearsal {

namespace {

// Small enough that what was read is still in the processor's own cache when it is looked at.
constexpr std::size_t kPiece = std::size_t{256} << 10;
// A row that is longer than the window is held as a whole: at most so much more than it.
constexpr std::size_t kGrowth = std::size_t{16} << 20;

// Gives the pages back that lie within these bytes.
void give_back(char* from, std::size_t bytes) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(from) + page - 1) / page * page;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(from) + bytes) / page * page;
  if (begin < end) {
    // Where the system does not know how, they go with the rest.
    static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_REMOVE));
  }
}

}  // namespace

ScanWindow::ScanWindow(const ByteReader& read, std::size_t size, bool ahead)
    : read_(read), usual_(std::max<std::size_t>(size, 64)), ahead_(ahead), allowed_(usual_) {}

ScanWindow::~ScanWindow() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_one();
    thread_.join();
  }
}

Result<void> ScanWindow::open() {
  lead_ = lead_of(usual_);
  REHEARSAL_TRY_SET(memory_, MirroredMemory::make(lead_));
  usual_memory_ = memory_.size();
  data_ = memory_.at(0);
  if (ahead_) {
    try {
      thread_ = std::thread([this] { read_ahead(); });
    } catch (const std::system_error&) {
      // No thread to be had: it is read when it is needed.
    }
  }
  return {};
}

void ScanWindow::pass(std::size_t bytes) {
  base_ += bytes;
  at -= bytes;
  allowed_ = usual_;
  const std::size_t left = size_ - bytes;
  size_ = std::min(left, std::max(usual_, at));
  ended_ = ended_ && size_ == left;  // what it grew for may have been the last, with more behind it
  data_ = memory_.at(base_);
}

Result<void> ScanWindow::more() {
  if (allowed_ == usual_ && memory_.size() > usual_memory_) {
    shrink();
  }
  return thread_.joinable() ? wait_for_more() : read_now();
}

Result<void> ScanWindow::read_now() {
  if (come_ == base_ + size_) {
    REHEARSAL_TRY_SET(const std::size_t got, read_({memory_.at(come_), std::min(allowed_ - size_, kPiece)}));
    come_ += got;
    ended_ = got == 0;
  }
  size_ = std::min(static_cast<std::size_t>(come_ - base_), allowed_);
  return {};
}

Result<void> ScanWindow::wait_for_more() {
  std::unique_lock lock(mutex_);
  passed_ = base_;
  room_.notify_one();
  ready_.wait(lock, [&] { return come_ > base_ + size_ || done_; });
  const std::size_t come = static_cast<std::size_t>(std::min<std::uint64_t>(come_ - base_, allowed_));
  if (come == size_ && error_) {
    return fail(*error_);
  }
  ended_ = come == size_;
  size_ = come;
  return {};
}

void ScanWindow::read_ahead() {
  std::unique_lock lock(mutex_);
  while (!done_) {
    room_.wait(lock, [&] { return stop_ || (!held_ && come_ - passed_ + kPiece <= lead_); });
    if (stop_) {
      return;
    }
    const std::span<char> into(memory_.at(come_), kPiece);
    reading_ = true;
    lock.unlock();
    Result<std::size_t> got = read_(into);
    lock.lock();
    reading_ = false;
    if (!got) {
      error_ = std::move(got).error();
    } else {
      come_ += *got;
    }
    done_ = !got || *got == 0;
    ready_.notify_one();
  }
}

std::size_t ScanWindow::lead_of(std::size_t allowed) const {
  return ahead_ ? allowed + std::max(std::min(allowed, usual_), kPiece) : allowed;
}

void ScanWindow::hold(std::unique_lock<std::mutex>& lock) {
  held_ = true;
  ready_.wait(lock, [&] { return !reading_; });
  held_ = false;
}

Result<void> ScanWindow::grow(std::size_t limit) {
  std::unique_lock lock(mutex_);
  hold(lock);
  const std::size_t wanted = std::min(allowed_ + std::min(allowed_, kGrowth), limit);
  if (lead_of(wanted) > memory_.size()) {
    REHEARSAL_TRY(move_into(lead_of(wanted)));
  }
  allowed_ = wanted;
  lead_ = lead_of(wanted);
  room_.notify_one();
  return {};
}

void ScanWindow::shrink() {
  std::unique_lock lock(mutex_);
  hold(lock);
  lead_ = lead_of(usual_);
  if (memory_.size() > usual_memory_ && come_ - base_ <= lead_) {
    // Without memory for less, what there is does.
    static_cast<void>(move_into(lead_));
  }
  room_.notify_one();
}

Result<void> ScanWindow::move_into(std::size_t bytes) {
  REHEARSAL_TRY_SET(MirroredMemory other, MirroredMemory::make(bytes));
  for (std::uint64_t byte = base_; byte < come_; byte += kPiece) {
    const std::size_t some = std::min<std::size_t>(kPiece, come_ - byte);
    std::memcpy(other.at(byte), memory_.at(byte), some);
    give_back(memory_.at(byte), some);
  }
  memory_ = std::move(other);
  data_ = memory_.at(base_);
  passed_ = base_;
  return {};
}

}  // namespace rehearsal
