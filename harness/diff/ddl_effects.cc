#include "harness/diff/ddl_effects.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "base/contains.h"
#include "base/sql/ddl.h"
#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

// Options that say nothing about the rows that are there. ALTER stands for a column's default.
constexpr std::array<std::string_view, 19> kHarmlessOptions = {
    "ALTER",
    "COMMENT",
    "AUTO_INCREMENT",
    "DEFAULT",
    "CHARACTER",
    "CHARSET",
    "COLLATE",
    "ENABLE",
    "DISABLE",
    "ALGORITHM",
    "LOCK",
    "STATS_PERSISTENT",
    "STATS_AUTO_RECALC",
    "WAIT",
    "STATS_SAMPLE_PAGES",
    "NOWAIT",
    "AVG_ROW_LENGTH",
    "MAX_ROWS",
    "MIN_ROWS",
};

// Statements that may alter, make or destroy tables.
const std::initializer_list<std::string_view> kOfTables = {"ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE"};
// What ALTER, CREATE and DROP do to other objects changes no table; a temporary table is not one of the schema's.
const std::initializer_list<std::string_view> kOtherObjects = {
    "VIEW",     "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "DATABASE", "SCHEMA",  "USER",      "ROLE",
    "SEQUENCE", "SERVER",  "TEMPORARY", "PREPARE",  "SQL",   "DEFINER",  "PACKAGE", "AGGREGATE", "ALGORITHM"};
// All that says in its own text which rows it is about, or changes none. Rows are counted by the server.
const std::initializer_list<std::string_view> kOfRows = {
    "SELECT",  "INSERT",  "UPDATE", "DELETE",   "REPLACE",    "WITH",    "COMMIT", "ROLLBACK", "START",   "SAVEPOINT",
    "RELEASE", "SHOW",    "USE",    "LOCK",     "UNLOCK",     "FLUSH",   "LOAD",   "DO",       "EXPLAIN", "DESCRIBE",
    "DESC",    "ANALYZE", "CHECK",  "CHECKSUM", "OPTIMIZE",   "REPAIR",  "XA",     "KILL",     "GRANT",   "REVOKE",
    "VALUES",  "HANDLER", "HELP",   "PREPARE",  "DEALLOCATE", "DECLARE", "RETURN"};

// A reader over the statement's tokens.
class Words {
 public:
  explicit Words(std::string_view sql) : reader_(sql, kServerOfTexts) { next(); }
  [[nodiscard]] bool done() const { return token_.kind == TokenKind::end; }
  bool take(std::string_view word) {
    const bool is = token_.is(word);
    if (is) {
      next();
    }
    return is;
  }
  bool take(char symbol) {
    const bool is = token_.is(symbol);
    if (is) {
      next();
    }
    return is;
  }
  void take_existence() {
    if (take("IF")) {
      take("NOT");
      take("EXISTS");
    }
  }
  // "schema.table", in the database of the connection where it is not qualified; empty where there is no name.
  std::string table(const std::string& database) {
    std::string name = this->name();
    if (take('.')) {
      return name + "." + this->name();
    }
    return name.empty() || database.empty() ? std::string() : database + "." + name;
  }
  void next() { token_ = reader_.next(); }
  [[nodiscard]] bool is_any(std::initializer_list<std::string_view> words) const {
    return rehearsal::is_any(token_, words);
  }

 private:
  std::string name() {
    if (!token_.names()) {
      return {};
    }
    std::string name = unquoted_name(token_.text);
    next();
    return name;
  }

  TokenReader reader_;
  Token token_;
};

RowRisk risk_of(const DdlAction& action) {
  using Kind = DdlAction::Kind;
  switch (action.kind) {
    case Kind::add_column:
    case Kind::add_key:
    case Kind::drop_key:
    case Kind::rename_key:
    case Kind::add_foreign_key:
    case Kind::drop_foreign_key:
    case Kind::drop_constraint:
      return RowRisk::none;
    case Kind::modify_column:
      return action.column.name == action.name ? RowRisk::if_rebuilt : RowRisk::any;
    case Kind::option:
      return contains(kHarmlessOptions, action.name) ? RowRisk::none : RowRisk::any;
    case Kind::drop_column:
    case Kind::rename_column:
    case Kind::convert:
    case Kind::rename_table:
      return RowRisk::any;
  }
  return RowRisk::any;
}

bool renames(const DdlAction& action) {
  const bool can = action.kind == DdlAction::Kind::modify_column || action.kind == DdlAction::Kind::rename_column;
  return can && !action.column.name.empty() && action.column.name != action.name;
}

// Which columns an ALTER makes, drops and renames: name now -> name before it, all names as they were before it.
std::map<std::string, std::string> columns_after(const DdlStatement& statement,
                                                 const std::map<std::string, std::string>& before) {
  const auto origin = [&](const std::string& column) {
    const auto known = before.find(column);
    return known == before.end() ? column : known->second;
  };
  std::map<std::string, std::string> after = before;
  for (const DdlAction& action : statement.actions) {
    if (renames(action) || action.kind == DdlAction::Kind::drop_column || action.kind == DdlAction::Kind::add_column) {
      after[action.name].clear();
    }
  }
  for (const DdlAction& action : statement.actions) {
    if (renames(action)) {
      after[action.column.name] = origin(action.name);
    }
  }
  std::erase_if(after, [](const auto& column) { return column.first == column.second; });
  return after;
}

}  // namespace

void DdlEffects::raise(const std::string& table, RowRisk risk) {
  if (table.empty()) {
    return;
  }
  RowRisk& known = risks_.emplace(table, risk).first->second;
  known = std::max(known, risk);
}

void DdlEffects::drop(const std::string& table) {
  raise(table, RowRisk::any);
  if (!table.empty()) {
    origins_[table] = {};
  }
}

void DdlEffects::rename(const std::string& from, const std::string& to) {
  if (from.empty() || to.empty()) {
    return;
  }
  raise(from, RowRisk::any);
  raise(to, RowRisk::any);
  const auto known = origins_.find(from);
  TableOrigin origin = known == origins_.end() ? TableOrigin{from, {}} : known->second;
  origins_[from] = {};
  origins_[to] = std::move(origin);
}

bool DdlEffects::alter(std::string_view sql, const std::string& database, bool cut) {
  const std::optional<DdlStatement> statement = parse_ddl(sql);
  const std::string schema = !statement || statement->schema.empty() ? database : statement->schema;
  if (!statement || schema.empty()) {
    return false;
  }
  const std::string table = schema + "." + statement->table;
  // Of a text that was cut nobody knows what else it did; IGNORE drops rows that a new key refuses.
  raise(table, cut || statement->ignore ? RowRisk::any : RowRisk::none);
  std::map<std::string, std::string> columns;
  if (const auto known = origins_.find(table); known != origins_.end()) {
    columns = known->second.columns;
  }
  columns = columns_after(*statement, columns);
  if (!columns.empty()) {
    origins_.emplace(table, TableOrigin{table, {}}).first->second.columns = std::move(columns);
  }
  for (const DdlAction& action : statement->actions) {
    raise(table, risk_of(action));
    if (action.kind == DdlAction::Kind::rename_table) {
      rename(table, (action.schema.empty() ? schema : action.schema) + "." + action.name);
    }
    if (action.kind == DdlAction::Kind::add_foreign_key) {
      const ForeignKeySpec& key = action.foreign_key;
      cascades_.push_back({(key.schema.empty() ? schema : key.schema) + "." + key.table, table});
    }
  }
  return true;
}

void DdlEffects::take_ddl(const LoggedStatement& statement) {
  const std::string& database = statement.schema;
  Words words(statement.sql);
  if (words.take("ALTER")) {
    words.take("ONLINE");
    words.take("IGNORE");
    alterations_ += words.is_any({"TABLE"}) ? 1 : 0;
    unread_ = unread_ || (!alter(statement.sql, database, statement.cut) && !words.is_any(kOtherObjects));
  } else if (words.take("CREATE")) {
    const bool replaces = words.take("OR");
    words.take("REPLACE");
    if (words.take("TABLE")) {
      words.take_existence();
      const std::string table = words.table(database);
      unread_ = unread_ || table.empty();
      raise(table, RowRisk::if_rebuilt);
      if (replaces) {
        drop(table);
      }
    } else {  // an index
      unread_ = unread_ || (!alter(statement.sql, database, statement.cut) && !words.is_any(kOtherObjects));
    }
  } else if (words.take("DROP")) {
    if (words.take("TABLE") || words.take("TABLES")) {
      words.take_existence();
      do {
        const std::string table = words.table(database);
        unread_ = unread_ || table.empty();
        drop(table);
      } while (words.take(','));
    } else {
      unread_ = unread_ || (!alter(statement.sql, database, statement.cut) && !words.is_any(kOtherObjects));
    }
  } else if (words.take("RENAME")) {
    if (words.take("TABLE") || words.take("TABLES")) {
      do {
        words.take_existence();
        const std::string from = words.table(database);
        if (words.take("WAIT")) {
          words.next();
        }
        words.take("NOWAIT");
        words.take("TO");
        const std::string to = words.table(database);
        unread_ = unread_ || from.empty() || to.empty();
        rename(from, to);
      } while (words.take(','));
    }
  } else if (words.take("TRUNCATE")) {
    words.take("TABLE");
    raise(words.table(database), RowRisk::any);
  }
}

void DdlEffects::take(const LoggedStatement& statement) {
  Words words(statement.sql);
  if (words.is_any(kOfTables)) {
    take_ddl(statement);
  } else if (words.take("SET")) {
    // What runs under it, or unlogged after it, is not told.
    unread_ = unread_ || words.is_any({"STATEMENT"}) ||
              any_word(statement.sql, kServerOfTexts,
                       {"SLOW_QUERY_LOG", "LOG_SLOW_QUERY", "LONG_QUERY_TIME", "LOG_SLOW_QUERY_TIME", "LOG_SLOW_FILTER",
                        "LOG_SLOW_RATE_LIMIT", "MIN_EXAMINED_ROW_LIMIT", "LOG_SLOW_MIN_EXAMINED_ROW_LIMIT",
                        "LOG_SLOW_DISABLED_STATEMENTS", "LOG_SLOW_ADMIN_STATEMENTS"});
  } else if (words.take("BEGIN")) {
    unread_ = unread_ || words.is_any({"NOT"});
  } else {
    unread_ = unread_ || !words.is_any(kOfRows);
  }
}

std::map<std::string, std::string> renamed_columns(const DdlEffects& effects, const std::string& table) {
  std::map<std::string, std::string> renamed;
  const auto origin = effects.origins().find(table);
  if (origin != effects.origins().end()) {
    for (const auto& [now, before] : origin->second.columns) {
      if (!before.empty()) {
        renamed.emplace(before, now);
      }
    }
  }
  return renamed;
}

}  // namespace rehearsal
