// The commands about runs that are over: list, report, compare, explain.

#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/json_text.h"
#include "base/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/report_files.h"
#include "harness/server/state.h"
#include "harness/step/output.h"
#include "reports/compare.h"
#include "reports/explain/explain.h"
#include "reports/json.h"
#include "reports/scope.h"

namespace rehearsal {

namespace {

Result<RunRecord> read_run(const CliContext& context, const std::string& name) {
  REHEARSAL_TRY_SET(const std::string run, run_named(context.options.state, name));
  REHEARSAL_TRY_SET(const RunDir dir, RunDir::open(context.options.state, run));
  const std::filesystem::path file = dir.path() / "report.json";
  REHEARSAL_TRY_SET(const bool there, is_there(file));
  if (!there) {
    return fail(ErrorKind::usage, "the run has no report: it was cut short", dir.path().string(),
                "`rehearse clean` removes what it left behind");
  }
  return read_file(file).and_then(from_report_json);
}

}  // namespace

Result<int> command_list(const CliContext& context) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  REHEARSAL_TRY_SET(const std::vector<RunInfo> runs, list_runs(context.options.state));
  if (!context.options.json && runs.empty()) {
    std::cout << "No runs yet in " << context.options.state.string() << "\n";
  }
  for (const RunInfo& info : runs) {
    std::string verdict = info.alive ? "running" : info.finished ? "unreadable" : "broken off";
    std::string path, scope;
    double seconds = 0;
    if (const auto text = read_file(info.path / "report.json"); text) {
      if (const auto record = from_report_json(*text)) {
        verdict = to_word(record->verdict);
        scope = scope_text(*record);
        path = record->from + " → " + record->to;
        seconds = record->seconds;
      }
    }
    list.push_back({{"run", info.id},
                    {"verdict", verdict},
                    {"scope", scope},
                    {"path", path},
                    {"seconds", seconds},
                    {"folder", info.path.string()}});
    if (!context.options.json) {
      std::cout << fmt::format("{}  {:<13} {:<18} {}{}\n", info.id, verdict, path, human_seconds(seconds),
                               scope.empty() ? "" : "  " + scope);
    }
  }
  if (context.options.json) {
    std::cout << json_text(list, 2) << "\n";
  }
  return 0;
}

Result<int> command_report(const CliContext& context, const std::string& run, const std::string& format) {
  REHEARSAL_TRY_SET(const RunRecord record, read_run(context, run));
  REHEARSAL_TRY_SET(const std::string text, render(record, context.options.json ? "json" : format));
  std::cout << text;
  return 0;
}

Result<int> command_compare(const CliContext& context, const std::string& before, const std::string& after) {
  REHEARSAL_TRY_SET(const RunRecord first, read_run(context, before));
  REHEARSAL_TRY_SET(const RunRecord second, read_run(context, after));
  const Comparison comparison = compare(first, second);
  if (context.options.json) {
    std::cout << json_text(to_json(comparison), 2) << "\n";
  } else {
    std::cout << to_text(comparison);
  }
  return 0;
}

Result<int> command_explain(const CliContext& context, const std::string& code) {
  if (code == "list") {
    for (const std::string& known : explain_codes()) {
      std::cout << known << "\n";
    }
    return 0;
  }
  const auto explanation = explain(code);
  if (!explanation) {
    return fail(ErrorKind::usage, "there is no finding '" + code + "'", {}, "`rehearse explain list` shows them all");
  }
  print_coloured(to_text(*explanation, context.talk.colour()));
  return 0;
}

}  // namespace rehearsal
