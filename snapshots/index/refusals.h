// For what a dump is not restored: what the client would do beside sending its statements, rows that its own producer
// says are missing, and what is not SQL.
#pragma once

#include <string>
#include <vector>

#include "snapshots/index/dump_index.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

// Finds the refusals of one file, event by event.
class RefusalFinder {
 public:
  explicit RefusalFinder(unsigned server_version) : server_version_(server_version) {}

  void heed(const DumpEvent& event);

  // Each kind once. `file` is left to the caller, and `line` is of the stream.
  [[nodiscard]] const std::vector<Refusal>& found() const { return found_; }

 private:
  void dump_error(const DumpEvent& event);
  void no_statement(const DumpEvent& event);
  void add(const DumpEvent& event, std::string what, std::string object, std::string hint, bool dump_error);

  unsigned server_version_;
  bool any_statement_ = false;
  std::string table_;  // the last that was named, as schema.table
  std::vector<Refusal> found_;
};

}  // namespace rehearsal
