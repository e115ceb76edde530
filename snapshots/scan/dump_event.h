// What a dump file is made of, as the scanner tells it: a sequence of events whose byte ranges, joined, are the file.
//
// The scanner is a tokeniser, not an SQL parser: it knows strings, quoted names, comments, executable comments,
// DELIMITER and the few statements whose meaning matters for a restore. A value in a row is never mistaken for a
// statement. Memory does not grow with the file: rows of a table and comments that are longer than the scanner's window
// are told in pieces (`first`, `last`), rows cut between two of them. Every other statement comes whole.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sql/quoting.h"

namespace rehearsal {

enum class EventKind {
  comment,          // a comment or blank space between statements
  client_command,   // DELIMITER, the sandbox line, and what else only a client understands
  session,          // SET …, LOCK TABLES, UNLOCK TABLES, START TRANSACTION, COMMIT and the like
  create_database,  // CREATE DATABASE
  use_database,     // USE
  create_table,     // CREATE TABLE, a view's placeholder included
  create_view,      // CREATE VIEW, its placeholder included
  create_routine,   // PROCEDURE, FUNCTION, PACKAGE
  create_trigger,
  create_event,
  create_sequence,
  alter_table,  // ALTER TABLE, DISABLE KEYS and ENABLE KEYS included
  drop,         // DROP anything
  insert,       // INSERT, REPLACE: rows of a table
  account,      // CREATE USER, GRANT, ALTER USER, SET PASSWORD, roles
  replication,  // CHANGE MASTER, gtid_slave_pos, GTID_PURGED, START SLAVE …
  other,        // anything else that the server would be asked to execute
};

struct DumpEvent {
  EventKind kind = EventKind::other;
  std::uint64_t begin = 0;     // byte offset in the uncompressed file
  std::uint64_t end = 0;       // one past the last byte, delimiter and line end included
  std::uint64_t line = 0;      // 1-based line on which it begins
  std::string_view schema;     // the schema in force or named; empty where the dump names none
  std::string_view in_force;   // the schema in force, whatever the statement names
  std::string_view object;     // table, view, routine, database …; empty where there is none
  std::string_view text;       // the bytes without the delimiter; a piece of them where !first or !last
  bool first = true;           // `text` begins the statement
  bool last = true;            // `text` ends the statement; false forever where the file ends inside it
  std::string_view head;       // insert: "INSERT INTO `t` (…) VALUES", the same for each piece of the statement
  std::string_view rows_text;  // insert: the tuples in `text`, without the comma that led to the next piece. Each piece
                               // is a statement by itself as head + ' ' + rows_text. Empty: execute `text` as it is
  std::uint64_t rows = 0;      // insert: rows that end in this piece
  bool placeholder = false;    // create_view: the stand-in that mysqldump writes before the real view; create_table:
                               // what may be one, and is a table where no view takes its place
  bool backslash_escapes = true;  // as in quoting()
  bool ansi_quotes = false;
  bool unknown_mode = false;  // session: what SQL_MODE it sets cannot be told without a server

  // Of `text`.
  [[nodiscard]] Quoting quoting() const { return {backslash_escapes, ansi_quotes}; }
};

// Called for each event in order. The views in the event live until the call returns. An Error stops the scan.
using EventSink = std::function<Result<void>(const DumpEvent&)>;

}  // namespace rehearsal
