#include "harness/twin/drift_findings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/twin/touch.h"

namespace rehearsal {

namespace {

// So many differences are told of one table, and so many tables of one schema; the rest is counted.
constexpr std::size_t kToldOfTable = 12;
constexpr std::size_t kToldTables = 20;
// So many tables that differ in the same way are one fact about the schema.
constexpr std::size_t kSameInMany = 3;
constexpr std::size_t kStatementTold = 300;

std::string shortened(const std::string& sql) {
  std::string line = replace_all(sql, "\n", " ");
  return line.size() <= kStatementTold ? line : line.substr(0, kStatementTold) + " …";
}

class DriftTeller {
 public:
  DriftTeller(const Twin& twin, const Service& service, std::string release)
      : twin_(twin), service_(service), release_(std::move(release)), path_(path_statements(twin)) {}

  std::vector<Finding> tell(const std::vector<Drift>& drifts) {
    std::map<std::string, std::vector<Quiet>> quiet;  // by table
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<const Drift*>> collations;
    for (const Drift& drift : drifts) {
      if (drift.kind == Drift::Kind::collation) {
        collations[{schema_of(drift.table), drift.reference, drift.production}].push_back(&drift);
      }
    }
    for (const Drift& drift : drifts) {
      const bool in_many =
          drift.kind == Drift::Kind::collation &&
          collations[{schema_of(drift.table), drift.reference, drift.production}].size() >= kSameInMany;
      if (in_many) {
        continue;
      }
      const Fate fate = fate_of(drift, path_, twin_.start);
      if (fate.kind == Fate::Kind::stands_in_the_way) {
        findings_.push_back(loud(drift, *fate.statement));
      } else if (!drift.silent) {
        quiet[drift.table].push_back({&drift, fate});
      }
    }
    for (const auto& [key, same] : collations) {
      if (same.size() >= kSameInMany) {
        findings_.push_back(of_collation(std::get<0>(key), same));
      }
    }
    tell_quiet(quiet);
    return std::move(findings_);
  }

 private:
  // What no step depends on.
  struct Quiet {
    const Drift* drift;
    Fate fate;
  };

  [[nodiscard]] Finding base(const std::string& table, Severity severity) const {
    Finding finding;
    finding.code = "schema-drift";
    finding.severity = severity;
    finding.service = service_.name;
    finding.release = release_;
    finding.table = table;
    return finding;
  }

  void name_statement(const PathStatement& statement, Finding& finding) const {
    finding.step = statement.step;
    finding.release = statement.release;
    finding.revision = statement.revision;
    finding.statement = shortened(statement.sql);
    finding.detail +=
        fmt::format("{} depends on it{}: {}", statement.step,
                    statement.revision.empty() ? "" : ", revision " + statement.revision, finding.statement);
  }

  [[nodiscard]] Finding loud(const Drift& drift, const PathStatement& statement) const {
    Finding finding = base(drift.table, Severity::warning);
    finding.title = drift.table + " " + to_text(drift);
    finding.cause = drift.kind == Drift::Kind::lost_table ? to_cause(drift) : "";
    finding.columns = drift.columns;
    finding.detail = "The migrations of " + release_ + " leave an empty database in a different state. ";
    name_statement(statement, finding);
    if (std::string sql = sql_to_mend(drift); !sql.empty()) {
      finding.fix = Fix{};
      finding.fix->sql = std::move(sql);
    }
    return finding;
  }

  // Old tables in one collation, and a database that will give new tables another.
  [[nodiscard]] Finding of_collation(const std::string& schema, const std::vector<const Drift*>& same) const {
    const PathStatement* statement = nullptr;
    std::vector<std::string> tables;
    for (const Drift* drift : same) {
      tables.push_back(drift->table.substr(schema.size() + 1));
      const Fate fate = fate_of(*drift, path_, twin_.start);
      statement = statement == nullptr && fate.kind == Fate::Kind::stands_in_the_way ? fate.statement : statement;
    }
    Finding finding = base(schema, statement == nullptr ? Severity::info : Severity::warning);
    finding.title =
        fmt::format("{} of {} have the collation {}, but the database's default gives new ones {}",
                    plural(same.size(), "table"), schema, same.front()->production, same.front()->reference);
    finding.detail = "Tables: " + join_some(tables, "; ", kToldOfTable) + ". ";
    if (statement != nullptr) {
      name_statement(*statement, finding);
    }
    return finding;
  }

  // With the step that puts it right.
  static std::string cause_of(const Quiet& quiet) {
    return to_cause(*quiet.drift) +
           (quiet.fate.kind == Fate::Kind::mended ? ", which " + quiet.fate.statement->step + " repairs" : "");
  }

  void tell_quiet(const std::map<std::string, std::vector<Quiet>>& quiet) {
    std::map<std::string, std::set<std::string>> alike;  // cause -> tables
    for (const auto& [table, drifts] : quiet) {
      for (const Quiet& one : drifts) {
        alike[cause_of(one)].insert(table);
      }
    }
    std::map<std::string, std::vector<std::string>> extra_tables;    // schema -> tables
    std::map<std::string, std::vector<std::string>> further_tables;  // beyond what is told one by one
    std::map<std::string, std::size_t> told;
    for (const auto& [table, drifts] : quiet) {
      const std::string schema = schema_of(table);
      if (drifts.front().drift->kind == Drift::Kind::extra_table) {
        extra_tables[schema].push_back(table.substr(schema.size() + 1));
        continue;
      }
      std::vector<Quiet> own;
      for (const Quiet& one : drifts) {
        if (const std::string cause = cause_of(one); alike[cause].size() >= kSameInMany) {
          findings_.push_back(of_table(table, {one}));
          findings_.back().cause = cause;
        } else {
          own.push_back(one);
        }
      }
      if (own.empty()) {
        continue;
      }
      if (++told[schema] > kToldTables) {
        further_tables[schema].push_back(table.substr(schema.size() + 1));
        continue;
      }
      findings_.push_back(of_table(table, own));
    }
    for (const auto& [schema, tables] : further_tables) {
      Finding finding = base(schema, Severity::info);
      finding.title =
          fmt::format("{} further of {} differ from a fresh {}", plural(tables.size(), "table"), schema, release_);
      finding.detail = join_some(tables, "; ", kToldTables * 2);
      findings_.push_back(std::move(finding));
    }
    for (const auto& [schema, tables] : extra_tables) {
      Finding finding = base(schema, Severity::info);
      finding.title = fmt::format("{} of {} come from no migration of {} {}", plural(tables.size(), "table"), schema,
                                  service_.name, release_);
      finding.detail = join_some(tables, "; ", kToldTables * 2) + ". Copies made by hand, a plug-in's, or left over.";
      findings_.push_back(std::move(finding));
    }
  }

  [[nodiscard]] Finding of_table(const std::string& table, const std::vector<Quiet>& drifts) const {
    Finding finding = base(table, Severity::info);
    std::vector<std::string> texts;
    bool untouched = false;
    for (const auto& [drift, fate] : drifts) {
      const bool mended = fate.kind == Fate::Kind::mended;
      texts.push_back(to_text(*drift) + (mended ? ", which " + fate.statement->step + " repairs" : ""));
      untouched = untouched || !mended;
      finding.columns.insert(finding.columns.end(), drift->columns.begin(), drift->columns.end());
    }
    std::sort(finding.columns.begin(), finding.columns.end());
    finding.columns.erase(std::unique(finding.columns.begin(), finding.columns.end()), finding.columns.end());
    finding.title = drifts.size() == 1
                        ? table + " " + texts.front()
                        : fmt::format("{} differs from a fresh {} in {} things", table, release_, texts.size());
    finding.detail = drifts.size() == 1 ? "" : "It " + join_some(texts, "; ", kToldOfTable) + ". ";
    finding.detail += untouched ? "No step of the path depends on it." : "";
    return finding;
  }

  const Twin& twin_;
  const Service& service_;
  std::string release_;
  std::vector<PathStatement> path_;
  std::vector<Finding> findings_;
};

void drop_schema(Schema& schema, const std::string& name) {
  std::erase_if(schema.tables, [&](const auto& entry) { return schema_of(entry.first) == name; });
}

}  // namespace

std::set<std::string> bookkeeping_tables(const Service& service) {
  std::set<std::string> tables(service.revision_tables.begin(), service.revision_tables.end());
  tables.insert(service.leftover_tables.begin(), service.leftover_tables.end());
  return tables;
}

std::vector<Finding> drift_findings(const Twin& twin, const LaneSchemas& production, const Service& service,
                                    const std::string& release) {
  std::vector<Finding> findings;
  Twin compared = twin;
  Schema start = production.start;
  std::optional<Schema> end = production.end;
  for (const auto& [schema, heads] : twin.revisions) {
    const auto found = production.revisions.find(schema);
    if (found == production.revisions.end() || found->second == heads) {
      continue;
    }
    Finding finding;
    finding.code = "drift-not-looked-at";
    finding.service = service.name;
    finding.release = release;
    finding.table = schema;
    finding.title = fmt::format("{} is at revision {}, a fresh {} at {}: they are not compared", schema,
                                found->second.empty() ? "none" : found->second, release, heads);
    findings.push_back(std::move(finding));
    drop_schema(start, schema);
    drop_schema(compared.start, schema);
  }
  const std::set<std::string> ignored = bookkeeping_tables(service);
  const std::vector<Drift> at_start = drift(compared.start, start, ignored);
  const std::vector<Finding> told = DriftTeller(twin, service, release).tell(at_start);
  findings.insert(findings.end(), told.begin(), told.end());
  if (!end || !twin.failed_step.empty()) {
    return findings;
  }
  for (const Drift& found : drift(twin.end(), *end, ignored)) {
    const bool known =
        found.silent || std::any_of(at_start.begin(), at_start.end(), [&](const Drift& earlier) {
          return earlier.table == found.table && earlier.kind == found.kind && earlier.name == found.name;
        });
    if (known) {
      continue;
    }
    Finding finding;
    finding.code = "outcome-differs";
    finding.severity = Severity::warning;
    finding.service = service.name;
    finding.release = twin.steps.empty() ? release : twin.steps.back().release;
    finding.table = found.table;
    finding.columns = found.columns;
    finding.title = "after the path " + found.table + " " + to_text(found);
    finding.cause = to_cause(found) + " after the path";
    finding.detail =
        "The same steps on an empty database end differently, although the two did not differ in this at the start of "
        "the path: on this data a migration did something that it does not do everywhere, or left a part out.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehearsal
