// Text made fit for a page, whatever bytes a program or a dump put into it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rehearsal {

// Valid UTF-8 without control characters but newline and tab, as XML 1.0 wants it; anything else becomes U+FFFD.
[[nodiscard]] std::string clean_text(std::string_view text);

// For text and quoted attributes of HTML and XML: cleaned, and & < > " ' as entities.
[[nodiscard]] std::string escape_markup(std::string_view text);

// At most `bytes` of the text, cut between characters and ended by "…" where something was cut.
[[nodiscard]] std::string clip_text(std::string_view text, std::size_t bytes);

// Letters, digits and . _ : - stay, all else becomes "-": fit for an id and for the link to it.
[[nodiscard]] std::string anchor_of(std::string_view id);

}  // namespace rehearsal
