// What the objects of a service's schema are at each of its revisions: catalogue data, made by `make fingerprints` from
// the service's own migrations on empty databases. With it a schema tells where it stands, whatever its revision table
// says.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace rehearsal {

// A chain of revisions that has a row of its own in the revision table.
struct FingerprintBranch {
  std::string name;   // "expand", "contract"; empty where there is one branch
  std::string start;  // its revision at the first release; empty: it began later
};

struct FingerprintRevision {
  std::string id;
  std::string release;     // the first that applies it
  std::size_t branch = 0;  // place in `branches`
  // The revision of another branch that builds on it: from there on it has no row of its own. 1 is the first.
  std::optional<std::size_t> taken_in = {};
  std::size_t place = 0;  // in its branch; 1 is the first. Reading sets it
};

// An object holds where the revision that made it is applied and the one that took it away is not.
struct FingerprintObject {
  std::string table;
  std::string kind;                 // "column", "primary", "unique", "key", "foreign"
  std::string name;                 // of a column; a key's columns "a,b"; of a foreign key "a,b>parent(x,y)"
  std::string value;                // of a column its type: "varchar(255) null"
  std::string text;                 // as a statement says it; empty where it comes with another object
  std::size_t born = 0;             // 1 is the first of `revisions`; 0: it was there at the first release
  std::optional<std::size_t> gone;  // likewise; none: never
};

// How many revisions of each branch are applied.
using SchemaState = std::vector<std::size_t>;

struct SchemaFingerprint {
  std::vector<FingerprintBranch> branches;
  std::vector<FingerprintRevision> revisions;   // in the order of the releases, each branch in its own
  std::map<std::string, std::size_t> releases;  // release -> how many of `revisions` it has
  std::vector<FingerprintObject> objects;       // by table, in the order of the definition

  [[nodiscard]] SchemaState state_of(const std::string& release) const;
  [[nodiscard]] std::vector<SchemaState> states() const;                               // all that can be
  [[nodiscard]] std::vector<std::string> releases_at(const SchemaState& state) const;  // oldest first; often none
  [[nodiscard]] bool applied(std::size_t revision, const SchemaState& state) const;    // 1 is the first; 0 always is
  [[nodiscard]] bool holds(const FingerprintObject& object, const SchemaState& state) const;
  // A branch's row in the revision table; empty where it has none.
  [[nodiscard]] std::string head(std::size_t branch, const SchemaState& state) const;
  [[nodiscard]] std::vector<std::string> heads(const SchemaState& state) const;  // sorted
  // Whether the object is the same at every release.
  [[nodiscard]] static bool is_constant(const FingerprintObject& object) {
    return object.born == 0 && !object.gone.has_value();
  }
};

using Fingerprints = std::map<std::string, SchemaFingerprint>;  // by the reference's role

// A service's file, and its text; one object a line. A file that is not there is a service without fingerprints.
[[nodiscard]] Result<Fingerprints> load_fingerprints(const std::filesystem::path& file);
[[nodiscard]] std::string fingerprints_text(const std::string& service, const Fingerprints& fingerprints);

}  // namespace rehearsal
