#include "reports/markdown.h"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/drills.h"
#include "reports/markup.h"
#include "reports/probes.h"
#include "reports/scope.h"
#include "reports/statements.h"
#include "reports/telling.h"
#include "reports/verdict.h"
#include "reports/waivers.h"

namespace rehearsal {
namespace {

constexpr std::size_t kMaxFindings = 4;  // of one severity
constexpr std::size_t kMaxLines = 8;     // of a list
constexpr std::size_t kMaxSqlLines = 12;
constexpr std::size_t kMaxDrilled = 40;  // steps

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// One line of text that Markdown shows as it is. An underscore within a word is left alone: it means nothing there.
std::string plain(std::string_view text) {
  const std::string clean = clean_text(text);
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const bool in_word =
        i > 0 && i + 1 < clean.size() && is_alphanumeric(clean[i - 1]) && is_alphanumeric(clean[i + 1]);
    switch (c) {
      case '\n':
      case '\t':
        out += ' ';
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '_':
        out += in_word ? "_" : "\\_";
        break;
      case '\\':
      case '`':
      case '*':
      case '[':
      case ']':
      case '|':
      case '#':
      case '~':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Within a code span nothing is escaped but the bar of a table; a backtick would end it.
std::string code(std::string_view text) {
  std::string clean = replace_all(replace_all(clean_text(text), "\n", " "), "`", "'");
  return clean.empty() ? clean : "`" + replace_all(std::move(clean), "|", "\\|") + "`";
}

// A fenced block; its fence is longer than any run of backticks in it.
std::string block(std::string_view text, std::string_view language) {
  std::vector<std::string> lines = lines_of(clean_text(text));
  if (lines.size() > kMaxSqlLines) {
    const std::size_t more = lines.size() - kMaxSqlLines;
    lines.resize(kMaxSqlLines);
    lines.push_back(fmt::format("-- and {} in report.json", plural(more, "more line")));
  }
  std::string fence = "```";
  const std::string body = join(lines, "\n");
  while (contains(body, fence)) {
    fence += '`';
  }
  return fmt::format("{0}{1}\n{2}\n{0}\n", fence, language, body);
}

std::string and_more(std::size_t total, std::size_t shown) {
  return total > shown ? fmt::format("- and {} more in report.json\n", total - shown) : std::string();
}

std::string findings_text(const RunRecord& record, Severity severity, const char* title) {
  const auto findings = findings_of(record, severity);
  if (findings.empty()) {
    return {};
  }
  std::string out = fmt::format("\n## {} ({})\n\n", title, findings.size());
  for (std::size_t i = 0; i < findings.size() && i < kMaxFindings; ++i) {
    const Finding& finding = *findings[i];
    out += fmt::format("{}. {} **{}**: {}\n", i + 1, mark_of(severity), plain(finding.code),
                       plain(clip_text(finding_sentence(finding), 400)));
    if (finding.waived) {
      out += "   " + plain(clip_text(waived_text(*finding.waived), 300)) + "\n";
    }
    if (!finding.error.empty()) {
      out += "   " + code(clip_text(lines_of(finding.error).front(), 300)) + "\n";
    }
    if (!finding.fix) {
      continue;
    }
    if (!finding.fix->sql.empty()) {
      out += fmt::format("\nFix, {}:\n\n{}\n", fix_proof(finding), block(finding.fix->sql, "sql"));
    }
    if (!finding.fix->decision.empty()) {
      out += "To decide: " + plain(finding.fix->decision) + "\n\n";
    }
  }
  while (out.size() > 1 && out.substr(out.size() - 2) == "\n\n") {
    out.pop_back();
  }
  return out + (findings.size() > kMaxFindings
                    ? fmt::format("\nAnd {} more in report.json.\n", findings.size() - kMaxFindings)
                    : std::string());
}

std::string services_table(const RunRecord& record) {
  std::string out = "\n## Services\n\n| | Service | Found at | Passed | Failed | Not run | Time |\n";
  out += "|---|---|---|---:|---:|---:|---:|\n";
  for (const LaneSum& lane : lanes_of(record)) {
    const auto service = std::find_if(record.services.begin(), record.services.end(),
                                      [&](const ServiceRecord& known) { return known.name == lane.service; });
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", mark_of(lane.status()), plain(lane.service),
                       service == record.services.end() ? "" : plain(service->release_found), lane.passed, lane.failed,
                       lane.not_run + lane.skipped, human_seconds(lane.seconds));
  }
  for (const std::string& service : services_without_steps(record)) {
    out += fmt::format("| – | {} | not rehearsed | | | | |\n", plain(service));
  }
  return out;
}

std::string statements_table(const RunRecord& record) {
  const std::vector<ToldStatement> told = told_statements(record);
  if (told.empty()) {
    return {};
  }
  std::string out =
      "\n## Time and locks\n\n| Statement | Table | Time | Algorithm | Rows | Writer waited | Reader waited |\n";
  out += "|---|---|---:|---|---:|---:|---:|\n";
  for (std::size_t i = 0; i < told.size() && i < kMaxLines; ++i) {
    const StatementRecord& statement = *told[i].statement;
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", code(clip_text(statement.sql, 120)),
                       plain(statement.table), wait_text(statement.seconds), plain(statement.algorithm),
                       statement.rows > 0 ? human_count(static_cast<std::uint64_t>(statement.rows)) : "",
                       wait_text(statement.writers_waited), wait_text(statement.readers_waited));
  }
  return out + (told.size() > kMaxLines ? "\n" : "") + and_more(told.size(), kMaxLines);
}

std::string probes_table(const RunRecord& record) {
  if (record.probes.empty()) {
    return {};
  }
  std::string out = fmt::format("\n## Old and new code\n\n{}\n\n| Service | Moments |\n|---|---|\n",
                                plain(as_sentence(probes_sum_text(record))));
  for (const ProbedService& service : probed_services(record)) {
    out += fmt::format("| {} | {} |\n", plain(service.service), plain(moments_text(service)));
  }
  return out;
}

std::string drills_table(const RunRecord& record) {
  const std::vector<const StepRecord*> steps = drilled_steps(record);
  if (steps.empty()) {
    return {};
  }
  std::string out = fmt::format("\n## Kill drill\n\n{} {}\n\n| Step |", as_sentence(drills_sum_text(steps)),
                                plain(drill_method_text()));
  for (const DrillColumn& column : kDrillColumns) {
    out += fmt::format(" {} |", column.title);
  }
  out += " May be repeated |\n|---|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < steps.size() && i < kMaxDrilled; ++i) {
    out += fmt::format("| {} |", plain(steps[i]->id));
    for (const DrillColumn& column : kDrillColumns) {
      const DrillRecord* drill = drill_at(*steps[i]->drill, column);
      out += drill == nullptr
                 ? std::string(" – |")
                 : fmt::format(" {} {} |", mark_of(drill->end), plain(clip_text(drill_end_text(*drill), 160)));
    }
    const StepDrill& drill = *steps[i]->drill;
    out += fmt::format(" {} {} |\n", mark_of(drill.may_be_repeated), plain(clip_text(repeat_text(drill), 160)));
  }
  return out + (steps.size() > kMaxDrilled ? "\n" : "") + and_more(steps.size(), kMaxDrilled);
}

std::string gates_list(const RunRecord& record) {
  std::string lines;
  std::size_t total = 0;
  for (const GateRecord& gate : record.gates) {
    if (gate.result != GateResult::passed && ++total <= kMaxLines) {
      lines += fmt::format("- {} **{}**{}{}: {}\n", mark_of(gate.result), plain(to_word(gate.id)),
                           gate.service.empty() ? "" : " of ", plain(gate.service),
                           plain(clip_text(gate_meaning_text(gate), 300)));
    }
  }
  return total == 0 ? std::string() : "\n## Gates that did not pass\n\n" + lines + and_more(total, kMaxLines);
}

std::string limits_list(const RunRecord& record) {
  std::vector<std::string> lines;
  for (const UnjudgedCheck& check : unjudged_checks(record)) {
    lines.push_back(fmt::format("check \"{}\" of {}{}{}", check.name, join(check.services, ", "),
                                check.details.empty() ? "" : ": ", check.details));
  }
  lines.insert(lines.end(), record.parity.begin(), record.parity.end());
  if (lines.empty()) {
    return {};
  }
  std::string out = "\n## Not judged, not as in production\n\n";
  for (std::size_t i = 0; i < lines.size() && i < kMaxLines; ++i) {
    out += "- " + plain(clip_text(lines[i], 200)) + "\n";
  }
  return out + and_more(lines.size(), kMaxLines);
}

std::string waivers_list(const RunRecord& record) {
  if (record.waivers.empty()) {
    return {};
  }
  std::string out = fmt::format("\n## Waivers ({})\n\n", record.waivers.size());
  for (const WaiverRecord& waiver : record.waivers) {
    out += "- " + plain(clip_text(waiver_text(waiver), 400)) + "\n";
  }
  return out;
}

// Rows that were there before and are gone or changed; new rows are no news.
std::string changes_table(const RunRecord& record) {
  std::string lines;
  std::size_t total = 0;
  for (const StepRecord& step : record.steps) {
    for (const TableChange& change : step.tables) {
      if ((change.updated.value_or(0) != 0 || change.deleted.value_or(0) != 0) && ++total <= kMaxLines) {
        lines += fmt::format("| {} | {} | {} | {} |\n", plain(step.id), plain(change.table),
                             plain(changed_rows_text(change)), plain(clip_text(changed_columns_text(change), 300)));
      }
    }
  }
  return total == 0 ? std::string()
                    : "\n## Rows that changed\n\n| Step | Table | Rows | Columns |\n|---|---|---|---|\n" + lines +
                          (total > kMaxLines ? "\n" + and_more(total, kMaxLines) : std::string());
}

// Reasons that the findings below do not tell.
std::string reasons_list(const RunRecord& record) {
  std::string lines;
  for (const Reason& reason : record.reasons) {
    if (!is_told_as_finding(record, reason)) {
      lines += "- " + plain(clip_text(reason.text, 500)) + "\n";
    }
  }
  return lines.empty() ? lines : "\n" + lines;
}

// Before all else: what the verdict does not speak of.
std::string beside_list(const RunRecord& record) {
  std::string lines;
  for (const std::string& line : told_beside(record)) {
    lines += "> " + plain(clip_text(line, 500)) + "\\\n";
  }
  if (lines.empty()) {
    return lines;
  }
  lines.replace(lines.size() - 2, 1, "");  // no break after the last
  return "\n> **Beside the verdict:**\\\n" + lines;
}

}  // namespace

std::string to_markdown(const RunRecord& record) {
  std::string out = fmt::format("# {} {} · {}\n\n{}\n", mark_of(record.verdict), plain(verdict_words(record)),
                                plain(path_text(record)), plain(verdict_sentence(record)));
  out += beside_list(record);
  out += reasons_list(record);
  out += findings_text(record, Severity::blocker, "Blockers");
  out += findings_text(record, Severity::warning, "Conditions");
  out += waivers_list(record);
  out += services_table(record);
  out += statements_table(record);
  out += drills_table(record);
  out += probes_table(record);
  out += gates_list(record);
  out += limits_list(record);
  out += changes_table(record);
  const std::string taken = snapshot_time(record);
  for (const auto& [run, steps] : taken_over(record)) {
    out += fmt::format("\n{} taken over from run {}.\n", plural(steps, "step"), code(run));
  }
  out += fmt::format("\nRun {} · snapshot{}{}, {} · {} · {}{} · rehearse {}\n", code(record.run),
                     taken.empty() ? "" : " of ", plain(taken), plural(record.rows, "row"), plain(record.engine),
                     human_seconds(record.seconds),
                     record.resumed.empty() ? "" : " since it was resumed " + plain(record.resumed.back()),
                     plain(record.tool_version));
  std::vector<std::string> made;
  for (const auto& [what, value] : provenance_lines(record.provenance)) {
    made.push_back(what + " " + value);
  }
  made.push_back("server " + record.server_version);
  for (const ServiceRecord& service : record.services) {
    for (const auto& [release, version] : service.versions) {
      made.push_back(service.name + " of " + release + ": " + version);
    }
  }
  out += fmt::format("\nMade with {}.\n", plain(join(made, " · ")));
  return out;
}

}  // namespace rehearsal
