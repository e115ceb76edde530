// Which kinds of statements of a dump a restore executes: those that make, change or fill what a dump is of. All else
// is left out and listed, also where it stands inside another statement: in an executable comment, behind SET STATEMENT
// … FOR, in a compound statement, or in the text of a prepared one. Pure.
//
// This decides what is told. What holds against text that is read otherwise here than by the server are the rights of
// the account that the statements run as (restore_account.h).
#pragma once

#include <string_view>

#include "base/sql/quoting.h"

namespace rehearsal {

enum class StatementKind {
  of_the_dump,  // executed
  account,      // users, roles, grants, passwords
  replication,  // other servers and the binary log
  server,       // the server itself, its files, and text that is known only when it runs
  global,       // variables of the whole server
  routine,      // CALL: a restore makes routines and executes none
  query,        // reads and changes nothing
};

// `text` is one statement without its delimiter. What MariaDB does not know at all is of_the_dump: the server refuses
// it, so that a damaged statement is not passed over.
[[nodiscard]] StatementKind statement_kind(std::string_view text, unsigned server_version, Quoting quoting);

}  // namespace rehearsal
