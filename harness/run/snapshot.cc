#include "harness/run/snapshot.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/contains.h"
#include "base/names.h"
#include "base/shown.h"
#include "base/table_name.h"
#include "base/text.h"
#include "reports/mask/mask.h"
#include "scenarios/detect.h"
#include "scenarios/plan_findings.h"
#include "snapshots/scan/mydumper.h"

namespace rehearsal {

namespace {

// The part of a hazard that is the dump's own text stands behind a colon.
void mask_told_text(std::string& what, std::string (*mask)(std::string_view)) {
  if (const std::size_t colon = what.find(": "); colon != std::string::npos) {
    what = what.substr(0, colon + 2) + mask(std::string_view(what).substr(colon + 2));
  }
}

Finding rows_left_out(const std::vector<std::string>& tables) {
  LeftOutWords words = left_out_words(tables, true);
  Finding finding;
  finding.code = "tables-left-out";
  finding.severity = Severity::info;
  finding.title = std::move(words.title);
  finding.detail = std::move(words.detail);
  finding.table = tables.front();
  return finding;
}

// Hazards tell of the dump in its own words, and those leave the state directory.
void mask_hazards(Snapshot& snapshot) {
  static const std::set<std::string> kStatements = {"partial-dump", "replication-statement", "gtid-statement"};
  static const std::set<std::string> kMessages = {"client-command", "view-failed", "insufficient-privileges",
                                                  "dump-error", "noise-line"};
  const auto is_table = [&](const std::string& name) {
    const TableName table = TableName::of(name);
    return !table.schema.empty() && snapshot.index.find(table.schema, table.name) != nullptr;
  };
  for (Hazard& hazard : snapshot.index.hazards) {
    if (hazard.code == "definer") {
      hazard.what = snapshot.pseudonyms.hide_accounts(hazard.what);
      hazard.object = snapshot.pseudonyms.hide_accounts(hazard.object);
    } else if (kStatements.contains(hazard.code)) {
      mask_told_text(hazard.what, mask_sql);
    } else if (kMessages.contains(hazard.code)) {
      mask_told_text(hazard.what, mask_server_message);
      hazard.object = is_table(hazard.object) ? hazard.object : mask_server_message(hazard.object);
    }
  }
}

}  // namespace

std::vector<DumpInput> inputs_of(const Scenario& scenario) {
  std::vector<DumpInput> inputs;
  for (const ScenarioDump& dump : scenario.dumps) {
    inputs.push_back({dump.file.string(), dump.schema});
  }
  return inputs;
}

Result<Snapshot> scan_snapshot(const std::vector<DumpInput>& inputs, const Catalogue& catalogue, Talk& talk,
                               const CollationMap& map) {
  Snapshot snapshot;
  REHEARSAL_TRY_SET(snapshot.inputs, expand_dumps(inputs));
  ScanOptions options;
  options.map_collations = map;
  for (const std::string& pattern : capture_patterns(catalogue)) {
    if (!contains(options.capture, pattern)) {
      options.capture.push_back(pattern);
    }
  }
  const Stopwatch watch;
  options.progress = [&](const std::string& file, std::uint64_t done, std::uint64_t all) {
    const double rate = watch.seconds() > 0 ? static_cast<double>(done) / watch.seconds() : 0;
    talk.progress("scan",
                  fmt::format("{} {} of {}, {}/s", std::filesystem::path(file).filename().string(), human_bytes(done),
                              human_bytes(all), human_bytes(static_cast<std::uint64_t>(rate))));
  };
  REHEARSAL_TRY_SET(snapshot.index, scan_in_order(snapshot.inputs, options));
  talk.done("scan");
  mask_hazards(snapshot);
  snapshot.facts = facts_of(snapshot.index);
  return snapshot;
}

SnapshotFacts facts_of(const DumpIndex& index) {
  SnapshotFacts facts;
  std::set<std::string> schemas;
  for (const auto& [name, text] : index.schemas) {
    schemas.insert(name);
  }
  for (const DumpTable& table : index.tables) {
    schemas.insert(table.schema);
    if (!table.captured.empty()) {
      facts.captured[{table.schema, table.name}] = {table.columns, table.captured};
    }
    if (table.has_structure) {
      auto& objects = facts.objects[table.schema].tables[table.name];
      for (const TableObject& object : table.objects) {
        objects[object.kind + " " + object.name] = object.value;
      }
    }
  }
  std::set<std::string> without_rows;  // "" for all that have none
  for (const Hazard& hazard : index.hazards) {
    if (hazard.code == "no-data-section") {
      without_rows.insert(hazard.object);
    }
  }
  for (const DumpTable& table : index.tables) {
    const std::string name = table.schema + "." + table.name;
    if (table.has_structure && !table.has_data_section && (without_rows.contains("") || without_rows.contains(name))) {
      facts.without_rows.insert(name);
    }
  }
  for (const std::string& view : index.views) {
    facts.objects[schema_of(view)].views.insert(bare_name(view));
  }
  facts.schemas.assign(schemas.begin(), schemas.end());
  return facts;
}

Result<void> require_one_source(const DumpIndex& index) {
  for (const Hazard& hazard : index.hazards) {
    if (hazard.code == "schema-twice") {
      return fail(ErrorKind::wrong_scenario, hazard.what, "[snapshot] dumps",
                  "a snapshot is one cloud at one moment: give each schema once");
    }
  }
  return {};
}

std::map<std::string, std::int64_t> counts_of(const DumpIndex& index) {
  std::map<std::string, std::int64_t> counts;
  for (const DumpTable& table : index.tables) {
    counts[table.schema + "." + table.name] = static_cast<std::int64_t>(table.rows);
  }
  return counts;
}

std::vector<Finding> findings_of(const DumpIndex& index, const std::vector<std::string>& left_out) {
  std::vector<Finding> findings;
  std::vector<std::string> declared;
  for (const Hazard& hazard : index.hazards) {
    const bool without_rows = hazard.code == "no-data-section" && !hazard.object.empty();
    if (without_rows && matches_any(left_out, hazard.object)) {
      declared.push_back(hazard.object);
      continue;
    }
    Finding finding;
    finding.code = hazard.code;
    finding.severity = hazard.severity;
    finding.title = shown(hazard.what);
    finding.table = hazard.object;
    finding.detail = shown(std::filesystem::path(hazard.file).filename().string());
    if (hazard.line > 0) {
      finding.detail += fmt::format(", line {}", hazard.line);
    }
    if (without_rows) {
      finding.detail += fmt::format(
          ". Dump its rows too (without --ignore-table-data), or declare that they were not rehearsed: [snapshot] "
          "left_out = [\"{}\"].",
          hazard.object);
    }
    findings.push_back(std::move(finding));
  }
  if (!declared.empty()) {
    findings.push_back(rows_left_out(declared));
  }
  for (const DumpFile& file : index.files) {
    if (file.completeness == Completeness::unprovable) {
      Finding finding;
      finding.code = "dump-unprovable";
      finding.severity = Severity::warning;
      finding.title =
          file.name() +
          (file.parts.empty()
               ? " says nothing about its end"
               : " comes from a mydumper that records no row counts: a missing file or statement would go unnoticed") +
          "; make sure that the dump command ended with exit status 0";
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::vector<DumpRecord> dump_records_of(const DumpIndex& index) {
  std::vector<DumpRecord> records;
  for (const DumpFile& file : index.files) {
    records.push_back({.file = file.name(),
                       .producer = file.producer,
                       .server_version = file.server_version,
                       .completed_at = file.completed_at,
                       .completeness = to_string(file.completeness),
                       .bytes = file.bytes});
  }
  return records;
}

}  // namespace rehearsal
