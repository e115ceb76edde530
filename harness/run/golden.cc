#include "harness/run/golden.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/random.h"
#include "base/shown.h"
#include "base/text.h"
#include "base/watchdog.h"
#include "harness/engines/account_names.h"
#include "harness/server/run_server.h"
#include "snapshots/load/restore.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

Finding finding_of(const Mismatch& mismatch) {
  Finding finding;
  finding.code = "restore-mismatch";
  finding.severity = Severity::warning;
  finding.title = shown(mismatch.what);
  finding.table = mismatch.table;
  finding.row_count =
      mismatch.kind == Mismatch::Kind::rows
          ? std::optional(static_cast<std::int64_t>(mismatch.expected) - static_cast<std::int64_t>(mismatch.found))
          : std::nullopt;
  return finding;
}

Finding finding_of(const RowFinding& found) {
  Finding finding;
  finding.code = found.code;
  finding.severity = found.code == "orphans-not-counted" ? Severity::info : Severity::warning;
  finding.title = shown(found.what);
  finding.table = found.table;
  finding.columns = found.columns;
  finding.cause = found.cause;
  finding.row_count = found.rows > 0 ? std::optional(static_cast<std::int64_t>(found.rows)) : std::nullopt;
  return finding;
}

Golden golden_of(KeptGolden&& kept, bool restored) {
  Golden golden;
  golden.key = kept.manifest.key;
  golden.data = std::move(kept.data);
  golden.root_password = kept.manifest.root_password;
  golden.server_version = kept.manifest.server_version;
  golden.restored = restored;
  golden.verified = kept.manifest.verified;
  golden.proof = kept.manifest.proof;
  golden.seconds = restored ? kept.manifest.seconds : 0;
  golden.adaptations = kept.manifest.adaptations;
  for (const RowFinding& found : kept.manifest.findings) {
    golden.findings.push_back(finding_of(found));
  }
  golden.use = std::move(kept.use);
  return golden;
}

// Half an hour, and a second for each megabyte: what no machine that is at work needs.
double restore_limit(const DumpIndex& index) {
  return 1800 + static_cast<double>(index.bytes()) / 1e6;
}

// The restore proper: a server with durability off on the staging folder, the dumps into it, every table counted.
class Restoration {
 public:
  Restoration(Engine& engine, const Snapshot& snapshot, const ServerSettings& settings, const RunDir& run, Talk& talk)
      : engine_(engine), snapshot_(snapshot), settings_(settings), run_(run), talk_(talk) {}

  Result<void> run(const fs::path& data, GoldenManifest& manifest, std::vector<Finding>& findings, ProofDepth depth) {
    const Stopwatch watch;
    manifest.root_password = random_word();
    REHEARSAL_TRY(engine_.make_database(data, manifest.root_password));
    REHEARSAL_TRY_SET(const std::unique_ptr<Server> server, start(data));
    const double limit = settings_.restore_seconds > 0 ? settings_.restore_seconds : restore_limit(snapshot_.index);
    const Watchdog dog(limit, 0, [&server] { server->strike(); });
    const Result<void> done = restore_into(*server, manifest, findings, depth);
    if (dog.late()) {
      return fail("the restore did not end within " + human_seconds(limit), {},
                  "a statement of the dump may never end; if the machine is merely slow, give it more time: [limits] "
                  "restore = \"24h\" in the scenario");
    }
    REHEARSAL_TRY(done);
    REHEARSAL_TRY(server->stop());
    manifest.seconds = watch.seconds();
    return {};
  }

  // Of a golden that is there, on a clone of it.
  Result<Verification> prove_again(Store& store, const KeptGolden& kept, ProofDepth depth) {
    const fs::path folder = store.run_dir(run_.id());
    REHEARSAL_TRY(make_private_dir(folder));
    const ServerPlace place{.engine = engine_,
                            .store = store,
                            .run = run_,
                            .talk = talk_,
                            .root_password = kept.manifest.root_password,
                            .options = settings_.restore_options,
                            .memory_bytes = settings_.memory_bytes};
    REHEARSAL_TRY_SET(const std::unique_ptr<RunServer> server,
                      RunServer::on_clone(place, "restore", kept.data, folder / "proof"));
    return proof({server->server().socket(), admin_name(place.root_password), place.root_password}, depth);
  }

 private:
  Result<void> restore_into(Server& server, GoldenManifest& manifest, std::vector<Finding>& findings,
                            ProofDepth depth) {
    const Stopwatch watch;
    RestoreOptions options;
    options.progress = [&](const RestoreProgress& progress) { tell(progress, watch); };
    const SqlLogin target{server.socket(), admin_name(manifest.root_password), manifest.root_password};
    const auto report = restore_dumps(snapshot_.inputs, snapshot_.index, target, options);
    talk_.done("restore");
    if (!report) {
      Error error = report.error();
      if (!server.alive()) {
        error.hint += (error.hint.empty() ? "" : "\n  ") + server.log_tail();
      }
      return fail(std::move(error));
    }
    manifest.adaptations = report->adaptation_lines();
    REHEARSAL_TRY_SET(const Verification verification, proof(target, depth));
    REHEARSAL_TRY_SET(manifest.findings, audit_rows(target, snapshot_.inputs, snapshot_.index, *report));
    manifest.verified = verification.proven();
    manifest.depth = to_word(depth);
    manifest.proof = verification.text();
    manifest.tables = verification.tables;
    manifest.rows = verification.rows;
    for (const Mismatch& mismatch : verification.mismatches) {
      findings.push_back(finding_of(mismatch));
    }
    return {};
  }

  Result<std::unique_ptr<Server>> start(const fs::path& data) {
    return start_run_server(engine_, run_, "restore", data, settings_.restore_options, settings_.memory_bytes);
  }

  Result<Verification> proof(const SqlLogin& target, ProofDepth depth) {
    if (depth != ProofDepth::counts) {
      talk_.say(depth == ProofDepth::content ? "comparing every value with the dump"
                                             : "comparing every value with the dump, and with a second dump");
    }
    return prove(depth, target, snapshot_.inputs, snapshot_.index, run_.path());
  }

  void tell(const RestoreProgress& progress, const Stopwatch& watch) {
    const double done = static_cast<double>(progress.done);
    const double left = progress.done == 0 ? 0 : watch.seconds() * (static_cast<double>(progress.all) - done) / done;
    talk_.progress("restore",
                   fmt::format("{} {} of {}, {}, about {} left", progress.object, human_bytes(progress.done),
                               human_bytes(progress.all), plural(progress.rows, "row"), human_seconds(left)));
  }

  Engine& engine_;
  const Snapshot& snapshot_;
  const ServerSettings& settings_;
  const RunDir& run_;
  Talk& talk_;
};

}  // namespace

Result<Golden> ensure_golden(const Workplace& place, const Snapshot& snapshot, ProofDepth depth) {
  Engine& engine = *place.engine;
  Store& store = *place.store;
  Talk& talk = place.talk;
  REHEARSAL_TRY_SET(const std::string server_version, engine.server_version());
  const GoldenStore goldens(store);
  const std::string key = golden_key(snapshot.index, server_version);
  REHEARSAL_TRY_SET(GoldenClaim claim, goldens.claim(key, [&](const std::string& text) { talk.say(text); }));
  if (claim.kept) {
    talk.say(fmt::format("golden {}: kept since {}, restored from the same dumps", key.substr(0, 12),
                         claim.kept->manifest.created));
    const bool refused = !claim.kept->manifest.verified;
    if (refused) {
      talk.warn("a deeper proof of this golden failed: rehearse snapshot rm " + key.substr(0, 12) +
                " makes the next run restore the dumps again");
    }
    if (!refused && proof_depth_of(claim.kept->manifest.depth).value_or(ProofDepth::counts) < depth) {
      REHEARSAL_TRY_SET(
          const Verification again,
          Restoration(engine, snapshot, place.settings, place.run, talk).prove_again(store, *claim.kept, depth));
      Golden golden = golden_of(std::move(*claim.kept), false);
      golden.proof = again.text();
      golden.verified = again.proven();
      for (const Mismatch& mismatch : again.mismatches) {
        golden.findings.push_back(finding_of(mismatch));
      }
      REHEARSAL_TRY(golden.verified ? goldens.note_proof(key, to_word(depth), golden.proof)
                                    : goldens.note_refusal(key, golden.proof));
      return golden;
    }
    Golden golden = golden_of(std::move(*claim.kept), false);
    if (!golden.verified) {
      golden.findings.push_back(
          finding_of(Mismatch{.kind = Mismatch::Kind::content, .table = {}, .what = golden.proof}));
    }
    return golden;
  }
  if (auto room = require_space(snapshot.index, store); !room) {
    goldens.discard(std::move(*claim.staging));
    return fail(room.error());
  }
  talk.say(fmt::format("restoring {} into a private {}", plural(snapshot.index.rows(), "row"), server_version));
  GoldenManifest manifest;
  manifest.content_key = snapshot.index.content_key();
  manifest.server_version = server_version;
  for (const DumpFile& file : snapshot.index.files) {
    manifest.dumps.push_back(file.name());
    manifest.dumped.push_back(file.completed_at);
  }
  Golden golden;
  const auto restored = Restoration(engine, snapshot, place.settings, place.run, talk)
                            .run(claim.staging->data(), manifest, golden.findings, depth);
  if (!restored) {
    goldens.discard(std::move(*claim.staging));
    return fail(restored.error());
  }
  if (!manifest.verified) {
    // What is not proven is not kept, and nothing is rehearsed on it.
    golden.restored = true;
    golden.server_version = server_version;
    golden.proof = manifest.proof;
    golden.seconds = manifest.seconds;
    golden.adaptations = manifest.adaptations;
    goldens.discard(std::move(*claim.staging));
    return golden;
  }
  REHEARSAL_TRY(write_file(claim.staging->index_file(), json_text(nlohmann::json(snapshot.index), 1) + "\n"));
  talk.say(fmt::format("restore proven in {}: {}", human_seconds(manifest.seconds), manifest.proof));
  REHEARSAL_TRY_SET(KeptGolden kept, goldens.seal(std::move(*claim.staging), std::move(manifest)));
  return golden_of(std::move(kept), true);
}

}  // namespace rehearsal
