#include "harness/locks/ddl_text.h"

#include <cctype>

#include "base/sql/ddl_parts.h"
#include "base/text.h"

namespace rehearsal {

namespace {

using ddl::take_if_exists;
using ddl::take_table_name;
using ddl::Words;

// At what follows INDEX: its name, and the table after ON.
void read_index(Words& words, DdlText& ddl) {
  take_if_exists(words);
  ddl.index = words.name();
  while (!words.done() && !words.take("ON")) {
    words.take();
  }
  take_table_name(words, ddl.schema, ddl.table);
}

// At what follows TABLE.
void read_table(Words& words, DdlText& ddl) {
  take_if_exists(words);
  take_table_name(words, ddl.schema, ddl.table);
}

void read_create(Words& words, DdlText& ddl) {
  ddl.kind = DdlKind::other;
  if (words.take("OR")) {
    words.take("REPLACE");
  }
  if (words.take("TEMPORARY")) {
    ddl.kind = DdlKind::none;
  } else if (words.take("TABLE")) {
    ddl.kind = DdlKind::create_table;
    read_table(words, ddl);
  } else {
    static_cast<void>(words.take("UNIQUE") || words.take("FULLTEXT") || words.take("SPATIAL"));
    if (words.take("INDEX")) {
      ddl.kind = DdlKind::create_index;
      read_index(words, ddl);
    }
  }
}

void read_drop(Words& words, DdlText& ddl) {
  ddl.kind = DdlKind::other;
  if (words.take("TEMPORARY") || words.take("PREPARE")) {
    ddl.kind = DdlKind::none;
  } else if (words.take("TABLE")) {
    ddl.kind = DdlKind::drop_table;
    read_table(words, ddl);
  } else if (words.take("INDEX")) {
    ddl.kind = DdlKind::drop_index;
    read_index(words, ddl);
  }
}

}  // namespace

DdlText read_ddl(std::string_view sql) {
  DdlText ddl;
  Words words(sql);
  if (words.take("ALTER")) {
    ddl.kind = DdlKind::other;
    words.take("ONLINE");
    words.take("IGNORE");
    if (words.take("TABLE")) {
      ddl.kind = DdlKind::alter_table;
      read_table(words, ddl);
    }
  } else if (words.take("CREATE")) {
    read_create(words, ddl);
  } else if (words.take("DROP")) {
    read_drop(words, ddl);
  } else if (words.take("RENAME")) {
    ddl.kind = words.take("TABLE") ? DdlKind::rename_table : DdlKind::other;
    read_table(words, ddl);
  } else if (words.take("TRUNCATE")) {
    ddl.kind = DdlKind::truncate_table;
    words.take("TABLE");
    take_table_name(words, ddl.schema, ddl.table);
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
  for (Words words(sql); !words.done();) {
    if (words.take("REFERENCES")) {
      std::string schema, table;
      take_table_name(words, schema, table);
      if (!table.empty()) {
        tables.push_back(table);
      }
    } else {
      words.take();
    }
  }
  return tables;
}

int foreign_key_checks_set(std::string_view sql) {
  Words words(sql);
  if (!words.take("SET") || words.take("GLOBAL") || words.take("STATEMENT")) {
    return -1;
  }
  while (!words.done() && !words.take("FOREIGN_KEY_CHECKS")) {
    words.take();
  }
  words.take(':');
  words.take('=');
  if (words.peek().text == "0" || words.peek().is("OFF")) {
    return 0;
  }
  return words.peek().text == "1" || words.peek().is("ON") ? 1 : -1;
}

std::string one_line(std::string_view sql, std::size_t longest) {
  std::string line;
  for (const char c : trim(sql)) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
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
