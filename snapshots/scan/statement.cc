#include "snapshots/scan/statement.h"

#include <initializer_list>

#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

constexpr std::size_t kEnough = 16384;  // bytes in which a statement's kind and object are told

bool any_of(const Token& token, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (token.is(word)) {
      return true;
    }
  }
  return false;
}

class Classifier {
 public:
  Classifier(std::string_view text, unsigned server_version, Quoting quoting)
      : text_(text.substr(0, kEnough)), reader_(text_, server_version, quoting) {
    advance();
  }

  Statement run() {
    const Token verb = token_;
    advance();
    if (any_of(verb, {"INSERT", "REPLACE"})) {
      statement_.kind = EventKind::insert;
      skip({"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"});
      name();
    } else if (verb.is("CREATE")) {
      create();
    } else if (verb.is("DROP")) {
      drop();
    } else if (verb.is("ALTER")) {
      alter();
    } else if (verb.is("USE")) {
      statement_.kind = EventKind::use_database;
      statement_.object = unquoted_name(token_.text);
      advance();
      statement_.more = token_.kind != TokenKind::end;
    } else if (verb.is("SET")) {
      set();
    } else if (verb.is("BEGIN") && token_.kind != TokenKind::end && !token_.is("WORK")) {
      statement_.kind = EventKind::other;  // a block of statements
    } else if (any_of(verb, {"LOCK", "UNLOCK", "COMMIT", "BEGIN", "ROLLBACK", "FLUSH"})) {
      statement_.kind = EventKind::session;
    } else if (any_of(verb, {"START", "STOP", "RESET", "CHANGE"})) {
      skip({"ALL"});
      const bool replication =
          any_of(token_, {"SLAVE", "SLAVES", "REPLICA", "REPLICAS", "MASTER", "REPLICATION", "GROUP_REPLICATION"});
      statement_.kind = replication                ? EventKind::replication
                        : token_.is("TRANSACTION") ? EventKind::session
                                                   : EventKind::other;
    } else if (any_of(verb, {"GRANT", "REVOKE", "RENAME"})) {
      statement_.kind = verb.is("RENAME") && !token_.is("USER") ? EventKind::other : EventKind::account;
    }
    return statement_;
  }

 private:
  void advance() { token_ = reader_.next(); }

  void skip(std::initializer_list<std::string_view> words) {
    while (any_of(token_, words)) {
      advance();
    }
  }

  void skip_sign(char sign) {
    if (token_.is(sign)) {
      advance();
    }
  }

  // name or schema.name
  void name() {
    if (!token_.names() && token_.kind != TokenKind::string && token_.kind != TokenKind::number) {
      return;
    }
    statement_.object = unquoted_name(token_.text);
    advance();
    if (token_.is('.')) {
      advance();
      statement_.schema = std::move(statement_.object);
      statement_.object = unquoted_name(token_.text);
      advance();
    }
  }

  // DEFINER = user @ host
  void read_definer() {
    advance();
    if (token_.is('=')) {
      advance();
    }
    std::string user =
        token_.kind == TokenKind::string ? unquoted_string(token_.text, true) : unquoted_name(token_.text);
    advance();
    std::string host;
    if (token_.is('@')) {
      advance();
      host = token_.kind == TokenKind::string ? unquoted_string(token_.text, true) : unquoted_name(token_.text);
      advance();
      while (token_.is('.')) {  // host names may go unquoted
        advance();
        host += '.' + std::string(token_.text);
        advance();
      }
    }
    statement_.definer.emplace(std::move(user), std::move(host));
  }

  static EventKind kind_of(const Token& what) {
    if (any_of(what, {"DATABASE", "SCHEMA"}))
      return EventKind::create_database;
    if (what.is("TABLE"))
      return EventKind::create_table;
    if (what.is("VIEW"))
      return EventKind::create_view;
    if (any_of(what, {"PROCEDURE", "FUNCTION", "PACKAGE"}))
      return EventKind::create_routine;
    if (what.is("TRIGGER"))
      return EventKind::create_trigger;
    if (what.is("EVENT"))
      return EventKind::create_event;
    if (what.is("SEQUENCE"))
      return EventKind::create_sequence;
    if (any_of(what, {"USER", "ROLE"}))
      return EventKind::account;
    return EventKind::other;
  }

  void create() {
    bool plain = true;  // nothing between CREATE and VIEW
    for (int words = 0; words < 30 && token_.kind != TokenKind::end; ++words) {
      if (token_.is("DEFINER")) {
        plain = false;
        read_definer();
        continue;
      }
      if (token_.is("SECURITY")) {  // SQL SECURITY DEFINER names nobody
        advance();
        advance();
        continue;
      }
      statement_.kind = kind_of(token_);
      if (token_.is("INDEX")) {
        return index();
      }
      if (statement_.kind != EventKind::other || token_.is("SERVER")) {
        break;
      }
      plain = plain && any_of(token_, {"OR", "REPLACE"});
      advance();
    }
    const bool table = statement_.kind == EventKind::create_table;
    advance();
    skip({"BODY", "IF", "NOT", "EXISTS"});
    name();
    if (statement_.kind == EventKind::create_database) {
      statement_.schema.clear();
    } else if (statement_.kind == EventKind::create_view && plain) {
      statement_.placeholder = stand_in();
    } else if (table && text_.starts_with("/*!")) {
      statement_.placeholder = stand_in_table();
    }
  }

  // Old producers let a table stand for a view: columns without keys or defaults, kept by MyISAM or by what is usual.
  bool stand_in_table() {
    int depth = 0;
    do {
      depth += token_.is('(') ? 1 : token_.is(')') ? -1 : 0;
      if (any_of(token_, {"PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN", "CHECK",
                          "DEFAULT", "AUTO_INCREMENT", "AS", "COMMENT"})) {
        return false;
      }
      advance();
    } while (depth > 0 && token_.kind != TokenKind::end);
    if (token_.is("ENGINE")) {
      advance();
      skip_sign('=');
      if (!token_.is("MYISAM")) {
        return false;
      }
      advance();
    }
    return token_.kind == TokenKind::end;
  }

  // CREATE INDEX name … ON table, DROP INDEX name ON table: the table is altered.
  void index() {
    while (token_.kind != TokenKind::end && !token_.is("ON")) {
      advance();
    }
    advance();
    name();
    statement_.kind = EventKind::alter_table;
  }

  // AS SELECT 1 AS `a`, 1 AS `b` … and nothing else, as far as the text goes.
  bool stand_in() {
    if (!token_.is("AS")) {
      return false;
    }
    advance();
    if (!token_.is("SELECT")) {
      return false;
    }
    do {
      advance();
      if (token_.kind != TokenKind::number && !token_.is("NULL")) {
        return token_.kind == TokenKind::end && reader_.position() >= kEnough;
      }
      advance();
      if (!token_.is("AS")) {
        return false;
      }
      advance();
      advance();
    } while (token_.is(','));
    return token_.kind == TokenKind::end;
  }

  void drop() {
    statement_.kind = EventKind::drop;
    skip({"TEMPORARY", "PACKAGE"});
    if (token_.is("INDEX")) {
      return index();
    }
    const bool account = any_of(token_, {"USER", "ROLE"});
    advance();
    skip({"BODY", "IF", "EXISTS"});
    name();
    if (account) {
      statement_.kind = EventKind::account;
    }
  }

  void alter() {
    skip({"ONLINE", "IGNORE"});
    const EventKind what = kind_of(token_);
    advance();
    skip({"IF", "EXISTS"});
    name();
    statement_.kind = what == EventKind::create_table ? EventKind::alter_table
                      : what == EventKind::account    ? EventKind::account
                                                      : EventKind::other;
  }

  void set() {
    if (token_.is("STATEMENT")) {  // for one other statement, and that is what runs
      return;
    }
    statement_.kind = EventKind::session;
    if (token_.is("STATEMENT")) {  // SET STATEMENT … FOR another statement
      statement_.kind = EventKind::other;
      return;
    }
    if (any_of(token_, {"PASSWORD", "ROLE"})) {
      statement_.kind = EventKind::account;
      return;
    }
    for (int words = 0; words < 40 && token_.kind != TokenKind::end; ++words) {
      if (any_of(token_, {"GTID_PURGED", "GTID_SLAVE_POS", "GTID_BINLOG_STATE", "SQL_LOG_BIN"})) {
        statement_.kind = EventKind::replication;
        return;
      }
      if (words == 1 && token_.is("ROLE")) {  // SET DEFAULT ROLE
        statement_.kind = EventKind::account;
        return;
      }
      advance();
    }
  }

  std::string_view text_;
  TokenReader reader_;
  Token token_;
  Statement statement_;
};

}  // namespace

Statement classify_statement(std::string_view text, unsigned server_version, Quoting quoting) {
  return Classifier(text, server_version, quoting).run();
}

std::string_view statement_words(EventKind kind) {
  switch (kind) {
    case EventKind::create_database:
      return "CREATE DATABASE";
    case EventKind::use_database:
      return "USE";
    case EventKind::create_table:
      return "CREATE TABLE";
    case EventKind::create_view:
      return "CREATE VIEW";
    case EventKind::create_routine:
      return "CREATE PROCEDURE or FUNCTION";
    case EventKind::create_trigger:
      return "CREATE TRIGGER";
    case EventKind::create_event:
      return "CREATE EVENT";
    case EventKind::create_sequence:
      return "CREATE SEQUENCE";
    case EventKind::alter_table:
      return "ALTER TABLE";
    case EventKind::drop:
      return "DROP";
    case EventKind::insert:
      return "INSERT INTO";
    case EventKind::comment:
    case EventKind::client_command:
    case EventKind::session:
    case EventKind::account:
    case EventKind::replication:
    case EventKind::other:
      return {};
  }
  return {};
}

}  // namespace rehearsal
