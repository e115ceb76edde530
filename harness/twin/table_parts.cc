#include "harness/twin/table_parts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "base/sql/ddl_parts.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::array<std::string_view, 5> kKeyKinds = {"PRIMARY KEY", "UNIQUE KEY", "FULLTEXT KEY", "SPATIAL KEY",
                                                       "KEY"};

constexpr std::string_view kRowFormat = "row format ";
constexpr std::string_view kTrigger = "TRIGGER ";

// The quoted name at the start of `text`, which it is taken from; a doubled quote stands for one.
std::string take_name(std::string_view& text) {
  std::string name;
  if (!text.starts_with('`')) {
    return name;
  }
  std::size_t at = 1;
  for (; at < text.size(); ++at) {
    if (text[at] != '`') {
      name += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '`') {
      name += text[at++];
    } else {
      break;
    }
  }
  text = trim(text.substr(std::min(at + 1, text.size())));
  return name;
}

// "(`a`,`b`(255)) …" -> "`a`,`b`(255)"; what follows stays in `text`.
std::string take_parenthesis(std::string_view& text) {
  if (!text.starts_with('(')) {
    return {};
  }
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && quote == '\'') {
        ++at;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '`' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      std::string inside(text.substr(1, at - 1));
      text = trim(text.substr(at + 1));
      return inside;
    }
  }
  return {};
}

// Takes " WORD value" out of `text` and returns the value.
std::string take_option(std::string& text, std::string_view word) {
  const std::string start = " " + std::string(word);
  const std::size_t at = text.find(start);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t value = at + start.size();
  const std::size_t end = std::min(text.find(' ', value), text.size());
  std::string found = text.substr(value, end - value);
  text.erase(at, end - at);
  return found;
}

// "int(11) unsigned NOT NULL" -> "int unsigned NOT NULL": the width only says how wide a client pads it.
std::string without_display_width(std::string definition) {
  const std::size_t open = definition.find('(');
  if (open == std::string::npos || definition.find(' ') < open) {
    return definition;
  }
  for (const std::string_view type : {"tinyint", "smallint", "mediumint", "int", "bigint"}) {
    if (definition.substr(0, open) == type) {
      const std::size_t close = definition.find(')', open);
      return close == std::string::npos ? definition : definition.erase(open, close + 1 - open);
    }
  }
  return definition;
}

// Two spellings of one condition: `a` IN (0, 1), (`a` in (0,1)).
std::string plain_condition(std::string_view condition) {
  std::string plain;
  for (const char c : condition) {
    if (c != '`' && c != '(' && c != ')' && std::isspace(static_cast<unsigned char>(c)) == 0) {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return plain;
}

bool is_text_type(const std::string& definition) {
  for (const std::string_view type : {"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"}) {
    if (definition.starts_with(type) &&
        (definition.size() == type.size() || definition[type.size()] == '(' || definition[type.size()] == ' ')) {
      return true;
    }
  }
  return false;
}

ColumnPart column_of(std::string_view text, const std::string& line) {
  ColumnPart column;
  column.line = line;
  std::string definition(text);
  // Only text columns have these words outside a default value.
  if (is_text_type(definition)) {
    column.charset = take_option(definition, "CHARACTER SET ");
    column.collation = take_option(definition, "COLLATE ");
  }
  if (const std::size_t check = definition.find(" CHECK ("); check != std::string::npos) {
    definition.erase(check);
  }
  column.definition = without_display_width(definition);
  return column;
}

void add_constraint(std::string_view text, const std::string& line, TableParts& parts) {
  text.remove_prefix(std::string_view("CONSTRAINT ").size());
  const std::string name = take_name(text);
  if (text.starts_with("FOREIGN KEY ")) {
    text.remove_prefix(std::string_view("FOREIGN KEY ").size());
    ForeignKeyPart key;
    key.columns = take_parenthesis(text);
    key.target = text;
    key.line = line;
    parts.foreign_keys[name] = std::move(key);
  } else if (text.starts_with("CHECK ")) {
    parts.checks[plain_condition(text.substr(std::string_view("CHECK ").size()))] = line;
  }
}

void add_options(std::string text, TableParts& parts) {
  parts.engine = take_option(text, "ENGINE=");
  parts.charset = take_option(text, "DEFAULT CHARSET=");
  parts.collation = take_option(text, "COLLATE=");
  if (parts.row_format.empty()) {
    parts.row_format = take_option(text, "ROW_FORMAT=");
  }
}

}  // namespace

TableParts parts_of(const TableShape& shape) {
  TableParts parts;
  for (const std::string& line : shape.lines) {
    std::string_view text = line;
    if (text.starts_with('`')) {
      const std::string name = take_name(text);
      parts.columns[name] = column_of(text, line);
    } else if (text.starts_with("table ")) {
      add_options(line.substr(std::string_view("table").size()), parts);
    } else if (text.starts_with(kRowFormat)) {  // as the server has it, said or not
      parts.row_format = ddl::upper(text.substr(kRowFormat.size()));
    } else if (text.starts_with(kTrigger)) {
      text.remove_prefix(kTrigger.size());
      const std::string name = take_name(text);
      parts.triggers[name] = line;
    } else if (text.starts_with("CONSTRAINT ")) {
      add_constraint(text, line, parts);
    } else {
      for (const std::string_view kind : kKeyKinds) {
        if (!text.starts_with(kind) || text.substr(kind.size(), 1) != " ") {
          continue;
        }
        text = trim(text.substr(kind.size()));
        const std::string name = kind == kKeyKinds.front() ? "PRIMARY" : take_name(text);
        parts.keys[name] = {std::string(kind), take_parenthesis(text), line};
        break;
      }
    }
  }
  for (auto& [name, column] : parts.columns) {
    if (!is_text_type(column.definition)) {
      continue;
    }
    if (column.charset.empty() && column.collation.empty()) {
      column.charset = parts.charset;
      column.collation = parts.collation;
    }
    if (column.charset.empty()) {
      column.charset = column.collation.substr(0, column.collation.find('_'));
    }
    column.own_collation =
        column.collation.empty() ? column.charset != parts.charset : column.collation != parts.collation;
  }
  return parts;
}

bool is_generated_name(const std::string& table, const std::string& constraint) {
  for (const std::string& start : {table + "_ibfk_", std::string("CONSTRAINT_")}) {
    if (constraint.starts_with(start) && constraint.size() > start.size() &&
        std::all_of(constraint.begin() + static_cast<std::ptrdiff_t>(start.size()), constraint.end(),
                    [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; })) {
      return true;
    }
  }
  return false;
}

}  // namespace rehearsal
