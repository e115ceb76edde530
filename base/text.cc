#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>

#include <fmt/core.h>

namespace rehearsal {

namespace {

// Takes digits with at most one point off the front of `text`; strtod would take "inf", "nan", "0x1f" and "1e9" too.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string digits(text.substr(0, end));
  if (digits.empty() || digits == "." || digits.find('.') != digits.rfind('.') || digits.size() > 25) {
    return std::nullopt;
  }
  text.remove_prefix(end);
  return std::strtod(digits.c_str(), nullptr);
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = text.find(separator, start);
    if (end == std::string_view::npos) {
      parts.emplace_back(text.substr(start));
      return parts;
    }
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = split(text, '\n');
  for (std::string& line : lines) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
  }
  if (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

std::string_view trim(std::string_view text) {
  const char* const kSpace = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string as_sentence(std::string_view text) {
  std::string sentence(trim(text));
  if (!sentence.empty() && std::string_view(".!?").find(sentence.back()) == std::string_view::npos) {
    sentence += '.';
  }
  return sentence;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      text += separator;
    }
    text += parts[i];
  }
  return text;
}

std::string join_some(std::vector<std::string> parts, std::string_view separator, std::size_t at_most) {
  if (parts.size() > at_most) {
    const std::size_t more = parts.size() - at_most;
    parts.resize(at_most);
    parts.push_back("and " + std::to_string(more) + " more");
  }
  return join(parts, separator);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) {
    return text;
  }
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string expand(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      break;
    }
    result += text.substr(at, open - at);
    const auto value = values.find(std::string(text.substr(open + 2, close - open - 2)));
    result += value == values.end() ? text.substr(open, close - open + 1) : std::string_view(value->second);
    at = close + 1;
  }
  result += text.substr(at);
  return result;
}

std::string sql_name(std::string_view name) {
  return "`" + replace_all(std::string(name), "`", "``") + "`";
}

std::string sql_string(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    switch (c) {
      case '\'':
        text += "\\'";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\0':
        text += "\\0";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      default:
        text += c;
    }
  }
  return text + "'";
}

std::string shell_words(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) {
    if (!line.empty()) {
      line += ' ';
    }
    const bool plain = !word.empty() && word.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_-./:=,+@%") == std::string::npos;
    line += plain ? word : "'" + replace_all(word, "'", "'\\''") + "'";
  }
  return line;
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1000) {
    return fmt::format("{} B", bytes);
  }
  double value = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* next : {"kB", "MB", "GB", "TB", "PB"}) {
    if (value < 999.5) {
      break;
    }
    value /= 1000;
    unit = next;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

std::string human_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string human_seconds(double seconds) {
  if (seconds < 0) {
    seconds = 0;
  }
  if (seconds < 9.95) {
    return fmt::format("{:.1f} s", seconds);
  }
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) {
    return fmt::format("{} s", whole);
  }
  if (whole < 3600) {
    return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  }
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string human_age(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::max(seconds, 0.0));
  if (whole < 60) {
    return fmt::format("{} s", whole);
  }
  if (whole < 3600) {
    return fmt::format("{} min", whole / 60);
  }
  if (whole < std::uint64_t{48} * 3600) {
    return fmt::format("{} h", whole / 3600);
  }
  return plural(whole / 86400, "day");
}

std::string plural(std::uint64_t count, std::string_view singular) {
  return fmt::format("{} {}{}", human_count(count), singular, count == 1 ? "" : "s");
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto wrong = [&](const std::string& why) {
    return fail(ErrorKind::usage, "'" + std::string(text) + "' " + why, {}, "write it as 512m, 4g or 200GB");
  };
  std::string_view rest = trim(text);
  const std::optional<double> number = take_number(rest);
  if (!number) {
    return wrong("is not a size");
  }
  const std::string unit = lower(trim(rest));
  double factor = 1;
  if (!unit.empty() && unit != "b") {
    const std::size_t power = std::string_view("kmgt").find(unit.front());
    const bool binary = unit.size() == 1 || unit.substr(1) == "ib";
    if (power == std::string_view::npos || (!binary && unit.substr(1) != "b")) {
      return wrong("is not a size");
    }
    factor = std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power + 1));
  }
  const double bytes = *number * factor;
  if (bytes >= 9.2e18) {
    return wrong("is larger than any file system");
  }
  return static_cast<std::uint64_t>(bytes);
}

Result<double> parse_duration(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorKind::usage, "'" + std::string(text) + "' is not a duration", {},
                "write it as 90m, 4h, 1h30m or 14d");
  };
  const std::string copy = lower(trim(text));
  std::string_view rest = copy;
  double total = 0;
  do {
    const std::optional<double> number = take_number(rest);
    if (!number) {
      return wrong();
    }
    double factor = 1;
    if (!rest.empty()) {
      switch (rest.front()) {
        case 'w':
          factor = 7 * 86400;
          break;
        case 'd':
          factor = 86400;
          break;
        case 'h':
          factor = 3600;
          break;
        case 'm':
          factor = 60;
          break;
        case 's':
          break;
        default:
          return wrong();
      }
      rest = trim(rest.substr(1));
    }
    total += *number * factor;
  } while (!rest.empty());
  return total;
}

}  // namespace rehearsal
