#include "harness/locks/ddl_text.h"

#include <cctype>

#include "base/text.h"

namespace rehearsal {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// The statement's tokens, one after the other: words, quoted names without their quotes, single signs. Comments and
// string literals (as "''") carry no name.
class Tokens {
 public:
  explicit Tokens(std::string_view sql) : rest_(sql) { next(); }

  [[nodiscard]] bool done() const { return token_.empty() && !quoted_; }
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] bool is(std::string_view word) const { return !quoted_ && lower(token_) == word; }
  bool take(std::string_view word) {
    if (!is(word)) {
      return false;
    }
    next();
    return true;
  }
  // An identifier, perhaps qualified.
  void take_name(std::string& schema, std::string& name) {
    name = token_;
    next();
    if (is(".")) {
      next();
      schema = std::move(name);
      name = token_;
      next();
    }
  }
  void next() {
    skip_blank();
    token_.clear();
    quoted_ = false;
    if (rest_.empty()) {
      return;
    }
    const char first = rest_.front();
    if (first == '`') {
      take_quoted_name();
    } else if (first == '\'' || first == '"') {
      take_string(first);
    } else if (is_word(first)) {
      while (!rest_.empty() && is_word(rest_.front())) {
        token_ += rest_.front();
        rest_.remove_prefix(1);
      }
    } else {
      token_ = first;
      rest_.remove_prefix(1);
    }
  }

 private:
  void skip_blank() {
    for (;;) {
      while (!rest_.empty() && is_space(rest_.front())) {
        rest_.remove_prefix(1);
      }
      std::string_view end;
      if (rest_.starts_with("/*")) {
        end = "*/";
      } else if (rest_.starts_with("#") || rest_.starts_with("-- ")) {
        end = "\n";
      } else {
        return;
      }
      const std::size_t at = rest_.find(end);
      rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }
  }
  void take_quoted_name() {
    quoted_ = true;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      if (rest_.front() == '`' && !rest_.starts_with("``")) {
        rest_.remove_prefix(1);
        return;
      }
      rest_.remove_prefix(rest_.front() == '`' ? 1 : 0);
      token_ += rest_.front();
      rest_.remove_prefix(1);
    }
  }
  void take_string(char quote) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != quote) {
      rest_.remove_prefix(rest_.front() == '\\' && rest_.size() > 1 ? 2 : 1);
    }
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    token_ = "''";
  }

  std::string_view rest_;
  std::string token_;
  bool quoted_ = false;
};

void skip_existence(Tokens& tokens) {
  if (tokens.take("if")) {
    tokens.take("not");
    tokens.take("exists");
  }
}

// After CREATE or DROP, at INDEX: its name, and the table after ON.
void read_index(Tokens& tokens, DdlText& ddl) {
  tokens.next();
  skip_existence(tokens);
  ddl.index = tokens.token();
  while (!tokens.done() && !tokens.is("on")) {
    tokens.next();
  }
  tokens.next();
  tokens.take_name(ddl.schema, ddl.table);
}

void read_table(Tokens& tokens, DdlText& ddl) {
  tokens.next();
  skip_existence(tokens);
  tokens.take_name(ddl.schema, ddl.table);
}

void read_create(Tokens& tokens, DdlText& ddl) {
  ddl.kind = DdlKind::other;
  if (tokens.take("or")) {
    tokens.take("replace");
  }
  if (tokens.is("temporary")) {
    ddl.kind = DdlKind::none;
  } else if (tokens.is("table")) {
    ddl.kind = DdlKind::create_table;
    read_table(tokens, ddl);
  } else {
    static_cast<void>(tokens.take("unique") || tokens.take("fulltext") || tokens.take("spatial"));
    if (tokens.is("index")) {
      ddl.kind = DdlKind::create_index;
      read_index(tokens, ddl);
    }
  }
}

void read_drop(Tokens& tokens, DdlText& ddl) {
  ddl.kind = DdlKind::other;
  if (tokens.is("temporary") || tokens.is("prepare")) {
    ddl.kind = DdlKind::none;
  } else if (tokens.is("table")) {
    ddl.kind = DdlKind::drop_table;
    read_table(tokens, ddl);
  } else if (tokens.is("index")) {
    ddl.kind = DdlKind::drop_index;
    read_index(tokens, ddl);
  }
}

}  // namespace

DdlText read_ddl(std::string_view sql) {
  DdlText ddl;
  Tokens tokens(sql);
  if (tokens.take("alter")) {
    ddl.kind = DdlKind::other;
    static_cast<void>(tokens.take("online"));
    static_cast<void>(tokens.take("ignore"));
    if (tokens.is("table")) {
      ddl.kind = DdlKind::alter_table;
      read_table(tokens, ddl);
    }
  } else if (tokens.take("create")) {
    read_create(tokens, ddl);
  } else if (tokens.take("drop")) {
    read_drop(tokens, ddl);
  } else if (tokens.take("rename")) {
    ddl.kind = tokens.is("table") ? DdlKind::rename_table : DdlKind::other;
    read_table(tokens, ddl);
  } else if (tokens.take("truncate")) {
    ddl.kind = DdlKind::truncate_table;
    static_cast<void>(tokens.take("table"));
    tokens.take_name(ddl.schema, ddl.table);
  }
  return ddl;
}

bool has_algorithm(DdlKind kind) {
  return kind == DdlKind::alter_table || kind == DdlKind::create_index || kind == DdlKind::drop_index;
}

bool locks_table(DdlKind kind) {
  return has_algorithm(kind) || kind == DdlKind::rename_table || kind == DdlKind::truncate_table;
}

std::string with_clauses(std::string_view sql, const DdlText& ddl, const std::vector<std::string>& clauses) {
  std::string_view statement = trim(sql);
  while (statement.ends_with(';')) {
    statement = trim(statement.substr(0, statement.size() - 1));
  }
  std::string text(statement);
  bool comma = true;
  if (ddl.kind == DdlKind::drop_index) {
    text = "ALTER TABLE " + (ddl.schema.empty() ? "" : sql_name(ddl.schema) + ".") + sql_name(ddl.table) +
           " DROP INDEX " + sql_name(ddl.index);
  } else if (ddl.kind == DdlKind::create_index) {
    comma = false;  // it takes them as words of its own
  }
  for (const std::string& clause : clauses) {
    text += (comma ? ", " : " ") + clause;
  }
  return text;
}

std::vector<std::string> referenced_tables(std::string_view sql) {
  std::vector<std::string> tables;
  for (Tokens tokens(sql); !tokens.done();) {
    if (tokens.take("references")) {
      std::string schema;
      std::string table;
      tokens.take_name(schema, table);
      if (!table.empty()) {
        tables.push_back(table);
      }
    } else {
      tokens.next();
    }
  }
  return tables;
}

int foreign_key_checks_set(std::string_view sql) {
  Tokens tokens(sql);
  if (!tokens.take("set") || tokens.is("global") || tokens.is("statement")) {
    return -1;
  }
  while (!tokens.done() && !tokens.is("foreign_key_checks")) {
    tokens.next();
  }
  tokens.next();
  while (tokens.is(":") || tokens.is("=")) {
    tokens.next();
  }
  if (tokens.is("0") || tokens.is("off")) {
    return 0;
  }
  return tokens.is("1") || tokens.is("on") ? 1 : -1;
}

std::string one_line(std::string_view sql, std::size_t longest) {
  std::string line;
  for (const char c : trim(sql)) {
    if (!is_space(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    if (line.size() > longest) {
      // Not in the middle of a character.
      while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U) {
        line.pop_back();
      }
      line.pop_back();
      return line + "…";
    }
  }
  return line;
}

}  // namespace rehearsal
