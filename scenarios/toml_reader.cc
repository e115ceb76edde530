#include "scenarios/toml_reader.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/nearest.h"
#include "base/text.h"

namespace rehearsal {

int line_of(const toml::node* node) {
  return node != nullptr ? static_cast<int>(node->source().begin.line) : 0;
}

void TomlProblems::add(const toml::node* node, const std::string& what, const std::string& hint) {
  add_at(line_of(node), what, hint);
}

void TomlProblems::add_at(int line, const std::string& what, const std::string& hint) {
  Error error{
      .kind = kind,
      .what = what,
      .where = line > 0 ? fmt::format("{}, line {}", file, line) : file,
      .hint = hint,
  };
  const bool known = std::any_of(all.begin(), all.end(), [&](const Error& other) {
    return other.what == error.what && other.where == error.where;
  });
  if (known) {
    return;
  }
  if (!first) {
    first = error;
  }
  all.push_back(std::move(error));
}

std::string TomlReader::name_of(const std::string& key) const {
  return path_.empty() ? key : path_ + " " + key;
}

const toml::node* TomlReader::node(const std::string& key) {
  known_.insert(key);
  problems_.asked.insert(name_of(key));
  return table_.get(key);
}

void TomlReader::wrong(const std::string& key, const std::string& what, const std::string& hint, int line) {
  problems_.add_at(line > 0 ? line : line_of(table_.get(key)), name_of(key) + " " + what, hint);
}

void TomlReader::read(const std::string& key, std::string& target) {
  if (const toml::node* at = node(key); at != nullptr) {
    if (const auto* value = at->as_string()) {
      target = value->get();
      if (problems_.no_empty_text && trim(target).empty()) {
        wrong(key, "is empty", "give it a value, or leave the key out");
      }
    } else {
      wrong(key, "must be a string", "write it in quotes");
    }
  }
}

void TomlReader::read(const std::string& key, bool& target) {
  if (const toml::node* at = node(key); at != nullptr) {
    if (const auto* value = at->as_boolean()) {
      target = value->get();
    } else {
      wrong(key, "must be true or false", "write it without quotes");
    }
  }
}

void TomlReader::read(const std::string& key, std::int64_t& target) {
  if (const toml::node* at = node(key); at != nullptr) {
    if (const auto* value = at->as_integer()) {
      target = value->get();
    } else {
      wrong(key, "must be a whole number", "write it without quotes");
    }
  }
}

void TomlReader::read(const std::string& key, int& target) {
  std::int64_t value = target;
  read(key, value);
  target = static_cast<int>(value);
}

namespace {

std::optional<std::vector<std::string>> strings_of(const toml::node& node) {
  const toml::array* array = node.as_array();
  if (array == nullptr) {
    return std::nullopt;
  }
  std::vector<std::string> strings;
  for (const toml::node& element : *array) {
    const auto* value = element.as_string();
    if (value == nullptr) {
      return std::nullopt;
    }
    strings.push_back(value->get());
  }
  return strings;
}

}  // namespace

void TomlReader::read(const std::string& key, std::vector<std::string>& target) {
  if (const toml::node* at = node(key); at != nullptr) {
    if (auto strings = strings_of(*at)) {
      target = std::move(*strings);
    } else {
      wrong(key, "must be a list of strings", "write it as [\"a\", \"b\"]");
    }
  }
}

void TomlReader::read(const std::string& key, std::set<std::string>& target) {
  std::vector<std::string> strings;
  read(key, strings);
  target.insert(strings.begin(), strings.end());
}

void TomlReader::read(const std::string& key, std::map<std::string, std::string>& target) {
  const toml::node* at = node(key);
  if (at == nullptr) {
    return;
  }
  const toml::table* entries = at->as_table();
  if (entries == nullptr) {
    wrong(key, "must be a table", "write it as { \"name\" = \"value\" }");
    return;
  }
  for (const auto& [name, value] : *entries) {
    if (const auto* text = value.as_string()) {
      target[std::string(name.str())] = text->get();
    } else {
      problems_.add(&value, name_of(key) + "." + std::string(name.str()) + " must be a string", "write it in quotes");
    }
  }
}

void TomlReader::read(const std::string& key, std::map<std::string, std::vector<std::string>>& target) {
  const toml::node* at = node(key);
  if (at == nullptr) {
    return;
  }
  const toml::table* entries = at->as_table();
  if (entries == nullptr) {
    wrong(key, "must be a table of lists", "write it as { \"name\" = [\"a\", \"b\"] }");
    return;
  }
  for (const auto& [name, value] : *entries) {
    if (auto strings = strings_of(value)) {
      target[std::string(name.str())] = std::move(*strings);
    } else {
      problems_.add(&value, name_of(key) + "." + std::string(name.str()) + " must be a list of strings",
                    "write it as [\"a\", \"b\"]");
    }
  }
}

void TomlReader::table(const std::string& key, const std::function<void(TomlReader&)>& reader) {
  const toml::node* at = node(key);
  if (at == nullptr) {
    return;
  }
  if (const toml::table* inner = at->as_table()) {
    TomlReader nested(*inner, "[" + (path_.empty() ? key : path_ + "." + key) + "]", problems_);
    reader(nested);
    nested.finish();
  } else {
    wrong(key, "must be a table", "write [" + key + "] before its keys");
  }
}

void TomlReader::tables(const std::string& key, const std::function<void(TomlReader&)>& reader) {
  const toml::node* at = node(key);
  if (at == nullptr) {
    return;
  }
  const toml::array* array = at->as_array();
  if (array == nullptr) {
    wrong(key, "must be an array of tables", "write [[" + key + "]] before each");
    return;
  }
  for (const toml::node& element : *array) {
    if (const toml::table* inner = element.as_table()) {
      TomlReader nested(*inner, "[[" + key + "]]", problems_);
      reader(nested);
      nested.finish();
    } else {
      problems_.add(&element, name_of(key) + " must hold tables only", "write [[" + key + "]] before each");
    }
  }
}

void TomlReader::named_tables(const std::string& key,
                              const std::function<void(const std::string&, TomlReader&)>& reader) {
  const toml::node* at = node(key);
  if (at == nullptr) {
    return;
  }
  const toml::table* entries = at->as_table();
  if (entries == nullptr) {
    wrong(key, "must be a table of tables", "write [" + key + ".NAME] before the keys of each");
    return;
  }
  for (const auto& [name, value] : *entries) {
    const std::string inner_name(name.str());
    if (const toml::table* inner = value.as_table()) {
      TomlReader nested(*inner, "[" + key + "." + inner_name + "]", problems_);
      reader(inner_name, nested);
      nested.finish();
    } else {
      problems_.add(&value, "[" + key + "] " + inner_name + " must be a table",
                    "write [" + key + "." + inner_name + "] before its keys");
    }
  }
}

void TomlReader::require(const std::string& key) {
  if (!has(key)) {
    problems_.add(&table_, name_of(key) + " is missing", "write " + key + " = …");
  }
}

void TomlReader::wrong_word(const std::string& key, const std::string& word, const std::vector<std::string>& allowed) {
  std::string words;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    words += (i == 0 ? "" : i + 1 == allowed.size() ? " or " : ", ") + ("\"" + allowed[i] + "\"");
  }
  wrong(key, "is '" + word + "'", "use " + words);
}

void TomlReader::finish() {
  for (const auto& [key, value] : table_) {
    const std::string name(key.str());
    if (!known_.contains(name)) {
      problems_.add(&value, name_of(name) + " is not known",
                    did_you_mean(name, {known_.begin(), known_.end()}, "known here"));
    }
  }
}

Result<toml::table> parse_toml(const std::string& text, const std::string& file, ErrorKind kind) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return fail(kind, std::string(error.description()),
                fmt::format("{}, line {}, column {}", file, error.source().begin.line, error.source().begin.column));
  }
}

}  // namespace rehearsal
