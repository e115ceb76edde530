// The run record: all that a rehearsal learned, one value. The harness fills it in, the reports tell it. Nothing in
// it may hold row values other than keys that masking let through.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/phase.h"
#include "base/severity.h"
#include "base/words.h"
#include "reports/provenance.h"

namespace rehearsal {

enum class Verdict { go, conditions, no_go, inconclusive };
constexpr std::array<const char*, 4> words_of(Verdict) {
  return {"GO", "CONDITIONS", "NO-GO", "INCONCLUSIVE"};
}

enum class StepStatus { passed, failed, skipped, not_run };
constexpr std::array<const char*, 4> words_of(StepStatus) {
  return {"passed", "failed", "skipped", "not-run"};
}

enum class GateResult { passed, failed, not_run };
constexpr std::array<const char*, 3> words_of(GateResult) {
  return {"passed", "failed", "not-run"};
}

// What became of one column in the rows that a step updated.
struct ColumnChange {
  std::string column;
  std::string kind;  // "null-to-value", "value-to-null", "truncated", "case", "other"
  std::int64_t rows = 0;
};

struct TableChange {
  std::string table;                                       // schema.table
  std::optional<std::int64_t> rows_before;                 // none: the table did not exist
  std::optional<std::int64_t> rows_after;                  // none: it does not exist any more
  std::optional<std::int64_t> inserted, updated, deleted;  // none: not measured
  std::vector<ColumnChange> columns = {};                  // of the updated rows, on the columns that both sides have
};

// One statement of a step that changed the schema or took long.
struct StatementRecord {
  std::string sql;    // values masked
  std::string table;  // schema.table; empty where it names none
  double seconds = 0;
  std::string algorithm;  // of an ALTER: "INSTANT", "NOCOPY", "INPLACE", "COPY"; empty: not known
  std::int64_t rows = 0;  // that it changed or copied
  std::optional<double> writers_waited, readers_waited;  // seconds, measured by one of each; none: not measured
};

struct SchemaChange {
  std::string object;                // schema.table
  std::string kind;                  // "created", "dropped", "altered"
  std::vector<std::string> details;  // "+ column `x` int(11)", "- key `ix_y` (`y`)"
};

// One row of an upgrade check's output.
struct CheckResult {
  std::string name;
  std::string result;  // as printed: "Success", "Warning", "Failure"
  std::string details;
  bool judged = true;    // false: it needs another live service or the operator's configuration
  std::string why = {};  // then in words
};

// What passed between a step and its server, from its first statement to its last; programs take longer to start.
struct TalkTime {
  double seconds = 0;
  std::int64_t statements = 0;
  std::int64_t schema_statements = 0;
  // The place among its statements of the schema statement that took longest, of those that work only once where there
  // are such: ADD COLUMN, not MODIFY. 0: there is none.
  std::int64_t longest_schema = 0;
  double longest_schema_seconds = 0;
};

// What was killed while a step ran, before it was run again. Nothing: the step had passed, and was run once more.
enum class Killed { step, server, nothing };
constexpr std::array<const char*, 3> words_of(Killed) {
  return {"step", "server", "nothing"};
}

// How the second run of a step ended. Converges: as if nothing had happened. Differs: it ended well, and schema,
// revisions or rows are not as they should be.
enum class DrillEnd { not_done, converges, stops, differs };
constexpr std::array<const char*, 4> words_of(DrillEnd) {
  return {"not-done", "converges", "stops", "differs"};
}

// A step that was broken off, and run again as it is.
struct DrillRecord {
  Killed killed = Killed::nothing;
  double fraction = 0;             // of the time in which the step talks to its server
  bool in_longest_schema = false;  // instead: while its longest schema statement ran
  TalkTime until;                  // what the server had done for the step when it was broken off
  DrillEnd end = DrillEnd::not_done;
  std::string words;                           // what it stopped with, what differs, why it was not done; masked
  std::string table;                           // schema.table, where it shows
  std::optional<std::int64_t> row_count = {};  // that differ there
  std::vector<std::map<std::string, std::string>> rows = {};  // keys of some of them
};

enum class Repeat { not_proven, proven, no };
constexpr std::array<const char*, 3> words_of(Repeat) {
  return {"not-proven", "proven", "no"};
}

// All drills of a step. It may be repeated where every one of them was done and converged.
struct StepDrill {
  Repeat may_be_repeated = Repeat::not_proven;
  std::string why_not;  // no drill was begun; empty: they were
  std::vector<DrillRecord> drills;
};

// One online data migration over all batches of a step.
struct OnlineMigration {
  std::string name;
  std::int64_t found = 0;
  std::int64_t migrated = 0;
  std::int64_t remaining = 0;           // found by the last, proving pass
  std::int64_t expected_remainder = 0;  // what a healthy cloud keeps, from the catalogue
  std::int64_t waiting = 0;             // of the remaining: those that larger batches migrate, the command's own do not
  std::int64_t left_behind = 0;         // found once, then neither migrated nor found again
};

struct StepRecord {
  std::string id, service, release;
  Phase phase = Phase::sync;
  std::string part, version;
  StepStatus status = StepStatus::not_run;
  std::optional<int> exit_status;
  double seconds = 0;
  bool timed_alone = true;           // false: another lane ran beside it
  std::string taken_from;            // the earlier run in which it ran; empty: this one
  std::vector<std::string> command;  // as typed in production: the program first
  int invocations = 0;               // how often the command ran (online migrations repeat)
  std::vector<TableChange> tables;   // touched tables only
  std::vector<SchemaChange> schema;
  std::vector<CheckResult> checks;
  std::vector<OnlineMigration> migrations;
  std::vector<StatementRecord> statements;
  std::optional<TalkTime> talk;    // none: not measured
  std::optional<StepDrill> drill;  // none: not asked for
  bool passes_with_fix = false;    // failed on the snapshot as it is; with the fixes of its findings it passed
  std::map<std::string, std::string> revisions;  // schema -> heads after the step
  std::string output_file;                       // in the state directory
  std::string output_tail;                       // masked
  std::string reason;                            // why it failed, was skipped or did not run
};

struct Fix {
  std::string sql;
  std::vector<std::string> with;
  bool tried = false;
  bool passes = false;
  double seconds = 0;
  std::string decision;  // where no safe fix exists: what a person must decide
};

// A finding that a waiver takes down one step.
struct Waived {
  Severity was = Severity::blocker;
  std::string reason, bug, until;
};

struct Finding {
  std::string code;  // a word of `rehearse explain`
  Severity severity = Severity::info;
  std::string service, release, step, revision;
  std::string title;              // one sentence, plain words
  std::string detail;             // a paragraph; masked
  std::string cause;              // what findings of one cause share: "tables of s are missing"; may be empty
  std::vector<std::string> also;  // later steps that it was found at again
  std::string table;              // schema.table
  std::vector<std::string> columns;
  std::optional<std::int64_t> row_count;                 // offending rows only
  std::vector<std::map<std::string, std::string>> rows;  // keys of some of them
  std::optional<std::int64_t> soft_deleted;              // how many of them the service holds for deleted
  std::string statement;                                 // the SQL that failed; values masked
  std::string error;                                     // the error as the program printed it; values masked
  std::optional<Fix> fix;
  std::optional<Waived> waived;  // none: it counts in full
};

// What the code of a release answered at one moment of its service's path.
struct ProbeRecord {
  std::string service;
  std::string moment;  // "start", or the step that was just done: "2023.2:expand"
  std::string code;    // the release
  std::string role;    // "old": of the release that is left; "new"
  bool must_live = true;
  bool after_failure = false;                // on what the step left when it failed
  std::int64_t asked = 0;                    // questions, with those that are left out
  std::int64_t failed = 0;                   // of them
  std::int64_t left_out = 0;                 // of them: their answer says nothing about the upgrade
  double longest_wait = 0;                   // seconds, for one of them
  double seconds = 0;                        // for all of them
  double loading_seconds = 0;                // of the code, where it was loaded for this moment
  std::string not_asked = {};                // why no question was asked
  std::vector<std::string> leaves_out = {};  // each of those that are left out, with its reason
};

// A condition on the verdict, see gate_meanings() in verdict.h.
enum class GateId {
  path_legal,
  dump_complete,
  restore_proven,
  online_before_complete,
  steps_passed,
  online_complete,
  rows_expected,
  contract_last,
  upgrade_checks,
  coverage,
  every_service_rehearsed,
  assertions,
  old_code_lives,
  new_code_lives,
  window
};
constexpr std::array<const char*, 15> words_of(GateId) {
  return {"path-legal",
          "dump-complete",
          "restore-proven",
          "online-before-complete",
          "steps-passed",
          "online-complete",
          "rows-expected",
          "contract-last",
          "upgrade-checks",
          "coverage",
          "every-service-rehearsed",
          "assertions",
          "old-code-lives",
          "new-code-lives",
          "window"};
}

struct GateRecord {
  GateId id = {};
  std::string service = {};  // empty: the whole run
  GateResult result = GateResult::not_run;
  std::string detail = {};
  bool mandatory = true;
  bool after_blocker = false;              // not run because of an earlier blocker, which says enough
  std::vector<std::size_t> findings = {};  // of the record: those that a failed gate failed for, where they are known
};

// Why the verdict is what it is: a sentence, and the one finding or gate that it speaks of, where there is one.
struct Reason {
  std::string text;
  std::optional<std::size_t> finding = {};  // place in RunRecord::findings
  std::optional<GateId> gate = {};
};

// A schema, or a chain of revisions in one ("schema.table"), that the scenario leaves out.
struct SkippedSchema {
  std::string schema, why;
};

// What the verdict speaks of.
struct Scope {
  std::vector<std::string> services;  // that were to be rehearsed
  bool only = false;                  // the scenario chose them; all else in the snapshot is out of scope
  std::vector<SkippedSchema> skipped;
  std::string what_if;  // what was done here and not in production; empty: nothing
};

// A waiver of the scenario and what became of it.
struct WaiverRecord {
  std::string finding, table, reason, bug, until;
  std::string state;         // "applied", "expired", "unused"
  std::size_t findings = 0;  // that it is about
};

struct DumpRecord {
  std::string file, producer, server_version, completed_at, completeness;
  std::uint64_t bytes = 0;
};

struct ServiceRecord {
  std::string name;
  std::string release_found;  // "2024.1", or "2024.1 or 2024.2"
  std::vector<std::string> schemas;
  std::uint64_t rows = 0;
  std::map<std::string, std::string> versions;  // release -> package version
  std::string runner;                           // "venv", "image", "command"
};

struct RecordHop {
  std::string from, to;
  bool operator==(const RecordHop&) const = default;
};

struct RunRecord {
  std::string run;                   // its id
  std::string started, finished;     // UTC
  std::vector<std::string> resumed;  // UTC, each time that it was gone on with after it was broken off
  double seconds = 0;                // since the last of these
  Verdict verdict = Verdict::inconclusive;
  std::vector<Reason> reasons;
  Scope scope;
  std::string from, to;
  std::vector<RecordHop> hops;
  std::string snapshot_key;
  std::vector<DumpRecord> dumps;
  std::uint64_t tables = 0, rows = 0;  // of the snapshot; of the scope's services where they were chosen
  bool restored = false;               // false: a kept golden was used again
  bool verified = false;
  double restore_seconds = 0;
  std::vector<std::string> adaptations;  // everything that differs from what the dump says
  std::string engine, server_version, clone_method;
  std::vector<std::string> parity;  // known differences between this server and production's
  std::vector<ServiceRecord> services;
  std::vector<StepRecord> steps;
  std::vector<Finding> findings;
  std::vector<ProbeRecord> probes;
  std::vector<GateRecord> gates;
  std::vector<WaiverRecord> waivers;
  std::optional<double> window_seconds;
  std::string state_dir;  // where raw output is
  std::string tool_version;
  Provenance provenance;
};

}  // namespace rehearsal
