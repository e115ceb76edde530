#include "harness/twin/twin_run.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/files.h"
#include "base/interrupt.h"
#include "base/random.h"
#include "base/text.h"
#include "harness/lane_server.h"
#include "harness/locks/statement_log.h"
#include "harness/observe.h"
#include "harness/statement_table.h"
#include "harness/step_exec.h"
#include "reports/error_text.h"
#include "reports/mask.h"

namespace rehearsal {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (is_word(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

bool changes_schema(std::string_view sql) {
  for (const std::string_view word : {"ALTER ", "CREATE ", "DROP ", "RENAME "}) {
    if (lower(sql.substr(0, word.size())) == lower(word)) {
      return true;
    }
  }
  return false;
}

// "UPDATE alembic_version SET version_num='a082b8bb98d0' WHERE …" and the INSERT of the first: the value. A migration
// writes its revision on when it has done all else.
std::string revision_written(std::string_view sql, const std::vector<std::string>& revision_tables) {
  const std::string start = lower(sql.substr(0, 100));
  const bool writes = std::any_of(revision_tables.begin(), revision_tables.end(), [&](const std::string& table) {
    return start.starts_with("update " + table + " ") || start.starts_with("insert into " + table + " ");
  });
  const std::size_t open = writes ? sql.find('\'') : std::string_view::npos;
  const std::size_t close = open == std::string_view::npos ? open : sql.find('\'', open + 1);
  return close == std::string_view::npos ? "" : std::string(sql.substr(open + 1, close - open - 1));
}

// The one server and what has been learned on it so far.
class TwinRun {
 public:
  TwinRun(const ReferenceLane& reference, const LaneContext& context)
      : reference_(reference), context_(context), account_{reference.lane.service, random_word()} {
    for (const auto& [role, schema] : reference.lane.schemas) {
      schemas_.push_back(schema);
    }
    twin_.schemas = reference.lane.schemas;
  }

  Result<Twin> run(const std::map<std::string, DatabaseDefaults>& defaults) {
    REHEARSAL_TRY(make_private_dir(context_.store_dir));
    const Result<void> made = make(defaults);
    if (server_) {
      server_->kill();
      server_.reset();
    }
    REHEARSAL_TRY(context_.store.remove(context_.store_dir));
    REHEARSAL_TRY(made);
    return std::move(twin_);
  }

 private:
  Result<void> make(const std::map<std::string, DatabaseDefaults>& defaults) {
    REHEARSAL_TRY(context_.store.clone(context_.golden, context_.store_dir / "data"));
    REHEARSAL_TRY_SET(server_, LaneServer::start(context_, "twin", context_.store_dir / "data"));
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
      REHEARSAL_TRY_SET(const bool passed, run_step(reference_.lane.steps[i], i < reference_.start_steps));
      if (!passed) {
        break;
      }
      if (i + 1 == reference_.start_steps) {
        REHEARSAL_TRY(keep_start());
        REHEARSAL_TRY(trust_functions(trusted.value_or("0")));
      }
    }
    for (std::size_t i = 0; i < twin_.steps.size(); ++i) {
      twin_.steps[i].seeds = seeds_->of_step(i);
    }
    return {};
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

  Result<void> keep_start() {
    Observer observer(schemas_, {}, context_.service.revision_tables);
    REHEARSAL_TRY(observer.start(server_->sql()));
    twin_.start = observer.schema();
    twin_.revisions = observer.revisions();
    const std::vector<std::string>& kept = context_.service.revision_tables;
    seeds_.emplace(schemas_, std::set<std::string>(kept.begin(), kept.end()));
    REHEARSAL_TRY(seeds_->start(server_->sql()));
    for (const std::string& schema : schemas_) {
      const bool empty = std::none_of(twin_.start.tables.begin(), twin_.start.tables.end(),
                                      [&](const auto& table) { return table.first.starts_with(schema + "."); });
      if (empty) {
        return fail("the commands of the first release made no table in " + schema + ", and said that they passed");
      }
    }
    return {};
  }

  // False: it failed, which the twin tells.
  Result<bool> run_step(const PlanStep& step, bool of_start) {
    REHEARSAL_TRY(check_interrupt());
    context_.talk.progress("twin of " + step.service, step.id, true);
    PlanStep own = step;
    own.id = "twin:" + step.id;  // output and names of its own beside the lane's
    StatementLog log(server_->statement_log(), account_.name);
    REHEARSAL_TRY(log.begin_step());
    REHEARSAL_TRY_SET(const StepOutcome outcome, execute_step(own, context_, server_->server(), account_, schemas_,
                                                              context_.run.step_dir(own.id)));
    if (!server_->server().alive()) {
      return fail("the server died during " + own.id, {}, server_->server().log_tail());
    }
    if (outcome.timed_out || outcome.meaning == "failed") {
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
    if (!of_start) {
      TwinStep done{step.id, step.release, to_word(step.phase), step.part, {}, {}};
      REHEARSAL_TRY_SET(done.after, read_schema(server_->sql(), schemas_));
      REHEARSAL_TRY(read_statements(log, done));
      REHEARSAL_TRY(seeds_->after_step(server_->sql(), twin_.steps.size()));
      twin_.steps.push_back(std::move(done));
    }
    return true;
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
      if (changes_schema(sql)) {
        done.statements.push_back({std::string(sql), logged.schema, ""});
      } else if (std::string revision = revision_written(sql, context_.service.revision_tables); !revision.empty()) {
        for (; of_earlier < done.statements.size(); ++of_earlier) {
          done.statements[of_earlier].revision = revision;
        }
        settle(revision);
        done.revisions.push_back(std::move(revision));
      } else if (std::optional<TwinRowWork> work = row_work_of(logged, tables)) {
        if (is_of_revision_table(work->table)) {
          settle("");  // asked for before the first migration runs
        } else {
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
    const std::string verb = lower(logged.sql.substr(0, logged.sql.find_first_of(" \t\r\n(")));
    const bool reads = verb == "select" || verb == "with";
    if (!reads && verb != "insert" && verb != "update" && verb != "delete" && verb != "replace") {
      return std::nullopt;
    }
    const std::vector<std::string> of_connection = {logged.schema};
    std::string table = table_of_statement(logged.sql, logged.schema.empty() ? schemas_ : of_connection, tables);
    return table.empty() ? std::nullopt : std::optional(TwinRowWork{"", std::move(table), !reads});
  }

  [[nodiscard]] bool is_of_revision_table(const std::string& table) const {
    const std::vector<std::string>& known = context_.service.revision_tables;
    return std::find(known.begin(), known.end(), table.substr(table.find('.') + 1)) != known.end();
  }

  const ReferenceLane& reference_;
  const LaneContext& context_;
  ServiceAccount account_;
  std::vector<std::string> schemas_;
  std::unique_ptr<LaneServer> server_;
  Twin twin_;
  std::optional<SeedWatch> seeds_;  // from the start of the path on
};

}  // namespace

DatabaseDefaults database_defaults(const std::string& create_statement) {
  DatabaseDefaults defaults;
  // The name comes first, quoted; what it is made of may look like anything.
  const std::size_t name = create_statement.find('`');
  const std::size_t end = name == std::string::npos ? 0 : create_statement.find('`', name + 1);
  const std::vector<std::string> words = words_of(create_statement.substr(end == std::string::npos ? 0 : end));
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string word = lower(words[i]);
    if (word == "charset" || (word == "set" && i > 0 && lower(words[i - 1]) == "character")) {
      defaults.charset = words[i + 1];
    } else if (word == "collate") {
      defaults.collation = words[i + 1];
    }
  }
  return defaults;
}

std::map<std::string, DatabaseDefaults> defaults_by_role(const Service& service, const Lane& lane,
                                                         const DumpIndex& index) {
  std::map<std::string, std::uint64_t> bytes;
  for (const DumpTable& table : index.tables) {
    bytes[table.schema] += table.bytes;
  }
  std::map<std::string, DatabaseDefaults> defaults;
  std::map<std::string, std::uint64_t> largest;
  for (const auto& [part, schema] : lane.schemas) {
    const std::string role = reference_role(service, part);
    const auto statement = index.schemas.find(schema);
    if (statement != index.schemas.end() && (!defaults.contains(role) || bytes[schema] > largest[role])) {
      defaults[role] = database_defaults(statement->second);
      largest[role] = bytes[schema];
    }
  }
  return defaults;
}

Result<Twin> make_twin(const ReferenceLane& reference, const std::map<std::string, DatabaseDefaults>& defaults,
                       const LaneContext& context) {
  return TwinRun(reference, context).run(defaults);
}

}  // namespace rehearsal
