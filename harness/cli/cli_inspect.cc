#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "base/json_text.h"
#include "base/shown.h"
#include "base/text.h"
#include "harness/cli/cli.h"
#include "harness/run/snapshot.h"
#include "scenarios/detect.h"
#include "scenarios/plan_text.h"

namespace rehearsal {

namespace {

// What `from` and `to` would be is not asked here, so detection gets a scenario without wishes.
std::vector<ServiceState> services_in(const Catalogue& catalogue, const Snapshot& snapshot) {
  return detect(catalogue, Scenario{}, snapshot.facts);
}

// As a scenario without wishes has it.
Coverage coverage_of(const Catalogue& catalogue, const Snapshot& snapshot, const std::vector<ServiceState>& states) {
  std::vector<std::pair<std::string, std::string>> not_rehearsed;
  for (const ServiceState& state : states) {
    if (!state.missing.empty()) {
      not_rehearsed.emplace_back(state.service, "the dumps have no schema for " + join(state.missing, ", "));
    }
  }
  return cover(catalogue, Scenario{}, snapshot.facts, states, not_rehearsed);
}

std::string heads_of(const ServiceState& state, const std::string& schema) {
  const auto found = state.revisions.find(schema);
  return found == state.revisions.end() || found->second.empty() ? "none" : join(found->second, ", ");
}

// What the program that dumped says to have left out of the file, empty where it says nothing.
std::string missing_of(const DumpIndex& index, const DumpFile& file) {
  for (const Refusal& refusal : index.refusals) {
    if (refusal.dump_error && refusal.file == file.place(refusal.line).file) {
      return fmt::format("line {}{}{}", refusal.line, refusal.object.empty() ? "" : ", ", refusal.object);
    }
  }
  return {};
}

void print_files(const DumpIndex& index) {
  for (const DumpFile& file : index.files) {
    std::cout << fmt::format(
        "{}  {}{}\n", file.name(), human_bytes(file.bytes),
        file.compression.empty() ? "" : fmt::format(" ({} as {})", human_bytes(file.bytes_on_disk), file.compression));
    const auto field = [](const char* name, const std::string& value) {
      if (!value.empty()) {
        std::cout << fmt::format("  {:<12}{}\n", name, value);
      }
    };
    field("producer", file.producer + (file.distribution.empty() ? "" : ", " + file.distribution));
    field("server", file.server_version);
    field("completed", file.completed_at);
    field("position", file.replication_position);
    field("files", file.parts.empty() ? "" : std::to_string(file.parts.size()));
    field("content", file.content_hash);
    switch (file.completeness) {
      case Completeness::complete:
        if (const std::string missing = missing_of(index, file); !missing.empty()) {
          field("whole", "NO: the dump program failed (" + missing + ")");
        } else {
          field("whole", "yes");
        }
        break;
      case Completeness::unprovable:
        field("whole", file.parts.empty() ? "unprovable: the dump says nothing about its end"
                                          : "unprovable: mydumper finished, but recorded no row counts");
        break;
      case Completeness::truncated:
        field("whole", "NO: it ends at " + file.ends_in);
        break;
    }
  }
}

void print_services(const std::vector<ServiceState>& states) {
  if (states.empty()) {
    std::cout << "\nNo schema of a service that the catalogue knows.\n";
    return;
  }
  std::cout << "\nService     Release                   Schema            Revision\n";
  for (const ServiceState& state : states) {
    bool first = true;
    std::vector<std::string> seen;
    for (const auto& [role, schema] : state.schemas) {
      if (contains(seen, schema)) {
        continue;
      }
      seen.push_back(schema);
      const std::string release = state.candidates.empty() ? "unknown" : join(state.candidates, ", ");
      std::cout << fmt::format("{:<11} {:<25} {:<17} {}\n", first ? state.service : "", first ? release : "", schema,
                               heads_of(state, schema));
      first = false;
    }
    for (const auto& [schema, standing] : state.standings) {
      if (standing.is_told()) {
        std::cout << fmt::format("{:<11} {}: {}\n", "", standing.code, standing.title);
      }
    }
    for (const std::string& role : state.missing) {
      std::cout << fmt::format("{:<11} {:<25} no schema for '{}' in these dumps\n", first ? state.service : "", "",
                               role);
      first = false;
    }
  }
}

void print_schemas(const DumpIndex& index, bool all) {
  struct Sum {
    std::uint64_t tables = 0, rows = 0, bytes = 0;
    std::vector<const DumpTable*> largest;
  };
  std::map<std::string, Sum> schemas;
  for (const DumpTable& table : index.tables) {
    Sum& sum = schemas[table.schema];
    ++sum.tables;
    sum.rows += table.rows;
    sum.bytes += table.bytes;
    sum.largest.push_back(&table);
  }
  std::cout << "\nSchema                          Tables         Rows        Bytes\n";
  for (auto& [name, sum] : schemas) {
    std::cout << fmt::format("{:<30} {:>7} {:>12} {:>12}\n", name.empty() ? "(not named by the dump)" : name,
                             sum.tables, human_count(sum.rows), human_bytes(sum.bytes));
    std::sort(sum.largest.begin(), sum.largest.end(),
              [](const DumpTable* a, const DumpTable* b) { return a->bytes > b->bytes; });
    std::size_t shown = 0;
    for (const DumpTable* table : sum.largest) {
      if (table->rows == 0 || (!all && shown == 3)) {
        break;
      }
      std::cout << fmt::format("  {:<36} {:>12} {:>12}\n", table->name, human_count(table->rows),
                               human_bytes(table->bytes));
      ++shown;
    }
  }
}

void print_hazards(const DumpIndex& index) {
  if (index.hazards.empty()) {
    std::cout << "\nNo hazards.\n";
    return;
  }
  std::cout << "\nHazards\n";
  for (const Hazard& hazard : index.hazards) {
    const bool named = hazard.object.empty() || contains(hazard.what, hazard.object);
    std::cout << fmt::format("  {:<8} {}: {}{}{}\n", to_word(hazard.severity), hazard.code, hazard.what,
                             named ? "" : ": " + shown(hazard.object),
                             hazard.line > 0 ? fmt::format(" (line {})", hazard.line) : "");
  }
}

void print_refusals(const DumpIndex& index) {
  if (index.refusals.empty()) {
    return;
  }
  std::cout << "\nNot restored\n";
  for (const Refusal& refusal : index.refusals) {
    std::cout << fmt::format("  {}{}: {}\n", refusal.file,
                             refusal.line > 0 ? fmt::format(", line {}", refusal.line) : "", refusal.what);
  }
}

nlohmann::json services_json(const std::vector<ServiceState>& states) {
  nlohmann::json list = nlohmann::json::array();
  for (const ServiceState& state : states) {
    list.push_back({{"service", state.service},
                    {"schemas", state.schemas},
                    {"revisions", state.revisions},
                    {"schema_releases", state.releases},
                    {"releases", state.candidates},
                    {"missing", state.missing}});
  }
  return list;
}

}  // namespace

Result<int> command_inspect(const CliContext& context, const std::vector<std::string>& dumps,
                            const std::string& schema) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  std::vector<DumpInput> inputs;
  inputs.reserve(dumps.size());
  for (const std::string& dump : dumps) {
    inputs.push_back({dump, schema});
  }
  REHEARSAL_TRY_SET(const CollationMap map, parse_collation_map(context.options.map_collations));
  REHEARSAL_TRY_SET(const Snapshot snapshot, scan_snapshot(inputs, catalogue, context.talk, map));
  const std::vector<ServiceState> states = services_in(catalogue, snapshot);
  const Coverage coverage = coverage_of(catalogue, snapshot, states);
  if (context.options.json) {
    nlohmann::json json = snapshot.index;
    json["services"] = services_json(states);
    json["coverage"] = coverage_json(coverage);
    std::cout << json_text(json, 2) << "\n";
  } else {
    print_files(snapshot.index);
    print_services(states);
    std::cout << coverage_text(coverage);
    print_schemas(snapshot.index, context.options.verbose);
    print_hazards(snapshot.index);
    print_refusals(snapshot.index);
  }
  std::cout.flush();
  // The data is told first: what can be read of a truncated dump helps to find out what happened to it.
  REHEARSAL_TRY(require_usable(snapshot.index));
  return 0;
}

}  // namespace rehearsal
