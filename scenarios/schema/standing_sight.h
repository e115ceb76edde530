// A schema as it is, held against what a service's revisions make.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/schema/fingerprint.h"
#include "scenarios/schema/standing.h"

namespace rehearsal {

[[nodiscard]] inline bool is_column(const FingerprintObject& object) {
  return object.kind == "column";
}

// Whether an object is there as it should be, as another release has it, or as no release has it.
enum class Seen { same, absent, own };

class Sight {
 public:
  Sight(const SchemaFingerprint& fingerprint, const ObservedSchema& observed);

  [[nodiscard]] Seen see(const FingerprintObject& object) const;

 private:
  const ObservedSchema& observed_;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> known_;  // values by {table, "kind name"}
};

// How far the schema is from a state. Columns weigh most; an index too many may be anybody's.
struct Distance {
  std::size_t missing = 0, left_over = 0;  // columns
  std::size_t keys = 0;                    // missing or left over
  std::size_t spare = 0;                   // plain indexes left over
  [[nodiscard]] std::size_t columns() const { return missing + left_over; }
  [[nodiscard]] auto order() const { return std::tuple(columns(), keys, spare); }
  [[nodiscard]] bool is_none() const { return columns() == 0 && keys == 0; }
};

// Tables that other code than the service's own may have changed: a plug-in's migrations in the same schema, a rename
// by hand.
[[nodiscard]] std::set<std::string> tables_of_others(const SchemaFingerprint& fingerprint,
                                                     const ObservedSchema& observed);

}  // namespace rehearsal
