// The words of an enum: one table, read both ways. Beside an enum whose enumerators count from 0 stands
//
//   constexpr std::array<const char*, 2> words_of(Colour) { return {"red", "blue"}; }
//
// and all that is written or read of it goes by these words.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace rehearsal {

template <typename E>
concept Worded = std::is_enum_v<E> && requires {
  words_of(E{});
};

template <Worded E>
[[nodiscard]] constexpr const char* to_word(E value) {
  return words_of(value)[static_cast<std::size_t>(value)];
}

// None where it is not one of them.
template <Worded E>
[[nodiscard]] constexpr std::optional<E> from_word(std::string_view word) {
  const auto words = words_of(E{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (word == words[i]) {
      return static_cast<E>(i);
    }
  }
  return std::nullopt;
}

}  // namespace rehearsal
