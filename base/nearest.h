// What a mistyped word was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

// The one of `known` that the fewest changed letters make of `word`, small letters and capitals alike; empty where more
// than a third of its letters, and more than two, would have to change.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& known);

// "did you mean 'from'?"; where none is near "KIND: from, to, via", of `known` the first 20.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                                       std::string_view kind);

}  // namespace rehearsal
