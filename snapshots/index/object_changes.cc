#include "snapshots/index/object_changes.h"

#include <optional>
#include <utility>

#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

using ObjectName = std::pair<std::string, std::string>;

class ChangeReader {
 public:
  ChangeReader(const DumpEvent& event, unsigned server_version)
      : event_(event), reader_(event.text, server_version, event.quoting()) {
    advance();
  }

  std::vector<ObjectChange> run() {
    const Token verb = token_;
    advance();
    if (verb.is("DROP")) {
      drop();
    } else if (verb.is("RENAME")) {
      rename();
    } else if (verb.is("ALTER")) {
      alter();
    } else if (verb.is("TRUNCATE")) {
      skip({"TABLE"});
      empty(true);
    } else if (verb.is("DELETE")) {
      skip({"LOW_PRIORITY", "QUICK", "IGNORE"});
      if (token_.is("FROM")) {
        advance();
        empty(false);
      }
    }
    return std::move(changes_);
  }

 private:
  void advance() { token_ = reader_.next(); }
  void skip(std::initializer_list<std::string_view> words) {
    while (is_any(token_, words)) {
      advance();
    }
  }

  std::optional<ObjectName> name() {
    if (!token_.names()) {
      return std::nullopt;
    }
    ObjectName name{event_.in_force, unquoted_name(token_.text)};
    advance();
    if (token_.is('.')) {
      advance();
      name = {name.second, unquoted_name(token_.text)};
      advance();
    }
    return name;
  }

  static std::optional<ObjectSort> sort_of(const Token& word) {
    if (is_any(word, {"DATABASE", "SCHEMA"})) {
      return ObjectSort::database;
    }
    if (is_any(word, {"TABLE", "TABLES"})) {
      return ObjectSort::table;
    }
    if (is_any(word, {"PROCEDURE", "FUNCTION", "PACKAGE"})) {
      return ObjectSort::routine;
    }
    return word.is("VIEW")       ? std::optional(ObjectSort::view)
           : word.is("TRIGGER")  ? std::optional(ObjectSort::trigger)
           : word.is("EVENT")    ? std::optional(ObjectSort::event)
           : word.is("SEQUENCE") ? std::optional(ObjectSort::sequence)
                                 : std::nullopt;
  }

  void drop() {
    if (token_.is("TEMPORARY")) {
      return;
    }
    const std::optional<ObjectSort> sort = sort_of(token_);
    advance();
    skip({"BODY", "IF", "EXISTS"});
    if (!sort) {
      return;
    }
    for (std::optional<ObjectName> one = name(); one; one = name()) {
      if (*sort == ObjectSort::database) {
        one = ObjectName{one->second, ""};
      }
      changes_.push_back(
          {.what = ObjectChange::What::dropped, .sort = *sort, .schema = one->first, .object = one->second});
      if (!token_.is(',')) {
        return;
      }
      advance();
    }
  }

  void rename() {
    if (!is_any(token_, {"TABLE", "TABLES"})) {
      return;
    }
    advance();
    skip({"IF", "EXISTS"});
    for (std::optional<ObjectName> from = name(); from; from = name()) {
      while (token_.kind != TokenKind::end && !token_.is("TO")) {
        advance();
      }
      advance();
      const std::optional<ObjectName> to = name();
      if (!to) {
        return;
      }
      add_rename(*from, *to);
      if (!token_.is(',')) {
        return;
      }
      advance();
    }
  }

  void add_rename(const ObjectName& from, const ObjectName& to) {
    changes_.push_back({.what = ObjectChange::What::renamed,
                        .sort = ObjectSort::table,
                        .schema = from.first,
                        .object = from.second,
                        .new_schema = to.first,
                        .new_object = to.second});
  }

  // ALTER TABLE … RENAME [TO | AS | =] name; not of its columns and keys.
  void alter() {
    skip({"ONLINE", "IGNORE"});
    if (!token_.is("TABLE")) {
      return;
    }
    advance();
    skip({"IF", "EXISTS"});
    const std::optional<ObjectName> from = name();
    bool begins = true;
    int depth = 0;
    for (; from && token_.kind != TokenKind::end; advance()) {
      depth += token_.is('(') ? 1 : token_.is(')') ? -1 : 0;
      if (depth == 0 && begins && token_.is("RENAME")) {
        advance();
        if (is_any(token_, {"COLUMN", "INDEX", "KEY"})) {
          continue;
        }
        while (is_any(token_, {"TO", "AS"}) || token_.is('=')) {
          advance();
        }
        if (const std::optional<ObjectName> to = name()) {
          add_rename(*from, *to);
        }
        return;
      }
      begins = depth == 0 && token_.is(',');
    }
  }

  void empty(bool truncates) {
    const std::optional<ObjectName> table = name();
    if (table && (truncates || token_.kind == TokenKind::end)) {
      changes_.push_back({.what = ObjectChange::What::emptied,
                          .sort = ObjectSort::table,
                          .schema = table->first,
                          .object = table->second});
    }
  }

  const DumpEvent& event_;
  TokenReader reader_;
  Token token_;
  std::vector<ObjectChange> changes_;
};

}  // namespace

std::vector<ObjectChange> object_changes(const DumpEvent& event, unsigned server_version) {
  return ChangeReader(event, server_version).run();
}

// CREATE … TRIGGER name BEFORE INSERT ON table
std::pair<std::string, std::string> table_of_trigger(const DumpEvent& event, unsigned server_version) {
  TokenReader reader(event.text.substr(0, 4096), server_version, event.quoting());
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (!token.is("ON")) {
      continue;
    }
    std::pair<std::string, std::string> name{event.schema, unquoted_name(reader.next().text)};
    if (reader.next().is('.')) {
      name = {name.second, unquoted_name(reader.next().text)};
    }
    return name;
  }
  return {};
}

}  // namespace rehearsal
