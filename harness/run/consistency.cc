#include "harness/run/consistency.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/contains.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/audit/found_rows.h"
#include "harness/engines/account_names.h"
#include "harness/server/run_server.h"
#include "reports/mask/mask.h"
#include "scenarios/cells.h"
#include "scenarios/detect.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr std::time_t kClockDoubt = std::time_t{24} * 60 * 60;

std::optional<std::time_t> seconds_of(const std::string& time) {
  std::tm parts{};
  if (std::sscanf(time.c_str(), "%d-%d-%d %d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
                  &parts.tm_min, &parts.tm_sec) != 6) {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return timegm(&parts);
}

struct Tally {
  std::int64_t all = 0, recent = 0, old = 0;
  std::string table;  // the first with rows
  std::vector<std::map<std::string, std::string>> rows;
};

Result<void> count_rows(Sql& sql, const ConsistencyCheck& check, const ConsistencyQuery& query,
                        const std::optional<std::string>& skew_since, Tally& tally) {
  return sql.for_each_row(query.sql, [&](const Row& row) -> Result<void> {
    REHEARSAL_TRY(check_interrupt());
    ++tally.all;
    const std::optional<std::string>& changed = row.back();
    if (changed && skew_since) {
      ++(*changed >= *skew_since ? tally.recent : tally.old);
    }
    const std::string table = query.schema + "." + query.table;
    if (tally.table.empty()) {
      tally.table = table;
    }
    if (tally.rows.size() < kKeysTold && tally.table == table) {
      std::map<std::string, std::string> told;
      for (std::size_t i = 0; i < check.keys.size(); ++i) {
        told[check.keys[i]] = told_key(row.at(i));
      }
      tally.rows.push_back(std::move(told));
    }
    return {};
  });
}

std::string ages_of(const Tally& tally) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, const char* what) {
    if (count > 0) {
      parts.push_back(fmt::format("{} {}", count, what));
    }
  };
  add(tally.recent, "changed within a day of the dump, so this may be skew between dumps or work in progress");
  add(tally.old, "changed longer ago, so the data has long been inconsistent");
  add(tally.all - tally.recent - tally.old, "of unknown age");
  return join(parts, "; ");
}

Finding orphan_finding(const ConsistencyCheck& check, const Tally& tally) {
  Finding finding;
  finding.code = "cross-database-orphan";
  finding.severity = check.severity;
  finding.service = check.service;
  finding.table = tally.table;
  finding.row_count = tally.all;
  finding.rows = tally.rows;
  finding.title = fmt::format("{}: {}", plural(static_cast<std::uint64_t>(tally.all), "row"), check.words);
  finding.detail = fmt::format("{}. {}", ages_of(tally), check.meaning);
  return finding;
}

}  // namespace

Finding query_not_made(const ConsistencyCheck& check, const std::string& looked_for, const std::string& failure,
                       const std::string& reason) {
  Finding finding;
  finding.code = "cross-database-not-checked";
  finding.severity = Severity::info;
  finding.service = check.service;
  finding.title = looked_for + ": " + check.words;
  finding.detail = failure + ": " + mask_server_message(reason);
  return finding;
}

RoleSchemas role_schemas(const Catalogue& catalogue, const std::vector<ServiceState>& states,
                         const SnapshotFacts& facts) {
  RoleSchemas result;
  for (const ServiceState& state : states) {
    const Service* service = catalogue.service(state.service);
    std::set<std::string> incomplete;
    for (const auto& [part, schema] : state.schemas) {
      const std::string role = state.service + "." + head_role(*service, part);
      if (!contains(facts.schemas, schema)) {
        incomplete.insert(role);
      } else if (auto& known = result[role]; !contains(known, schema)) {
        known.push_back(schema);
      }
    }
    for (const std::string& role : state.missing) {
      incomplete.insert(state.service + "." + head_role(*service, role));
    }
    // What points into a cell that was not dumped is no orphan.
    for (const CellWithoutDatabase& cell : state.lost_cells) {
      if (cell.elsewhere) {
        incomplete.insert(state.service + "." + head_role(*service, cell.part));
      }
    }
    for (const std::string& role : incomplete) {
      result.erase(role);
    }
  }
  return result;
}

std::optional<std::string> skew_begins(const std::vector<DumpFile>& files) {
  std::optional<std::time_t> earliest;
  for (const DumpFile& file : files) {
    const std::optional<std::time_t> at = seconds_of(file.completed_at);
    if (at && (!earliest || *at < *earliest)) {
      earliest = at;
    }
  }
  if (!earliest) {
    return std::nullopt;
  }
  const std::time_t begin = *earliest - kClockDoubt;
  std::tm parts{};
  gmtime_r(&begin, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Result<std::vector<Finding>> check_consistency(Sql& sql, const std::vector<ConsistencyCheck>& checks,
                                               const RoleSchemas& schemas,
                                               const std::optional<std::string>& skew_since) {
  REHEARSAL_TRY(sql.execute(fmt::format("SET SESSION max_statement_time = {}", kConsistencySeconds)));
  std::vector<Finding> findings;
  for (const ConsistencyCheck& check : checks) {
    if (check.end_only) {
      continue;
    }
    Tally tally;
    std::optional<std::string> refused;
    for (const ConsistencyQuery& query : queries_of(check, schemas)) {
      const Result<void> counted = count_rows(sql, check, query, skew_since, tally);
      if (!counted) {
        if (counted.error().kind == ErrorKind::interrupted || is_lost_connection(sql.last_errno())) {
          return fail(counted.error());
        }
        refused = sql.last_message();
        break;
      }
    }
    if (refused) {
      findings.push_back(query_not_made(check, "not looked for", "The query did not end well", *refused));
    } else if (tally.all > 0) {
      findings.push_back(orphan_finding(check, tally));
    }
  }
  return findings;
}

Result<std::vector<Finding>> audit_golden(const Workplace& place, const Golden& golden, const Snapshot& snapshot) {
  const Catalogue& catalogue = place.catalogue;
  Talk& talk = place.talk;
  const std::vector<ServiceState> states = detect(catalogue, place.scenario, snapshot.facts);
  const RoleSchemas schemas = role_schemas(catalogue, states, snapshot.facts);
  std::vector<std::string> left_out;
  std::size_t possible = 0;
  for (const ConsistencyCheck& check : catalogue.consistency) {
    if (check.end_only) {
      continue;
    }
    const bool can = !queries_of(check, schemas).empty();
    possible += can ? 1 : 0;
    if (!can) {
      left_out.push_back(check.id);
    }
  }
  if (!left_out.empty()) {
    talk.detail("not compared across databases, for the schemas are not all in the snapshot: " + join(left_out, ", "));
  }
  if (possible == 0) {
    return std::vector<Finding>{};
  }
  const Stopwatch watch;
  const fs::path dir = place.folder() / "audit";
  REHEARSAL_TRY(make_private_dir(dir));
  Result<std::vector<Finding>> findings = [&]() -> Result<std::vector<Finding>> {
    REHEARSAL_TRY_SET(const std::unique_ptr<RunServer> server,
                      RunServer::on_clone(place.servers(golden.root_password), "audit", golden.data, dir / "data"));
    return check_consistency(server->sql(), catalogue.consistency, schemas, skew_begins(snapshot.index.files));
  }();
  REHEARSAL_TRY(place.store->remove(dir));
  talk.detail(fmt::format("{} across databases in {}", plural(possible, "comparison"), human_seconds(watch.seconds())));
  return findings;
}

}  // namespace rehearsal
