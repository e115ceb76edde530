// Which schema of a snapshot is whose: told by its revisions and its objects, whatever its name. Of several that are
// alike the one with the catalogue's name is meant; where none has it nothing is guessed. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/snapshot_facts.h"

namespace rehearsal {

// A schema that looks like a service's beside the one that is taken.
struct SchemaCopy {
  std::string schema, service, role;
  std::string instead_of;  // the one that is taken; empty: a cell that no mapping names
};

// Schemas that look alike, none with the catalogue's name.
struct AlikeSchemas {
  std::string service, role;
  std::vector<std::string> schemas;
};

struct SchemaMatch {
  // By service and role or part: the names that are not the catalogue's. What the operator wrote is not among them.
  std::map<std::string, std::map<std::string, std::string>> found;
  std::vector<SchemaCopy> copies;
  std::vector<AlikeSchemas> alike;
  // By service and role: the service whose tables the schema with the catalogue's name holds instead.
  std::map<std::pair<std::string, std::string>, std::string> others;

  [[nodiscard]] const AlikeSchemas* alike_of(const std::string& service, const std::string& role) const;
};

[[nodiscard]] SchemaMatch match_schemas(const Catalogue& catalogue, const Scenario& scenario,
                                        const SnapshotFacts& facts);

// The scenario as if the operator had written what was found.
[[nodiscard]] Scenario with_schemas(Scenario scenario, const SchemaMatch& match);

// 0 to 1: how much of a schema and of what a service makes is the same, by their columns.
[[nodiscard]] double likeness(const SchemaFingerprint& fingerprint, const ObservedSchema& observed);

// `schemas = { db = "…" }` to paste, below its table's name.
[[nodiscard]] std::string schemas_line(const std::string& service, const std::map<std::string, std::string>& names);

}  // namespace rehearsal
