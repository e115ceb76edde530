// Whether the rows of a file may be loaded out of their order: side by side, and after all other statements but the
// triggers. True of what mysqldump writes; not of a file that looks at its rows again after it has told them.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "snapshots/dump_event.h"

namespace rehearsal {

class LoadOrderJudge {
 public:
  explicit LoadOrderJudge(unsigned server_version) : server_version_(server_version) {}

  void heed(const DumpEvent& event);
  // The first statement that forbids it, as "what (line N)"; empty where none does.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  using Name = std::pair<std::string, std::string>;  // schema, object

  void insert(const DumpEvent& event);
  void drop(const DumpEvent& event);
  void other(const DumpEvent& event);
  void trigger(const DumpEvent& event);
  [[nodiscard]] bool filled_in(std::string_view schema) const;
  void forbid(const DumpEvent& event, const char* why);

  unsigned server_version_;
  std::set<Name> made_;
  std::set<Name> filled_;
  std::set<Name> watched_;  // by a trigger
  std::string reason_;
};

}  // namespace rehearsal
