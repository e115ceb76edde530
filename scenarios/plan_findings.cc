#include "scenarios/plan_findings.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "scenarios/schema/standing_words.h"

namespace rehearsal {

namespace {

std::vector<std::string> table_names(const std::vector<LeftOutTable>& tables, bool declared) {
  std::vector<std::string> names;
  for (const LeftOutTable& table : tables) {
    if (table.declared == declared) {
      names.push_back(table.table);
    }
  }
  return names;
}

}  // namespace

void tell_found_schemas(const std::vector<ServiceState>& states, const SchemaMatch& match, Plan& plan) {
  for (const ServiceState& state : states) {
    for (const auto& [role, schema] : state.found) {
      plan.findings.push_back({
          .code = "schema-found",
          .severity = Severity::info,
          .service = state.service,
          .title = fmt::format("{} is rehearsed as the schema of {} ({})", schema, state.service, role),
          .detail = "Its tables and its revision say so; its name is not the usual one. If it is another, say so: " +
                    schemas_line(state.service, {{role, "…"}}) + ".",
          .table = schema,
      });
    }
    for (const auto& [role, schemas] : state.alike) {
      std::vector<std::string> lines;
      for (const std::string& schema : schemas) {
        lines.push_back(schemas_line(state.service, {{role, schema}}));
      }
      plan.findings.push_back({
          .code = "schema-ambiguous",
          .severity = Severity::warning,
          .service = state.service,
          .title = fmt::format("{} is not rehearsed: {} may each be its schema ({})", state.service,
                               join(schemas, ", "), role),
          .detail = "None has the usual name, and nothing is guessed. Write one of: " + join(lines, " or ") + ".",
          .table = schemas.front(),
      });
    }
  }
  for (const SchemaCopy& copy : match.copies) {
    plan.findings.push_back({
        .code = "schema-copy",
        .severity = Severity::info,
        .service = copy.service,
        .title = fmt::format("{} looks like the schema of {} too and is not rehearsed", copy.schema, copy.service),
        .detail = copy.instead_of.empty()
                      ? "No cell mapping names it: it is a copy, or a cell that was removed."
                      : fmt::format("{} is taken for it. If {} is the one in use, write: {}.", copy.instead_of,
                                    copy.schema, schemas_line(copy.service, {{copy.role, copy.schema}})),
        .table = copy.schema,
    });
  }
}

void tell_untold(const ServiceState& state, Plan& plan) {
  const std::string tables = join(state.untold, ", ");
  plan.not_rehearsed.emplace_back(state.service, "the rows of " + tables + " are not in the snapshot");
  std::vector<std::string> questions;
  for (const std::string& table : state.untold) {
    questions.push_back("SELECT * FROM " + table + ";");
  }
  plan.findings.push_back({
      .code = "no-data-section",
      .severity = Severity::warning,
      .service = state.service,
      .title = fmt::format("{} is not rehearsed: the rows of {} are not in the snapshot", state.service, tables),
      .detail = "They say at which revision the schema stands, and without them no step knows where to "
                "begin. Dump them too. Production has them if this shows a row: " +
                join(questions, " "),
      .table = state.untold.front(),
  });
}

void tell_missing_tables(const ServiceState& state, Plan& plan) {
  constexpr std::size_t kShown = 8;
  for (const auto& [schema, tables] : state.lost_tables) {
    plan.not_rehearsed.emplace_back(
        state.service, fmt::format("{} of {} not in the snapshot: {}", plural(tables.size(), "table"),
                                   schema + (tables.size() == 1 ? " is" : " are"), join_some(tables, ", ", kShown)));
    std::vector<std::string> names;
    for (const std::string& table : tables) {
      names.push_back("\"" + schema + "." + table + "\"");
    }
    const std::vector<std::string> made = table_names(state.left_out, false);
    const bool empty = std::find(made.begin(), made.end(), schema + "." + tables.front()) != made.end();
    plan.findings.push_back({
        .code = "tables-missing",
        .severity = Severity::warning,
        .service = state.service,
        .title = fmt::format("{} lacks {} that its revision has: {}", schema, plural(tables.size(), "table"),
                             join_some(tables, ", ", kShown)),
        .detail = fmt::format(
            "A dump does not say what it leaves out. Ask production: {} Dump any table that it has, without its rows "
            "if need be (--no-data), or declare it: [snapshot] left_out = [{}]. One that it does not have was dropped "
            "there, and the service's code needs it.{}",
            tables_query(schema, tables), join_some(names, ", ", kShown),
            empty ? " Here they were made empty, and what the path does to their rows was not rehearsed." : ""),
        .table = schema + "." + tables.front(),
    });
  }
  if (const std::vector<std::string> declared = table_names(state.left_out, true); !declared.empty()) {
    auto [title, detail] = left_out_words(declared, false);
    plan.findings.push_back({
        .code = "tables-left-out",
        .severity = Severity::info,
        .service = state.service,
        .title = std::move(title),
        .detail = std::move(detail),
        .table = declared.front(),
    });
  }
}

PlanFinding finding_of(const Standing& standing, const std::string& service) {
  return {
      .code = standing.code,
      .severity = standing.severity,
      .service = service,
      .title = standing.title,
      .detail = standing.detail,
      .table = standing.table,
  };
}

PlanFinding finding_of(const NotCovered& one) {
  return {
      .code = code_of(one),
      .severity = Severity::warning,
      .service = one.service,
      .title = title_of(one),
      .detail = detail_of(one),
      .table = one.name(),
  };
}

LeftOutWords left_out_words(const std::vector<std::string>& tables, bool has_structure) {
  constexpr std::size_t kShown = 8;
  return {
      fmt::format("not rehearsed: the rows of {} {}: {}", plural(tables.size(), "table"),
                  has_structure ? "whose structure alone is in the dump" : "that the dump leaves out",
                  join_some(tables, ", ", kShown)),
      fmt::format("[snapshot] left_out says so. They are {}: what a step does to their rows, and how long it "
                  "takes, is not known.",
                  has_structure ? "empty on the clone" : "made empty on the clone, as the schema's revision has them")};
}

void tell_coverage(Plan& plan) {
  for (const NotCovered& one : plan.coverage.not_covered) {
    plan.findings.push_back(finding_of(one));
  }
  for (const std::string& schema : plan.coverage.of_no_service) {
    plan.findings.push_back({
        .code = "schema-unknown",
        .severity = Severity::info,
        .title = "schema " + schema + " belongs to no service and is not rehearsed",
        .detail = "It has no revision table and resembles no service of the catalogue; if it belongs to one "
                  "under another name, say so with schemas = { … } in its [service.…].",
        .table = schema,
    });
  }
}

}  // namespace rehearsal
