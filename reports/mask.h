// Masking of text that leaves the state directory. What an operator needs to act stays: error numbers, names of
// tables, columns, keys and constraints, revisions, DDL, and surrogate keys (uuids, 32 hex digits, integers). What
// could be a secret or a person's data becomes "***": passwords, tokens, e-mail addresses, quoted values of errors,
// parameter lists and the literals of INSERT, UPDATE, DELETE and the like. When in doubt, a value is masked.
#pragma once

#include <string>
#include <string_view>

namespace rehearsal {

[[nodiscard]] std::string mask_text(std::string_view text);

// Masks every string literal but surrogate keys of a statement that changes or reads rows; numbers stay. DDL is returned
// as it is but for passwords, tokens and addresses.
[[nodiscard]] std::string mask_sql(std::string_view statement);

// True for values that masking lets through: uuids, 32 hex digits, integers.
[[nodiscard]] bool is_surrogate_key(std::string_view value);

}  // namespace rehearsal
