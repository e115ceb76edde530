// A waiver: an operator knows of a finding and takes it down one step until a date, with the reason. That the restore
// is proven and what a snapshot and a run cover cannot be waived: a verdict without them was not earned.
#pragma once

#include <string>

namespace rehearsal {

class TomlReader;

struct Waiver {
  std::string finding;  // its code
  std::string table;    // schema.table; empty: whatever table the finding is about
  std::string reason, bug;
  std::string until;  // "2027-01-31": the last day on which it counts, UTC
};

// False for the codes that tell of the restore, of what the dumps lack and of what was not looked at.
[[nodiscard]] bool may_be_waived(const std::string& code);

// An entry of [[waive]]; what is wrong with it is said to the reader.
[[nodiscard]] Waiver read_waiver(TomlReader& entry);

}  // namespace rehearsal
