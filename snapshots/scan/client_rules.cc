#include "snapshots/scan/client_rules.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/sql/tokens.h"
#include "base/text.h"
#include "snapshots/scan/statement.h"

namespace rehearsal {

namespace {

struct Command {
  std::string_view name;
  char letter;  // of the short form
  ClientWord word;
  bool takes_argument = false;
};

constexpr std::array<Command, 25> kCommands = {{
    {.name = "?", .letter = '?', .word = ClientWord::idle, .takes_argument = true},
    {.name = "charset", .letter = 'C', .word = ClientWord::reaches, .takes_argument = true},
    {.name = "clear", .letter = 'c', .word = ClientWord::idle},
    {.name = "connect", .letter = 'r', .word = ClientWord::reaches, .takes_argument = true},
    {.name = "delimiter", .letter = 'd', .word = ClientWord::delimiter, .takes_argument = true},
    {.name = "edit", .letter = 'e', .word = ClientWord::reaches},
    {.name = "ego", .letter = 'G', .word = ClientWord::idle},
    {.name = "exit", .letter = 'q', .word = ClientWord::reaches},
    {.name = "go", .letter = 'g', .word = ClientWord::idle},
    {.name = "help", .letter = 'h', .word = ClientWord::idle, .takes_argument = true},
    {.name = "nopager", .letter = 'n', .word = ClientWord::idle},
    {.name = "notee", .letter = 't', .word = ClientWord::idle},
    {.name = "nowarning", .letter = 'w', .word = ClientWord::idle},
    {.name = "pager", .letter = 'P', .word = ClientWord::reaches, .takes_argument = true},
    {.name = "print", .letter = 'p', .word = ClientWord::idle},
    {.name = "prompt", .letter = 'R', .word = ClientWord::idle, .takes_argument = true},
    {.name = "quit", .letter = 'q', .word = ClientWord::reaches},
    {.name = "rehash", .letter = '#', .word = ClientWord::idle},
    {.name = "sandbox", .letter = '-', .word = ClientWord::idle},
    {.name = "source", .letter = '.', .word = ClientWord::reaches, .takes_argument = true},
    {.name = "status", .letter = 's', .word = ClientWord::idle},
    {.name = "system", .letter = '!', .word = ClientWord::reaches, .takes_argument = true},
    {.name = "tee", .letter = 'T', .word = ClientWord::reaches, .takes_argument = true},
    {.name = "use", .letter = 'u', .word = ClientWord::use, .takes_argument = true},
    {.name = "warnings", .letter = 'W', .word = ClientWord::idle},
}};

constexpr std::string_view kBlanks = " \t";

// A command by its backslash: what follows on the line is the client's too, or SQL.
std::string refusal_of_command(std::string_view text) {
  if (!text.starts_with('\\')) {
    return client_word(text, {}) == ClientWord::reaches
               ? "a command for the client, which reads, runs or ends more than the dump: " +
                     lower(text.substr(0, text.find_first_of(kBlanks)))
               : "";
  }
  const auto known = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const Command& one) { return text.size() > 1 && one.letter == text[1]; });
  const std::string shown = std::string(text.substr(0, 2));
  if (known == kCommands.end()) {
    return "a command that no client knows: " + shown;
  }
  if (known->word != ClientWord::idle) {
    return "a command for the client, which changes what the client makes of the dump: " + shown;
  }
  return known->takes_argument || trim(text.substr(2)).empty()
             ? ""
             : "a command for the client with a statement after it on the same line: " + shown;
}

// A comment that this server skips is still read by the client, which heeds a backslash outside of strings in it.
std::string refusal_of_comment(std::string_view text) {
  if (!text.starts_with("/*!") && !text.starts_with("/*M!")) {
    return {};
  }
  char quote = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (quote != 0) {
      at += text[at] == '\\' && quote != '`' ? 1U : 0U;
      quote = text[at] == quote ? '\0' : quote;
    } else if (text[at] == '\'' || text[at] == '"' || text[at] == '`') {
      quote = text[at];
    } else if (text[at] == '\\' && text[at + 1] != '-') {
      return "a command for the client inside a comment: " + std::string(text.substr(at, 2));
    }
  }
  return {};
}

}  // namespace

ClientWord client_word(std::string_view line, std::string_view delimiter) {
  line = trim(line);
  const std::size_t end = line.find_first_of(kBlanks);
  const std::string word = lower(line.substr(0, end));
  const auto known =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& one) { return one.name == word; });
  if (known == kCommands.end() || (end != std::string_view::npos && !known->takes_argument)) {
    return ClientWord::none;
  }
  const bool statement = (!delimiter.empty() && contains(line, delimiter)) || contains(line, "\\g");
  return statement && known->word != ClientWord::delimiter ? ClientWord::none : known->word;
}

std::string refusal_of(const DumpEvent& event, unsigned server_version) {
  switch (event.kind) {
    case EventKind::client_command:
      return event.text.starts_with("/*") ? refusal_of_comment(event.text)
             : event.first                ? refusal_of_command(event.text)
                                          : "";
    case EventKind::comment:
      return event.first ? refusal_of_comment(event.text) : "";
    case EventKind::use_database:
      return classify_statement(event.text, server_version, event.quoting()).more
                 ? "a USE that ends with neither its line nor a delimiter, so the client takes what follows as part of "
                   "it"
                 : "";
    case EventKind::session:
      return event.unknown_mode ? "SQL_MODE is set to the result of an expression: how the strings and names after it "
                                  "are quoted is unknown"
                                : "";
    case EventKind::other:
      break;
    case EventKind::create_database:
    case EventKind::create_table:
    case EventKind::create_view:
    case EventKind::create_routine:
    case EventKind::create_trigger:
    case EventKind::create_event:
    case EventKind::create_sequence:
    case EventKind::alter_table:
    case EventKind::drop:
    case EventKind::insert:
    case EventKind::account:
    case EventKind::replication:
      return {};
  }
  TokenReader reader(event.text, server_version, event.quoting());
  const Token verb = reader.next();
  const Token next = reader.next();
  if (verb.is("LOAD") && is_any(next, {"DATA", "XML"})) {
    return "rows are to be loaded from another file, which is not in the dump (LOAD " + std::string(next.text) + ")";
  }
  if (verb.is("CALL")) {
    return "a routine is called, which may change any rows (CALL)";
  }
  if (verb.is("BINLOG")) {
    return "rows are changed by events of a binary log (BINLOG)";
  }
  if (verb.is("SET") && any_word(event.text, server_version, {"SQL_MODE"}, event.quoting())) {
    return "SQL_MODE is set for one statement: how its strings and names are quoted is unknown";
  }
  return {};
}

}  // namespace rehearsal
