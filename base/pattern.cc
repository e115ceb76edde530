#include "base/pattern.h"

#include <algorithm>
#include <regex>
#include <utility>

namespace rehearsal {

namespace {

namespace flags = std::regex_constants;

// The library's search takes a frame of the stack for every byte and tries each byte as a beginning: it is let loose on
// so many at once, each part beginning in the middle of the one before.
constexpr std::size_t kWindow = 512;

}  // namespace

struct Pattern::Compiled {
  std::regex regex;
};

Result<Pattern> Pattern::of(const std::string& text) {
  try {
    return Pattern(std::make_shared<const Compiled>(std::regex(text, std::regex::ECMAScript | std::regex::optimize)));
  } catch (const std::regex_error& error) {
    return fail(std::string("is not a regular expression: ") + error.what(), text, "fix it in the catalogue");
  }
}

std::optional<std::vector<std::string>> Pattern::search(std::string_view text) const {
  text = text.substr(0, kSearched);
  std::match_results<std::string_view::const_iterator> match;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(begin + kWindow, text.size());
    auto how = begin > 0 ? flags::match_prev_avail : flags::match_default;
    how |= end < text.size() ? flags::match_not_eol : flags::match_default;
    std::size_t next = begin + kWindow / 2;
    try {
      if (std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(begin),
                            text.begin() + static_cast<std::ptrdiff_t>(end), match, compiled_->regex, how)) {
        const bool cut = end < text.size() && match[0].second == text.begin() + static_cast<std::ptrdiff_t>(end);
        if (!cut || match.position() == 0) {
          return std::vector<std::string>(match.begin(), match.end());
        }
        next = begin + static_cast<std::size_t>(match.position());  // once more, with room for all of it
      }
    } catch (const std::regex_error&) {  // too many ways to try: nothing is found
      return std::nullopt;
    }
    if (end == text.size()) {
      return std::nullopt;
    }
    begin = next;
  }
}

}  // namespace rehearsal
