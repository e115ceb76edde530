// A directory that mydumper wrote, read as dumps: one for each of its schemas, in parts.
//
// The names of the files tell what they are: SCHEMA-schema-create.sql, SCHEMA.TABLE-schema.sql, SCHEMA.TABLE.sql or
// SCHEMA.TABLE.00000.sql and so on for the rows, -schema-view, -schema-triggers, -schema-sequence, -schema-post; each
// may be compressed. Their statements name no schema and end by ";" and a line end. What the names say is held against
// what the files hold (part_judge.h), since a name with dots or dashes can be read in two ways.
//
// `metadata` tells that mydumper came to its end. From 0.11 on it, or a file beside each table, tells the rows of each
// table too; without them nothing shows that no file and no statement is missing, and the dump is `unprovable`. So
// is a schema with triggers or routines, whose number is not told.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "snapshots/bytes/dump_input.h"

namespace rehearsal {

// Whether a folder with these files is mydumper's, whole or not.
[[nodiscard]] bool is_mydumper(const std::vector<std::string>& names);

// Folders become the dumps that they hold; files stay as they are. An Error of kind `unusable_dump` names what is
// missing, or what the folder is where it is not a mydumper directory.
[[nodiscard]] Result<std::vector<DumpInput>> expand_dumps(const std::vector<DumpInput>& inputs);

// What ends the statements of the input.
[[nodiscard]] std::string delimiter_of(const DumpInput& input);

}  // namespace rehearsal
