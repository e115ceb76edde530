#include "base/sql/ddl.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/sql/ddl_parts.h"
#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

using namespace ddl;

namespace {

void add_columns(Words& words, DdlStatement& statement, std::string name, bool if_exists) {
  DdlAction action;
  action.kind = DdlAction::Kind::add_column;
  action.if_exists = if_exists;
  std::vector<DdlAction> more;
  action.column = take_column(words, std::move(name), more);
  action.name = action.column.name;
  statement.actions.push_back(std::move(action));
  statement.actions.insert(statement.actions.end(), more.begin(), more.end());
}

void read_add(Words& words, DdlStatement& statement) {
  if (std::optional<DdlAction> key = take_key(words)) {
    statement.actions.push_back(std::move(*key));
    return;
  }
  words.take("COLUMN");
  const bool if_exists = take_if_exists(words);
  if (words.take('(')) {
    while (!words.done() && !words.peek().is(')')) {
      add_columns(words, statement, words.name(), if_exists);
      words.take(',');
    }
    words.take(')');
    return;
  }
  add_columns(words, statement, words.name(), if_exists);
}

void read_drop(Words& words, DdlStatement& statement) {
  DdlAction action;
  if (words.take("PRIMARY")) {
    words.take("KEY");
    action.kind = DdlAction::Kind::drop_key;
    action.name = "PRIMARY";
  } else if (words.take("FOREIGN")) {
    words.take("KEY");
    action.kind = DdlAction::Kind::drop_foreign_key;
  } else if (words.take("CONSTRAINT") || words.take("CHECK")) {
    action.kind = DdlAction::Kind::drop_constraint;
  } else if (words.take("INDEX") || words.take("KEY")) {
    action.kind = DdlAction::Kind::drop_key;
  } else {
    words.take("COLUMN");
    action.kind = DdlAction::Kind::drop_column;
  }
  action.if_exists = take_if_exists(words);
  if (action.name.empty()) {
    action.name = words.name();
  }
  statement.actions.push_back(std::move(action));
}

void read_change(Words& words, DdlStatement& statement, bool renames) {
  DdlAction action;
  action.kind = DdlAction::Kind::modify_column;
  words.take("COLUMN");
  action.if_exists = take_if_exists(words);
  action.name = words.name();
  std::vector<DdlAction> more;
  std::string name = renames ? words.name() : action.name;
  action.column = take_column(words, std::move(name), more);
  statement.actions.push_back(std::move(action));
  statement.actions.insert(statement.actions.end(), more.begin(), more.end());
}

void read_rename(Words& words, DdlStatement& statement) {
  DdlAction action;
  if (words.take("COLUMN")) {
    action.kind = DdlAction::Kind::rename_column;
  } else if (words.take("INDEX") || words.take("KEY")) {
    action.kind = DdlAction::Kind::rename_key;
  } else {
    action.kind = DdlAction::Kind::rename_table;
    if (!words.take("TO")) {
      words.take("AS");
    }
    take_table_name(words, action.schema, action.name);
    statement.actions.push_back(std::move(action));
    return;
  }
  action.if_exists = take_if_exists(words);
  action.name = words.name();
  words.take("TO");
  action.column.name = words.name();
  statement.actions.push_back(std::move(action));
}

void read_convert(Words& words, DdlStatement& statement) {
  DdlAction action;
  action.kind = DdlAction::Kind::convert;
  words.take("TO");
  if (!words.take("CHARSET")) {
    words.take("CHARACTER");
    words.take("SET");
  }
  action.column.charset = lower(unquoted_name(words.take().text));
  if (words.take("COLLATE")) {
    action.column.collation = lower(unquoted_name(words.take().text));
  }
  statement.actions.push_back(std::move(action));
}

void read_alter(Words& words, DdlStatement& statement) {
  while (!words.done()) {
    if (words.take("ADD")) {
      read_add(words, statement);
    } else if (words.take("DROP")) {
      read_drop(words, statement);
    } else if (words.take("MODIFY")) {
      read_change(words, statement, false);
    } else if (words.take("CHANGE")) {
      read_change(words, statement, true);
    } else if (words.take("RENAME")) {
      read_rename(words, statement);
    } else if (words.take("CONVERT")) {
      read_convert(words, statement);
    } else {
      statement.actions.emplace_back();
      statement.actions.back().name = upper(words.peek().text);
    }
    words.skip_part();
    if (!words.take(',') && !words.done()) {
      words.take();
    }
  }
}

void read_create(Words& words, DdlStatement& statement) {
  statement.kind = DdlStatement::Kind::create_table;
  if (words.take('(')) {
    while (!words.done() && !words.peek().is(')')) {
      if (std::optional<DdlAction> key = take_key(words)) {
        statement.actions.push_back(std::move(*key));
        words.skip_part();
      } else {
        add_columns(words, statement, words.name(), false);
      }
      if (!words.take(',')) {
        break;
      }
    }
    words.take(')');
  }
  while (!words.done()) {
    if (words.take("CHARSET") || (words.peek().is("CHARACTER") && words.peek(1).is("SET"))) {
      if (words.take("CHARACTER")) {
        words.take("SET");
      }
      words.take('=');
      statement.charset = lower(unquoted_name(words.take().text));
    } else if (words.take("COLLATE")) {
      words.take('=');
      statement.collation = lower(unquoted_name(words.take().text));
    } else {
      words.take();
    }
  }
}

}  // namespace

std::string canonical_type(std::string_view type) {
  const std::string name = upper(type);
  if (name == "BOOL" || name == "BOOLEAN") {
    return "TINYINT";
  }
  if (name == "INTEGER") {
    return "INT";
  }
  if (name == "NUMERIC" || name == "DEC" || name == "FIXED") {
    return "DECIMAL";
  }
  if (name == "REAL") {
    return "DOUBLE";
  }
  return name;
}

std::optional<DdlStatement> parse_ddl(std::string_view sql) {
  Words words(sql);
  DdlStatement statement;
  if (words.take("ALTER")) {
    words.take("ONLINE");
    statement.ignore = words.take("IGNORE");
    if (!words.take("TABLE")) {
      return std::nullopt;
    }
    statement.if_exists = take_if_exists(words);
    take_table_name(words, statement.schema, statement.table);
    read_alter(words, statement);
  } else if (words.take("CREATE")) {
    words.take("OR");
    words.take("REPLACE");
    const bool temporary = words.take("TEMPORARY");
    if (words.take("TABLE")) {
      statement.if_exists = take_if_exists(words);
      take_table_name(words, statement.schema, statement.table);
      read_create(words, statement);
      return temporary || statement.table.empty() ? std::nullopt : std::optional(statement);
    }
    DdlAction action;
    action.kind = DdlAction::Kind::add_key;
    action.key.unique = words.take("UNIQUE");
    if (!action.key.unique && !words.take("FULLTEXT")) {
      words.take("SPATIAL");
    }
    if (!words.take("INDEX")) {
      return std::nullopt;
    }
    action.if_exists = take_if_exists(words);
    action.key.name = words.name();
    if (words.take("USING")) {
      words.take();
    }
    if (!words.take("ON")) {
      return std::nullopt;
    }
    take_table_name(words, statement.schema, statement.table);
    action.key.columns = take_columns(words);
    statement.actions.push_back(std::move(action));
  } else if (words.take("DROP")) {
    DdlAction action;
    if (words.take("INDEX")) {
      action.kind = DdlAction::Kind::drop_key;
      action.if_exists = take_if_exists(words);
      action.name = words.name();
      words.take("ON");
      take_table_name(words, statement.schema, statement.table);
      statement.actions.push_back(std::move(action));
    } else if (words.take("TABLE")) {
      statement.kind = DdlStatement::Kind::drop_table;
      statement.if_exists = take_if_exists(words);
      take_table_name(words, statement.schema, statement.table);
    } else {
      return std::nullopt;
    }
  } else if (words.take("RENAME") && words.take("TABLE")) {
    take_table_name(words, statement.schema, statement.table);
    words.take("TO");
    DdlAction action;
    action.kind = DdlAction::Kind::rename_table;
    take_table_name(words, action.schema, action.name);
    statement.actions.push_back(std::move(action));
  }
  return statement.table.empty() ? std::nullopt : std::optional(statement);
}

}  // namespace rehearsal
