#include "snapshots/index/table_alteration.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/sql/tokens.h"
#include "snapshots/index/table_definition.h"
#include "snapshots/index/table_objects.h"

namespace rehearsal {

namespace {

// One thing that the statement does, up to the comma behind it.
struct Item {
  std::vector<Token> tokens;  // outside of parentheses and their opening ones
  std::string_view text;
};

class AlterationReader {
 public:
  AlterationReader(DumpTable& table, const DumpEvent& event, unsigned server_version)
      : table_(table),
        event_(event),
        server_version_(server_version),
        reader_(event.text, server_version, event.quoting()) {}

  void run() {
    const Token verb = reader_.next();
    if (verb.is("ALTER")) {
      const std::size_t columns = table_.columns.size();
      const bool was_altered = table_.altered;
      alter();
      table_.reshaped =
          table_.reshaped || (table_.rows > 0 && (table_.columns.size() != columns || table_.altered != was_altered));
    } else if (verb.is("CREATE")) {
      create_index();
    } else {
      table_.altered = true;
    }
  }

 private:
  [[nodiscard]] std::string_view from(const Token& token, std::size_t end) const {
    const auto begin = static_cast<std::size_t>(token.text.data() - event_.text.data());
    return event_.text.substr(begin, end - begin);
  }

  void alter() {
    Token token = reader_.next();
    while (is_any(token, {"ONLINE", "IGNORE", "TABLE", "IF", "EXISTS"})) {
      token = reader_.next();
    }
    token = reader_.next();
    if (token.is('.')) {
      token = reader_.next();
      token = reader_.next();
    }
    while (token.kind != TokenKind::end) {
      Item item;
      const Token first = token;
      std::size_t end = event_.text.size();
      for (int depth = 0; token.kind != TokenKind::end; token = reader_.next()) {
        if (depth == 0 && token.is(',')) {
          end = static_cast<std::size_t>(token.text.data() - event_.text.data());
          token = reader_.next();
          break;
        }
        if (depth == 0) {
          item.tokens.push_back(token);
        }
        depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
      }
      item.text = from(first, end);
      take(item, end);
    }
  }

  void take(const Item& item, std::size_t end) {
    const auto word = [&](std::size_t i) { return i < item.tokens.size() ? item.tokens[i] : Token{}; };
    const auto has = [&](std::string_view upper) {
      return std::any_of(item.tokens.begin(), item.tokens.end(), [&](const Token& one) { return one.is(upper); });
    };
    if (is_any(word(0), {"AUTO_INCREMENT", "ENGINE", "COMMENT", "ENABLE", "DISABLE"})) {
      return;
    }
    if (word(0).is("ADD") && is_any(word(1), {"FULLTEXT", "SPATIAL", "CHECK"})) {
      return;
    }
    if (word(0).is("ADD") && is_any(word(1), {"PRIMARY", "UNIQUE", "KEY", "INDEX", "CONSTRAINT", "FOREIGN"})) {
      return add(from(word(1), end));
    }
    const bool adds = word(0).is("ADD");
    const std::size_t name = word(1).is("COLUMN") ? 2 : 1;
    const bool placed = has("FIRST") || has("AFTER");
    if ((adds || word(0).is("MODIFY")) && word(name).names() && !word(name).is("IF") && !word(name).is("PARTITION") &&
        !word(name).is("PERIOD") && !word(name).is("SYSTEM") && !placed) {
      return adds ? add(from(word(name), end)) : modify(from(word(name), end));
    }
    table_.altered = true;
  }

  // A column or key as CREATE TABLE has it.
  void add(std::string_view definition) {
    const std::string create = "CREATE TABLE t (" + std::string(definition) + ")";
    TableDefinition read = read_table_definition(create, server_version_, event_.quoting());
    table_.columns.insert(table_.columns.end(), read.columns.begin(), read.columns.end());
    table_.kinds.insert(table_.kinds.end(), read.kinds.begin(), read.kinds.end());
    const bool primary = read.has_primary;
    for (std::size_t i = 0; i < read.unique_keys.size(); ++i) {
      table_.unique_keys.insert(primary && i == 0 ? table_.unique_keys.begin() : table_.unique_keys.end(),
                                read.unique_keys[i]);
    }
    table_.plain_keys.insert(table_.plain_keys.end(), read.plain_keys.begin(), read.plain_keys.end());
    for (TableObject& object : table_objects(create, server_version_, event_.quoting())) {
      object.text.clear();
      table_.objects.push_back(std::move(object));
    }
  }

  void modify(std::string_view definition) {
    const std::string create = "CREATE TABLE t (" + std::string(definition) + ")";
    const TableDefinition read = read_table_definition(create, server_version_, event_.quoting());
    const auto column = read.columns.size() == 1
                            ? std::find(table_.columns.begin(), table_.columns.end(), read.columns.front())
                            : table_.columns.end();
    if (column == table_.columns.end() || !read.unique_keys.empty()) {
      table_.altered = true;
      return;
    }
    table_.kinds[static_cast<std::size_t>(column - table_.columns.begin())] = read.kinds.front();
    for (TableObject& now : table_objects(create, server_version_, event_.quoting())) {
      for (TableObject& was : table_.objects) {
        if (was.kind == now.kind && was.name == now.name) {
          was.value = now.value;
        }
      }
    }
  }

  // CREATE [OR REPLACE] [UNIQUE] INDEX [IF NOT EXISTS] name [USING …] ON table (columns)
  void create_index() {
    bool unique = false;
    Token token = reader_.next();
    for (; token.kind != TokenKind::end && !token.is("ON"); token = reader_.next()) {
      unique = unique || token.is("UNIQUE");
      if (is_any(token, {"FULLTEXT", "SPATIAL"})) {
        return;
      }
      if (is_any(token, {"REPLACE", "IF"})) {
        table_.altered = true;
        return;
      }
    }
    while (token.kind != TokenKind::end && !token.is('(')) {
      token = reader_.next();
    }
    if (token.kind != TokenKind::end) {
      add((unique ? "UNIQUE KEY " : "KEY ") + std::string(from(token, event_.text.size())));
    }
  }

  DumpTable& table_;
  const DumpEvent& event_;
  unsigned server_version_;
  TokenReader reader_;
};

}  // namespace

void apply_alteration(DumpTable& table, const DumpEvent& event, unsigned server_version) {
  AlterationReader(table, event, server_version).run();
}

}  // namespace rehearsal
