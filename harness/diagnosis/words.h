// Diagnoses in plain words. Pure.
#pragma once

#include <string>
#include <vector>

#include "harness/diagnosis/demand.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

// What stands against the demand: a sentence without a full stop. Holds no values of rows. `upstream`: the lines of the
// table as upstream makes it (harness/diff/schema.h); empty where that is not known, and nothing is said of it then.
[[nodiscard]] std::string words_for(const Demand& demand, const Offenders& offenders, const TableFacts& facts,
                                    const std::vector<std::string>& upstream = {});

// "All of them are soft-deleted; they were made between 2019-01-02 and 2021-03-04."; empty where nothing is known.
[[nodiscard]] std::string age_and_share(const Offenders& offenders);

}  // namespace rehearsal
