// Regular expressions (ECMAScript), as the catalogue writes them. What the library throws comes back as an Error.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rehearsal {

class Pattern {
 public:
  // No more bytes of a text are searched; what matches is at most 256 long, or begins the text.
  static constexpr std::size_t kSearched = 16384;

  // An Error where the text is not a regular expression.
  [[nodiscard]] static Result<Pattern> of(const std::string& text);

  // What the first match and each of its groups hold, the whole first; a group that took no part is empty. None where
  // nothing matches.
  [[nodiscard]] std::optional<std::vector<std::string>> search(std::string_view text) const;
  [[nodiscard]] bool is_in(std::string_view text) const { return search(text).has_value(); }

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace rehearsal
