// The kinds of fixes; fix.cc chooses among them.
#pragma once

#include "harness/diagnosis/fix.h"

namespace rehearsal {

[[nodiscard]] Result<Fix> fix_nulls(Sql& sql, const FixRequest& request);
[[nodiscard]] Result<Fix> fix_duplicates(Sql& sql, const FixRequest& request);
[[nodiscard]] Fix fix_unfit(const FixRequest& request);
[[nodiscard]] Fix fix_dates(const FixRequest& request);
[[nodiscard]] Fix fix_orphans(const FixRequest& request);

[[nodiscard]] Result<Fix> fix_foreign_key(Sql& sql, const FixRequest& request);
[[nodiscard]] Result<Fix> fix_existing_column(Sql& sql, const FixRequest& request);
[[nodiscard]] Fix fix_existing_key(const FixRequest& request);
[[nodiscard]] Result<Fix> fix_existing_table(Sql& sql, const FixRequest& request);
[[nodiscard]] Fix fix_missing_key(const FixRequest& request);
[[nodiscard]] Fix fix_missing_column(const FixRequest& request);
[[nodiscard]] Fix fix_missing_constraint(const FixRequest& request);
[[nodiscard]] Fix fix_missing_table(const FixRequest& request);
[[nodiscard]] Fix fix_row_format(const FixRequest& request);

}  // namespace rehearsal
