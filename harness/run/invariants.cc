#include "harness/run/invariants.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/run/assertions.h"
#include "reports/mask/mask.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

// A schema that is asked an invariant.
struct Asked {
  const Invariant* invariant;
  std::string schema;
  [[nodiscard]] std::string id() const { return "invariant:" + invariant->id + ":" + schema; }
};

std::vector<Asked> asked_of(const std::vector<Invariant>& invariants, const Service& service, const Lane& lane) {
  std::vector<Asked> asked;
  for (const Invariant& invariant : invariants) {
    if (invariant.service != service.name) {
      continue;
    }
    std::set<std::string> schemas;
    for (const auto& [part, schema] : lane.schemas) {
      const std::string role = head_role(service, part);
      if (contains(invariant.of, role)) {
        schemas.insert(schema);
      }
    }
    for (const std::string& schema : schemas) {
      asked.push_back({&invariant, schema});
    }
  }
  return asked;
}

Answer answer_in(const Answers& answers, const std::string& id) {
  const auto found = answers.find(id);
  return found == answers.end() ? Answer{std::nullopt, "it was not asked"} : found->second;
}

Finding invariant_finding(const Asked& asked, Severity severity) {
  Finding finding;
  finding.severity = severity;
  finding.service = asked.invariant->service;
  finding.table = asked.schema + "." + asked.invariant->forms.front().table;
  return finding;
}

Finding broken(const Asked& asked, const std::string& before, const std::string& after, bool mended) {
  Finding finding = invariant_finding(asked, mended ? Severity::info : Severity::blocker);
  finding.code = "invariant-broken";
  finding.title = fmt::format("{} in {}: {} before the path, {} after it", asked.invariant->words, asked.schema,
                              told_answer(before), told_answer(after));
  finding.detail = mended ? "Steps of this service continued with fixes, which may have changed the number."
                          : "No migration of this path is known to change it.";
  if (is_digits(before) && is_digits(after)) {
    finding.row_count = std::llabs(std::atoll(before.c_str()) - std::atoll(after.c_str()));
  }
  return finding;
}

Finding invariant_not_asked(const Asked& asked, const Answer& before, const Answer& after) {
  // What the schema did not have at the start cannot be lost.
  Finding finding = invariant_finding(asked, before.text || after.text ? Severity::warning : Severity::info);
  finding.code = "invariant-not-asked";
  finding.title = fmt::format("{} in {} were not compared {}", asked.invariant->words, asked.schema,
                              before.text ? "after the path" : "before the path");
  finding.detail = "internal error: the query of the invariant " + asked.invariant->id +
                   " failed. The server says: " + mask_server_message(before.text ? after.refused : before.refused);
  return finding;
}

}  // namespace

Result<std::vector<Question>> invariant_questions(Sql& sql, const std::vector<Invariant>& invariants,
                                                  const Service& service, const Lane& lane) {
  const std::vector<Asked> all = asked_of(invariants, service, lane);
  std::vector<Question> questions;
  if (all.empty()) {
    return questions;
  }
  std::set<std::string> schemas, tables;
  for (const Asked& asked : all) {
    schemas.insert(sql_string(asked.schema));
    for (const InvariantForm& form : asked.invariant->forms) {
      tables.insert(sql_string(form.table));
    }
  }
  std::map<std::string, SchemaColumns> columns;
  REHEARSAL_TRY(sql.for_each_row(
      fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN "
                  "({}) AND TABLE_NAME IN ({})",
                  join({schemas.begin(), schemas.end()}, ", "), join({tables.begin(), tables.end()}, ", ")),
      [&](const Row& row) -> Result<void> {
        columns[row.at(0).value_or("")][row.at(1).value_or("")].insert(row.at(2).value_or(""));
        return {};
      }));
  for (const Asked& asked : all) {
    const InvariantForm* form = fitting_form(*asked.invariant, columns[asked.schema]);
    questions.push_back(
        {asked.id(), invariant_query(form != nullptr ? *form : asked.invariant->forms.front(), asked.schema)});
  }
  return questions;
}

std::vector<Finding> invariant_findings(const std::vector<Invariant>& invariants, const Service& service,
                                        const Lane& lane, const LaneOutcome& outcome) {
  std::vector<Finding> findings;
  if (outcome.after.empty()) {
    return findings;
  }
  const bool mended = std::any_of(outcome.steps.begin(), outcome.steps.end(),
                                  [](const StepRecord& step) { return step.passes_with_fix; });
  for (const Asked& asked : asked_of(invariants, service, lane)) {
    const Answer before = answer_in(outcome.before, asked.id());
    const Answer after = answer_in(outcome.after, asked.id());
    if (!before.text || !after.text) {
      findings.push_back(invariant_not_asked(asked, before, after));
    } else if (*before.text != *after.text) {
      findings.push_back(broken(asked, *before.text, *after.text, mended));
    }
  }
  return findings;
}

}  // namespace rehearsal
