// The law on proposed SQL, in one place: nothing that was there before the step and holds rows is dropped, renamed away
// or emptied, nor is a column with any value. All SQL that a finding offers comes through here, when it is offered and
// again, on a clone of the state before the step, before it is tried.
#pragma once

#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diff/schema.h"
#include "reports/record.h"

namespace rehearsal {

// What the SQL would do against the law, as "it would drop table `s`.`t`, which holds rows"; empty where it keeps it.
// `before` is the schema before the step; what it does not name the step itself made. Without one all that the server
// has was there. UPDATE and DELETE are looked at by their effect, in a transaction that is rolled back; columns made of
// zero dates alone hold no value.
[[nodiscard]] Result<std::string> harm_of(Sql& sql, const std::string& proposed, const Schema* before);

// Takes SQL that would do harm out of the fix and asks the question instead. True where it did.
[[nodiscard]] Result<bool> withhold_harm(Sql& sql, const Schema* before, Fix& fix);

}  // namespace rehearsal
