// Whether a text has a part, and a list an item.
#pragma once

#include <algorithm>
#include <concepts>
#include <iterator>
#include <string_view>

namespace rehearsal {

[[nodiscard]] constexpr bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

[[nodiscard]] constexpr bool contains(std::string_view text, char c) {
  return text.find(c) != std::string_view::npos;
}

// Of arrays and vectors; sets and maps have a `contains` of their own.
template <typename List, typename Item>
requires(!std::convertible_to<const List&, std::string_view>)
    [[nodiscard]] constexpr bool contains(const List& list, const Item& item) {
  return std::find(std::begin(list), std::end(list), item) != std::end(list);
}

}  // namespace rehearsal
