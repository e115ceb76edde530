#include "scenarios/plan_text.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"
#include "scenarios/plan_findings.h"

namespace rehearsal {

namespace {

// Paths inside the sandbox say little to people: "/rehearsal/etc/x.conf" is "x.conf", the empty folder is left out.
std::string shown(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < command.size(); ++i) {
    if (command[i] == "--config-dir" && i + 1 < command.size() && command[i + 1] == kStepEmptyDir) {
      ++i;
      continue;
    }
    words.push_back(replace_all(command[i], std::string(kStepEtc) + "/", ""));
  }
  return shell_words(words);
}

// Those of schemas that are not where their revision table says are first.
std::vector<PlanFinding> all_findings(const Plan& plan) {
  std::vector<PlanFinding> findings;
  for (const Lane& lane : plan.lanes) {
    for (const Standing& standing : lane.standings) {
      findings.push_back(finding_of(standing, lane.service));
    }
    if (!lane.catch_up.empty()) {
      findings.push_back({
          .code = "schema-behind",
          .severity = Severity::warning,
          .service = lane.service,
          .title = join(lane.catch_up.front().schemas, ", ") + " is " + lane.behind_words,
          .detail = lane.behind_detail,
          .table = lane.behind_table,
      });
    }
    for (const CellWithoutDatabase& cell : lane.lost_cells) {
      findings.push_back({
          .code = "cell-without-database",
          .severity = Severity::warning,
          .service = lane.service,
          .title =
              fmt::format("the snapshot has no database for cell {} ({}{}{})", cell.part,
                          cell.disabled ? "disabled, " : "", cell.schema, cell.host.empty() ? "" : " on " + cell.host),
          .detail = cell.elsewhere ? "It has hosts and a server of its own: dump it too. The other cells are rehearsed."
                                   : "The steps run with its mapping as it is; the other cells are rehearsed.",
          .table = cell.table,
      });
    }
  }
  findings.insert(findings.end(), plan.findings.begin(), plan.findings.end());
  return findings;
}

}  // namespace

std::string coverage_text(const Coverage& coverage) {
  std::string text;
  if (!coverage.skipped.empty()) {
    text += "\nLeft out\n";
    for (const auto& [name, why] : coverage.skipped) {
      text += fmt::format("  {}: {}\n", name, why);
    }
  }
  if (!coverage.out_of_scope.empty()) {
    text += "\nOut of scope, because of [services] only: " + join(coverage.out_of_scope, ", ") + "\n";
  }
  if (coverage.not_covered.empty()) {
    return text;
  }
  text += "\nNot covered: without a blocker the verdict will be INCONCLUSIVE\n";
  for (const NotCovered& one : coverage.not_covered) {
    text += fmt::format("  {}: {}\n", one.what, one.why);
    if (!one.tables.empty()) {
      text += fmt::format("      tables that are its own, or that no release of {} knows: {}\n", one.service,
                          join_some(one.tables, ", ", 12));
    }
    if (!one.cure.empty()) {
      text += "      " + one.cure + "\n";
    }
  }
  return text + "To leave all of it out, each with your reason:\n\n" + skip_lines(coverage);
}

nlohmann::ordered_json coverage_json(const Coverage& coverage) {
  using json = nlohmann::ordered_json;
  json not_covered = json::array();
  for (const NotCovered& one : coverage.not_covered) {
    not_covered.push_back({{"schema", one.schema},
                           {"table", one.table},
                           {"service", one.service},
                           {"code", code_of(one)},
                           {"why", one.why},
                           {"cure", one.cure},
                           {"tables", one.tables}});
  }
  json skipped = json::array();
  for (const auto& [name, why] : coverage.skipped) {
    skipped.push_back({{"schema", name}, {"why", why}});
  }
  return {{"not_covered", not_covered},
          {"skipped", skipped},
          {"of_no_service", coverage.of_no_service},
          {"out_of_scope", coverage.out_of_scope},
          {"skip_lines", skip_lines(coverage)}};
}

std::string to_text(const Plan& plan) {
  std::string text;
  if (plan.path.hops.empty()) {
    text += fmt::format("Path: {} only: is this cloud ready to leave it?\n", plan.path.from);
  } else {
    text += "Path: " + plan.path.from;
    for (const Hop& hop : plan.path.hops) {
      text += " → " + hop.to;
    }
    text += fmt::format(" ({})\n", plural(plan.path.hops.size(), "hop"));
  }
  for (const Lane& lane : plan.lanes) {
    std::set<std::string> schemas;
    for (const auto& [role, schema] : lane.schemas) {
      schemas.insert(schema);
    }
    text += fmt::format("\n{}  ({}; {})\n", lane.service, plural(lane.steps.size(), "step"),
                        join({schemas.begin(), schemas.end()}, ", "));
    std::string release;
    for (const PlanStep& step : lane.steps) {
      if (step.release != release) {
        release = step.release;
        text += fmt::format("  code of {}, version {}\n", release, step.version);
      }
      text += fmt::format("    {:<14}{:<9}{}\n", to_word(step.phase), step.part, shown(step.command));
    }
    for (const Rewriting& rewriting : lane.rewritings) {
      text += fmt::format("  rewritten first: {}.{}.{} ({})\n", rewriting.schema, rewriting.table, rewriting.column,
                          rewriting.what);
    }
  }
  std::vector<PlanFinding> findings = all_findings(plan);
  std::erase_if(findings, [](const PlanFinding& finding) {  // told in a section of their own
    return finding.code == "schema-not-covered" || finding.code == "chain-not-covered";
  });
  if (!findings.empty()) {
    text += "\nKnow before you run it\n";
    for (const PlanFinding& finding : findings) {
      text += fmt::format("  {:<8} {}: {}\n", to_word(finding.severity), finding.code, finding.title);
    }
  }
  text += coverage_text(plan.coverage);
  std::string partly;
  for (const auto& [service, why] : plan.not_rehearsed) {
    partly += plan.has_lane(service) ? fmt::format("  {}: {}\n", service, why) : "";
  }
  return partly.empty() ? text
                        : text + "\nRehearsed in part: without a blocker the verdict will be INCONCLUSIVE\n" + partly;
}

std::string plan_json_text(const Plan& plan) {
  using json = nlohmann::ordered_json;
  json root;
  root["path"] = {{"from", plan.path.from}, {"to", plan.path.to}, {"hops", json::array()}};
  for (const Hop& hop : plan.path.hops) {
    root["path"]["hops"].push_back({{"from", hop.from}, {"to", hop.to}});
  }
  root["lanes"] = json::array();
  for (const Lane& lane : plan.lanes) {
    json steps = json::array();
    for (const PlanStep& step : lane.steps) {
      steps.push_back({{"id", step.id},
                       {"service", step.service},
                       {"release", step.release},
                       {"phase", to_word(step.phase)},
                       {"part", step.part},
                       {"version", step.version},
                       {"command", step.command},
                       {"schemas", step.schemas},
                       {"may_change", step.may_change}});
    }
    json rewritings = json::array();
    for (const Rewriting& rewriting : lane.rewritings) {
      rewritings.push_back({{"schema", rewriting.schema},
                            {"table", rewriting.table},
                            {"column", rewriting.column},
                            {"what", rewriting.what}});
    }
    root["lanes"].push_back(
        {{"service", lane.service}, {"schemas", lane.schemas}, {"steps", steps}, {"rewritings", rewritings}});
  }
  root["findings"] = json::array();
  for (const PlanFinding& finding : all_findings(plan)) {
    root["findings"].push_back({{"code", finding.code},
                                {"severity", to_word(finding.severity)},
                                {"service", finding.service},
                                {"title", finding.title},
                                {"detail", finding.detail}});
  }
  root["coverage"] = coverage_json(plan.coverage);
  return json_text(root, 2) + "\n";
}

}  // namespace rehearsal
