#include "reports/prometheus.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/markup.h"
#include "reports/scope.h"

namespace rehearsal {
namespace {

using Labels = std::vector<std::pair<const char*, std::string>>;

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out += fmt::format("{}{}=\"", out.empty() ? "" : ",", name);
    for (const char c : clean_text(value)) {
      out += c == '\\' ? "\\\\" : c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string(1, c);
    }
    out += '"';
  }
  return out.empty() ? out : "{" + out + "}";
}

// One metric: values of the same labels become one, so that no series is told twice.
class Gauge {
 public:
  Gauge(const char* name, const char* help) : name_(name), help_(help) {}
  void add(const Labels& labels, double value) { series_[label_text(labels)] += value; }
  // The lower of two values: one failure is enough.
  void add_lower(const Labels& labels, double value) {
    auto [series, is_new] = series_.emplace(label_text(labels), value);
    series->second = is_new ? value : std::min(series->second, value);
  }
  [[nodiscard]] std::string text() const {
    if (series_.empty()) {
      return {};
    }
    std::string out = fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help_);
    for (const auto& [labels, value] : series_) {
      out += fmt::format("{}{} {}\n", name_, labels, value);
    }
    return out;
  }

 private:
  const char* name_;
  const char* help_;
  std::map<std::string, double> series_;
};

// Seconds since 1970 of "2026-11-23T08:15:42Z".
std::optional<double> seconds_since_epoch(const std::string& utc) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  char zone = 0;
  if (std::sscanf(utc.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%c", &year, &month, &day, &hour, &minute, &second, &zone) != 7 ||
      zone != 'Z') {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) {
    return std::nullopt;
  }
  const auto since = std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{hour} +
                     std::chrono::minutes{minute} + std::chrono::seconds{second};
  return static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

std::string step_metrics(const RunRecord& record) {
  Gauge seconds("rehearsal_step_seconds", "Time that a step took, all its invocations together.");
  Gauge status("rehearsal_step_status", "1 for the status that a step ended with.");
  Gauge remaining("rehearsal_remaining_rows", "Rows that an online migration left, beyond those that stay forever.");
  for (const StepRecord& step : record.steps) {
    Labels labels = {{"step", step.id},
                     {"service", step.service},
                     {"release", step.release},
                     {"phase", to_word(step.phase)},
                     {"part", step.part}};
    if (step.status == StepStatus::passed || step.status == StepStatus::failed) {
      seconds.add(labels, step.seconds);
    }
    labels.emplace_back("status", to_word(step.status));
    status.add(labels, 1);
    for (const OnlineMigration& migration : step.migrations) {
      const std::int64_t left = migration.remaining - migration.expected_remainder;
      remaining.add({{"step", step.id}, {"service", step.service}, {"migration", migration.name}},
                    static_cast<double>(left > 0 ? left : 0));
    }
  }
  return seconds.text() + status.text() + remaining.text();
}

// None where the verdict is for the whole snapshot as it is, so that no alert on that one hears of another.
Labels scope_labels(const RunRecord& record) {
  Labels labels;
  if (record.scope.only) {
    labels.emplace_back("services", join(record.scope.services, ","));
  }
  if (!record.scope.what_if.empty()) {
    labels.emplace_back("what_if", record.scope.what_if);
  }
  return labels;
}

std::string scope_metrics(const RunRecord& record) {
  Gauge skipped("rehearsal_skipped", "1 for a schema, or a chain of revisions in one, that the scenario leaves out.");
  for (const SkippedSchema& one : record.scope.skipped) {
    skipped.add({{"schema", one.schema}}, 1);
  }
  Gauge beside("rehearsal_beside_the_verdict", "Number of things that the verdict does not cover.");
  beside.add({}, static_cast<double>(told_beside(record).size()));
  return skipped.text() + beside.text();
}

std::string run_metrics(const RunRecord& record) {
  const Labels scope = scope_labels(record);
  Gauge info("rehearsal_run_info", "1; what was rehearsed.");
  Labels run = {{"run", record.run},
                {"from", record.from},
                {"to", record.to},
                {"engine", record.engine},
                {"snapshot", record.snapshot_key},
                {"version", record.tool_version},
                {"catalogue", record.provenance.catalogue},
                {"scenario", record.provenance.scenario},
                {"host", record.provenance.host},
                {"cores", std::to_string(record.provenance.cores)},
                {"memory_bytes", std::to_string(record.provenance.memory_bytes)},
                {"server", record.server_version},
                {"engine_version", record.provenance.engine_version}};
  run.insert(run.end(), scope.begin(), scope.end());
  info.add(run, 1);
  Gauge code("rehearsal_code_info", "1; which version of a service's code answered for a release, or which image.");
  for (const ServiceRecord& service : record.services) {
    for (const auto& [release, version] : service.versions) {
      code.add({{"service", service.name}, {"release", release}, {"version", version}}, 1);
    }
  }
  for (const auto& [image, digest] : record.provenance.images) {
    code.add({{"image", image}, {"digest", digest}}, 1);
  }
  Gauge verdict("rehearsal_verdict", "1 for the verdict of the run, 0 for the others.");
  for (const Verdict one : {Verdict::go, Verdict::conditions, Verdict::no_go, Verdict::inconclusive}) {
    Labels labels = {{"verdict", to_word(one)}};
    labels.insert(labels.end(), scope.begin(), scope.end());
    verdict.add(labels, record.verdict == one ? 1 : 0);
  }
  Gauge seconds("rehearsal_run_seconds", "Time that the whole run took.");
  seconds.add({}, record.seconds);
  Gauge finished("rehearsal_finished_timestamp_seconds", "When the run ended, in seconds since 1970.");
  if (const auto at = seconds_since_epoch(record.finished)) {
    finished.add({}, *at);
  }
  Gauge rows("rehearsal_snapshot_rows", "Rows of the snapshot that was rehearsed.");
  rows.add({}, static_cast<double>(record.rows));
  Gauge verified("rehearsal_restore_proven", "1 where the restored data is proven to be what the dump holds.");
  verified.add({}, record.verified ? 1 : 0);
  return info.text() + code.text() + verdict.text() + scope_metrics(record) + seconds.text() + finished.text() +
         rows.text() + verified.text();
}

}  // namespace

std::string to_prometheus(const RunRecord& record) {
  Gauge findings("rehearsal_findings", "Findings of the run by severity, code and service.");
  for (const Finding& finding : record.findings) {
    findings.add({{"severity", to_word(finding.severity)}, {"code", finding.code}, {"service", finding.service}}, 1);
  }
  Gauge gates("rehearsal_gate", "1 for a gate that passed, 0 for one that failed; absent where it was not checked.");
  for (const GateRecord& gate : record.gates) {
    if (gate.result != GateResult::not_run) {
      gates.add_lower({{"gate", to_word(gate.id)}, {"service", gate.service}},
                      gate.result == GateResult::passed ? 1 : 0);
    }
  }
  return run_metrics(record) + step_metrics(record) + findings.text() + gates.text();
}

}  // namespace rehearsal
