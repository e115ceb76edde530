// Cards of findings.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/html/html_parts.h"
#include "reports/telling.h"
#include "reports/waivers.h"

namespace rehearsal::page {
namespace {

std::string key_text(const std::map<std::string, std::string>& row) {
  std::vector<std::string> parts;
  for (const auto& [column, value] : row) {
    parts.push_back(column + "=" + value);
  }
  return join(parts, ", ");
}

Data keys_of(const Finding& finding, const PageLimits& limits) {
  List keys;
  for (std::size_t i = 0; i < finding.rows.size() && i < limits.keys; ++i) {
    keys.push_back(text(key_text(finding.rows[i]), limits.line));
  }
  return keys;
}

// Offending rows that are not shown by their keys.
Data more_keys(const Finding& finding, const PageLimits& limits) {
  const std::size_t shown = std::min(finding.rows.size(), limits.keys);
  std::size_t total = finding.rows.size();
  if (finding.row_count && *finding.row_count > 0) {
    total = std::max(total, static_cast<std::size_t>(*finding.row_count));
  }
  return shown > 0 && total > shown ? Data(human_count(total - shown)) : Data(false);
}

void set_fix(Data& card, const Finding& finding, const PageLimits& limits) {
  if (!finding.fix || (finding.fix->sql.empty() && finding.fix->decision.empty())) {
    card.set("fix", false);
    return;
  }
  const Fix& fix = *finding.fix;
  Data data;
  data.set("sql", text(fix.sql, limits.text));
  data.set("decision", text(fix.decision, limits.text));
  data.set("with", text(join(fix.with, ", "), limits.line));
  data.set("passes", fix.tried && fix.passes);
  data.set("fails", fix.tried && !fix.passes);
  data.set("untried", !fix.tried && !fix.sql.empty());
  data.set("fix_time", fix.seconds > 0 ? Data(human_seconds(fix.seconds)) : Data(false));
  card.set("fix", data);
}

Data card_of(const RunRecord& record, std::size_t index, const PageLimits& limits) {
  const Finding& finding = record.findings[index];
  const bool step_known = std::any_of(record.steps.begin(), record.steps.end(),
                                      [&](const StepRecord& step) { return step.id == finding.step; });
  Data card;
  card.set("number", std::to_string(index + 1));
  card.set("code", finding.code);
  card.set("severity", to_word(finding.severity));
  card.set("severity_mark", mark_of(finding.severity));
  card.set("title", text(finding.title.empty() ? finding.code : finding.title, limits.text));
  card.set("step_anchor", step_known ? Data(anchor_of(finding.step)) : Data(false));
  card.set("step_id", text(finding.step));
  card.set("service_release",
           finding.step.empty() ? text(std::string(trim(finding.service + " " + finding.release))) : Data(false));
  card.set("revision", text(finding.revision, limits.line));
  card.set("waived", finding.waived ? text(waived_text(*finding.waived), limits.text) : Data(false));
  card.set("detail", text(finding.detail, limits.text));
  card.set("table", text(finding.table, limits.line));
  card.set("columns", text(join(finding.columns, ", "), limits.line));
  card.set("row_count",
           finding.row_count
               ? Data(human_count(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *finding.row_count))))
               : Data(false));
  card.set("keys", keys_of(finding, limits));
  card.set("has_keys", !finding.rows.empty());
  card.set("more_keys", more_keys(finding, limits));
  card.set("has_facts", !finding.table.empty() || finding.row_count.has_value() || !finding.rows.empty());
  card.set("error", text(finding.error, limits.text));
  card.set("statement", text(finding.statement, limits.text));
  set_fix(card, finding, limits);
  return card;
}

}  // namespace

void set_findings(Data& page, const RunRecord& record, const PageLimits& limits) {
  for (const Severity severity : {Severity::blocker, Severity::warning, Severity::info}) {
    List cards;
    std::size_t total = 0;
    for (std::size_t i = 0; i < record.findings.size(); ++i) {
      if (record.findings[i].severity == severity && ++total <= limits.findings) {
        cards.push_back(card_of(record, i, limits));
      }
    }
    const std::string name = to_word(severity);
    page.set("has_" + name + "s", total > 0);
    page.set(name + "_count", std::to_string(total));
    page.set("more_" + name + "s", more(total, cards.size()));
    page.set(name + "s", std::move(cards));
  }
  List waivers;
  for (const WaiverRecord& waiver : record.waivers) {
    Data data;
    data.set("waiver", text(waiver_text(waiver), limits.text));
    data.set("waiver_idle", waiver.state != "applied");
    waivers.push_back(std::move(data));
  }
  page.set("has_waivers", !waivers.empty());
  page.set("waiver_count", std::to_string(waivers.size()));
  page.set("waivers", std::move(waivers));
}

}  // namespace rehearsal::page
