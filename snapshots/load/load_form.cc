#include "snapshots/load/load_form.h"

#include <algorithm>

#include "base/sql/bytes.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Bytes of the UTF-8 letter at `at`; 0 where it is not well-formed.
std::size_t letter(const char* data, std::size_t at, std::size_t end, bool utf8mb3) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(data[at + i]); };
  const auto next = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xbf) {
    return at + i < end && byte(i) >= least && byte(i) <= most;
  };
  const unsigned lead = byte(0);
  if (lead >= 0xc2 && lead <= 0xdf) {
    return next(1) ? 2 : 0;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    return next(1, lead == 0xe0 ? 0xa0 : 0x80, 0xbf) && next(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4 && !utf8mb3) {
    return next(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf) && next(2) && next(3) ? 4 : 0;
  }
  return 0;
}

constexpr std::size_t kNotTaken = static_cast<std::size_t>(-1);

// `at` is behind the opening quote; the index behind the closing one.
std::size_t text_end(const char* data, std::size_t at, std::size_t end, bool utf8mb3) {
  for (;;) {
    at = find_text_byte(data, at, end);
    if (at == end) {
      return kNotTaken;
    }
    if (data[at] == '\'') {
      if (at + 1 == end || data[at + 1] != '\'') {
        return at + 1;
      }
      at += 2;
    } else if (data[at] == '\\') {
      if (at + 1 == end || std::string_view("0nrtbZ\\'\"").find(data[at + 1]) == std::string_view::npos) {
        return kNotTaken;
      }
      at += 2;
    } else {
      const std::size_t bytes = letter(data, at, end, utf8mb3);
      if (bytes == 0) {
        return kNotTaken;
      }
      at += bytes;
    }
  }
}

// `value` is in its quotes.
bool is_odd(std::string_view value, ColumnKind kind) {
  if (kind == ColumnKind::choice) {
    return value.size() == 2;
  }
  return kind == ColumnKind::date && value.size() >= 12 &&
         (value.substr(1, 4) == "0000" || value.substr(5, 3) == "-00" || value.substr(8, 3) == "-00");
}

bool is_number_byte(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 'e' || c == 'E' || c == '+';
}

// A bare value; the index behind it.
std::size_t bare_end(const char* data, std::size_t at, std::size_t end, ColumnKind kind) {
  if (end - at > 4 && std::string_view(data + at, 4) == "NULL") {
    return at + 4;
  }
  const std::size_t begin = at;
  while (at < end && is_number_byte(data[at])) {
    ++at;
  }
  return kind == ColumnKind::number && at > begin && data[begin] != 'e' && data[begin] != 'E' ? at : kNotTaken;
}

}  // namespace

std::optional<InsertHead> read_insert_head(std::string_view head, unsigned server_version, Quoting quoting) {
  TokenReader reader(head, server_version, quoting);
  if (!reader.next().is("INSERT") || !reader.next().is("INTO") || !reader.next().names()) {
    return std::nullopt;
  }
  Token token = reader.next();
  if (token.is('.')) {
    token = reader.next();
    token = reader.next();
  }
  InsertHead read;
  while (token.is('(') || token.is(',')) {
    token = reader.next();
    if (!token.names()) {
      return std::nullopt;
    }
    read.columns.push_back(unquoted_name(token.text));
    token = reader.next();
  }
  if (token.is(')')) {
    token = reader.next();
  }
  if (!token.is("VALUES") || reader.next().kind != TokenKind::end) {
    return std::nullopt;
  }
  return read;
}

std::optional<LoadForm> LoadForm::of(const DumpTable& table, const InsertHead& head) {
  if (table.columns.empty() || table.kinds.size() != table.columns.size()) {
    return std::nullopt;
  }
  std::vector<ColumnKind> kinds;
  std::string columns;
  for (const std::string& name : head.columns) {
    const auto at = std::find(table.columns.begin(), table.columns.end(), name);
    if (at == table.columns.end()) {
      return std::nullopt;
    }
    kinds.push_back(table.kinds[static_cast<std::size_t>(at - table.columns.begin())]);
    columns += (columns.empty() ? " (" : ", ") + sql_name(name);
  }
  if (head.columns.empty()) {
    kinds = table.kinds;
  } else {
    columns += ")";
  }
  if (std::find(kinds.begin(), kinds.end(), ColumnKind::other) != kinds.end()) {
    return std::nullopt;
  }
  return LoadForm(sql_name(TableName{table.schema, table.name}), columns, std::move(kinds));
}

std::optional<LoadForm::Taken> LoadForm::takes(std::string_view tuples, bool utf8mb3) const {
  const char* data = tuples.data();
  const std::size_t end = tuples.size();
  std::size_t at = 0;
  Taken taken;
  for (;;) {
    if (at == end || data[at] != '(') {
      return std::nullopt;
    }
    ++at;
    for (std::size_t column = 0; column < kinds_.size(); ++column) {
      if (at == end) {
        return std::nullopt;
      }
      const std::size_t begin = at;
      at = data[at] == '\'' ? text_end(data, at + 1, end, utf8mb3) : bare_end(data, at, end, kinds_[column]);
      if (at == kNotTaken || at == end || data[at] != (column + 1 == kinds_.size() ? ')' : ',')) {
        return std::nullopt;
      }
      if (kinds_[column] == ColumnKind::date || kinds_[column] == ColumnKind::choice) {
        taken.odd = taken.odd || (data[begin] == '\'' && is_odd(tuples.substr(begin, at - begin), kinds_[column]));
      }
      ++at;
    }
    if (at == end) {
      return taken;
    }
    if (data[at] != ',') {
      return std::nullopt;
    }
    ++at;
    while (at < end && (data[at] == '\n' || data[at] == '\r' || data[at] == ' ')) {
      ++at;
    }
  }
}

std::string LoadForm::statement(const std::string& path, const std::string& character_set) const {
  return "LOAD DATA LOCAL INFILE '" + path + "' INTO TABLE " + table_ + " CHARACTER SET " + character_set +
         " FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\\'' ESCAPED BY '\\\\'"
         " LINES STARTING BY '(' TERMINATED BY '),'" +
         columns_;
}

}  // namespace rehearsal
