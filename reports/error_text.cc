#include "reports/error_text.h"

#include <cctype>
#include <optional>
#include <vector>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {
namespace {

bool digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}
std::string without_colours(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\x1b' && i + 1 < text.size() && text[i + 1] == '[') {
      i += 2;
      while (i < text.size() && !(text[i] >= '@' && text[i] <= '~')) {
        ++i;
      }
      ++i;
    } else if (text[i] == '\r') {
      ++i;
    } else {
      out += text[i++];
    }
  }
  return out;
}

// "2026-11-23 08:28:22.788 7558 ERROR LOGGER [-] text": the text starts after level, logger and the context in
// brackets. Indentation of the text is kept.
std::string_view after_prefix(std::string_view line) {
  if (line.size() < 24 || !digit(line[0]) || line[4] != '-' || line[7] != '-' || line[10] != ' ' || line[13] != ':') {
    return line;
  }
  std::size_t at = 0;
  for (int words = 0; words < 5; ++words) {  // date, time, process, level, logger
    const std::size_t space = line.find(' ', at);
    if (space == std::string_view::npos) {
      return {};
    }
    at = space + 1;
  }
  std::string_view rest = line.substr(at);
  if (starts(rest, "[-] ") || starts(rest, "[None") || starts(rest, "[req-")) {
    const std::size_t close = rest.find("] ");
    rest = close == std::string_view::npos ? rest : rest.substr(close + 2);
  }
  return rest;
}

// The text between the first quote at or after `from` and its end, escapes undone; `end` is set behind the quote.
std::optional<std::string> quoted(std::string_view text, std::size_t from, std::size_t& end) {
  if (from >= text.size() || (text[from] != '"' && text[from] != '\'')) {
    return std::nullopt;
  }
  const char quote = text[from];
  std::string out;
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out += text[++i];
    } else if (text[i] == quote) {
      end = i + 1;
      return out;
    } else {
      out += text[i];
    }
  }
  return std::nullopt;
}

// (1060, "Duplicate column name 'compute_id'"), or ERROR 1060 (42S21) at line 3: Duplicate …
void read_server_error(std::string_view text, ErrorText& found) {
  for (std::size_t at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    std::size_t i = at + 1;
    int number = 0;
    while (i < text.size() && digit(text[i]) && i - at <= 5) {
      number = number * 10 + (text[i++] - '0');
    }
    if (i == at + 1 || number < 1000 || text.substr(i, 2) != ", ") {
      continue;
    }
    std::size_t end = 0;
    if (auto message = quoted(text, i + 2, end)) {
      found.number = number;
      found.message = *message;
      // Quotes that had to be escaped for the tuple are told as the server wrote them.
      const bool escaped = text[i + 2] == '\'' && message->find('\'') != std::string::npos;
      found.error = escaped ? "(" + std::to_string(number) + ", \"" + *message + "\")"
                            : std::string(text.substr(at, end - at)) + ")";
    }
  }
  if (found.number != 0) {
    return;
  }
  for (const std::string& line : lines_of(text)) {
    if (starts(line, "ERROR ") && line.size() > 12 && digit(line[6])) {
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos) {
        found.number = std::atoi(line.c_str() + 6);
        found.message = line.substr(colon + 2);
        found.error = line;
      }
    }
  }
}

// "[SQL: …]": ends at a "]" that ends its line, since a statement may hold brackets of its own.
std::string read_statement(std::string_view text) {
  const std::size_t at = text.rfind("[SQL:");
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view rest = text.substr(at + 5);
  std::size_t end = rest.find("]\n");
  if (end == std::string_view::npos) {
    end = rest.rfind(']');
  }
  for (const std::string_view stop : {"\n[parameters:", "\n(Background on"}) {
    if (const std::size_t other = rest.find(stop);
        other != std::string_view::npos && (end == rest.npos || other < end)) {
      end = other;
    }
  }
  std::string statement(trim(rest.substr(0, end)));
  if (!statement.empty() && statement.back() == ']' && end == rest.npos) {
    statement.pop_back();
  }
  return statement;
}

std::string revision_from_upgrade_line(std::string_view line) {
  const std::size_t at = line.find("Running upgrade ");
  const std::size_t arrow = at == std::string_view::npos ? at : line.find("-> ", at);
  if (arrow == std::string_view::npos) {
    return {};
  }
  std::size_t end = arrow + 3;
  while (end < line.size() && word_char(line[end])) {
    ++end;
  }
  return std::string(line.substr(arrow + 3, end - arrow - 3));
}

// A revision that the schema is stamped with and the code does not know: "Can't locate revision identified by 'x'".
std::string unknown_revision(std::string_view text) {
  for (const std::string_view sign :
       {"Can't locate revision identified by '", "No such revision or branch '", "No such revision '"}) {
    const std::size_t at = text.rfind(sign);
    const std::size_t begin = at + sign.size();
    const std::size_t end = at == std::string_view::npos ? at : text.find('\'', begin);
    if (end != std::string_view::npos) {
      return std::string(text.substr(begin, end - begin));
    }
  }
  return {};
}

// "package.module.NameOfError: text" or "NameError: text" at the start of a line.
bool is_exception_line(std::string_view line) {
  std::size_t i = 0;
  while (i < line.size() && (word_char(line[i]) || line[i] == '.')) {
    ++i;
  }
  if (i < 5 || !(i == line.size() || line[i] == ':')) {
    return false;
  }
  const std::string_view name = line.substr(0, i);
  const std::size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (last.empty() || std::isupper(static_cast<unsigned char>(last[0])) == 0) {
    return false;
  }
  const bool named_error =
      contains(last, "Error") || contains(last, "Exception") || contains(last, "Exit") || contains(last, "Interrupt");
  return named_error ||
         (dot != std::string_view::npos && i < line.size() && (contains(name, "exc.") || contains(name, "exception.")));
}

bool is_noise(std::string_view line) {
  for (const std::string_view part :
       {"alembic.runtime", "Traceback (most", "(Background on", "  File \"", "^^^^", "[parameters:", "monkey patch",
        "Warning:", "warnings.warn", "Running upgrade", "During handling of", "The above exception"}) {
    if (contains(line, part)) {
      return true;
    }
  }
  return line.find_first_not_of("+-=| ") == std::string_view::npos;
}

// "<function f at 0x7f2a754cbce0>" is another one in each run: "<function f>".
std::string without_addresses(std::string text) {
  for (std::size_t at = text.find(" at 0x"); at != std::string::npos; at = text.find(" at 0x", at)) {
    std::size_t end = at + 6;
    while (end < text.size() && std::isxdigit(static_cast<unsigned char>(text[end])) != 0) {
      ++end;
    }
    text.erase(at, end - at);
  }
  return text;
}

// The line in which a program says itself why it will not go on.
std::string refusal(const std::vector<std::string>& lines) {
  std::string last;
  for (const std::string& line : lines) {
    const std::string_view text = trim(line);
    if (text.empty() || is_noise(line)) {
      continue;
    }
    const std::string low = lower(text);
    for (const std::string_view sign :
         {"not compatible", "error attempting", "please run", "cannot ", "can't ", "could not", "failed", "refus",
          "must be", "unable to", "not supported", "aborting", "error:", "unknown "}) {
      if (contains(low, sign)) {
        return std::string(text);
      }
    }
    last = text;
  }
  return last;
}

}  // namespace

std::string without_log_prefixes(std::string_view output) {
  std::string out;
  for (const std::string& line : lines_of(without_colours(output))) {
    out += after_prefix(line);
    out += '\n';
  }
  return out;
}

std::string revision_of_path(std::string_view path) {
  const bool migration =
      contains(path, "/versions/") || contains(path, "/migrations/") || contains(path, "alembic_migrations/");
  const std::size_t slash = path.rfind('/');
  if (!migration || slash == std::string_view::npos || path.size() < 4 || path.substr(path.size() - 3) != ".py") {
    return {};
  }
  const std::string_view name = path.substr(slash + 1, path.size() - slash - 4);
  const std::size_t line = name.find('_');
  if (line == std::string_view::npos || line == 0) {
    return {};
  }
  const std::string_view first = name.substr(0, line);
  // "2024_1_expand01_adds_x": the revision is its first three parts.
  if (first.size() == 4 && first.find_first_not_of("0123456789") == std::string_view::npos) {
    std::size_t end = name.find('_', line + 1);
    if (end == std::string_view::npos) {
      return {};
    }
    std::size_t part_end = name.find('_', end + 1);
    part_end = part_end == std::string_view::npos ? name.size() : part_end;
    const std::string_view part = name.substr(end + 1, part_end - end - 1);
    const bool branch = starts(part, "expand") || starts(part, "contract") || starts(part, "migrate");
    return branch ? std::string(name.substr(0, part_end)) : std::string(first);
  }
  // Branch files named after the release: "wallaby_expand01_…", "zed_expand01_…", "ussuri_contract01".
  const std::size_t second_end = name.find('_', line + 1);
  const std::string_view second =
      name.substr(line + 1, (second_end == std::string_view::npos ? name.size() : second_end) - line - 1);
  if ((starts(second, "expand") || starts(second, "contract")) && digit(second.back())) {
    return std::string(first) + "_" + std::string(second);
  }
  bool hex = first.size() >= 7;
  for (const char c : first) {
    hex = hex && std::isxdigit(static_cast<unsigned char>(c)) != 0;
  }
  const bool number = first.size() == 3 && digit(first[0]) && digit(first[1]) && digit(first[2]);
  return hex || number ? std::string(first) : std::string();
}

ErrorText read_error(std::string_view output) {
  ErrorText found;
  const std::string text = without_log_prefixes(output);
  const std::vector<std::string> lines = lines_of(text);
  read_server_error(text, found);
  found.statement = read_statement(text);
  std::string ran_last;
  for (const std::string& line : lines) {
    if (const std::size_t at = line.find("File \""); at != std::string::npos) {
      const std::size_t end = line.find('"', at + 6);
      if (std::string revision = revision_of_path(line.substr(at + 6, end == std::string::npos ? end : end - at - 6));
          !revision.empty()) {
        found.revision = std::move(revision);
        found.revision_from_traceback = true;
      }
    } else if (std::string revision = revision_from_upgrade_line(line); !revision.empty()) {
      ran_last = std::move(revision);
    } else if (is_exception_line(line)) {
      found.exception = line;
    }
  }
  // No migration ran then, whatever ran before it for another of the service's chains.
  if (std::string unknown = unknown_revision(text); !unknown.empty()) {
    found.revision = std::move(unknown);
    found.revision_from_traceback = false;
  } else if (found.revision.empty()) {
    found.revision = ran_last;
  }
  const std::string said = refusal(lines);
  found.telling = without_addresses(
      found.exception.empty() || (found.number == 0 && contains(said, "Error attempting")) ? said : found.exception);
  return found;
}

std::string object_in_message(const std::string& message) {
  // Of "Duplicate entry 'value' for key 'k'" the value may hold anything: the key is the last.
  const bool entry = contains(message, "Duplicate entry ");
  const char* const quotes = contains(message, '`') && !entry ? "`" : "'";
  std::size_t begin = std::string::npos, end = std::string::npos;
  if (entry) {
    end = message.rfind('\'');
    begin = end == std::string::npos || end == 0 ? end : message.rfind('\'', end - 1);
  } else {
    begin = message.find(quotes);
    end = begin == std::string::npos ? begin : message.find(quotes, begin + 1);
  }
  if (begin == std::string::npos || end == std::string::npos || end <= begin) {
    return {};
  }
  return message.substr(begin + 1, end - begin - 1);
}

}  // namespace rehearsal
