// Breaking long lines for a terminal. Nothing is cut: a word longer than the width stands on a line of its own, so that
// what is copied is whole. Widths are in characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

// `first` before the first line, as many spaces before the others.
[[nodiscard]] std::vector<std::string> wrap_text(std::string_view first, std::string_view text, std::size_t width);

// SQL that means the same after it is wrapped: it breaks only at spaces outside quotes, and what is left of a comment
// becomes a comment of its own. Every line has `indent` spaces before it.
[[nodiscard]] std::vector<std::string> wrap_sql(std::string_view sql, std::size_t indent, std::size_t width);

[[nodiscard]] std::size_t columns_of(std::string_view text);

}  // namespace rehearsal
