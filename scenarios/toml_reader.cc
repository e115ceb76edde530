#include "scenarios/toml_reader.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/core.h>

namespace rehearsal {

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string nearest(const std::string& key, const std::set<std::string>& known) {
  std::string best;
  std::size_t distance = std::numeric_limits<std::size_t>::max();
  for (const std::string& name : known) {
    if (const std::size_t d = edit_distance(key, name); d < distance) {
      distance = d;
      best = name;
    }
  }
  return best;
}

}  // namespace

void TomlProblems::add(const toml::node* node, const std::string& what, const std::string& hint) {
  if (first) {
    return;
  }
  const auto line = node != nullptr ? node->source().begin.line : 0;
  first = Error{kind, what, line > 0 ? fmt::format("{}, line {}", file, line) : file, hint};
}

std::string TomlReader::name_of(const std::string& key) const {
  return path_.empty() ? key : path_ + " " + key;
}

const toml::node* TomlReader::node(const std::string& key) {
  known_.insert(key);
  return table_.get(key);
}

void TomlReader::wrong(const std::string& key, const std::string& what, const std::string& hint) {
  problems_.add(table_.get(key), name_of(key) + " " + what, hint);
}

void TomlReader::read(const std::string& key, std::string& target) {
  if (const toml::node* at = node(key); at != nullptr) {
    if (const auto* value = at->as_string()) {
      target = value->get();
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
      wrong(key, "must be true or false");
    }
  }
}

void TomlReader::read(const std::string& key, std::int64_t& target) {
  if (const toml::node* at = node(key); at != nullptr) {
    if (const auto* value = at->as_integer()) {
      target = value->get();
    } else {
      wrong(key, "must be a whole number");
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
      problems_.add(&value, name_of(key) + "." + std::string(name.str()) + " must be a string");
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
    wrong(key, "must be a table of lists");
    return;
  }
  for (const auto& [name, value] : *entries) {
    if (auto strings = strings_of(value)) {
      target[std::string(name.str())] = std::move(*strings);
    } else {
      problems_.add(&value, name_of(key) + "." + std::string(name.str()) + " must be a list of strings");
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
    wrong(key, "must be a table");
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
      problems_.add(&element, name_of(key) + " must hold tables only");
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
    wrong(key, "must be a table");
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
    problems_.add(&table_, name_of(key) + " is missing");
  }
}

void TomlReader::finish() {
  for (const auto& [key, value] : table_) {
    const std::string name(key.str());
    if (!known_.contains(name)) {
      const std::string near = nearest(name, known_);
      problems_.add(&value, name_of(name) + " is not known", near.empty() ? "" : "did you mean '" + near + "'?");
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
