// From dump files to rows in a server.
//
// Where a file is as mysqldump writes it, all that holds no rows runs first; then tables are filled side by side, the
// largest first, each over a connection that has run the file's own SET statements; then the triggers are made. Rows go
// by LOAD DATA where that reads them as INSERT would (see load_form.h), and by INSERT otherwise. A file that looks at
// its rows again (see load_order.h) runs in its order. What is done otherwise than the dump says is listed (see
// restore_policy.h).
//
// The server is a throw-away one: see server_options.h for its settings. It holds no other data. The account that is
// given may do all; the dump's own statements run as another, see restore_account.h.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/load/restore_report.h"

namespace rehearsal {

// `index` is of the same inputs. An Error of kind `unusable_dump` names file, line, object and the server's words where
// the server refuses a statement; one of kind `failed` where the server died or the disk is full.
[[nodiscard]] Result<RestoreReport> restore_dumps(const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                                  const SqlLogin& target, const RestoreOptions& options = {});

}  // namespace rehearsal
