// What a person should know about a dump before it is restored or trusted.
//
//   partial-dump            only the rows of a WHERE are there
//   dump-error              the producer wrote an error into its own dump
//   view-failed             a view could not be dumped, or only its stand-in is there
//   insufficient-privileges the producer was not allowed to see a definition
//   old-server-version      the producer says that its server is too old for it
//   replication-statement   CHANGE MASTER, START SLAVE and the like
//   gtid-statement          replication positions or the binary log's switch
//   account-statement       users, roles, grants, passwords
//   event-present           an event that the scheduler of production would run
//   definer                 an account in whose name views, routines or triggers run
//   unknown-collation       collations of MySQL 8 that MariaDB 10.11 does not know; one for all, see index_builder.cc
//   collation-mapped        a collation that is replaced by another, as the operator asked
//   mysql-producer          production is MySQL, the rehearsal MariaDB (mysql8-producer from 8.0 on)
//   non-innodb-engine       a table of another engine
//   no-data-section         a table's structure without its rows
//   no-structure            a table's rows without its structure
//   duplicate-table         a table that is there twice: the later one is restored
//   schema-twice            a schema in two dumps, or a dump that is given twice
//   no-schema               tables for which neither dump nor scenario names a schema
//   system-schema           mysql, sys, performance_schema, information_schema: not restored
//   suspicious-charset      a character set whose letters may hold a backslash byte
//   noise-line              a message of the producer among its statements
//   client-command          a command that only a client would run: left out
//   zero-date               a column that defaults to a date which strict mode refuses
//   row-format              a table of an old row format, with lower limits on rows and keys
//   skew                    the files were dumped at different times
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "snapshots/index/dump_index.h"
#include "snapshots/index/table_definition.h"
#include "snapshots/scan/dump_event.h"
#include "snapshots/scan/statement.h"

namespace rehearsal {

// The one table that LOCK TABLES … WRITE names: mysqldump writes it before a table's rows, also where there are none
// and where comments are left out. Empty for any other event.
[[nodiscard]] std::string locked_table(const DumpEvent& event, unsigned server_version);

// Finds the hazards of one file, event by event.
class HazardFinder {
 public:
  HazardFinder(std::string file, unsigned server_version) : file_(std::move(file)), server_version_(server_version) {}

  void heed(const DumpEvent& event);
  void heed_definer(const DumpEvent& event, const std::pair<std::string, std::string>& account);
  void heed_table(const DumpEvent& event, const TableDefinition& definition);
  void heed_duplicate(const DumpEvent& event);
  // At the file's end, about the tables that it mentions.
  void finish(const DumpFile& file, const std::vector<const DumpTable*>& tables);

  [[nodiscard]] const std::vector<Hazard>& found() const { return found_; }

 private:
  void comment(const DumpEvent& event);
  void session(const DumpEvent& event);
  // Each code once a key; the object is one where none is given.
  void add(const char* code, Severity severity, std::string what, std::uint64_t line, std::string object = {},
           std::string key = {});

  std::string file_;
  unsigned server_version_;
  std::vector<Hazard> found_;
  std::set<std::pair<std::string, std::string>> seen_;         // code, key
  std::set<std::pair<std::string, std::uint64_t>> stand_ins_;  // views whose real definition is not there yet, line
  std::string data_table_;                                     // named by the last "Dumping data" comment
  bool told_data_sections_ = false;
};

// About the files together.
[[nodiscard]] std::vector<Hazard> hazards_of_snapshot(const std::vector<DumpFile>& files);

}  // namespace rehearsal
