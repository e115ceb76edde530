#include "harness/twin/foresight.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/interrupt.h"
#include "base/table_name.h"
#include "harness/diagnosis/fix.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"
#include "harness/diagnosis/words.h"
#include "harness/twin/touch.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

using Kind = Demand::Kind;

bool has_key_or_constraint(const TableFacts& facts, const std::string& name) {
  return facts.key(name) != nullptr || std::any_of(facts.foreign_keys.begin(), facts.foreign_keys.end(),
                                                   [&](const ForeignKeySpec& key) { return key.name == name; });
}

// Whether the objects are as the demand wants them; nothing where only the server can tell.
std::optional<bool> is_met(const Demand& demand, const TableFacts& facts) {
  switch (demand.kind) {
    case Kind::absent_column:
      return facts.column(demand.name) == nullptr;
    case Kind::absent_key:
      return facts.key(demand.name) == nullptr;
    case Kind::absent_table:
      return !facts.exists();
    case Kind::present_column:
      return facts.column(demand.name) != nullptr;
    case Kind::present_key:
      return facts.key(demand.name) != nullptr;
    case Kind::present_foreign_key:
      return has_key_or_constraint(facts, demand.name) ? std::optional(true) : std::nullopt;  // a check may have it
    case Kind::present_table:
      return facts.exists();
    case Kind::unique:
    case Kind::not_null:
    case Kind::fits:
    case Kind::valid_dates:
    case Kind::refers:
    case Kind::compatible:
    case Kind::key_size:
    case Kind::row_size:
      return std::nullopt;
  }
  return std::nullopt;
}

class Seer {
 public:
  Seer(Sql& sql, const Twin& twin, const Lane& lane) : sql_(sql), twin_(twin), lane_(lane) {}

  Result<Foresight> look() {
    for (const PathStatement& statement : path_statements(twin_)) {
      REHEARSAL_TRY(check_interrupt());
      ++result_.statements;
      REHEARSAL_TRY(look_at(statement));
      remember(statement);
    }
    return std::move(result_);
  }

 private:
  Result<void> look_at(const PathStatement& statement) {
    if (changed_.contains(statement.table)) {
      return {};  // made, dropped or renamed by the path itself: nothing of today's rows is in it
    }
    REHEARSAL_TRY_SET(const TableFacts* facts, facts_of(statement.table));
    const std::vector<Demand> demands = demands_of(statement.ddl, *facts);
    for (const Demand& demand : demands) {
      REHEARSAL_TRY(ask(demand, *facts, statement));
      // The rest would only repeat that the table is not there.
      if (demand.kind == Kind::present_table && !facts->exists()) {
        break;
      }
    }
    return {};
  }

  Result<void> ask(const Demand& demand, const TableFacts& facts, const PathStatement& statement) {
    if (!is_about_rows(demand.kind)) {
      const bool by_path = !demand.name.empty() && changed_.contains(statement.table + "." + demand.name);
      if (by_path || is_met(demand, facts).value_or(true)) {
        return {};
      }
      ++result_.asked;
      return tell(demand, Offenders{}, facts, statement);
    }
    for (const std::string& column : demand.columns) {
      if (facts.column(column) == nullptr) {
        result_.not_foreseen.push_back(fmt::format("{}.{} ({})", statement.table, column, statement.step));
        return {};
      }
    }
    if (demand.kind == Kind::refers) {
      REHEARSAL_TRY_SET(const bool there, target_is_there(demand, facts));
      if (!there) {
        result_.not_foreseen.push_back(
            fmt::format("{} to {} ({})", statement.table, demand.foreign_key.table, statement.step));
        return {};
      }
    }
    ++result_.asked;
    REHEARSAL_TRY_SET(const Offenders offenders, count_offenders(sql_, demand, facts));
    return offenders.count == 0 ? Result<void>() : tell(demand, offenders, facts, statement);
  }

  Result<bool> target_is_there(const Demand& demand, const TableFacts& facts) {
    const ForeignKeySpec& key = demand.foreign_key;
    REHEARSAL_TRY_SET(const TableFacts* target,
                      facts_of((key.schema.empty() ? facts.schema : key.schema) + "." + key.table));
    return std::all_of(key.target_columns.begin(), key.target_columns.end(),
                       [&](const std::string& column) { return target->column(column) != nullptr; });
  }

  Result<void> tell(const Demand& demand, const Offenders& offenders, const TableFacts& facts,
                    const PathStatement& statement) {
    Finding finding;
    finding.code = code_of(demand.kind);
    finding.severity = Severity::warning;
    finding.service = lane_.service;
    finding.release = statement.release;
    finding.step = statement.step;
    finding.revision = statement.revision;
    finding.table = statement.table;
    finding.columns = demand.columns;
    finding.statement = mask_sql(statement.sql);
    const ReferenceTable reference = [&](const std::string& schema, const std::string& table) {
      const auto found = twin_.start.tables.find(schema + "." + table);
      return found == twin_.start.tables.end() ? std::vector<std::string>() : found->second.lines;
    };
    finding.title = words_for(demand, offenders, facts, reference(facts.schema, demand.table));
    if (is_about_rows(demand.kind)) {
      finding.row_count = offenders.count;
      finding.rows = offenders.keys;
      finding.soft_deleted = offenders.soft_deleted;
      finding.detail = age_and_share(offenders);
      if (rows_may_change_before(statement.step)) {
        finding.detail +=
            (finding.detail.empty() ? "" : " ") + std::string(
                                                      "Data migrations that run before this step may repair some of "
                                                      "them: a rehearsal of the path will show.");
      }
    }
    REHEARSAL_TRY_SET(Fix fix, propose_fix(sql_, {.demand = demand,
                                                  .offenders = offenders,
                                                  .facts = facts,
                                                  .statement = &statement.ddl,
                                                  .reference = reference}));
    if (!fix.sql.empty() || !fix.decision.empty()) {
      finding.fix = std::move(fix);
    }
    result_.findings.push_back(std::move(finding));
    return {};
  }

  [[nodiscard]] bool rows_may_change_before(const std::string& step) const {
    for (const PlanStep& earlier : lane_.steps) {
      if (earlier.id == step) {
        return false;
      }
      if (is_online(earlier.phase) || earlier.phase == Phase::migrate) {
        return true;
      }
    }
    return false;
  }

  // What the path has made, dropped or renamed so far is not as the snapshot has it.
  void remember(const PathStatement& statement) {
    if (statement.ddl.kind != DdlStatement::Kind::alter_table) {
      changed_.insert(statement.table);
      return;
    }
    const std::string schema = schema_of(statement.table);
    for (const DdlAction& action : statement.ddl.actions) {
      if (action.kind == DdlAction::Kind::rename_table) {
        changed_.insert({statement.table, schema + "." + action.name});
      }
      for (const std::string& name : {action.name, action.column.name, action.key.name, action.foreign_key.name}) {
        if (!name.empty()) {
          changed_.insert(statement.table + "." + name);
        }
      }
    }
  }

  Result<const TableFacts*> facts_of(const std::string& table) {
    auto known = facts_.find(table);
    if (known == facts_.end()) {
      const TableName name = TableName::of(table);
      REHEARSAL_TRY_SET(TableFacts facts, read_table_facts(sql_, name.schema, name.name));
      facts.schema = name.schema;
      known = facts_.emplace(table, std::move(facts)).first;
    }
    return &known->second;
  }

  Sql& sql_;
  const Twin& twin_;
  const Lane& lane_;
  std::map<std::string, TableFacts> facts_;  // as the snapshot has them
  std::set<std::string> changed_;            // "schema.table", "schema.table.object"
  Foresight result_;
};

}  // namespace

Result<Foresight> foresee(Sql& sql, const Twin& twin, const Lane& lane) {
  return Seer(sql, twin, lane).look();
}

}  // namespace rehearsal
