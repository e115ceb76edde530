#include "harness/twin/table_parts.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>

#include "base/sql/ddl_parts.h"
#include "base/sql/pieces.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::string_view kTable = "table ";
constexpr std::string_view kRowFormat = "row format ";

// "(11)" of "int(11)": it only says how wide a client pads the value.
void drop_display_width(Pieces& definition) {
  if (is_any(definition[0], {"TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT"}) && definition[1].is('(')) {
    definition.erase(1, definition.behind_parenthesis(1));
  }
}

// Takes the word behind these words out, with them.
std::string take_option(Pieces& pieces, std::initializer_list<std::string_view> words) {
  const auto at = pieces.find(words);
  if (!at) {
    return {};
  }
  std::string value(pieces[*at + words.size()].text);
  pieces.erase(*at, *at + words.size() + 1);
  return value;
}

// What stands in the parentheses that open there.
std::string inside(const Pieces& pieces, std::size_t open) {
  return pieces[open].is('(') ? pieces.part(open + 1, pieces.behind_parenthesis(open) - 1).text() : std::string();
}

// Two spellings of one condition: `a` IN (0, 1), (`a` in (0,1)).
std::string plain_condition(std::string_view condition) {
  std::string plain;
  TokenReader reader(condition, kServerOfTexts);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (!token.is('(') && !token.is(')')) {
      plain += token.kind == TokenKind::string ? std::string(token.text) : lower(unquoted_name(token.text));
    }
  }
  return plain;
}

ColumnPart column_of(Pieces definition, const std::string& line) {
  ColumnPart column;
  column.line = line;
  if (is_text_type(definition[0])) {
    column.charset = take_option(definition, {"CHARACTER", "SET"});
    column.collation = take_option(definition, {"COLLATE"});
  }
  if (const auto check = definition.find({"CHECK", "("})) {
    definition.erase(*check, definition.size());
  }
  drop_display_width(definition);
  column.definition = definition.text();
  return column;
}

void add_constraint(const Pieces& pieces, const std::string& line, TableParts& parts) {
  if (pieces.is_at(2, {"FOREIGN", "KEY", "("})) {
    ForeignKeyPart key;
    key.columns = inside(pieces, 4);
    key.target = pieces.part(pieces.behind_parenthesis(4), pieces.size()).text();
    key.line = line;
    parts.foreign_keys[unquoted_name(pieces[1].text)] = std::move(key);
  } else if (pieces.is_at(2, {"CHECK"})) {
    parts.checks[plain_condition(pieces.part(3, pieces.size()).text())] = line;
  }
}

void add_key(const Pieces& pieces, const std::string& line, TableParts& parts) {
  const std::size_t key = pieces[0].is("KEY") ? 0 : 1;
  if (pieces.is_at(0, {"PRIMARY", "KEY"})) {
    parts.keys["PRIMARY"] = {"PRIMARY KEY", inside(pieces, 2), line};
  } else if (pieces[key].is("KEY") && pieces[key + 1].kind == TokenKind::name) {
    parts.keys[unquoted_name(pieces[key + 1].text)] = {pieces.part(0, key + 1).text(), inside(pieces, key + 2), line};
  }
}

void add_options(Pieces options, TableParts& parts) {
  parts.engine = take_option(options, {"ENGINE", "="});
  parts.charset = take_option(options, {"DEFAULT", "CHARSET", "="});
  parts.collation = take_option(options, {"COLLATE", "="});
  if (parts.row_format.empty()) {
    parts.row_format = take_option(options, {"ROW_FORMAT", "="});
  }
}

}  // namespace

TableParts parts_of(const TableShape& shape) {
  TableParts parts;
  for (const std::string& line : shape.lines) {
    if (line.starts_with(kRowFormat)) {  // as the server has it, said or not
      parts.row_format = ddl::upper(std::string_view(line).substr(kRowFormat.size()));
      continue;
    }
    const Pieces pieces(line);
    if (pieces[0].kind == TokenKind::name) {
      parts.columns[unquoted_name(pieces[0].text)] = column_of(pieces.part(1, pieces.size()), line);
    } else if (line.starts_with(kTable)) {
      add_options(pieces.part(1, pieces.size()), parts);
    } else if (pieces[0].is("TRIGGER")) {
      parts.triggers[unquoted_name(pieces[1].text)] = line;
    } else if (pieces[0].is("CONSTRAINT")) {
      add_constraint(pieces, line, parts);
    } else {
      add_key(pieces, line, parts);
    }
  }
  for (auto& [name, column] : parts.columns) {
    if (!is_text_type(TokenReader(column.definition, kServerOfTexts).next())) {
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
