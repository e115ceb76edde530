// Whether the rows of a file may be loaded out of their order: side by side, and after all other statements but the
// triggers. True of what mysqldump writes; not of a file that looks at its rows again after it has given them.
#pragma once

#include <string>

#include "snapshots/index/file_order.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

class LoadOrderJudge {
 public:
  explicit LoadOrderJudge(unsigned server_version) : server_version_(server_version) {}

  void heed(const DumpEvent& event);
  // What the file has to do with objects; `ordered` is the first statement that forbids it, as "what (line N)", and
  // empty where none does.
  [[nodiscard]] const FileReach& reach() const { return reach_; }

 private:
  using Name = FileReach::Name;

  void insert(const DumpEvent& event);
  void create(const DumpEvent& event);
  void alter(const DumpEvent& event);
  void drop(const DumpEvent& event);
  void other(const DumpEvent& event);
  void trigger(const DumpEvent& event);
  void change(const Name& name);
  [[nodiscard]] bool filled_in(std::string_view schema) const;
  void forbid(const DumpEvent& event, const char* why);

  unsigned server_version_;
  FileReach reach_;
  std::set<Name> triggers_;  // made
};

}  // namespace rehearsal
