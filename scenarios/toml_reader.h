// Reading TOML strictly: every key must be known and of the right type. All that is wrong is kept and told with file
// and line; readers go on with defaults, so that code that reads stays plain.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "base/result.h"
#include "base/words.h"

namespace rehearsal {

// Where errors of one file are kept.
struct TomlProblems {
  std::string file;
  ErrorKind kind = ErrorKind::failed;
  std::optional<Error> first = {};
  std::vector<Error> all = {};       // in the order in which they were found, none twice
  std::set<std::string> asked = {};  // every key that a reader asked for, as messages name it: "[path] from"
  bool no_empty_text = false;        // a string that is empty is wrong too
  void add(const toml::node* node, const std::string& what, const std::string& hint = {});
  void add_at(int line, const std::string& what, const std::string& hint = {});  // line 0: none is known
};

// Of a value in the document; 0 where it has none.
[[nodiscard]] int line_of(const toml::node* node);

// A table of a file. `path` is its name in messages: "[service.x]". Views the parsed document, which must live.
class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string path, TomlProblems& problems)
      : table_(table), path_(std::move(path)), problems_(problems) {}

  void read(const std::string& key, std::string& target);
  void read(const std::string& key, bool& target);
  void read(const std::string& key, int& target);
  void read(const std::string& key, std::int64_t& target);
  void read(const std::string& key, std::vector<std::string>& target);
  void read(const std::string& key, std::set<std::string>& target);
  void read(const std::string& key, std::map<std::string, std::string>& target);
  void read(const std::string& key, std::map<std::string, std::vector<std::string>>& target);

  // A word of an enum, one of those that are allowed here; false where it is another, which is wrong.
  template <Worded E>
  bool read(const std::string& key, E& target, std::initializer_list<E> allowed) {
    std::string word = to_word(target);
    read(key, word);
    std::vector<std::string> words;
    for (const E one : allowed) {
      if (word == to_word(one)) {
        target = one;
        return true;
      }
      words.emplace_back(to_word(one));
    }
    wrong_word(key, word, words);
    return false;
  }

  // Calls `reader` with the table of that name, where there is one.
  void table(const std::string& key, const std::function<void(TomlReader&)>& reader);
  // Calls `reader` for each table of an array of tables, and checks it for unknown keys.
  void tables(const std::string& key, const std::function<void(TomlReader&)>& reader);
  // Calls `reader` for each table below `key`, with its name, and checks it for unknown keys.
  void named_tables(const std::string& key, const std::function<void(const std::string&, TomlReader&)>& reader);

  [[nodiscard]] bool has(const std::string& key) const { return table_.contains(key); }
  // The raw node, for values of several forms; marks the key as known.
  [[nodiscard]] const toml::node* node(const std::string& key);
  void require(const std::string& key);
  // Says that a key's value is wrong; `line` where it is not that at which the value begins.
  void wrong(const std::string& key, const std::string& what, const std::string& hint = {}, int line = 0);
  // Call last: a key that was never asked for is unknown, and the nearest known one is named.
  void finish();

 private:
  [[nodiscard]] std::string name_of(const std::string& key) const;
  void wrong_word(const std::string& key, const std::string& word, const std::vector<std::string>& allowed);

  const toml::table& table_;
  std::string path_;
  TomlProblems& problems_;
  std::set<std::string> known_;
};

// The parsed document; an Error of `kind` with file and line where it is not TOML.
[[nodiscard]] Result<toml::table> parse_toml(const std::string& text, const std::string& file, ErrorKind kind);

}  // namespace rehearsal
