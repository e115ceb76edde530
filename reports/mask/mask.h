// Masking of text that leaves the state directory. Shown is what is known to be no value: error numbers, names of
// tables, columns, keys and constraints where a server's message or a statement has names, revisions, surrogate keys
// (uuids, 32 hex digits, integers), and words that the services' own code and the server say (see mask_words.h). All
// else becomes "***". The time goes with the length of the text.
#pragma once

#include <string>
#include <string_view>

namespace rehearsal {

// What a program printed.
[[nodiscard]] std::string mask_text(std::string_view text);

// What the server said: names stand where its messages have them.
[[nodiscard]] std::string mask_server_message(std::string_view message);

// Names and the shape of a statement stay, and so do numbers. Literals of DDL stay where programs say their words;
// of other statements only surrogate keys do. Comments go.
[[nodiscard]] std::string mask_sql(std::string_view statement);

// Likewise of a part of a definition: "+ column `x` varchar(10) DEFAULT 'y'".
[[nodiscard]] std::string mask_definition(std::string_view text);

// The name of an account or a machine, such as a definer's: as it is where a program says it ("root", "localhost").
[[nodiscard]] std::string mask_name(std::string_view name);

// True for values that masking lets through: uuids, 32 hex digits, integers.
[[nodiscard]] bool is_surrogate_key(std::string_view value);

}  // namespace rehearsal
