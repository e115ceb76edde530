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
#include "base/interrupt.h"
#include "base/json_fields.h"
#include "base/json_text.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Changes when an older golden can no longer be used, such as by other restore rules.
constexpr int kLayout = 6;

// Rows that were never written to the disk must not outlive a power cut under a golden's name.
Result<void> flush_to_disk(const fs::path& dir) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = fd >= 0 && ::syncfs(fd) == 0;
  const int number = errno;
  if (fd >= 0) {
    ::close(fd);
  }
  if (!done) {
    return fail(std::string("cannot write the golden to the disk: ") + std::strerror(number), dir.string());
  }
  return {};
}

// An overlay clone reads what it did not write from the golden below it. For each data folder that is below some clone,
// one such clone.
std::map<std::string, fs::path> clones_by_lower(const fs::path& root) {
  std::map<std::string, fs::path> clones;
  std::error_code error;
  fs::recursive_directory_iterator at(root / "runs", error);
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!at->is_directory(ignored)) {
      continue;
    }
    const bool layer = at->path().extension() == ".layer";
    if (layer) {
      if (const auto lower = read_file(at->path() / "lower")) {
        clones.emplace(*lower, at->path());
      }
    }
    if (layer || fs::exists(at->path() / "ibdata1", ignored)) {
      at.disable_recursion_pending();
    }
  }
  return clones;
}

fs::path clone_on(const std::map<std::string, fs::path>& clones, const fs::path& golden) {
  std::error_code error;
  const auto found = clones.find(fs::weakly_canonical(golden / "data", error).string());
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
  std::error_code error;
  if (!fs::exists(dir / "manifest.json", error)) {
    return std::nullopt;
  }
  KeptGolden kept;
  REHEARSAL_TRY_SET(kept.use.lock_, FileLock::wait(lock_file(key), FileLock::Mode::shared));
  if (!fs::exists(dir / "manifest.json", error)) {
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
    std::error_code error;
    if (lock.held() && !fs::exists(dir_ / key / "manifest.json", error)) {
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
  std::error_code error;
  fs::rename(staging.dir_, dir_ / staging.key_, error);
  if (error) {
    return fail("cannot rename the golden: " + error.message(), (dir_ / staging.key_).string());
  }
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
  const std::map<std::string, fs::path> clones = clones_by_lower(dir_.parent_path());
  std::error_code error;
  for (fs::directory_iterator at(dir_, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!at->is_directory(ignored) || at->path().extension() == ".staging") {
      continue;
    }
    GoldenInfo info;
    info.dir = at->path();
    const std::string key = at->path().filename().string();
    if (auto manifest = read_manifest(at->path())) {
      info.manifest = std::move(*manifest);
    } else {
      info.manifest.key = key;  // so that it can be seen and removed
      info.manifest.bytes = tree_bytes(at->path());
      info.unreadable = manifest.error().what;
    }
    info.held_by = clone_on(clones, at->path());
    REHEARSAL_TRY_SET(const FileLock lock, FileLock::try_lock(lock_file(key), FileLock::Mode::exclusive));
    info.in_use = !lock.held();
    goldens.push_back(std::move(info));
  }
  if (error) {
    return fail("cannot list the goldens: " + error.message(), dir_.string());
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
  const fs::path clone = clone_on(clones_by_lower(dir_.parent_path()), dir_ / key);
  if (!clone.empty()) {
    return fail("a kept clone still reads from the golden " + key, clone.string(), "remove the clones: rehearse clean");
  }
  std::error_code error;
  if (listed != nullptr) {
    const auto now = read_manifest(dir_ / key);
    const bool same = now ? listed->unreadable.empty() && now->used == listed->manifest.used
                          : !listed->unreadable.empty() && fs::exists(dir_ / key, error);
    if (!same) {
      return fail("the golden " + key + " was used or removed since it was listed");
    }
  }
  // Renamed first: a removal that is killed leaves nothing that looks like a golden.
  const fs::path doomed = dir_ / (key + ".staging");
  REHEARSAL_TRY(remove_tree(doomed));
  fs::rename(dir_ / key, doomed, error);
  if (error) {
    return fail("cannot remove the golden: " + error.message(), (dir_ / key).string());
  }
  return remove_tree(doomed);
}

}  // namespace rehearsal
