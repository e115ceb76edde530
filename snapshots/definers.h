// The accounts in whose name a dump's views, triggers, routines and events run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshots/dump_index.h"
#include "snapshots/restore_policy.h"
#include "snapshots/sql.h"

namespace rehearsal {

// The statements that make the account, locked, with all privileges on these schemas and no others. Without a host it
// is a role. Pure.
[[nodiscard]] std::vector<std::string> definer_statements(const std::string& user, const std::string& host,
                                                          const std::set<std::string>& schemas);

// Makes each DEFINER that the server does not have, locked, with all privileges on the dump's schemas and no others:
// what it defines works as in production, and nobody can log in with it. One adaptation for each.
[[nodiscard]] Result<std::vector<Adaptation>> create_definers(Sql& sql, const DumpIndex& index);

}  // namespace rehearsal
