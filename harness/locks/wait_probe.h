// What a writer and a reader wait while a step runs, measured by one of each. The probe watches the processlist for
// DDL of the service on a table that exists; while it runs, a writer and a reader ask for the table on connections of
// their own and say how long they waited for it.
//
// The writer's statement is a SELECT … FOR UPDATE that finds nothing: it needs the lock that an INSERT, UPDATE or
// DELETE needs (measured beside them: equal to the millisecond), changes nothing, writes no binary log, and asks for no
// other table, as a DELETE would for the children of foreign keys. So the probe never holds a lock while it waits for
// another, and its own locks are gone within a millisecond: the step can neither deadlock with it nor wait for it.
// DDL that is over before the next look (20 ms) is not measured. A look takes 0.02 ms of the server's time (10.11).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

// One statement of the step that was seen running.
struct LockWait {
  std::uint64_t thread = 0;
  std::string sql;                                 // its first kSeenText bytes
  std::string table;                               // schema.table
  std::optional<double> writer = {}, reader = {};  // the longest wait, seconds; none: did not get to ask
};

inline constexpr std::size_t kSeenText = 1000;

class WaitProbe {
 public:
  using Connect = std::function<Result<std::unique_ptr<Sql>>()>;

  WaitProbe(const WaitProbe&) = delete;
  WaitProbe& operator=(const WaitProbe&) = delete;
  // Ends the threads as stop() does.
  ~WaitProbe();

  // Watches statements of `user`. `beside` is called about once a second on the probe's own thread, until stop().
  [[nodiscard]] static Result<std::unique_ptr<WaitProbe>> start(const Connect& connect, const std::string& user,
                                                                std::function<void()> beside = {});

  // In the order in which they were seen. Call it when the step has ended; it returns at once unless a lock is still
  // held, and then after two seconds at the most.
  [[nodiscard]] std::vector<LockWait> stop();

 private:
  struct Impl;
  explicit WaitProbe(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rehearsal
