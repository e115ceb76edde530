// Diagnoses in plain words. Pure.
#pragma once

#include <string>

#include "harness/diagnosis/demand.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

// What stands against the demand: a sentence without a full stop. Holds no values of rows.
[[nodiscard]] std::string words_for(const Demand& demand, const Offenders& offenders, const TableFacts& facts);

// "All of them are soft-deleted; they were made between 2019-01-02 and 2021-03-04."; empty where nothing is known.
[[nodiscard]] std::string age_and_share(const Offenders& offenders);

}  // namespace rehearsal
