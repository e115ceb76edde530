// The dump index: all that one pass over a snapshot's dump files finds out, without a server.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/severity.h"
#include "base/sql/sql.h"
#include "base/sql/tokens.h"
#include "snapshots/bytes/dump_input.h"
#include "snapshots/index/collations.h"
#include "snapshots/index/table_objects.h"

namespace rehearsal {

// Is the whole dump there?
enum class Completeness {
  complete,    // ends with its footer
  unprovable,  // ends between statements, but says nothing about its end (comments were left out)
  truncated,   // ends inside a statement, or before the footer that its header promises
};

// Something in a dump that a person should know before it is restored or trusted. Codes are words, see hazards.cc.
struct Hazard {
  std::string code;  // "partial-dump", "replication-statement", "definer-missing" …
  Severity severity = Severity::info;
  std::string what;         // one sentence
  std::string file = {};    // file name
  std::uint64_t line = 0;   // 0 where no line applies
  std::string object = {};  // schema.table, empty where none applies
};

// How mysqldump writes the values of a column, by its type.
enum class ColumnKind : std::uint8_t {
  number,  // as a bare number, or in quotes
  text,    // in quotes: text, times, JSON, bytes
  date,    // in quotes: a year, a month, a day, and a time of the day where there is one
  choice,  // in quotes: ENUM
  other,   // in a form of its own, or not at all (BIT, YEAR, geometry, generated or invisible columns)
};

// Bytes of a file that hold rows of one table and nothing else.
struct RowRange {
  std::size_t file = 0;     // place in DumpIndex::files
  std::uint64_t begin = 0;  // of the uncompressed file; from the start of a statement
  std::uint64_t end = 0;    // one past the line end behind a statement
  std::uint64_t lines = 0;  // line ends in it
};

struct DumpTable {
  std::string schema;  // empty where neither the dump nor the scenario names one
  std::string name;
  std::uint64_t rows = 0;   // from the tokens
  std::uint64_t bytes = 0;  // of its INSERT statements
  std::uint64_t longest_statement = 0;
  bool has_structure = false;                         // CREATE TABLE was seen
  bool has_data_section = false;                      // an INSERT, its LOCK or the "Dumping data" comment, was seen
  std::vector<RowRange> ranges;                       // in order
  std::string rows_hash;                              // XXH3-128 of the bytes of the ranges, hex; empty without rows
  std::vector<std::string> columns;                   // in order, from CREATE TABLE
  std::vector<ColumnKind> kinds;                      // of the columns
  std::vector<std::vector<std::string>> unique_keys;  // PRIMARY first, then UNIQUE, as columns
  std::vector<std::vector<std::string>> plain_keys;   // that are not unique, as columns
  bool altered = false;                               // later, in a way that is not followed here: it may be otherwise
  bool reshaped = false;                              // its columns changed after rows were told
  std::string engine;                                 // "InnoDB"; empty where not said
  std::vector<TableObject> objects;                   // without their text
  std::vector<Row> captured;                          // the rows, for the tables that ScanOptions asks to capture
};

struct DumpFile {
  std::string path;             // of several parts: the folder and the schema, "folder/schema"
  std::string of;               // the folder that the dump and others make up together; empty for a dump of its own
  std::vector<PartSpan> parts;  // empty: one file
  std::string schema;           // as given with DumpInput; empty where it was not
  std::string compression;      // "", "gzip", "zstd", "xz", "bzip2"
  std::uint64_t bytes_on_disk = 0;
  std::uint64_t bytes = 0;           // uncompressed
  std::string content_hash;          // XXH3-128 of the uncompressed bytes, hex
  std::string producer;              // "MariaDB dump 10.19", "MySQL dump 10.13"; empty where not said
  std::string distribution;          // "10.11.14-MariaDB, for debian-linux-gnu (x86_64)"
  std::string server_version;        // "10.11.14-MariaDB-0+deb12u2"
  std::string host;                  // as told by the header
  std::string completed_at;          // "2026-11-23 8:02:11"; empty where not said
  std::string replication_position;  // as told by CHANGE MASTER, commented or not
  Completeness completeness = Completeness::unprovable;
  std::string ends_in;          // truncated: the table or statement, and byte, where it ends
  std::string ordered_because;  // why its statements must run in their order; empty: rows may be loaded side by side

  // For people: the file's name, or the folder's and the schema in it.
  [[nodiscard]] std::string name() const;
  struct Place {
    std::string file;  // its name
    std::uint64_t line = 0;
  };
  // Of a line of the stream, as its reader finds it.
  [[nodiscard]] Place place(std::uint64_t line) const;
};

// Something for which the dump is not restored, since the outcome would not be what the client makes of it.
struct Refusal {
  std::string what;        // one sentence
  std::string file = {};   // its name
  std::uint64_t line = 0;  // 0 where no line applies
  std::string object;      // schema.table, empty where none applies
  std::string hint;
  bool dump_error = false;  // of the program that dumped: may be accepted
};

struct DumpIndex {
  std::vector<DumpFile> files;
  std::vector<std::size_t> order;              // of the files, in which they reach the server; see file_order.h
  bool order_decides = false;                  // the same files in another order may give other content
  std::vector<DumpTable> tables;               // in order of appearance; views are not here
  std::map<std::string, std::string> schemas;  // name -> its CREATE DATABASE text, may be empty
  std::vector<std::string> views, triggers, routines, events;  // schema.name
  std::set<std::pair<std::string, std::string>> definers;      // user, host
  std::vector<Hazard> hazards;
  std::vector<Refusal> refusals;
  std::uint64_t longest_statement = 0;
  CollationMap map_collations;                             // of ScanOptions: a restore replaces them
  std::map<std::string, std::uint64_t> mapped_collations;  // those that the dumps name, and how often

  [[nodiscard]] const DumpTable* find(const std::string& schema, const std::string& table) const;
  [[nodiscard]] std::uint64_t rows() const;
  [[nodiscard]] std::uint64_t bytes() const;
  // Identifies the content: the same dumps in any compression, and in any order where that decides nothing, with the
  // same collations mapped, give the same key. Hex.
  [[nodiscard]] std::string content_key() const;
  // What becomes of one of the mapped collations, in words.
  [[nodiscard]] std::string mapping_text(const std::string& from) const;
};

struct ScanOptions {
  // Tables whose rows are to be kept in the index (revision tables, cell mappings): shell patterns on the table name.
  std::vector<std::string> capture = {"alembic_version*", "*_alembic_version", "*_alembic", "migrate_version"};
  std::uint64_t capture_limit = 10000;  // rows a table
  CollationMap map_collations;
  unsigned server_version = kServerOfTexts;  // of the MariaDB that will read the dump, as in executable comments
  // Told about every few MB, from a thread that is not the caller's: file, bytes done, bytes of the file on disk (both
  // of the compressed form).
  std::function<void(const std::string&, std::uint64_t, std::uint64_t)> progress;
};

// One pass over the files. A truncated dump is a value (see Completeness); an empty or unreadable one, or one whose
// compressed stream is damaged, is an Error of kind `unusable_dump` that names the file and the byte.
[[nodiscard]] Result<DumpIndex> scan_dumps(const std::vector<DumpInput>& inputs, const ScanOptions& options = {});

// scan_dumps(), with `inputs` put into the order in which they reach the server.
[[nodiscard]] Result<DumpIndex> scan_in_order(std::vector<DumpInput>& inputs, const ScanOptions& options = {});

// An Error of kind `unusable_dump` naming the file, byte and table, where any file is truncated.
[[nodiscard]] Result<void> require_complete(const DumpIndex& index);
// That, and one that names file, line and object where a restore is refused for what stands in a dump. Errors of the
// program that dumped may be accepted: rows are missing then.
[[nodiscard]] Result<void> require_usable(const DumpIndex& index, bool accept_dump_errors = false);

// The tables of a schema, most bytes first.
[[nodiscard]] std::vector<const DumpTable*> tables_by_size(const DumpIndex& index, const std::string& schema);

// "complete", "unprovable", "truncated"
[[nodiscard]] const char* to_string(Completeness completeness);

// All but the captured rows, which may hold secrets.
void to_json(nlohmann::json& json, const DumpIndex& index);

}  // namespace rehearsal
