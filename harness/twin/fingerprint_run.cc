#include "harness/twin/fingerprint_run.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/contains.h"
#include "base/files.h"
#include "base/random.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/schema.h"
#include "harness/locks/statement_log.h"
#include "harness/server/run_server.h"
#include "harness/step/step_exec.h"
#include "reports/error_text.h"
#include "scenarios/lane_plan.h"
#include "snapshots/index/table_objects.h"

namespace rehearsal {

namespace {

bool is_any_of(std::string_view sql, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower(sql.substr(0, word.size())) == word; });
}

// The objects of a schema, in the order of its tables' definitions.
std::vector<FingerprintObject> objects_of(const Schema& schema, const std::string& database,
                                          const std::set<std::string>& left_out) {
  std::vector<FingerprintObject> objects;
  for (const auto& [full_name, shape] : schema.tables) {
    const std::string table = bare_name(full_name);
    if (!full_name.starts_with(database + ".") || shape.is_view || left_out.contains(table)) {
      continue;
    }
    for (TableObject& object : table_objects(shape.create, kServerOfTexts)) {
      objects.push_back({.table = table,
                         .kind = object.kind,
                         .name = object.name,
                         .value = object.value,
                         .text = object.text,
                         .gone = {}});
    }
  }
  return objects;
}

bool same_object(const FingerprintObject& a, const FingerprintObject& b) {
  return a.table == b.table && a.kind == b.kind && a.name == b.name && a.value == b.value;
}

bool holds_object(const std::vector<FingerprintObject>& objects, const FingerprintObject& object) {
  return std::any_of(objects.begin(), objects.end(), [&](const auto& other) { return same_object(other, object); });
}

// One schema, its copy, and what has been learned of it.
struct Traced {
  std::string schema, copy;
  SchemaFingerprint found = {};
  std::vector<std::string> heads = {};   // by branch
  std::vector<std::string> phases = {};  // by branch: that moved it last
  struct {
    std::string head, phase, step;
  } before = {};  // of the branch that the last revision was written to, and the step that wrote it
};

class FingerprintRun {
 public:
  FingerprintRun(const ReferenceLane& reference, const LaneContext& context)
      : reference_(reference), context_(context), account_(ServiceAccount::of(reference.lane.service, random_word())) {
    for (const auto& [role, schema] : reference.lane.schemas) {
      schemas_.push_back(schema);
      traced_[role] = {.schema = schema, .copy = "copy_" + schema};
    }
    left_out_.insert(context.service.revision_tables.begin(), context.service.revision_tables.end());
    left_out_.insert(context.service.leftover_tables.begin(), context.service.leftover_tables.end());
  }

  Result<Fingerprints> run() {
    REHEARSAL_TRY(make_private_dir(context_.store_dir));
    const Result<void> made = make();
    server_.reset();
    REHEARSAL_TRY(context_.store.remove(context_.store_dir));
    REHEARSAL_TRY(made);
    Fingerprints result;
    for (auto& [role, traced] : traced_) {
      name_branches(traced);
      std::stable_sort(traced.found.objects.begin(), traced.found.objects.end(),
                       [](const auto& a, const auto& b) { return a.table < b.table; });
      result[role] = std::move(traced.found);
    }
    return result;
  }

 private:
  Result<void> make() {
    REHEARSAL_TRY_SET(
        server_, RunServer::on_clone(context_.servers(), "fingerprint", context_.golden, context_.store_dir / "data"));
    for (const std::string& schema : schemas_) {
      REHEARSAL_TRY(server_->sql().execute("CREATE DATABASE " + sql_name(schema)));
    }
    REHEARSAL_TRY(make_account(server_->sql(), account_, schemas_));
    REHEARSAL_TRY(server_->sql().execute("SET GLOBAL log_bin_trust_function_creators = 1"));
    const std::vector<PlanStep>& steps = reference_.lane.steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      context_.talk.progress("fingerprint of " + steps[i].service, steps[i].id, true);
      StatementLog log(server_->statement_log(), account_.name);
      REHEARSAL_TRY(log.begin_step());
      REHEARSAL_TRY(run_step(steps[i]));
      if (i + 1 == reference_.start_steps) {
        for (auto& [role, traced] : traced_) {
          REHEARSAL_TRY(begin(traced));
        }
      } else if (i + 1 > reference_.start_steps) {
        REHEARSAL_TRY(follow(steps[i], log));
      }
      const bool last_of_release = i + 1 == steps.size() || steps[i + 1].release != steps[i].release;
      for (auto& [role, traced] : traced_) {
        if (last_of_release) {
          traced.found.releases[steps[i].release] = traced.found.revisions.size();
        }
      }
    }
    return {};
  }

  Result<void> run_step(const PlanStep& step) {
    PlanStep own = step;
    own.id = "fingerprint:" + step.id;
    const std::filesystem::path dir = context_.run.step_dir(own.id);
    REHEARSAL_TRY_SET(
        const StepOutcome outcome,
        execute_step(own, {.lane = context_, .server = server_->server(), .account = account_, .schemas = schemas_},
                     dir));
    if (outcome.timed_out || outcome.meaning == ExitMeaning::failed) {
      return fail(step.id + " failed on an empty database", (dir / "output.txt").string(),
                  read_error(outcome.output).telling);
    }
    return {};
  }

  // A copy of what the first release made, and the revisions that it left.
  Result<void> begin(Traced& traced) {
    Sql& sql = server_->sql();
    REHEARSAL_TRY_SET(const Schema schema, read_schema(sql, {traced.schema}));
    REHEARSAL_TRY(sql.execute("CREATE DATABASE " + sql_name(traced.copy)));
    REHEARSAL_TRY(sql.execute("USE " + sql_name(traced.copy)));
    REHEARSAL_TRY(sql.execute("SET foreign_key_checks = 0"));
    for (const auto& [name, shape] : schema.tables) {
      REHEARSAL_TRY(sql.execute(shape.create));
      const std::string table = sql_name(bare_name(name));
      if (!shape.is_view) {
        REHEARSAL_TRY(sql.execute("INSERT INTO " + table + " SELECT * FROM " + sql_name(traced.schema) + "." + table));
      }
    }
    REHEARSAL_TRY(sql.execute("SET foreign_key_checks = 1"));
    traced.found.objects = objects_of(schema, traced.schema, left_out_);
    REHEARSAL_TRY_SET(traced.heads, read_heads(traced));
    traced.phases.resize(traced.heads.size());
    for (const std::string& head : traced.heads) {
      traced.found.branches.push_back({"", head});
    }
    return {};
  }

  Result<std::vector<std::string>> read_heads(const Traced& traced) {
    std::vector<std::string> heads;
    for (const std::string& table : context_.service.revision_tables) {
      REHEARSAL_TRY_SET(const auto rows, server_->sql().query("SELECT * FROM " + sql_name(traced.copy) + "." +
                                                              sql_name(table) + " ORDER BY 1"));
      for (const Row& row : rows) {
        heads.push_back(row.at(0).value_or(""));
      }
    }
    return heads;
  }

  // The step's statements once more, on the copies.
  Result<void> follow(const PlanStep& step, StatementLog& log) {
    std::vector<LoggedStatement> statements;
    REHEARSAL_TRY(log.read_to_end([&](const LoggedStatement& logged) { statements.push_back(logged); }));
    for (const LoggedStatement& logged : statements) {
      const std::string_view sql = trim(logged.sql);
      if (!is_any_of(sql, {"alter ", "create ", "drop ", "rename ", "insert ", "update ", "delete ", "replace "})) {
        continue;
      }
      for (auto& [role, traced] : traced_) {
        if (traced.schema != logged.schema) {
          continue;
        }
        REHEARSAL_TRY(server_->sql().execute("USE " + sql_name(traced.copy)));
        // One that was refused the first time is refused again.
        static_cast<void>(server_->sql().execute(std::string(sql)));
        if (writes_revision(sql)) {
          REHEARSAL_TRY(take_revision(step, traced));
        }
      }
    }
    for (const auto& [role, traced] : traced_) {
      REHEARSAL_TRY(compare_copy(step, traced));
    }
    return {};
  }

  [[nodiscard]] bool writes_revision(std::string_view sql) const {
    return std::any_of(
        context_.service.revision_tables.begin(), context_.service.revision_tables.end(),
        [&](const std::string& table) {
          return is_any_of(sql, {"update " + table + " ", "insert into " + table + " ", "delete from " + table + " "});
        });
  }

  // A revision replaces its branch's row, or is the first one of a branch that begins. One that builds on another
  // branch too takes that branch's row away, before or after it is written itself.
  Result<void> take_revision(const PlanStep& step, Traced& traced) {
    REHEARSAL_TRY_SET(const std::vector<std::string> now, read_heads(traced));
    const auto is_in = [](const std::vector<std::string>& list, const std::string& head) {
      return contains(list, head);
    };
    std::vector<std::size_t> removed;
    for (std::size_t i = 0; i < traced.heads.size(); ++i) {
      if (!traced.heads[i].empty() && !is_in(now, traced.heads[i])) {
        removed.push_back(i);
      }
    }
    const auto added =
        std::find_if(now.begin(), now.end(), [&](const auto& head) { return !is_in(traced.heads, head); });
    const std::string phase = to_word(step.phase);
    if (added == now.end()) {
      const bool written =
          removed.size() == 1 && traced.before.step == step.id && is_in(now, traced.found.revisions.back().id);
      return written ? end_branch(traced, removed.front(), phase) : Result<void>();
    }
    std::size_t branch = traced.heads.size();
    for (const std::size_t candidate : removed) {
      const bool fits = traced.phases[candidate] == phase || traced.phases[candidate].empty();
      branch = fits || branch == traced.heads.size() ? candidate : branch;
    }
    for (std::size_t i = 0; removed.empty() && i < traced.heads.size(); ++i) {
      branch = traced.heads[i].empty() && traced.phases[i] == phase ? i : branch;
    }
    if (branch == traced.heads.size()) {
      traced.heads.emplace_back();
      traced.phases.emplace_back();
      traced.found.branches.push_back({"", ""});
    }
    traced.found.revisions.push_back({.id = *added, .release = step.release, .branch = branch, .taken_in = {}});
    for (const std::size_t other : removed) {
      if (other != branch) {
        REHEARSAL_TRY(take_in(traced, other, traced.found.revisions.size()));
      }
    }
    traced.before = {traced.heads[branch], traced.phases[branch], step.id};
    traced.heads[branch] = *added;
    traced.phases[branch] = phase;
    return take_objects(traced);
  }

  // The row of `branch` went after a revision was written that builds on it. Where that one took over the row of
  // another phase's branch, it is this branch's next revision, and the other one is taken in.
  static Result<void> end_branch(Traced& traced, std::size_t branch, const std::string& phase) {
    FingerprintRevision& last = traced.found.revisions.back();
    const std::size_t other = last.branch;
    if (traced.before.phase.empty() || traced.before.phase == phase) {
      return take_in(traced, branch, traced.found.revisions.size());
    }
    last.branch = branch;
    traced.heads[branch] = last.id;
    traced.phases[branch] = phase;
    traced.heads[other] = traced.before.head;
    traced.phases[other] = traced.before.phase;
    return take_in(traced, other, traced.found.revisions.size());
  }

  static Result<void> take_in(Traced& traced, std::size_t branch, std::size_t by) {
    for (FingerprintRevision& revision : traced.found.revisions) {
      if (revision.id == traced.heads[branch]) {
        revision.taken_in = by;
        traced.heads[branch].clear();
        return {};
      }
    }
    return fail("the branch of " + traced.heads[branch] + " ends before it began", {},
                "a fingerprint knows branches that the first release has, or that begin after it");
  }

  Result<void> take_objects(Traced& traced) {
    REHEARSAL_TRY_SET(const Schema schema, read_schema(server_->sql(), {traced.copy}));
    const std::vector<FingerprintObject> now = objects_of(schema, traced.copy, left_out_);
    const std::size_t revision = traced.found.revisions.size();
    std::vector<FingerprintObject> there;
    for (FingerprintObject& object : traced.found.objects) {
      if (!object.gone && !holds_object(now, object)) {
        object.gone = revision;
      } else if (!object.gone) {
        there.push_back(object);
      }
    }
    for (const FingerprintObject& object : now) {
      if (!holds_object(there, object)) {
        traced.found.objects.push_back(object);
        traced.found.objects.back().born = revision;
      }
    }
    return {};
  }

  Result<void> compare_copy(const PlanStep& step, const Traced& traced) {
    REHEARSAL_TRY_SET(const Schema schema, read_schema(server_->sql(), {traced.schema}));
    const std::vector<FingerprintObject> real = objects_of(schema, traced.schema, left_out_);
    const auto missing = [&](const std::vector<FingerprintObject>& in, const FingerprintObject& object) {
      return holds_object(in, object) ? Result<void>()
                                      : fail(object.table + " differs in " + object.kind + " " + object.name, step.id,
                                             "the logged statements did not do on the copy what the step did");
    };
    std::vector<FingerprintObject> copied;
    for (const FingerprintObject& object : traced.found.objects) {
      if (!object.gone) {
        copied.push_back(object);
        REHEARSAL_TRY(missing(real, object));
      }
    }
    for (const FingerprintObject& object : real) {
      REHEARSAL_TRY(missing(copied, object));
    }
    return {};
  }

  // By the phase that moves it; one that never moves is the other phase's.
  void name_branches(Traced& traced) const {
    if (traced.heads.size() < 2) {
      return;
    }
    std::vector<std::string> phases;
    for (const PlanStep& step : reference_.lane.steps) {
      if (!contains(phases, to_word(step.phase))) {
        phases.emplace_back(to_word(step.phase));
      }
    }
    std::erase(phases, "migrate");
    for (std::size_t i = 0; i < traced.heads.size(); ++i) {
      std::erase(phases, traced.phases[i]);
      traced.found.branches[i].name = traced.phases[i];
    }
    for (FingerprintBranch& branch : traced.found.branches) {
      if (branch.name.empty() && phases.size() == 1) {
        branch.name = phases.front();
      }
    }
  }

  const ReferenceLane& reference_;
  const LaneContext& context_;
  ServiceAccount account_;
  std::vector<std::string> schemas_;
  std::set<std::string> left_out_;
  std::map<std::string, Traced> traced_;  // by role
  std::unique_ptr<RunServer> server_;
};

}  // namespace

Result<Fingerprints> make_fingerprints(const ReferenceLane& reference, const LaneContext& context) {
  return FingerprintRun(reference, context).run();
}

}  // namespace rehearsal
