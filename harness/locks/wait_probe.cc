#include "harness/locks/wait_probe.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/locks/ddl_text.h"

namespace rehearsal {

namespace {

constexpr std::chrono::milliseconds kBetweenLooks{20};
constexpr double kBetweenCalls = 1;
// A statement that waits longer asks again, so that the probe can end.
constexpr const char* kAskFor = "SET SESSION lock_wait_timeout = 2, sql_log_bin = 0";
constexpr unsigned kLockWaitTimeout = 1205;

enum class Role { writer, reader };

std::string question(Role role, const std::string& table) {
  const std::string select = "SELECT 1 FROM " + quoted_table(table) + " WHERE FALSE";
  return role == Role::writer ? select + " FOR UPDATE" : select;
}

// What was seen, shared by the three threads.
class Ledger {
 public:
  // The place of a statement that runs; a new one where it was not running at the last look.
  std::size_t place_of(std::uint64_t thread, const std::string& sql, const std::string& table, bool ran_before) {
    const std::lock_guard guard(mutex_);
    for (std::size_t i = waits_.size(); ran_before && i-- > 0;) {
      if (waits_[i].thread == thread && waits_[i].sql == sql) {
        return i;
      }
    }
    waits_.push_back({.thread = thread, .sql = sql, .table = table});
    return waits_.size() - 1;
  }
  void add(std::size_t place, Role role, double seconds) {
    const std::lock_guard guard(mutex_);
    std::optional<double>& longest = role == Role::writer ? waits_[place].writer : waits_[place].reader;
    longest = std::max(longest.value_or(0), seconds);
  }
  [[nodiscard]] std::vector<LockWait> take() {
    const std::lock_guard guard(mutex_);
    return std::move(waits_);
  }

 private:
  std::mutex mutex_;
  std::vector<LockWait> waits_;
};

// A connection that asks for tables, one at a time, on a thread of its own.
class Asker {
 public:
  Asker(Role role, std::unique_ptr<Sql> sql, Ledger& ledger) : role_(role), sql_(std::move(sql)), ledger_(ledger) {
    thread_ = std::thread([this] { run(); });
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
  ~Asker() {
    {
      const std::lock_guard guard(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  // Nothing happens while it still waits for the last.
  void ask(std::size_t place, const std::string& table) {
    {
      const std::lock_guard guard(mutex_);
      if (busy_) {
        return;
      }
      busy_ = true;
      place_ = place;
      table_ = table;
    }
    wake_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return busy_ || stopping_; });
      if (!busy_) {
        return;
      }
      const std::size_t place = place_;
      const std::string sql = question(role_, table_);
      lock.unlock();
      wait_for_table(place, sql);
      lock.lock();
      busy_ = false;
    }
  }
  void wait_for_table(std::size_t place, const std::string& sql) {
    const Stopwatch watch;
    for (;;) {
      if (sql_->execute(sql)) {
        ledger_.add(place, role_, watch.seconds());
        return;
      }
      const bool goes_on = sql_->last_errno() == kLockWaitTimeout && !stopping_;
      // Until it was given up, it did wait so long.
      if (sql_->last_errno() == kLockWaitTimeout) {
        ledger_.add(place, role_, watch.seconds());
      }
      if (!goes_on) {
        return;
      }
    }
  }

  Role role_;
  std::unique_ptr<Sql> sql_;
  Ledger& ledger_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool busy_ = false;
  std::atomic<bool> stopping_{false};
  std::size_t place_ = 0;
  std::string table_;
  std::thread thread_;
};

Result<std::unique_ptr<Sql>> connect_to_ask(const WaitProbe::Connect& connect) {
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql, connect());
  REHEARSAL_TRY(sql->execute(kAskFor));
  return sql;
}

}  // namespace

struct WaitProbe::Impl {
  std::string user;
  std::string looks;
  std::unique_ptr<Sql> sql;
  std::function<void()> beside;
  Ledger ledger;
  std::unique_ptr<Asker> writer, reader;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::thread thread;

  struct Seen {
    std::uint64_t thread;
    std::string sql;
    bool operator==(const Seen&) const = default;
  };
  std::vector<Seen> running;

  void run() {
    Stopwatch since_call;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, kBetweenLooks, [this] { return stopping; })) {
      lock.unlock();
      look();
      if (beside && since_call.seconds() >= kBetweenCalls) {
        beside();
        since_call = Stopwatch();
      }
      lock.lock();
    }
  }

  // Looks at the beginning of what runs only: a tenth of the price of the whole texts.
  bool is_ddl_running() {
    const auto rows = sql->query("SHOW PROCESSLIST");
    constexpr std::size_t kUser = 1;
    constexpr std::size_t kInfo = 7;
    return rows && std::any_of(rows->begin(), rows->end(), [this](const Row& row) {
             return row.size() > kInfo && row[kUser] == user && row[kInfo] && locks_table(read_ddl(*row[kInfo]).kind);
           });
  }

  // A server that has died is its step's concern; here nothing is seen any more.
  void look() {
    if (!is_ddl_running()) {
      running.clear();
      return;
    }
    const auto rows = sql->query(looks);
    if (!rows) {
      return;
    }
    std::vector<Seen> now;
    for (const Row& row : *rows) {
      const std::string text = row.at(2).value_or("");
      const DdlText ddl = read_ddl(text);
      const std::string schema = ddl.schema.empty() ? row.at(1).value_or("") : ddl.schema;
      if (!locks_table(ddl.kind) || schema.empty() || ddl.table.empty()) {
        continue;
      }
      const Seen seen{std::strtoull(row.at(0).value_or("0").c_str(), nullptr, 10), text};
      const bool ran_before = contains(running, seen);
      const std::string table = schema + "." + ddl.table;
      const std::size_t place = ledger.place_of(seen.thread, seen.sql, table, ran_before);
      writer->ask(place, table);
      reader->ask(place, table);
      now.push_back(seen);
    }
    running = std::move(now);
  }

  void end() {
    if (!thread.joinable()) {
      return;
    }
    {
      const std::lock_guard guard(mutex);
      stopping = true;
    }
    wake.notify_one();
    thread.join();
    writer.reset();
    reader.reset();
  }
};

WaitProbe::WaitProbe(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WaitProbe::~WaitProbe() {
  impl_->end();
}

Result<std::unique_ptr<WaitProbe>> WaitProbe::start(const Connect& connect, const std::string& user,
                                                    std::function<void()> beside) {
  auto impl = std::make_unique<Impl>();
  REHEARSAL_TRY_SET(impl->sql, connect());
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> writing, connect_to_ask(connect));
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> reading, connect_to_ask(connect));
  impl->looks = "SELECT ID, DB, LEFT(INFO, " + std::to_string(kSeenText) +
                ") FROM information_schema.PROCESSLIST WHERE INFO IS NOT NULL AND USER = " + sql_string(user);
  impl->user = user;
  impl->beside = std::move(beside);
  impl->writer = std::make_unique<Asker>(Role::writer, std::move(writing), impl->ledger);
  impl->reader = std::make_unique<Asker>(Role::reader, std::move(reading), impl->ledger);
  Impl& running = *impl;
  impl->thread = std::thread([&running] { running.run(); });
  return std::unique_ptr<WaitProbe>(new WaitProbe(std::move(impl)));
}

std::vector<LockWait> WaitProbe::stop() {
  impl_->end();
  return impl_->ledger.take();
}

}  // namespace rehearsal
