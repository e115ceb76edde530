// The sentences and statements of scenarios/schema/standing.h.
#pragma once

#include <string>
#include <vector>

#include "scenarios/schema/standing.h"

namespace rehearsal {

// So many tables may be missing before they count as left out of the dump and are made empty.
inline constexpr std::size_t kMostLostTables = 3;

// "2024.1's"; "2024.1's to 2025.2's"; "between 2023.1's and 2023.2's, after revision x". `from` is named alone where it
// is one of them.
[[nodiscard]] std::string state_words(const SchemaFingerprint& fingerprint, const SchemaState& state,
                                      const std::string& from);
// "identity.mapping lacks the column schema_version": by table, at most a few.
[[nodiscard]] std::string lacking_words(const std::vector<const FingerprintObject*>& objects,
                                        const ObservedSchema& observed);
// "expanded to 2024.1; the contract of 2023.2 never ran", or where inside an upgrade it stands.
[[nodiscard]] std::string unfinished_words(const SchemaFingerprint& fingerprint, const SchemaState& state);

// Statements, each with a semicolon, that make the table hold exactly the state's revisions.
[[nodiscard]] std::string stamp_sql(const SchemaFingerprint& fingerprint, const SchemaState& state,
                                    const RevisionRows& rows, const std::string& schema);
// A query for production: which of these tables it has.
[[nodiscard]] std::string tables_query(const std::string& schema, const std::vector<std::string>& tables);
// Statements that make what is lacking.
[[nodiscard]] std::string objects_sql(const SchemaFingerprint& fingerprint, const SchemaState& state,
                                      const std::vector<const FingerprintObject*>& objects,
                                      const ObservedSchema& observed, const std::string& schema);

}  // namespace rehearsal
