#include "harness/diagnosis/fix.h"

#include "harness/diagnosis/fix_parts.h"
#include "harness/diagnosis/harm.h"

namespace rehearsal {

namespace {

Result<Fix> choose_fix(Sql& sql, const FixRequest& request) {
  switch (request.demand.kind) {
    case Demand::Kind::unique:
      return fix_duplicates(sql, request);
    case Demand::Kind::not_null:
      return fix_nulls(sql, request);
    case Demand::Kind::fits:
      return fix_unfit(request);
    case Demand::Kind::valid_dates:
      return fix_dates(request);
    case Demand::Kind::refers:
      return fix_orphans(request);
    case Demand::Kind::compatible:
      return fix_foreign_key(sql, request);
    case Demand::Kind::absent_column:
      return fix_existing_column(sql, request);
    case Demand::Kind::absent_key:
      return fix_existing_key(request);
    case Demand::Kind::absent_table:
      return fix_existing_table(sql, request);
    case Demand::Kind::present_column:
      return fix_missing_column(request);
    case Demand::Kind::present_key:
      return fix_missing_key(request);
    case Demand::Kind::present_foreign_key:
      return fix_missing_constraint(request);
    case Demand::Kind::present_table:
      return fix_missing_table(request);
    case Demand::Kind::key_size:
    case Demand::Kind::row_size:
      return fix_row_format(request);
  }
  return Fix();
}

}  // namespace

Result<Fix> propose_fix(Sql& sql, const FixRequest& request) {
  if (is_about_rows(request.demand.kind) && request.offenders.count == 0) {
    return Fix();
  }
  REHEARSAL_TRY_SET(Fix fix, choose_fix(sql, request));
  REHEARSAL_TRY(withhold_harm(sql, request.before, fix));
  return fix;
}

}  // namespace rehearsal
