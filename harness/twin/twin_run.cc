#include "harness/twin/twin_run.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/names.h"
#include "base/random.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/locks/statement_log.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"
#include "harness/step/statement_table.h"
#include "harness/step/step_exec.h"
#include "harness/twin/revision_stop.h"
#include "reports/error_text.h"
#include "reports/mask/mask.h"
#include "scenarios/cells.h"
#include "scenarios/lane_plan.h"

namespace rehearsal {

namespace {

bool changes_schema(std::string_view sql) {
  return is_any(TokenReader(sql, kServerOfTexts).next(), {"ALTER", "CREATE", "DROP", "RENAME"});
}

// "UPDATE alembic_version SET version_num='a082b8bb98d0' WHERE …" and the INSERT of the first: the value. A migration
// writes its revision on when it has done all else.
std::string revision_written(std::string_view sql, const std::vector<std::string>& revision_tables) {
  TokenReader reader(sql, kServerOfTexts);
  const Token verb = reader.next();
  if (!verb.is("UPDATE") && !(verb.is("INSERT") && reader.next().is("INTO"))) {
    return {};
  }
  const Token table = reader.next();
  if (!table.names() || !contains(revision_tables, unquoted_name(table.text))) {
    return {};
  }
  Token token = reader.next();
  while (token.kind != TokenKind::end && token.kind != TokenKind::string) {
    token = reader.next();
  }
  return token.kind == TokenKind::string ? unquoted_string(token.text, true) : std::string();
}

// The one server and what has been learned on it so far. What a step does to a schema counts from where that schema
// starts: where the first release ends, or at revisions that lie before or after it.
class TwinRun {
 public:
  TwinRun(const ReferenceLane& reference, const LaneContext& context)
      : reference_(reference),
        context_(context),
        account_(ServiceAccount::of(reference.lane.service, random_word())),
        schemas_(schemas_of(reference)),
        seeds_(schemas_, {context.service.revision_tables.begin(), context.service.revision_tables.end()}) {
    twin_.schemas = reference.lane.schemas;
    for (const auto& [role, schema] : reference.lane.schemas) {
      if (const auto heads = reference.start_heads.find(schema); heads != reference.start_heads.end()) {
        ahead_[schema] = {heads->second.begin(), heads->second.end()};
        for (const std::string& head : ordinary_heads(role)) {
          ahead_[schema].erase(head);
        }
      }
    }
    std::erase_if(ahead_, [](const auto& entry) { return entry.second.empty(); });
  }

  Result<Twin> run(const std::map<std::string, DatabaseDefaults>& defaults) {
    REHEARSAL_TRY(make_private_dir(context_.store_dir));
    const Result<void> made = make(defaults);
    server_.reset();
    REHEARSAL_TRY(context_.store.remove(context_.store_dir));
    REHEARSAL_TRY(made);
    return std::move(twin_);
  }

 private:
  Result<void> make(const std::map<std::string, DatabaseDefaults>& defaults) {
    REHEARSAL_TRY_SET(server_,
                      RunServer::on_clone(context_.servers(), "twin", context_.golden, context_.store_dir / "data"));
    for (const auto& [role, schema] : reference_.lane.schemas) {
      const auto wanted = defaults.find(role);
      REHEARSAL_TRY(create_database(schema, wanted == defaults.end() ? DatabaseDefaults{} : wanted->second));
    }
    REHEARSAL_TRY(make_account(server_->sql(), account_, schemas_));
    // The first release was installed long ago, by whom and with which rights nobody asks; the path's steps have the
    // rights that they will have.
    REHEARSAL_TRY_SET(const auto trusted, server_->sql().value("SELECT @@GLOBAL.log_bin_trust_function_creators"));
    REHEARSAL_TRY(trust_functions("1"));
    for (std::size_t i = 0; i < reference_.lane.steps.size(); ++i) {
      REHEARSAL_TRY_SET(const bool passed, run_step(i));
      if (!passed) {
        break;
      }
      if (i + 1 == reference_.start_steps) {
        REHEARSAL_TRY(keep_start());
        REHEARSAL_TRY(trust_functions(trusted.value_or("0")));
      }
    }
    for (const auto& [schema, heads] : ahead_) {
      if (twin_.failed_step.empty()) {
        return fail(
            fmt::format("{} comes by {} in no step of the path", schema, join({heads.begin(), heads.end()}, ", ")));
      }
    }
    for (std::size_t i = 0; i < twin_.steps.size(); ++i) {
      twin_.steps[i].seeds = seeds_.of_step(reference_.start_steps + i);
    }
    hand_over_early_work();
    return {};
  }

  static std::vector<std::string> schemas_of(const ReferenceLane& reference) {
    std::vector<std::string> schemas;
    for (const auto& [role, schema] : reference.lane.schemas) {
      schemas.push_back(schema);
    }
    return schemas;
  }

  [[nodiscard]] std::vector<std::string> ordinary_heads(const std::string& role) const {
    const auto heads = context_.service.heads.find(head_role(context_.service, role));
    if (heads == context_.service.heads.end() || reference_.lane.steps.empty()) {
      return {};
    }
    const auto of_release = heads->second.find(reference_.lane.steps.front().release);
    return of_release == heads->second.end() ? std::vector<std::string>{} : of_release->second;
  }

  // What the first release's own commands do from the start on is done, in production, by the path's first step of that
  // kind.
  void hand_over_early_work() {
    for (auto& [number, early] : early_) {
      early.seeds = seeds_.of_step(number);
      const PlanStep& made_by = reference_.lane.steps[number];
      const auto of_phase = std::find_if(twin_.steps.begin(), twin_.steps.end(), [&](const TwinStep& step) {
        return step.phase == early.phase && step.role == early.role;
      });
      const auto of_schema = std::find_if(twin_.steps.begin(), twin_.steps.end(), [&](const TwinStep& step) {
        const auto& planned = reference_.lane.steps[reference_.start_steps + (&step - twin_.steps.data())];
        return planned.schemas == made_by.schemas;
      });
      const auto target = of_phase != twin_.steps.end() ? of_phase : of_schema;
      if (target == twin_.steps.end()) {
        continue;
      }
      const auto put_before = [](auto& list, auto& earlier) {
        list.insert(list.begin(), std::make_move_iterator(earlier.begin()), std::make_move_iterator(earlier.end()));
      };
      put_before(target->statements, early.statements);
      put_before(target->revisions, early.revisions);
      put_before(target->row_work, early.row_work);
      put_before(target->seeds, early.seeds);
    }
  }

  Result<void> create_database(const std::string& schema, const DatabaseDefaults& defaults) {
    std::string statement = "CREATE DATABASE " + sql_name(schema);
    if (!defaults.charset.empty()) {
      statement += " CHARACTER SET " + defaults.charset;
    }
    if (!defaults.collation.empty()) {
      statement += " COLLATE " + defaults.collation;
    }
    return server_->sql().execute(statement);
  }

  Result<void> trust_functions(const std::string& value) {
    return server_->sql().execute("SET GLOBAL log_bin_trust_function_creators = " + value);
  }

  // Of the schemas that start where the first release ends; and of those that start later, for the time being.
  Result<void> keep_start() {
    Observer observer(schemas_, {}, context_.service.revision_tables);
    REHEARSAL_TRY(observer.start(server_->sql()));
    twin_.start = observer.schema();
    twin_.revisions = observer.revisions();
    for (const std::string& schema : schemas_) {
      if (ahead_.contains(schema)) {
        continue;
      }
      if (starts_.contains(schema)) {
        start_at_stop(schema);
      } else {
        REHEARSAL_TRY(seeds_.start(server_->sql(), schema));
      }
      begun_.insert(schema);
    }
    for (const std::string& schema : schemas_) {
      const bool empty = std::none_of(twin_.start.tables.begin(), twin_.start.tables.end(),
                                      [&](const auto& table) { return table.first.starts_with(schema + "."); });
      if (empty) {
        return fail("the commands of the first release created no table in " + schema + ", and said that they passed");
      }
    }
    return {};
  }

  void start_at_stop(const std::string& schema) {
    if (const std::optional<Schema>& start = starts_.at(schema)) {
      replace_schema(twin_.start, schema, *start);
      twin_.revisions[schema] = join(reference_.start_heads.at(schema), ", ");
    }
  }

  // What is there is as in production where the schema's other branches are where they are in production.
  Result<void> look_at_stop(Sql& sql, const RevisionStop::Place& place) {
    REHEARSAL_TRY_SET(const auto rows,
                      sql.query("SELECT version_num FROM " + sql_name(TableName{place.schema, place.table})));
    const std::vector<std::string>& heads = reference_.start_heads.at(place.schema);
    const bool whole = std::all_of(heads.begin(), heads.end(), [&](const std::string& head) {
      return head == place.revision ||
             std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.at(0) == head; });
    });
    std::optional<Schema>& start = starts_[place.schema];
    start.reset();
    if (whole) {
      REHEARSAL_TRY_SET(start, read_schema(sql, {place.schema}));
    }
    return seeds_.start(sql, place.schema);
  }

  // Where the step may write revisions that a schema starts at.
  [[nodiscard]] std::vector<RevisionStop::Place> stops_of(const PlanStep& step) const {
    std::vector<RevisionStop::Place> places;
    for (const std::string& schema : step.schemas) {
      const auto heads = ahead_.find(schema);
      for (const std::string& head : heads == ahead_.end() ? std::set<std::string>{} : heads->second) {
        places.push_back({schema, context_.service.revision_tables.front(), head});
      }
    }
    return places;
  }

  Result<StepOutcome> execute(const PlanStep& step, std::vector<RevisionStop::Place> stops) {
    const auto run = [&] {
      return execute_step(step,
                          {.lane = context_, .server = server_->server(), .account = account_, .schemas = schemas_},
                          context_.run.step_dir(step.id));
    };
    if (stops.empty()) {
      return run();
    }
    REHEARSAL_TRY_SET(std::unique_ptr<Sql> watcher, server_->connect());
    RevisionStop stop(server_->sql(), std::move(watcher), std::move(stops),
                      [&](Sql& sql, const RevisionStop::Place& place) { return look_at_stop(sql, place); });
    REHEARSAL_TRY(stop.begin());
    REHEARSAL_TRY_SET(StepOutcome outcome, run());
    if (server_->server().alive()) {
      REHEARSAL_TRY(stop.end());
    }
    return outcome;
  }

  // False: it failed, which the twin tells.
  Result<bool> run_step(std::size_t number) {
    const PlanStep& step = reference_.lane.steps[number];
    const bool of_start = number < reference_.start_steps;
    REHEARSAL_TRY(check_interrupt());
    context_.talk.progress("twin of " + step.service, step.id, true);
    PlanStep own = step;
    own.id = "twin:" + step.id;  // output and names of its own beside the lane's
    StatementLog log(server_->statement_log(), account_.name);
    REHEARSAL_TRY(log.begin_step());
    REHEARSAL_TRY_SET(const StepOutcome outcome, execute(own, stops_of(step)));
    if (!server_->server().alive()) {
      return fail("the server died during " + own.id, {}, server_->server().log_tail());
    }
    if (outcome.timed_out || outcome.meaning == ExitMeaning::failed) {
      const std::string said = mask_text(read_error(outcome.output).telling);
      if (of_start) {
        return fail(
            own.id + " failed with exit status " + std::to_string(outcome.exit_status) + " on an empty database",
            (context_.run.step_dir(own.id) / "output.txt").string(), said);
      }
      twin_.failed_step = step.id;
      twin_.failure = said;
      return false;
    }
    if (of_start && starts_.empty()) {
      return true;
    }
    TwinStep done{.id = step.id, .release = step.release, .phase = step.phase, .role = step.part};
    REHEARSAL_TRY_SET(done.after, read_schema(server_->sql(), schemas_));
    REHEARSAL_TRY(read_statements(log, done));
    REHEARSAL_TRY(seeds_.after_step(server_->sql(), number));
    if (of_start && !begun_.empty()) {
      early_.emplace(number, std::move(done));
      // The first release's further steps move the branches that are not behind.
      std::erase_if(begun_, [&](const std::string& schema) { return reference_.start_heads.at(schema).size() > 1; });
    } else if (!of_start) {
      twin_.steps.push_back(std::move(done));
    }
    return true;
  }

  // A schema is at a revision that it starts at: what was done to it until then is done in production already.
  void pass_start(const std::string& schema, TwinStep& done, std::set<TwinRowWork>& pending) {
    ahead_.erase(schema);
    begun_.insert(schema);
    start_at_stop(schema);
    std::erase_if(done.statements, [&](const TwinStatement& statement) { return statement.schema == schema; });
    std::erase_if(done.row_work, [&](const TwinRowWork& work) { return work.table.starts_with(schema + "."); });
    std::erase_if(pending, [&](const TwinRowWork& work) { return work.table.starts_with(schema + "."); });
  }

  Result<void> read_statements(StatementLog& log, TwinStep& done) {
    std::set<std::string> tables;
    for (const Schema* schema : {&twin_.end(), static_cast<const Schema*>(&done.after)}) {
      for (const auto& [table, shape] : schema->tables) {
        tables.insert(table);
      }
    }
    std::size_t of_earlier = 0;  // those that have their revision already
    std::set<TwinRowWork> pending, known;
    const auto settle = [&](const std::string& revision) {
      for (TwinRowWork work : std::exchange(pending, {})) {
        work.revision = revision;
        if (known.insert(work).second) {
          done.row_work.push_back(std::move(work));
        }
      }
    };
    REHEARSAL_TRY(log.read_to_end([&](const LoggedStatement& logged) {
      const std::string_view sql = trim(logged.sql);
      const bool counts = logged.schema.empty() || begun_.contains(logged.schema);
      if (changes_schema(sql)) {
        if (counts) {
          done.statements.push_back({std::string(sql), logged.schema, ""});
        }
      } else if (std::string revision = revision_written(sql, context_.service.revision_tables); !revision.empty()) {
        for (; of_earlier < done.statements.size(); ++of_earlier) {
          done.statements[of_earlier].revision = revision;
        }
        settle(revision);
        if (counts) {
          done.revisions.push_back(std::move(revision));
          return;
        }
        const auto ahead = ahead_.find(logged.schema);
        if (ahead != ahead_.end() && ahead->second.erase(revision) > 0 && ahead->second.empty()) {
          pass_start(logged.schema, done, pending);
          of_earlier = done.statements.size();
        }
      } else if (std::optional<TwinRowWork> work = row_work_of(logged, tables)) {
        if (is_of_revision_table(work->table)) {
          settle("");  // asked for before the first migration runs
        } else if (begun_.contains(schema_of(work->table))) {
          pending.insert(std::move(*work));
        }
      }
    }));
    settle("");
    return {};
  }

  // Nothing for what is no statement on rows of the step's own tables.
  [[nodiscard]] std::optional<TwinRowWork> row_work_of(const LoggedStatement& logged,
                                                       const std::set<std::string>& tables) const {
    const Token verb = TokenReader(logged.sql, kServerOfTexts).next();
    const bool reads = is_any(verb, {"SELECT", "WITH"});
    if (!reads && !is_any(verb, {"INSERT", "UPDATE", "DELETE", "REPLACE"})) {
      return std::nullopt;
    }
    const std::vector<std::string> of_connection = {logged.schema};
    std::string table = table_of_statement(logged.sql, logged.schema.empty() ? schemas_ : of_connection, tables);
    return table.empty() ? std::nullopt : std::optional(TwinRowWork{"", std::move(table), !reads});
  }

  [[nodiscard]] bool is_of_revision_table(const std::string& table) const {
    return contains(context_.service.revision_tables, bare_name(table));
  }

  const ReferenceLane& reference_;
  const LaneContext& context_;
  ServiceAccount account_;
  std::vector<std::string> schemas_;
  std::unique_ptr<RunServer> server_;
  Twin twin_;
  SeedWatch seeds_;
  std::map<std::string, std::set<std::string>> ahead_;   // schema -> revisions that it starts at and has not come to
  std::map<std::string, std::optional<Schema>> starts_;  // as it was where it came to them; none: not comparable
  std::set<std::string> begun_;                          // schemas that are at their start, or past it
  std::map<std::size_t, TwinStep> early_;                // by number: what the first release's steps did from there on
};

}  // namespace

Result<Twin> make_twin(const ReferenceLane& reference, const std::map<std::string, DatabaseDefaults>& defaults,
                       const LaneContext& context) {
  return TwinRun(reference, context).run(defaults);
}

}  // namespace rehearsal
