// Whether the files of a dump in several hold what their names say.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "snapshots/index/dump_index.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

// Does a part hold what its name says? Told all events of the part.
class PartJudge {
 public:
  void heed(const DumpEvent& event);
  // What is wrong with the part, empty where nothing is; the next events are of another part.
  [[nodiscard]] std::string judge(const DumpPart& part);

 private:
  std::vector<std::pair<EventKind, std::string>> told_;  // kind and object, each once
  bool stand_in_ = false;
};

}  // namespace rehearsal
