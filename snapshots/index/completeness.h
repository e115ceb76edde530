// Is the whole dump there? Looks for what a producer promises at the beginning of a dump and does at its end.
#pragma once

#include <set>
#include <string>

#include "snapshots/index/dump_index.h"
#include "snapshots/scan/dump_event.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {

class CompletenessJudge {
 public:
  void heed(const DumpEvent& event);

  struct Verdict {
    Completeness completeness = Completeness::unprovable;
    std::string ends_in;  // truncated: byte and object
  };
  [[nodiscard]] Verdict judge(const ScanEnd& end) const;

 private:
  void comment(const DumpEvent& event);
  void settings(const DumpEvent& event);
  void saved(const DumpEvent& event, std::string_view prefix);
  void broken_at(const DumpEvent& event, const std::string& why);

  bool promised_ = false;        // a header was seen, its footer not yet
  bool footer_ = false;          // a footer was seen
  bool restored_ = false;        // settings that were saved were restored
  bool locked_ = false;          // LOCK TABLES without its UNLOCK TABLES so far
  std::set<std::string> saved_;  // those that wait to be restored
  std::string last_object_;      // the table or other object seen last
  std::string broken_;           // a dump inside the file ends early
};

}  // namespace rehearsal
