#include "harness/diagnosis/table_read.h"

#include <algorithm>
#include <utility>

#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

struct Item {
  std::string qualifier, name;  // both empty where it is no plain column
};

struct Place {
  Token token;
  std::size_t begin = 0;
};

std::vector<Place> places_of(const std::string& sql) {
  std::vector<Place> places;
  TokenReader reader(sql, kServerOfTexts);
  for (Token token = reader.next(); token.kind != TokenKind::end && !token.is(';'); token = reader.next()) {
    places.push_back({token, reader.position() - token.text.size()});
  }
  return places;
}

// "a", "t.a", "s.t.a", each with a label or without one.
Item item_of(const std::vector<Place>& places, std::size_t begin, std::size_t end) {
  std::vector<std::string> parts;
  std::size_t at = begin;
  while (at < end && places[at].token.names() && !places[at].token.is("AS")) {
    parts.push_back(unquoted_name(places[at].token.text));
    ++at;
    if (at >= end || !places[at].token.is('.')) {
      break;
    }
    ++at;
  }
  const bool labelled =
      at < end && places[at].token.is("AS") ? at + 2 == end : at + 1 == end && places[at].token.names();
  if (parts.empty() || !(at == end || labelled)) {
    return {};
  }
  Item item;
  item.name = parts.back();
  item.qualifier = parts.size() > 1 ? parts[parts.size() - 2] : "";
  return item;
}

}  // namespace

std::vector<std::string> TableRead::named_columns() const {
  std::vector<std::string> named;
  for (const std::string& column : columns) {
    if (!column.empty()) {
      named.push_back(column);
    }
  }
  return named;
}

std::optional<TableRead> parse_table_read(const std::string& sql) {
  const std::vector<Place> places = places_of(sql);
  if (places.empty() || !places.front().token.is("SELECT")) {
    return std::nullopt;
  }
  TableRead read;
  read.sql = sql;
  std::vector<Item> items;
  std::size_t at = 1;
  const bool distinct = at < places.size() && places[at].token.is("DISTINCT");
  at += distinct ? 1 : 0;
  int depth = 0;
  for (std::size_t begin = at; at < places.size(); ++at) {
    const Token& token = places[at].token;
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    const bool ends = depth == 0 && (token.is(',') || token.is("FROM"));
    if (ends) {
      read.all_columns = read.all_columns || (at > begin && places[at - 1].token.is('*'));
      items.push_back(item_of(places, begin, at));
      begin = at + 1;
    }
    if (depth == 0 && token.is("FROM")) {
      break;
    }
  }
  const std::size_t from = at;
  if (++at >= places.size() || !places[at].token.names()) {
    return std::nullopt;
  }
  read.table = unquoted_name(places[at++].token.text);
  if (at + 1 < places.size() && places[at].token.is('.')) {
    read.schema = std::exchange(read.table, unquoted_name(places[at + 1].token.text));
    at += 2;
  }
  read.name = read.table;
  if (at < places.size() && places[at].token.is("AS")) {
    ++at;
  }
  const bool more = at < places.size();
  if (more && places[at].token.names() &&
      !is_any(places[at].token,
              {"WHERE", "ORDER", "GROUP", "LIMIT", "HAVING", "JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "NATURAL",
               "STRAIGHT_JOIN", "FOR", "LOCK", "UNION", "USE", "FORCE", "IGNORE"})) {
    read.name = unquoted_name(places[at++].token.text);
  }
  bool tellable = !distinct;
  std::size_t end = sql.size();
  depth = 0;
  for (; at < places.size(); ++at) {
    const Token& token = places[at].token;
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (depth != 0) {
      continue;
    }
    read.alone = read.alone && !token.is("JOIN") && (read.has_condition || !token.is(','));
    read.has_condition = read.has_condition || token.is("WHERE");
    tellable = tellable && !is_any(token, {"GROUP", "HAVING", "UNION", "PROCEDURE", "INTO"});
    if (is_any(token, {"ORDER", "LIMIT", "OFFSET", "FOR", "LOCK"})) {
      end = places[at].begin;
      break;
    }
  }
  if (tellable && read.alone) {
    read.from = std::string(trim(std::string_view(sql).substr(places[from].begin, end - places[from].begin)));
    while (!read.from.empty() && read.from.back() == ';') {
      read.from.pop_back();
    }
  }
  for (const Item& item : items) {
    const bool own = item.qualifier.empty() ? read.alone : lower(item.qualifier) == lower(read.name);
    read.columns.push_back(own ? item.name : "");
  }
  return read;
}

std::vector<TableRead> table_reads(const std::vector<std::string>& statements) {
  std::vector<TableRead> reads;
  for (const std::string& statement : statements) {
    std::optional<TableRead> read = parse_table_read(statement);
    if (read && !is_system_schema(read->schema)) {
      reads.push_back(std::move(*read));
    }
  }
  return reads;
}

}  // namespace rehearsal
