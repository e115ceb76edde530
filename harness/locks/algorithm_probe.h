// Which algorithm the server used for a step's ALTERs. The server does not log it, but decides it by the definition
// alone: an empty table is treated as a full one. So the step's DDL is replayed, in order, on empty tables of the
// definitions before the step, in a database of the probe's own; each ALTER asks for the algorithms from the cheapest
// on until one is granted.
//
// Measured on MariaDB 10.11 with 29 statements: rows in the table make no difference; foreign_key_checks do (adding a
// foreign key copies the table with them and is instant without), and so does the strictness of sql_mode.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/locks/statement_log.h"

namespace rehearsal {

struct Alteration {
  std::string algorithm;        // "INSTANT", "NOCOPY", "INPLACE", "COPY"; empty: not an ALTER, or it cannot be told
  bool blocks_writers = false;  // LOCK=NONE is refused (an INSTANT one never blocks for long)
};

// `statements`: the step's DDL in the order of the log, with the SET statements for foreign keys between;
// `definitions`: "schema.table" -> SHOW CREATE TABLE before the step. One answer a statement. `sql` is a connection
// with the services' sql_mode, to any server of this version that is not running a step; its binary log is not written,
// its settings are changed and the probe's databases are gone afterwards. An Error only where the connection is lost.
[[nodiscard]] Result<std::vector<Alteration>> find_algorithms(Sql& sql, const std::vector<LoggedStatement>& statements,
                                                              const std::map<std::string, std::string>& definitions);

}  // namespace rehearsal
