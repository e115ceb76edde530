#include "snapshots/scan/statement_kinds.h"

#include <string>

#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

constexpr int kDeepest = 8;       // statements inside statements
constexpr int kLongestHead = 60;  // words before the kind of object that CREATE makes

using Kind = StatementKind;

bool is_sequence_word(const Token& token) {
  return is_any(token, {"SETVAL", "NEXTVAL", "LASTVAL", "NEXT"});
}

class Reader {
 public:
  Reader(std::string_view text, unsigned server_version, Quoting quoting, int depth)
      : tokens_(text, server_version, quoting), server_version_(server_version), quoting_(quoting), depth_(depth) {
    advance();
  }

  // Of the statement that begins here. Reads on to a place inside of it, and not beyond its end.
  Kind statement(bool nested) {
    const Token verb = take();
    if (verb.kind == TokenKind::end || is_any(verb, {"INSERT", "REPLACE", "UPDATE", "DELETE", "TRUNCATE", "USE", "LOCK",
                                                     "UNLOCK", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"})) {
      return Kind::of_the_dump;
    }
    if (is_any(verb, {"SELECT", "WITH", "VALUES", "DO"}) || verb.is('(')) {
      const Kind kind = query(verb.is("DO"));
      return nested && kind == Kind::query ? Kind::of_the_dump : kind;
    }
    if (verb.is("CREATE")) {
      return create();
    }
    if (is_any(verb, {"ALTER", "DROP"})) {
      return change(verb.is("DROP"));
    }
    if (verb.is("RENAME")) {
      return at_.is("USER") ? Kind::account : Kind::of_the_dump;
    }
    if (verb.is("SET")) {
      return set();
    }
    if (verb.is("START")) {
      return at_.is("TRANSACTION") ? Kind::of_the_dump : Kind::replication;
    }
    if (verb.is("BEGIN")) {
      return at_end() || at_.is("WORK") ? Kind::of_the_dump : compound(true);
    }
    if (is_any(verb, {"LOOP", "REPEAT"}) || verb.is('<') || at_.is(':')) {
      return compound(true);
    }
    if (is_any(verb, {"IF", "CASE", "WHILE", "FOR", "DECLARE"})) {
      return compound(false);
    }
    if (is_any(verb, {"ANALYZE", "OPTIMIZE", "CHECK", "REPAIR"})) {
      skip_any({"NO_WRITE_TO_BINLOG", "LOCAL"});
      return is_any(at_, {"TABLE", "TABLES", "VIEW"}) ? Kind::of_the_dump : Kind::server;
    }
    if (is_any(verb, {"PREPARE", "EXECUTE", "DEALLOCATE"})) {
      return prepared(verb);
    }
    return other(verb, nested);
  }

 private:
  void advance() { at_ = tokens_.next(); }
  Token take() {
    const Token taken = at_;
    advance();
    return taken;
  }
  [[nodiscard]] bool at_end() const { return at_.kind == TokenKind::end || at_.is(';'); }
  void skip_any(std::initializer_list<std::string_view> words) {
    while (is_any(at_, words)) {
      advance();
    }
  }

  static Kind other(const Token& verb, bool nested) {
    if (is_any(verb, {"GRANT", "REVOKE"})) {
      return Kind::account;
    }
    if (is_any(verb, {"CHANGE", "BINLOG", "PURGE"})) {
      return Kind::replication;
    }
    if (verb.is("CALL")) {
      return Kind::routine;
    }
    if (is_any(verb, {"SHOW", "DESC", "DESCRIBE", "EXPLAIN", "HELP", "CHECKSUM"})) {
      return Kind::query;
    }
    const bool known =
        is_any(verb, {"BACKUP", "CACHE", "CLONE", "FLUSH", "GET", "HANDLER", "IMPORT", "INSTALL", "KILL", "LOAD",
                      "RESET", "RESIGNAL", "RESTART", "SHUTDOWN", "SIGNAL", "STOP", "UNINSTALL", "XA"});
    return known || nested ? Kind::server : Kind::of_the_dump;
  }

  Kind query(bool only_functions) {
    bool changes = false;
    for (; !at_end(); advance()) {
      if (is_any(at_, {"OUTFILE", "DUMPFILE", "LOAD_FILE"})) {
        return Kind::server;
      }
      changes = changes || is_sequence_word(at_) || (at_.is("INTO") && !only_functions);
    }
    return changes ? Kind::of_the_dump : Kind::query;
  }

  // user@host, which may be unquoted words.
  void skip_definer() {
    if (at_.is('=')) {
      advance();
    }
    advance();
    if (at_.is('(')) {  // CURRENT_USER()
      advance();
      advance();
    }
    if (at_.is('@')) {
      advance();
      advance();
    }
  }

  static bool is_object(const Token& token) {
    return is_any(token, {"TABLE", "TABLES", "VIEW", "DATABASE", "SCHEMA", "PROCEDURE", "FUNCTION", "PACKAGE",
                          "TRIGGER", "EVENT", "SEQUENCE", "INDEX", "PREPARE"});
  }
  static bool is_foreign_object(const Token& token) {
    return is_any(
        token, {"SERVER", "TABLESPACE", "LOGFILE", "UNDO", "RESOURCE", "REFERENCE", "CATALOG", "INSTANCE", "SYSTEM"});
  }

  Kind create() {
    for (int words = 0; words < kLongestHead && !at_end(); ++words) {
      const Token token = take();
      if (token.is("DEFINER")) {
        skip_definer();
      } else if (token.is("SECURITY")) {
        advance();  // DEFINER or INVOKER, which names nobody here
      } else if (is_any(token, {"USER", "ROLE"})) {
        return Kind::account;
      } else if (is_foreign_object(token)) {
        return Kind::server;
      } else if (token.is("FUNCTION")) {
        return from_library() ? Kind::server : Kind::of_the_dump;
      } else if (is_object(token)) {
        return Kind::of_the_dump;
      }
    }
    return Kind::of_the_dump;
  }

  // FUNCTION name RETURNS type SONAME 'file'
  bool from_library() {
    for (int words = 0; words < 12 && !at_end() && !at_.is('('); ++words) {
      if (take().is("SONAME")) {
        return true;
      }
    }
    return false;
  }

  Kind change(bool drops) {
    for (int words = 0; words < kLongestHead && !at_end(); ++words) {
      const Token token = take();
      if (token.is("DEFINER")) {
        skip_definer();
      } else if (token.is("SECURITY")) {
        advance();
      } else if (is_any(token, {"USER", "ROLE"})) {
        return Kind::account;
      } else if (is_foreign_object(token)) {
        return Kind::server;
      } else if (is_object(token) || (drops && token.kind != TokenKind::word)) {
        return Kind::of_the_dump;
      }
    }
    return Kind::of_the_dump;
  }

  // SET STATEMENT … FOR statement, or assignments with commas between them.
  Kind set() {
    if (at_.is("STATEMENT")) {
      while (!at_end() && !at_.is("FOR")) {
        advance();
      }
      advance();
      return inside();
    }
    while (!at_end()) {
      const Kind kind = assignment();
      if (kind != Kind::of_the_dump) {
        return kind;
      }
      for (int open = 0; !at_end() && (open > 0 || !at_.is(',')); advance()) {
        open += at_.is('(') ? 1 : at_.is(')') ? -1 : 0;
      }
      if (at_.is(',')) {
        advance();
      }
    }
    return Kind::of_the_dump;
  }

  Kind assignment() {
    if (at_.is('@')) {
      advance();
      if (!at_.is('@')) {
        return Kind::of_the_dump;  // a variable of the session's own
      }
      advance();
    } else if (is_any(at_, {"PASSWORD", "ROLE"})) {
      return Kind::account;
    } else if (is_any(at_, {"DEFAULT", "RESOURCE"})) {
      advance();
      return at_.is("ROLE") ? Kind::account : at_.is("GROUP") ? Kind::server : Kind::of_the_dump;
    } else if (is_any(at_, {"SESSION", "LOCAL"})) {
      advance();
      return at_.is("AUTHORIZATION") ? Kind::account : Kind::of_the_dump;
    }
    return is_any(at_, {"GLOBAL", "PERSIST", "PERSIST_ONLY"}) ? Kind::global : Kind::of_the_dump;
  }

  Kind inside() {
    if (++depth_ > kDeepest) {
      return Kind::server;
    }
    return statement(true);
  }

  // The text of a prepared statement is read where it is written out; another is known only when it runs.
  Kind prepared(const Token& verb) {
    if (verb.is("EXECUTE") && at_.is("IMMEDIATE")) {
      advance();
    } else if (verb.is("PREPARE")) {
      advance();
      if (!at_.is("FROM")) {
        return Kind::server;
      }
      advance();
    } else {
      return Kind::of_the_dump;
    }
    const Token text = take();
    if (text.kind != TokenKind::string || !(at_end() || at_.is("USING")) || depth_ >= kDeepest) {
      return Kind::server;
    }
    const std::string words = unquoted_string(text.text, quoting_.backslash_escapes);
    return Reader(words, server_version_, quoting_, depth_ + 1).statement(true);
  }

  // The statements of a block, wherever one may begin. Where a value may stand as well (CASE … THEN), only words that
  // begin a statement are taken for one.
  Kind compound(bool begins) {
    enum class Place { inside, begin, perhaps };
    Place place = begins ? Place::begin : Place::inside;
    bool handler = false;
    while (at_.kind != TokenKind::end) {
      if (at_.is(';') || at_.is(':')) {
        handler = handler && at_.is(':');
        advance();
        place = Place::begin;
        continue;
      }
      if (at_.is("HANDLER") && place == Place::inside) {
        advance();
        handler = true;
        continue;
      }
      if (is_any(at_, {"BEGIN", "LOOP", "REPEAT"})) {
        advance();
        place = Place::begin;
        continue;
      }
      if (is_any(at_, {"THEN", "ELSE", "DO"}) && !(at_.is("DO") && place == Place::begin)) {
        advance();
        place = Place::perhaps;
        continue;
      }
      if (place == Place::begin && is_any(at_, {"NOT", "ATOMIC"})) {
        advance();
        continue;
      }
      if ((place != Place::inside || handler) && begins_statement(place == Place::begin && !handler)) {
        const Kind kind = inside();
        if (kind != Kind::of_the_dump) {
          return kind;
        }
        --depth_;
      } else {
        advance();
      }
      place = Place::inside;
    }
    return Kind::of_the_dump;
  }

  // `must`: nothing else than a statement can stand here.
  [[nodiscard]] bool begins_statement(bool must) const {
    if (at_.kind != TokenKind::word ||
        is_any(at_, {"END",    "ELSEIF", "ELSIF", "WHEN",  "UNTIL",     "DECLARE", "LEAVE",    "ITERATE",
                     "RETURN", "OPEN",   "CLOSE", "FETCH", "NULL",      "EXIT",    "CONTINUE", "GOTO",
                     "IF",     "CASE",   "WHILE", "FOR",   "EXCEPTION", "SIGNAL",  "RESIGNAL", "GET"})) {
      return false;
    }
    return must ? !is_label() : is_verb();
  }
  [[nodiscard]] bool is_label() const {
    TokenReader ahead = tokens_;
    return ahead.next().is(':');
  }
  [[nodiscard]] bool is_verb() const {
    return is_any(at_, {"SELECT",   "SET",     "CREATE",  "ALTER",     "DROP",    "RENAME",   "GRANT",  "REVOKE",
                        "CALL",     "EXECUTE", "PREPARE", "FLUSH",     "RESET",   "CHANGE",   "START",  "STOP",
                        "SHUTDOWN", "KILL",    "INSTALL", "UNINSTALL", "LOAD",    "PURGE",    "BINLOG", "CACHE",
                        "HANDLER",  "BACKUP",  "XA",      "IMPORT",    "ANALYZE", "OPTIMIZE", "REPAIR"});
  }

  TokenReader tokens_;
  Token at_;
  unsigned server_version_;
  Quoting quoting_;
  int depth_;
};

}  // namespace

StatementKind statement_kind(std::string_view text, unsigned server_version, Quoting quoting) {
  return Reader(text, server_version, quoting, 0).statement(false);
}

}  // namespace rehearsal
