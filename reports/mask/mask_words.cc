#include "reports/mask/mask_words.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "base/text.h"

namespace rehearsal {

extern const std::string_view kVocabulary;

namespace {

constexpr std::size_t kLongestNumber = 19, kLongestDigits = 4;
constexpr int kMostDigitGroups = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_word_char(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// Inside of a host's name, a version, a file's name.
bool joins(char c) {
  return c == '.' || c == '-' || c == '@' || c == '+' || c == '%';
}

const std::unordered_set<std::string_view>& vocabulary() {
  static const std::unordered_set<std::string_view> words = [] {
    std::unordered_set<std::string_view> set;
    std::string_view rest = kVocabulary;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (end > 0) {
        set.insert(rest.substr(0, end));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return set;
  }();
  return words;
}

bool is_known(std::string_view word) {
  return vocabulary().contains(lower(word));
}

bool all_of(std::string_view text, bool (*is)(char)) {
  return std::all_of(text.begin(), text.end(), is);
}

// The next part of a name: "DB" and "Duplicate" of DBDuplicate, digits, or underscores.
std::string_view part_at(std::string_view word, std::size_t at) {
  std::size_t end = at + 1;
  if (word[at] == '_') {
    return word.substr(at, 1);
  }
  if (is_digit(word[at])) {
    while (end < word.size() && is_digit(word[end])) {
      ++end;
    }
  } else if (is_upper(word[at])) {
    while (end < word.size() && is_upper(word[end])) {
      ++end;
    }
    if (end < word.size() && is_lower(word[end])) {
      if (end - at == 1) {
        while (end < word.size() && is_lower(word[end])) {
          ++end;
        }
      } else {
        --end;
      }
    }
  } else {
    while (end < word.size() && is_lower(word[end])) {
      ++end;
    }
  }
  return word.substr(at, end - at);
}

bool is_uuid_at(std::string_view text, std::size_t at) {
  if (at + 36 > text.size() || (at + 36 < text.size() && is_word_char(text[at + 36]))) {
    return false;
  }
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[at + i] != '-' : !is_hex(text[at + i])) {
      return false;
    }
  }
  return true;
}

// fa:16:3e:12:34:56, fe80::1: hex digits in groups with a letter among them. Times of day have none.
std::size_t colon_address_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  int colons = 0;
  bool letter = false;
  std::size_t group = 0;
  while (end < text.size() && (is_hex(text[end]) || text[end] == ':')) {
    colons += text[end] == ':' ? 1 : 0;
    letter =
        letter || (is_hex(text[end]) && !is_digit(text[end])) || (text[end] == ':' && end > at && text[end - 1] == ':');
    group = text[end] == ':' ? 0 : group + 1;
    if (group > 4) {
      return 0;
    }
    ++end;
  }
  while (end > at && text[end - 1] == ':') {
    --end;
    --colons;
  }
  const bool whole = end == text.size() || !is_word_char(text[end]);
  return colons >= 2 && letter && whole ? end - at : 0;
}

bool is_ip(std::string_view chunk) {
  int dots = 0;
  for (const char c : chunk) {
    if (c == '.') {
      ++dots;
    } else if (!is_digit(c)) {
      return false;
    }
  }
  return dots == 3 && chunk != "127.0.0.1" && chunk != "0.0.0.0";
}

bool is_readable_chunk(std::string_view chunk) {
  const std::size_t sign = chunk.find('@');
  if (is_ip(chunk) || (sign != std::string_view::npos && chunk.find('.', sign) != std::string_view::npos)) {
    return false;
  }
  for (std::size_t at = 0; at < chunk.size();) {
    std::size_t end = at;
    while (end < chunk.size() && !joins(chunk[end])) {
      ++end;
    }
    if (end > at && !is_program_word(chunk.substr(at, end - at))) {
      return false;
    }
    at = end + 1;
  }
  return true;
}

bool follows(std::string_view text, std::size_t at, std::string_view before) {
  return at >= before.size() && text.substr(at - before.size(), before.size()) == before;
}

// A place in memory: "<function fill at 0x7f06f9f13e20>".
bool is_pointer(std::string_view text, std::size_t at, std::string_view word) {
  return word.size() <= 18 && word.starts_with("0x") && all_of(word.substr(2), is_hex) && follows(text, at, " at ");
}

}  // namespace

bool is_program_word(std::string_view word) {
  if (all_of(word, is_digit)) {
    return word.size() <= kLongestNumber;
  }
  if ((word.size() == 12 || word.size() == 32) && all_of(word, is_hex)) {
    return true;
  }
  if (std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return false;
  }
  if (word.size() == 1 || is_known(word)) {
    return true;
  }
  bool long_word = false, doubtful = false;
  int digit_groups = 0;
  for (std::size_t at = 0; at < word.size();) {
    const std::string_view part = part_at(word, at);
    at += part.size();
    if (part == "_") {
      continue;
    }
    if (is_digit(part.front())) {
      if (part.size() > kLongestDigits || ++digit_groups > kMostDigitGroups) {
        return false;
      }
    } else if (is_known(part)) {
      long_word = long_word || part.size() >= 4;
      doubtful = doubtful || part.size() < 3;
    } else if (part.size() < 3) {
      doubtful = true;  // "v" and "mb": fine beside a word that is known
    } else {
      return false;
    }
  }
  return long_word || !doubtful;
}

std::string mask_words(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto mask = [&] {
    if (!out.ends_with(kMasked)) {
      out += kMasked;
    }
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == kKeep) {
      const std::size_t end = std::min(text.find(kKept, i), text.size());
      out += text.substr(i + 1, end - i - 1);
      i = std::min(end + 1, text.size());
      continue;
    }
    if (!is_word_char(text[i])) {
      out += text[i];
      // "\nword" of a quoted text: the letter is the escape's.
      if (text[i] == '\\' && i + 1 < text.size() &&
          std::string_view("nrt0").find(text[i + 1]) != std::string_view::npos) {
        out += text[++i];
      }
      ++i;
      continue;
    }
    if (is_uuid_at(text, i)) {
      out += text.substr(i, 36);
      i += 36;
      continue;
    }
    if (const std::size_t length = is_hex(text[i]) ? colon_address_at(text, i) : 0; length > 0) {
      mask();
      i += length;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && (is_word_char(text[end]) || joins(text[end]))) {
      ++end;
    }
    while (joins(text[end - 1])) {
      --end;
    }
    const std::string_view chunk = text.substr(i, end - i);
    if (is_readable_chunk(chunk) || is_pointer(text, i, chunk)) {
      out += chunk;
    } else {
      mask();
    }
    i = end;
  }
  return out;
}

}  // namespace rehearsal
