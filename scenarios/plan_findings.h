// What a plan says about schemas: those identified by what is in them, tables that are missing, and what is not
// covered.
#pragma once

#include <string>
#include <vector>

#include "scenarios/plan.h"
#include "scenarios/schema_match.h"

namespace rehearsal {

// Schemas that are a service's for what is in them, and those beside them that look the same.
void tell_found_schemas(const std::vector<ServiceState>& states, const SchemaMatch& match, Plan& plan);

// Tables that are missing make what is said incomplete, unless the operator says that the dump leaves them out.
// Revision tables whose rows the dump leaves out: the service is not rehearsed.
void tell_untold(const ServiceState& state, Plan& plan);
void tell_missing_tables(const ServiceState& state, Plan& plan);

// What tables-left-out says of tables whose rows the operator declares to be left out; the dump has their structure,
// or not even that.
struct LeftOutWords {
  std::string title, detail;
};
[[nodiscard]] LeftOutWords left_out_words(const std::vector<std::string>& tables, bool has_structure);

// Of a schema that is not where its revision table says.
[[nodiscard]] PlanFinding finding_of(const Standing& standing, const std::string& service);

// Of what the verdict does not cover.
[[nodiscard]] PlanFinding finding_of(const NotCovered& one);

// What of `plan.coverage` is lacking.
void tell_coverage(Plan& plan);

}  // namespace rehearsal
