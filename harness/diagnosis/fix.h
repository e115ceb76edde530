// What would let a refused statement pass: SQL where it is safe or where what is lost is nothing, and a person's
// decision where it is not. Whatever is proposed here is tried on a clone before anyone is told that it works.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/ddl.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/demand.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"
#include "harness/diff/schema.h"
#include "reports/record.h"

namespace rehearsal {

struct FixRequest {
  const Demand& demand;
  const Offenders& offenders;
  const TableFacts& facts;        // of demand.table
  const DdlStatement* statement;  // that was refused; none where it is not a schema statement
  const ReferenceTable& reference;
  const Schema* before = nullptr;  // the schema before the step; none: all that is there was there
};

// Neither sql nor decision: nothing can be said. No SQL that would do harm (harness/diagnosis/harm.h).
[[nodiscard]] Result<Fix> propose_fix(Sql& sql, const FixRequest& request);

}  // namespace rehearsal
