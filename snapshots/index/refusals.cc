#include "snapshots/index/refusals.h"

#include <algorithm>

#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/scan/client_rules.h"
#include "snapshots/scan/producer_words.h"

namespace rehearsal {

void RefusalFinder::add(const DumpEvent& event, std::string what, std::string object, std::string hint,
                        bool dump_error) {
  const bool told = std::any_of(found_.begin(), found_.end(), [&](const Refusal& one) { return one.what == what; });
  if (!told) {
    found_.push_back({.what = std::move(what),
                      .line = event.line,
                      .object = std::move(object),
                      .hint = std::move(hint),
                      .dump_error = dump_error});
  }
}

void RefusalFinder::heed(const DumpEvent& event) {
  if (!event.first || is_system_schema(event.schema)) {
    return;
  }
  if (event.kind == EventKind::insert || event.kind == EventKind::create_table) {
    any_statement_ = true;
    if (table_.size() != event.schema.size() + 1 + event.object.size() || !table_.ends_with(event.object)) {
      table_ = (event.schema.empty() ? "" : std::string(event.schema) + ".") + std::string(event.object);
    }
    return;
  }
  if (event.kind == EventKind::comment) {
    dump_error(event);
  } else if (event.kind == EventKind::other && !any_statement_) {
    no_statement(event);
  }
  any_statement_ = any_statement_ || (event.kind != EventKind::comment && event.kind != EventKind::client_command);
  if (std::string why = refusal_of(event, server_version_); !why.empty()) {
    add(event, std::move(why), {}, "remove it from the dump, or dump again without it", false);
  }
}

void RefusalFinder::dump_error(const DumpEvent& event) {
  if (!is_producer_line(event.text)) {
    return;
  }
  const ProducerMessage message = read_producer_line(event.text.substr(0, kProducerLine));
  if (!message.missing) {
    return;
  }
  std::string table = table_;
  if (!message.table.empty()) {
    table = (event.schema.empty() ? "" : std::string(event.schema) + ".") + message.table;
  }
  add(event, "the dump program failed, so rows or objects are missing: " + shown_line(event.text), std::move(table),
      "dump again and make sure that the program ends with exit status 0; to rehearse what is there anyway: [snapshot] "
      "accept_dump_errors = true",
      true);
}

// Before all statements stands a message of a shell, most of the time.
void RefusalFinder::no_statement(const DumpEvent& event) {
  const Token word = TokenReader(event.text, server_version_, event.quoting()).next();
  if (word.kind == TokenKind::word && !begins_statement(word.text)) {
    add(event, "the dump begins with a line that is not SQL: " + shown_line(event.text), {},
        "it is a message of a shell or program: remove it, or dump again", false);
  }
}

}  // namespace rehearsal
