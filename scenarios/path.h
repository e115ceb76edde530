// The path: which releases an upgrade goes through. Releases go one at a time; only from SLURP to SLURP may the one
// between be skipped.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

struct Hop {
  std::string from, to;
};

struct Path {
  std::string from, to;
  std::vector<Hop> hops;  // empty where from == to: "is this cloud ready to leave its release?"
};

struct Via {
  enum class Kind { fewest, sequential, listed };
  Kind kind = Kind::fewest;         // fewest: "slurp"
  std::vector<std::string> listed;  // releases between or with the ends
};

// An Error of kind `wrong_scenario` for an unknown release, a downgrade or an illegal skip; the hint is the legal path.
[[nodiscard]] Result<Path> find_path(const std::vector<Release>& releases, const std::string& from,
                                     const std::string& to, const Via& via);

}  // namespace rehearsal
