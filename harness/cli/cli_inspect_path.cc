// `rehearse inspect --path`: what a path will ask of a snapshot, told without running a migration on it.

#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/contains.h"
#include "base/json_text.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/cli/cli.h"
#include "harness/run/cleaner.h"
#include "harness/run/golden.h"
#include "harness/run/lanes.h"
#include "harness/run/planned_run.h"
#include "harness/server/run_server.h"
#include "harness/server/runners.h"
#include "harness/server/workplace.h"
#include "harness/step/observe.h"
#include "harness/twin/drift_findings.h"
#include "harness/twin/drift_stage.h"
#include "harness/twin/foresight.h"
#include "reports/json.h"
#include "reports/one_cause.h"

namespace rehearsal {

namespace {

constexpr std::size_t kRowsTold = 5;

struct Seen {
  std::string service;
  Foresight foresight;
  std::vector<Finding> drift;
  std::string unseen;  // why nothing could be foreseen; empty where it was
  double seconds = 0;
};

// One lane on the server that holds the snapshot.
Result<Seen> look_at(const Lane& lane, const Catalogue& catalogue, const Path& path, TwinStore& twins,
                     const Environments& environments, Sql& sql) {
  const Stopwatch watch;
  Seen seen;
  seen.service = lane.service;
  const auto twin = twins.get(lane);
  if (!twin) {
    if (twin.error().kind == ErrorKind::interrupted) {
      return fail(twin.error());
    }
    seen.unseen = to_text(twin.error());
    return seen;
  }
  const Service& service = *catalogue.service(lane.service);
  std::vector<std::string> schemas;
  for (const auto& [role, schema] : lane.schemas) {
    schemas.push_back(schema);
  }
  Observer observer(schemas, {}, service.revision_tables);
  REHEARSAL_TRY(observer.start(sql));
  seen.drift = drift_findings(**twin, {observer.schema(), observer.revisions(), std::nullopt}, service, path.from);
  REHEARSAL_TRY_SET(seen.foresight, foresee(sql, **twin, lane));
  REHEARSAL_TRY_SET(seen.foresight.row_code, row_code_of(**twin, lane, service, environments));
  // What was foreseen of a statement says more than that something differs.
  std::erase_if(seen.drift, [&](const Finding& drifted) {
    return std::any_of(seen.foresight.findings.begin(), seen.foresight.findings.end(), [&](const Finding& foreseen) {
      return foreseen.step == drifted.step && foreseen.table == drifted.table &&
             foreseen.statement == drifted.statement;
    });
  });
  seen.foresight.findings = one_per_cause(std::move(seen.foresight.findings));
  seen.drift = one_per_cause(std::move(seen.drift));
  seen.seconds = watch.seconds();
  return seen;
}

void print(const Finding& finding) {
  const char* sign = finding.severity == Severity::info ? "-" : "!";
  std::cout << fmt::format("  {} {}: {}\n", sign, finding.code, finding.title);
  if (!finding.step.empty()) {
    std::cout << fmt::format("      {}{}\n", finding.step,
                             finding.revision.empty() ? "" : ", revision " + finding.revision);
  }
  if (!finding.statement.empty() && !contains(finding.detail, finding.statement)) {
    std::cout << "      " << replace_all(finding.statement, "\n", " ") << "\n";
  }
  if (!finding.detail.empty()) {
    std::cout << "      " << finding.detail << "\n";
  }
  if (!finding.rows.empty()) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < std::min(finding.rows.size(), kRowsTold); ++i) {
      std::vector<std::string> parts;
      for (const auto& [column, value] : finding.rows[i]) {
        parts.push_back(column + " " + value);
      }
      keys.push_back(join(parts, " "));
    }
    if (finding.rows.size() > kRowsTold) {
      keys.emplace_back("…");
    }
    std::cout << "      rows: " << join(keys, ", ") << "\n";
  }
  if (finding.fix && !finding.fix->sql.empty()) {
    std::cout << "      fix (not tried): " << replace_all(finding.fix->sql, "\n", "\n        ") << "\n";
  }
  if (finding.fix && !finding.fix->decision.empty()) {
    std::cout << "      to decide: " << finding.fix->decision << "\n";
  }
}

void print(const Path& path, const std::vector<Seen>& all) {
  std::cout << fmt::format("Path {} → {}, foreseen without running it\n", path.from, path.to);
  for (const Seen& seen : all) {
    if (!seen.unseen.empty()) {
      std::cout << fmt::format("\n{}: nothing can be foreseen: {}\n", seen.service, seen.unseen);
      continue;
    }
    std::cout << fmt::format(
        "\n{}: {}, {} asked of the data, {} not foreseeable, {}\n", seen.service,
        plural(seen.foresight.statements, "schema statement"), plural(seen.foresight.asked, "question"),
        seen.foresight.not_foreseen.size() + seen.foresight.row_code.size(), human_seconds(seen.seconds));
    for (const Finding& finding : seen.foresight.findings) {
      print(finding);
    }
    for (const Finding& finding : seen.drift) {
      print(finding);
    }
    if (!seen.foresight.not_foreseen.empty()) {
      std::cout << "  - not foreseeable, because an earlier step creates it: "
                << join(seen.foresight.not_foreseen, ", ") << "\n";
    }
    for (const RowCode& code : seen.foresight.row_code) {
      std::cout << "  - cannot be foreseen: " << to_text(code) << "\n";
    }
  }
}

void print_json(const Path& path, const std::vector<Seen>& all) {
  nlohmann::ordered_json json = {{"from", path.from}, {"to", path.to}, {"services", nlohmann::ordered_json::array()}};
  for (const Seen& seen : all) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const std::vector<Finding>* list : {&seen.foresight.findings, &seen.drift}) {
      for (const Finding& finding : *list) {
        findings.push_back(finding_json(finding));
      }
    }
    nlohmann::ordered_json row_code = nlohmann::ordered_json::array();
    for (const RowCode& code : seen.foresight.row_code) {
      row_code.push_back(
          {{"step", code.step}, {"revision", code.revision}, {"file", code.file}, {"tables", code.tables}});
    }
    json["services"].push_back({{"service", seen.service},
                                {"statements", seen.foresight.statements},
                                {"asked", seen.foresight.asked},
                                {"not_foreseen", seen.foresight.not_foreseen},
                                {"row_code", row_code},
                                {"unseen", seen.unseen},
                                {"seconds", seen.seconds},
                                {"findings", findings}});
  }
  std::cout << json_text(json, 2) << "\n";
}

Result<std::vector<Seen>> look(const CliContext& context, const Catalogue& catalogue, const Scenario& scenario,
                               PlannedRun& planned, const RunDir& run) {
  REHEARSAL_TRY_SET(const Workplace place, workplace_of(context, catalogue, scenario, run, planned.snapshot.index));
  REHEARSAL_TRY_SET(const Golden golden, ensure_golden(place, planned.snapshot));
  if (!golden.verified) {
    return fail("the restore is not proven: " + golden.proof);
  }
  REHEARSAL_TRY_SET(const Runners runners,
                    prepare_runners(*place.engine, place.state, catalogue, scenario, planned.plan, context.talk));
  std::vector<Seen> all;
  const std::filesystem::path folder = place.folder();
  {
    TwinStore twins({place, planned.plan.path, planned.snapshot.index});
    REHEARSAL_TRY(make_twins(twins, planned.plan, lanes_side_by_side(context.options.jobs, planned.plan.lanes.size()),
                             context.talk));
    const auto asked = [&]() -> Result<void> {
      REHEARSAL_TRY(make_private_dir(folder));
      REHEARSAL_TRY_SET(const auto server, RunServer::on_clone(place.servers(golden.root_password), "foresight",
                                                               golden.data, folder / "foresight"));
      for (const Lane& one : planned.plan.lanes) {
        context.talk.progress("foresight", one.service, true);
        Environments environments;
        for (const auto& [release, runner] : runners.at(one.service)) {
          environments[release] = runner.environment;
        }
        REHEARSAL_TRY_SET(Seen seen, look_at(one, catalogue, planned.plan.path, twins, environments, server->sql()));
        all.push_back(std::move(seen));
      }
      context.talk.done("foresight");
      return server->discard();
    }();
    REHEARSAL_TRY(asked);
  }
  std::error_code not_empty;
  os::remove(folder, not_empty);
  return all;
}

}  // namespace

Result<int> command_inspect_path(const CliContext& context, const std::vector<std::string>& dumps,
                                 const std::string& schema, const std::filesystem::path& file) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY_SET(Scenario scenario, scenario_of(context, catalogue, file, dumps.empty()));
  REHEARSAL_TRY(add_collations(context.options.map_collations, scenario));
  if (!dumps.empty()) {
    scenario.dumps.clear();
    for (const std::string& dump : dumps) {
      scenario.dumps.push_back({std::filesystem::absolute(dump), schema});
    }
  }
  REHEARSAL_TRY_SET(PlannedRun planned, plan_scenario(catalogue, scenario, inputs_of(scenario), context.talk));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(context.options.state));
  const RunGuard guard(run.id());
  const auto all = look(context, catalogue, scenario, planned, run);
  remove_tree(run.path());
  REHEARSAL_TRY(all);
  if (context.options.json) {
    print_json(planned.plan.path, *all);
  } else {
    print(planned.plan.path, *all);
  }
  std::cout.flush();
  return 0;
}

}  // namespace rehearsal
