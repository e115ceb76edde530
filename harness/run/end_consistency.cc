#include "harness/run/end_consistency.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <unordered_set>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/audit/found_rows.h"
#include "harness/engines/account_names.h"
#include "harness/run/consistency.h"
#include "harness/server/run_server.h"
#include "reports/mask/mask.h"
#include "scenarios/detect.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

fs::path file_of(const EndContext& context, const std::string& service) {
  return context.place.run.path() / "lanes" / (service + ".tables.sql");
}

RoleSchemas schemas_of(const EndContext& context) {
  return role_schemas(context.place.catalogue,
                      detect(context.place.catalogue, context.place.scenario, context.snapshot.facts),
                      context.snapshot.facts);
}

// The releases are in the catalogue's order.
bool has_by(const Catalogue& catalogue, const ConsistencyCheck& check, const std::string& release) {
  const Release* since = check.since.empty() ? nullptr : catalogue.release(check.since);
  return since == nullptr || (catalogue.release(release) != nullptr && since <= catalogue.release(release));
}

std::size_t mark_of(const ConsistencyQuery& query, const Row& row) {
  std::string text = without_end(query.schema);
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {  // the last is the age
    text += '\x1f' + (row[i] ? *row[i] : std::string("\x1e"));
  }
  return std::hash<std::string>()(text);
}

std::optional<std::string> earliest_dump(const std::vector<DumpFile>& files) {
  std::optional<std::string> earliest;
  for (const DumpFile& file : files) {
    // "2026-03-02  8:02:11": hours of one digit are padded with a blank.
    std::string at = replace_all(file.completed_at, "  ", " 0");
    if (!at.empty() && (!earliest || at < *earliest)) {
      earliest = std::move(at);
    }
  }
  return earliest;
}

}  // namespace

std::function<Result<void>(Sql&)> leave_tables(const EndContext& context, const Lane& lane) {
  return [&context, &lane](Sql& sql) -> Result<void> {
    WantedTables read, wanted;
    const RoleSchemas schemas = schemas_of(context);
    for (const ConsistencyCheck& check : context.place.catalogue.consistency) {
      if (has_by(context.place.catalogue, check, context.plan.path.to)) {
        for (const ConsistencyQuery& query : queries_of(check, schemas)) {
          add_tables_read(query.sql, read);
        }
      }
    }
    for (const auto& [name, table] : read) {
      if (std::any_of(lane.schemas.begin(), lane.schemas.end(),
                      [&](const auto& role) { return role.second == name.first; })) {
        wanted[name] = table;
      }
    }
    if (wanted.empty()) {
      return {};
    }
    const fs::path file = file_of(context, lane.service);
    REHEARSAL_TRY(make_private_dir(file.parent_path()));
    Result<void> left = export_tables(sql, wanted, file);
    if (!left) {
      std::error_code error;
      os::remove(file, error);
      if (left.error().kind == ErrorKind::interrupted) {
        return left;
      }
      context.place.talk.warn(lane.service + ": its end cannot be compared across databases: " + to_text(left.error()));
    }
    return {};
  };
}

Result<std::optional<Finding>> compare_ends(Sql& sql, const EndCheck& check, const std::optional<std::string>& younger,
                                            const std::string& run_started) {
  std::unordered_set<std::size_t> known;
  const auto each = [&](const std::vector<ConsistencyQuery>& queries,
                        const std::function<void(const ConsistencyQuery&, const Row&)>& row) -> Result<void> {
    for (const ConsistencyQuery& query : queries) {
      REHEARSAL_TRY(sql.for_each_row(query.sql, [&](const Row& values) -> Result<void> {
        row(query, values);
        return check_interrupt();
      }));
    }
    return {};
  };
  Finding finding;
  std::int64_t all = 0, left_out = 0;
  Result<void> asked =
      each(check.before, [&](const ConsistencyQuery& query, const Row& row) { known.insert(mark_of(query, row)); });
  if (asked) {
    asked = each(check.after, [&](const ConsistencyQuery& query, const Row& row) {
      if (known.contains(mark_of(query, row))) {
        return;
      }
      const std::optional<std::string>& changed = row.back();
      if (changed && younger && *changed >= *younger && *changed < run_started) {
        ++left_out;
        return;
      }
      ++all;
      const std::string table = without_end(query.schema) + "." + query.table;
      finding.table = finding.table.empty() ? table : finding.table;
      if (finding.rows.size() < kKeysTold && finding.table == table) {
        std::map<std::string, std::string>& told = finding.rows.emplace_back();
        for (std::size_t i = 0; i < check.check.keys.size(); ++i) {
          told[check.check.keys[i]] = told_key(row.at(i));
        }
      }
    });
  }
  if (!asked) {
    if (asked.error().kind == ErrorKind::interrupted || is_lost_connection(sql.last_errno())) {
      return fail(asked.error());
    }
    return query_not_made(check.check, "not looked for at the end of the path",
                          "internal error: the query " + check.check.id + " did not end well",
                          sql.last_message().empty() ? to_text(asked.error()) : sql.last_message());
  }
  if (all == 0) {
    return std::nullopt;
  }
  finding.code = "reference-broken";
  finding.severity = Severity::warning;
  finding.service = check.check.service;
  finding.row_count = all;
  finding.title =
      fmt::format("{} after the path that {} not so before it: {}", plural(static_cast<std::uint64_t>(all), "row"),
                  all == 1 ? "was" : "were", check.check.words);
  finding.detail = check.check.meaning;
  if (left_out > 0) {
    finding.detail += fmt::format(" {} more changed after the earliest dump are left out.", left_out);
  }
  return finding;
}

Result<std::vector<Finding>> audit_ends(const EndContext& context, const std::string& run_started) {
  const RoleSchemas before = schemas_of(context);
  RoleSchemas after = before;
  std::vector<fs::path> files;
  std::set<std::string> ended;  // "service."
  for (const Lane& lane : context.plan.lanes) {
    const fs::path file = file_of(context, lane.service);
    REHEARSAL_TRY_SET(const bool there, is_there(file));
    if (there) {
      files.push_back(file);
      ended.insert(lane.service + ".");
    }
    for (auto role = after.begin(); role != after.end();) {
      const bool own = role->first.starts_with(lane.service + ".");
      if (own && !there) {
        role = after.erase(role);
        continue;
      }
      if (own) {
        std::transform(role->second.begin(), role->second.end(), role->second.begin(), end_schema);
      }
      ++role;
    }
  }
  std::vector<EndCheck> checks;
  for (const ConsistencyCheck& check : context.place.catalogue.consistency) {
    const std::vector<std::string> roles = roles_of(check);
    const bool moved = std::any_of(roles.begin(), roles.end(), [&](const std::string& role) {
      return ended.contains(role.substr(0, role.find('.') + 1));
    });
    if (!moved || !has_by(context.place.catalogue, check, context.plan.path.to)) {
      continue;
    }
    EndCheck asked{check, {}, queries_of(check, after)};
    if (has_by(context.place.catalogue, check, context.plan.path.from)) {
      asked.before = queries_of(check, before);
    }
    if (!asked.after.empty()) {
      checks.push_back(std::move(asked));
    }
  }
  std::vector<Finding> findings;
  if (checks.empty()) {
    return findings;
  }
  const Stopwatch watch;
  const fs::path dir = context.place.folder() / "audit-end";
  REHEARSAL_TRY(make_private_dir(dir));
  const Result<void> asked = [&]() -> Result<void> {
    REHEARSAL_TRY_SET(const std::unique_ptr<RunServer> server,
                      RunServer::on_clone(context.place.servers(context.golden.root_password), "audit-end",
                                          context.golden.data, dir / "data"));
    Sql* const sql = &server->sql();
    for (const fs::path& file : files) {
      REHEARSAL_TRY(import_tables(*sql, file));
    }
    REHEARSAL_TRY(sql->execute(fmt::format("SET SESSION max_statement_time = {}", kConsistencySeconds)));
    for (const EndCheck& check : checks) {
      REHEARSAL_TRY_SET(std::optional<Finding> finding,
                        compare_ends(*sql, check, earliest_dump(context.snapshot.index.files), run_started));
      if (finding) {
        findings.push_back(std::move(*finding));
      }
    }
    return {};
  }();
  REHEARSAL_TRY(context.place.store->remove(dir));
  REHEARSAL_TRY(asked);
  for (const fs::path& file : files) {
    std::error_code error;
    os::remove(file, error);
  }
  context.place.talk.detail(fmt::format("{} at the end of the path in {}", plural(checks.size(), "comparison"),
                                        human_seconds(watch.seconds())));
  return findings;
}

}  // namespace rehearsal
