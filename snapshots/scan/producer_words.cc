#include "snapshots/scan/producer_words.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::array<std::string_view, 10> kPrograms = {"mysqldump", "mariadb-dump", "mysqlpump", "mysql",  "mariadb",
                                                        "mydumper",  "mysqlsh",      "sudo",      "docker", "kubectl"};
constexpr std::array<std::string_view, 4> kOpenings = {
    "Warning: ", "Enter password: ", "** (mydumper:", "Error response from daemon: "};

// In their order.
constexpr std::array<std::string_view, 71> kVerbs = {
    "alter",     "analyze", "backup",  "begin",    "binlog",     "cache",   "call",    "change",   "check",
    "checksum",  "clone",   "commit",  "create",   "deallocate", "declare", "delete",  "desc",     "describe",
    "do",        "drop",    "end",     "execute",  "explain",    "flush",   "for",     "get",      "grant",
    "handler",   "help",    "if",      "import",   "insert",     "install", "iterate", "kill",     "leave",
    "load",      "lock",    "loop",    "open",     "optimize",   "prepare", "purge",   "release",  "rename",
    "repair",    "repeat",  "replace", "reset",    "resignal",   "restart", "revoke",  "rollback", "savepoint",
    "select",    "set",     "show",    "shutdown", "signal",     "start",   "stop",    "table",    "truncate",
    "uninstall", "unlock",  "update",  "use",      "values",     "while",   "with",    "xa"};

std::string name_behind(std::string_view line, std::string_view words) {
  const std::string small = lower(line);
  const std::size_t at = small.find(words);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t begin = at + words.size();
  if (begin >= line.size() || (line[begin] != '`' && line[begin] != '\'' && line[begin] != '"')) {
    return {};
  }
  const std::size_t end = line.find(line[begin], begin + 1);
  return end == std::string_view::npos ? "" : std::string(line.substr(begin + 1, end - begin - 1));
}

}  // namespace

bool is_producer_line(std::string_view line) {
  if (line.starts_with("INSERT ") || line.starts_with("/*")) {
    return false;  // most lines
  }
  if (std::any_of(kOpenings.begin(), kOpenings.end(), [&](std::string_view one) { return line.starts_with(one); })) {
    return true;
  }
  const std::size_t colon = line.substr(0, kProducerLine).find(": ");
  if (colon == std::string_view::npos) {
    return false;
  }
  std::string_view program = line.substr(0, colon);
  if (program.find_first_of(" \n;'`\"(*") != std::string_view::npos) {
    return false;
  }
  program.remove_prefix(std::min(program.size(), program.find_last_of("/\\") + 1));
  program = program.ends_with(".exe") ? program.substr(0, program.size() - 4) : program;
  return contains(kPrograms, program);
}

ProducerMessage read_producer_line(std::string_view line) {
  ProducerMessage message;
  const std::string words = lower(line);
  const auto says = [&](std::string_view some) { return contains(words, some); };
  const bool warns = says("[warning]") || says("deprecated") || says("using a password");
  message.error = !warns && (says("error") || says("errno") || says("couldn't") || says("can't") || says("cannot") ||
                             says("lost connection") || says("critical") || says("failed") || says("unknown") ||
                             says("doesn't exist") || says("denied") || says("not found"));
  // A program without the right to see tablespaces leaves out those only, which nothing here has.
  message.missing = message.error && !says("dump tablespaces");
  for (const std::string_view before : {"table ", "from ", "view "}) {
    message.table = message.table.empty() ? name_behind(line, before) : message.table;
  }
  return message;
}

std::string shown_line(std::string_view text) {
  constexpr std::size_t kShown = 160;
  std::string line(trim(text.substr(0, std::min(text.find('\n'), kShown))));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return line;
}

bool begins_statement(std::string_view word) {
  const std::string small = lower(word);
  return std::binary_search(kVerbs.begin(), kVerbs.end(), small);
}

}  // namespace rehearsal
