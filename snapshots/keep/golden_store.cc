#include "snapshots/keep/golden_store.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <thread>
#include <tuple>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/interrupt.h"
#include "base/json_fields.h"
#include "base/json_text.h"
#include "base/os/calls.h"
#include "base/os/folders.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Changes when an older golden can no longer be used, such as by other restore rules.
constexpr int kLayout = 6;

// Rows that were never written to the disk must not outlive a power cut under a golden's name.
Result<void> flush_to_disk(const fs::path& dir) {
  const Descriptor folder = open_file(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!folder.ok() || unbroken([&] { return os::syncfs(folder.get()); }) != 0) {
    return fail(std::string("cannot write the golden to the disk: ") + std::strerror(errno), dir.string());
  }
  return {};
}

// An overlay clone reads what it did not write from the golden below it. For each data folder that is below some clone,
// one such clone.
Result<void> add_clones_below(const fs::path& dir, std::map<std::string, fs::path>& clones) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(dir));
  for (const fs::path& entry : entries) {
    if (entry.extension() == ".layer") {
      REHEARSAL_TRY_SET(const bool whole, is_there(entry / "lower"));
      if (whole) {
        REHEARSAL_TRY_SET(const std::string lower, read_file(entry / "lower"));
        clones.emplace(lower, entry);
      }
      continue;
    }
    REHEARSAL_TRY_SET(const bool folder, is_folder(entry));
    REHEARSAL_TRY_SET(const bool data, is_there(entry / "ibdata1"));
    if (folder && !data) {
      REHEARSAL_TRY(add_clones_below(entry, clones));
    }
  }
  return {};
}

// An Error where it is not known whether there are others: what such a clone reads must stay.
Result<std::map<std::string, fs::path>> clones_by_lower(const fs::path& root) {
  std::map<std::string, fs::path> clones;
  REHEARSAL_TRY(add_clones_below(root / "runs", clones));
  return clones;
}

Result<fs::path> clone_on(const std::map<std::string, fs::path>& clones, const fs::path& golden) {
  std::error_code error;
  const fs::path data = os::weakly_canonical(golden / "data", error);
  if (error) {
    return fail("cannot look which clones read it: " + error.message(), golden.string());
  }
  const auto found = clones.find(data.string());
  return found == clones.end() ? fs::path() : found->second;
}

}  // namespace

template <typename V>
void fields(V& v, FieldsOf<V, RowFinding>& f) {
  v("code", f.code);
  v("what", f.what);
  v("table", f.table);
  v("columns", f.columns);
  v("rows", f.rows);
  v("cause", f.cause);
}

template <typename V>
void fields(V& v, FieldsOf<V, GoldenManifest>& m) {
  v("key", m.key);
  v("content_key", m.content_key);
  v("server_version", m.server_version);
  v("root_password", m.root_password);
  v("dumps", m.dumps);
  v.younger("dumped", m.dumped);
  v("tables", m.tables);
  v("rows", m.rows);
  v("bytes", m.bytes);
  v("verified", m.verified);
  v("depth", m.depth);
  v("proof", m.proof);
  v("adaptations", m.adaptations);
  v("findings", m.findings);
  v("seconds", m.seconds);
  v("created", m.created);
  v("used", m.used);
}

nlohmann::ordered_json manifest_json(const GoldenManifest& manifest) {
  return json_of(manifest);
}

std::string golden_key(const DumpIndex& index, const std::string& server_version) {
  std::string version;
  for (const char c : server_version) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    version += plain ? c : '-';
  }
  return index.content_key() + "-" + version + "-" + std::to_string(kLayout);
}

Result<GoldenManifest> GoldenStore::read_manifest(const fs::path& dir) const {
  const fs::path file = dir / "manifest.json";
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  try {
    GoldenManifest manifest;
    read_json(nlohmann::ordered_json::parse(text), manifest, "manifest", MissingField::is_an_error);
    return manifest;
  } catch (const std::exception& error) {
    return fail(std::string("the golden's manifest cannot be read: ") + error.what(), file.string(),
                "remove it: rehearse snapshot rm " + dir.filename().string());
  }
}

Result<std::optional<KeptGolden>> GoldenStore::find(const std::string& key) const {
  const fs::path dir = dir_ / key;
  REHEARSAL_TRY_SET(const bool listed, is_there(dir / "manifest.json"));
  if (!listed) {
    return std::nullopt;
  }
  KeptGolden kept;
  REHEARSAL_TRY_SET(kept.use.lock_, FileLock::wait(lock_file(key), FileLock::Mode::shared));
  REHEARSAL_TRY_SET(const bool still, is_there(dir / "manifest.json"));
  if (!still) {
    return std::nullopt;  // removed while we waited
  }
  REHEARSAL_TRY_SET(kept.manifest, read_manifest(dir));
  kept.manifest.used = utc_now();
  REHEARSAL_TRY(write_file(dir / "manifest.json", json_text(manifest_json(kept.manifest), 2) + "\n"));
  kept.data = dir / "data";
  return std::optional<KeptGolden>(std::move(kept));
}

Result<GoldenClaim> GoldenStore::claim(const std::string& key,
                                       const std::function<void(const std::string&)>& say) const {
  bool said = false;
  for (;;) {
    GoldenClaim claim;
    REHEARSAL_TRY_SET(claim.kept, find(key));
    if (claim.kept) {
      return claim;
    }
    REHEARSAL_TRY_SET(FileLock lock, FileLock::try_lock(lock_file(key), FileLock::Mode::exclusive));
    REHEARSAL_TRY_SET(const bool there, is_there(dir_ / key / "manifest.json"));
    if (lock.held() && !there) {
      GoldenStaging staging;
      staging.key_ = key;
      staging.dir_ = dir_ / (key + ".staging");
      staging.lock_ = std::move(lock);
      REHEARSAL_TRY(remove_tree(staging.dir_));
      REHEARSAL_TRY(make_private_dir(staging.dir_));
      claim.staging = std::move(staging);
      return claim;
    }
    if (!lock.held()) {
      if (say && !said) {
        say("another run is restoring the same dumps; waiting for it");
        said = true;
      }
      REHEARSAL_TRY(check_interrupt());
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
}

Result<KeptGolden> GoldenStore::seal(GoldenStaging staging, GoldenManifest manifest) const {
  if (!manifest.verified) {
    return fail("a golden is kept only when it is verified", staging.dir_.string());
  }
  manifest.key = staging.key_;
  manifest.bytes = tree_bytes(staging.dir_);
  manifest.created = utc_now();
  manifest.used = manifest.created;
  REHEARSAL_TRY(write_file(staging.dir_ / "manifest.json", json_text(manifest_json(manifest), 2) + "\n"));
  REHEARSAL_TRY(flush_to_disk(staging.dir_));
  REHEARSAL_TRY(rename_durably(staging.dir_, dir_ / staging.key_));
  staging.lock_ = FileLock();
  REHEARSAL_TRY_SET(std::optional<KeptGolden> kept, find(staging.key_));
  if (!kept) {
    return fail("the golden was removed as soon as it was kept", (dir_ / staging.key_).string());
  }
  return std::move(*kept);
}

Result<void> GoldenStore::note_proof(const std::string& key, const std::string& depth, const std::string& proof) const {
  REHEARSAL_TRY_SET(GoldenManifest manifest, read_manifest(dir_ / key));
  manifest.depth = depth;
  manifest.proof = proof;
  return write_file(dir_ / key / "manifest.json", json_text(manifest_json(manifest), 2) + "\n");
}

Result<void> GoldenStore::note_refusal(const std::string& key, const std::string& proof) const {
  REHEARSAL_TRY_SET(GoldenManifest manifest, read_manifest(dir_ / key));
  manifest.verified = false;
  manifest.proof = proof;
  return write_file(dir_ / key / "manifest.json", json_text(manifest_json(manifest), 2) + "\n");
}

Result<void> GoldenStore::discard(GoldenStaging staging) const {
  return remove_tree(staging.dir_);
}

Result<std::vector<GoldenInfo>> GoldenStore::list() const {
  std::vector<GoldenInfo> goldens;
  REHEARSAL_TRY_SET(const auto clones, clones_by_lower(dir_.parent_path()));
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(dir_));
  for (const fs::path& entry : entries) {
    REHEARSAL_TRY_SET(const bool folder, is_folder(entry));
    if (!folder || entry.extension() == ".staging") {
      continue;
    }
    GoldenInfo info;
    info.dir = entry;
    const std::string key = entry.filename().string();
    if (auto manifest = read_manifest(entry)) {
      info.manifest = std::move(*manifest);
    } else {
      info.manifest.key = key;  // so that it can be seen and removed
      info.manifest.bytes = tree_bytes(entry);
      info.unreadable = manifest.error().what;
    }
    REHEARSAL_TRY_SET(info.held_by, clone_on(clones, entry));
    REHEARSAL_TRY_SET(const FileLock lock, FileLock::try_lock(lock_file(key), FileLock::Mode::exclusive));
    info.in_use = !lock.held();
    goldens.push_back(std::move(info));
  }
  std::sort(goldens.begin(), goldens.end(), [](const GoldenInfo& one, const GoldenInfo& other) {
    const bool first = one.unreadable.empty();
    const bool second = other.unreadable.empty();
    return first != second
               ? first
               : std::tie(other.manifest.used, one.manifest.key) < std::tie(one.manifest.used, other.manifest.key);
  });
  return goldens;
}

Result<std::string> GoldenStore::remove(const std::string& key_prefix) const {
  REHEARSAL_TRY_SET(const std::vector<GoldenInfo> goldens, list());
  std::vector<std::string> keys;
  for (const GoldenInfo& golden : goldens) {
    const std::string key = golden.dir.filename().string();
    if (!key_prefix.empty() && key.starts_with(key_prefix)) {
      keys.push_back(key);
    }
  }
  if (keys.size() != 1) {
    return fail(ErrorKind::usage,
                keys.empty() ? "no golden has the key " + key_prefix
                             : std::to_string(keys.size()) + " goldens have a key that begins with " + key_prefix,
                {}, "rehearse snapshot list");
  }
  REHEARSAL_TRY(remove_key(keys.front(), nullptr));
  return keys.front();
}

Result<void> GoldenStore::remove(const GoldenInfo& listed) const {
  return remove_key(listed.dir.filename().string(), &listed);
}

Result<void> GoldenStore::remove_key(const std::string& key, const GoldenInfo* listed) const {
  REHEARSAL_TRY_SET(const FileLock lock, FileLock::try_lock(lock_file(key), FileLock::Mode::exclusive));
  if (!lock.held()) {
    return fail("the golden " + key + " is in use", {}, "wait for the run that uses it");
  }
  REHEARSAL_TRY_SET(const auto clones, clones_by_lower(dir_.parent_path()));
  REHEARSAL_TRY_SET(const fs::path clone, clone_on(clones, dir_ / key));
  if (!clone.empty()) {
    return fail("a kept clone still reads from the golden " + key, clone.string(), "remove the clones: rehearse clean");
  }
  if (listed != nullptr) {
    const auto now = read_manifest(dir_ / key);
    REHEARSAL_TRY_SET(const bool there, is_there(dir_ / key));
    const bool same =
        now ? listed->unreadable.empty() && now->used == listed->manifest.used : !listed->unreadable.empty() && there;
    if (!same) {
      return fail("the golden " + key + " was used or removed since it was listed");
    }
  }
  // Renamed first: a removal that is killed leaves nothing that looks like a golden.
  const fs::path doomed = dir_ / (key + ".staging");
  REHEARSAL_TRY(remove_tree(doomed));
  REHEARSAL_TRY(rename_durably(dir_ / key, doomed));
  return remove_tree(doomed);
}

}  // namespace rehearsal
