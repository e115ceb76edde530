#include "survey/change.h"

namespace rehearsal::survey {

const std::vector<Hole>& known_holes() {
  static const std::vector<Hole> kHoles = {
      {"index-then-unlogged", "",
       "a session that turns its log off hides what keeps the table's id beside what was logged"},
  };
  return kHoles;
}

}  // namespace rehearsal::survey
