// The last look at text before it is shown: words that programs say of their own stay, all other words are values.
// Which words those are is a list made of the code of all releases (reports/vocabulary.txt), so a word of production's
// is shown only where some program says it too. Pure.
#pragma once

#include <string>
#include <string_view>

namespace rehearsal {

inline constexpr std::string_view kMasked = "***";
// What stands between these two bytes is shown whatever it is; mask_words() takes them away.
inline constexpr char kKeep = '\x01', kKept = '\x02';

// "IntegrityError", "utf8mb4_general_ci", "uniq_instances0uuid", "42"; a uuid has dashes and is none.
[[nodiscard]] bool is_program_word(std::string_view word);

// Every chunk between blanks and punctuation with a word that no program says becomes "***", and so do addresses of
// machines and people. Integers, uuids, 32 hex digits and revisions stay.
[[nodiscard]] std::string mask_words(std::string_view text);

}  // namespace rehearsal
