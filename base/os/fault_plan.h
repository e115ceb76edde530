// A plan of faults: which call of the operating system fails, where, the how-manieth time, and how. One a line:
//
//   snapshots/keep/golden_store.cc:188 write_file>fsync 1 EIO
//   base/files.cc write 3+ short
//   * sql.statement 2 drop
//
// The place is a file with or without its line, or * for anywhere. The call is that of calls.h; behind a door it is
// DOOR>CALL, and CALL alone means it with and without one. The number counts the calls that place and call name, from
// 1; with a + all from there on fail. "record FILE" writes down every site that is reached, "hit FILE" every fault that
// struck. Empty lines and lines that begin with # say nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehearsal::os {

enum class FaultKind {
  error,       // the call fails with `number`
  part,        // it does half of what it was asked to: "short"
  kill_child,  // the program that it starts is killed at once
  drop,        // the connection to the server is gone
  later,       // the clock jumps a day ahead: "later"
  earlier,     // and a day back
  die,         // this process is killed before the call
  power_cut,   // the same, and what was not flushed to the disk is gone
};

struct Fault {
  FaultKind kind = FaultKind::error;
  int number = 0;  // errno
};

struct FaultRule {
  std::string place;  // "*", a file, or FILE:LINE
  std::string call;   // "CALL" or "DOOR>CALL"
  unsigned long number = 1;
  bool onwards = false;
  Fault fault;
};

struct FaultPlan {
  std::vector<FaultRule> rules;
  std::string record;  // files; empty: none
  std::string hits;
};

// Takes the plan's text. False with what is wrong, and in which line, in `problem`.
[[nodiscard]] bool parse_plan(std::string_view text, FaultPlan& plan, std::string& problem);

// "EIO", "short", "power-cut" …: as a plan writes it.
[[nodiscard]] std::string fault_word(const Fault& fault);
[[nodiscard]] bool parse_fault(std::string_view word, Fault& fault);

}  // namespace rehearsal::os
