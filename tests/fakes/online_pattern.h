// How the online migrations of the tests print what they did: "50 rows matched query fill, 7 migrated".
#pragma once

#include "scenarios/catalogue.h"

namespace rehearsal {

inline OnlinePattern online_pattern() {
  OnlinePattern pattern;
  pattern.line = R"((\d+) rows matched query (\w+), (\d+) migrated)";
  pattern.found_group = 1;
  pattern.name_group = 2;
  pattern.migrated_group = 3;
  return pattern;
}

}  // namespace rehearsal
