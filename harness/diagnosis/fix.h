// What would let a refused statement pass: SQL where it is safe or where what is lost is nothing, and a person's
// decision where it is not. Whatever is proposed here is tried on a clone before anyone is told that it works.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diagnosis/ddl.h"
#include "harness/diagnosis/demand.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"
#include "harness/schema.h"
#include "reports/record.h"
#include "snapshots/sql.h"

namespace rehearsal {

// A table as upstream makes it: the lines of a TableShape (harness/schema.h); empty where that is not known.
using ReferenceTable = std::function<std::vector<std::string>(const std::string& schema, const std::string& table)>;

struct FixRequest {
  const Demand& demand;
  const Offenders& offenders;
  const TableFacts& facts;        // of demand.table
  const DdlStatement* statement;  // that was refused; none where it is no schema statement
  const ReferenceTable& reference;
  const Schema* before = nullptr;  // the schema before the step; none: all that is there was there
};

// Neither sql nor decision: nothing can be said. No SQL that would do harm (harness/diagnosis/harm.h).
[[nodiscard]] Result<Fix> propose_fix(Sql& sql, const FixRequest& request);

}  // namespace rehearsal
