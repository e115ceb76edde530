// The kept goldens of a store. A golden is a restored, verified, cleanly stopped data directory, keyed by the content
// of its dumps, the server's version and the layout of this folder:
//
//   goldens/KEY/data, goldens/KEY/manifest.json     a golden; only clones of it are ever started
//   goldens/KEY/index.json                          the dump index, as `rehearse inspect --json` tells it
//   goldens/KEY.staging/data                        one being restored
//   goldens/KEY.lock                                shared by those who use it, exclusive for whoever makes or removes
//   it
//
// A golden gets its name by a rename, so it is whole or not there. The staging of a dead process holds no lock.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/files.h"
#include "base/result.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/keep/store.h"
#include "snapshots/prove/row_audit.h"

namespace rehearsal {

struct GoldenManifest {
  std::string key;
  std::string content_key;
  std::string server_version;       // "mariadb 10.11.14"
  std::string root_password;        // of the account that may do all
  std::vector<std::string> dumps;   // file names
  std::vector<std::string> dumped;  // when each was made, as its last line says; empty where it does not
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // on disk
  bool verified = false;
  std::string depth = "counts";  // of the proof, see proof.h
  std::string proof;             // what was compared
  std::vector<std::string> adaptations;
  std::vector<RowFinding> findings;  // of the rows
  double seconds = 0;                // that the restore took
  std::string created;               // as utc_now()
  std::string used;
};

// As manifest.json tells it.
[[nodiscard]] nlohmann::ordered_json manifest_json(const GoldenManifest& manifest);

[[nodiscard]] std::string golden_key(const DumpIndex& index, const std::string& server_version);

// Keeps a golden from being removed while this lives.
class GoldenUse {
 public:
  GoldenUse() = default;
  [[nodiscard]] bool held() const { return lock_.held(); }

 private:
  friend class GoldenStore;
  FileLock lock_;
};

struct KeptGolden {
  std::filesystem::path data;
  GoldenManifest manifest;
  GoldenUse use;
};

// A golden that is being made here and by nobody else. Destroying it leaves the folder; discard() removes it.
class GoldenStaging {
 public:
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] std::filesystem::path data() const { return dir_ / "data"; }
  // The dump index as JSON, for whoever wants to know where a table lies in its dump.
  [[nodiscard]] std::filesystem::path index_file() const { return dir_ / "index.json"; }

 private:
  friend class GoldenStore;
  std::string key_;
  std::filesystem::path dir_;
  FileLock lock_;
};

// Exactly one of the two.
struct GoldenClaim {
  std::optional<KeptGolden> kept;
  std::optional<GoldenStaging> staging;
};

struct GoldenInfo {
  GoldenManifest manifest;  // where it cannot be read: only `key` and `bytes`, found on the disk
  std::filesystem::path dir;
  bool in_use = false;            // by a process, now
  std::filesystem::path held_by;  // a kept overlay clone that reads from it; empty where there is none
  std::string unreadable;         // why the manifest cannot be read; empty where it can

  [[nodiscard]] bool removable() const { return !in_use && held_by.empty(); }
};

class GoldenStore {
 public:
  explicit GoldenStore(const Store& store) : dir_(store.root() / "goldens") {}

  // nullopt: not kept. Marks it as used now.
  [[nodiscard]] Result<std::optional<KeptGolden>> find(const std::string& key) const;
  // The kept golden, or the right to make it. Where another process is making it, says so once and waits.
  [[nodiscard]] Result<GoldenClaim> claim(const std::string& key,
                                          const std::function<void(const std::string&)>& say = {}) const;
  // Keeps it: the server on it was stopped in good order. `key`, `bytes`, `created` and `used` are set here. An Error
  // where it is not verified.
  [[nodiscard]] Result<KeptGolden> seal(GoldenStaging staging, GoldenManifest manifest) const;
  Result<void> discard(GoldenStaging staging) const;
  // A deeper proof of a golden that is kept already.
  Result<void> note_proof(const std::string& key, const std::string& depth, const std::string& proof) const;

  // A deeper proof that failed: the golden counts as not verified from now on, and `proof` says what differs.
  Result<void> note_refusal(const std::string& key, const std::string& proof) const;

  // Used last comes first, what cannot be read comes last.
  [[nodiscard]] Result<std::vector<GoldenInfo>> list() const;
  // By the key or the beginning of it. An Error where it is in use, held, unknown, or more than one begins so. The key.
  Result<std::string> remove(const std::string& key_prefix) const;
  // This one as it was listed: an Error where it is in use or held by now, or was used since.
  Result<void> remove(const GoldenInfo& listed) const;

 private:
  [[nodiscard]] std::filesystem::path lock_file(const std::string& key) const { return dir_ / (key + ".lock"); }
  [[nodiscard]] Result<GoldenManifest> read_manifest(const std::filesystem::path& dir) const;
  Result<void> remove_key(const std::string& key, const GoldenInfo* listed) const;

  std::filesystem::path dir_;
};

}  // namespace rehearsal
