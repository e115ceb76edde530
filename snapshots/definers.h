// The accounts in whose name a dump's views, triggers, routines and events run.
#pragma once

#include <vector>

#include "base/result.h"
#include "snapshots/dump_index.h"
#include "snapshots/restore_policy.h"
#include "snapshots/sql.h"

namespace rehearsal {

// Makes each DEFINER that the server does not have, locked, with all privileges on the dump's schemas and no others:
// what it defines works as in production, and nobody can log in with it. One adaptation for each.
[[nodiscard]] Result<std::vector<Adaptation>> create_definers(Sql& sql, const DumpIndex& index);

}  // namespace rehearsal
