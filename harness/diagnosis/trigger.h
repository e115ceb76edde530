// Errors that a statement has not earned: a trigger on its table raised them. Upstream makes hardly any triggers, so
// one that names what the server complains of is most likely somebody's own.
#pragma once

#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "reports/record.h"

namespace rehearsal {

// `table`: of the refused INSERT, UPDATE or DELETE; `object`: what the server's message names. True where triggers of
// the table name the object, and the finding now says so.
[[nodiscard]] Result<bool> blame_trigger(Sql& sql, const std::string& schema, const std::string& table,
                                         const std::string& object, Finding& finding);

}  // namespace rehearsal
