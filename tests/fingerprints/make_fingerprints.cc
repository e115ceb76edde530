// Makes scenarios/catalogue/fingerprints/SERVICE.json from the services' own migrations, over all releases of the
// catalogue. Needs the network for environments that are not made yet.
//
// usage: make_fingerprints CATALOGUE STATE [SERVICE...]    CATALOGUE is the folder; the files are written below it
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "harness/engines/engines.h"
#include "harness/run/cleaner.h"
#include "harness/server/runners.h"
#include "harness/server/server_settings.h"
#include "harness/server/state.h"
#include "harness/twin/fingerprint_run.h"
#include "harness/twin/twin_store.h"
#include "scenarios/lane_plan.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

struct Maker {
  const Catalogue& catalogue;
  const Path& path;
  Engine& engine;
  Store& store;
  const RunDir& run;
  const ServerSettings& settings;
  const fs::path& state;
  Talk& talk;

  Result<void> make(const Service& service) const {
    REHEARSAL_TRY_SET(const ReferenceLane reference, plan_reference(service, {}, path));
    Plan plan;
    plan.path = path;
    plan.lanes = {reference.lane};
    REHEARSAL_TRY_SET(Runners runners, prepare_runners(engine, state, catalogue, Scenario{}, plan, talk));
    const fs::path folder = store.run_dir(run.id()) / service.name;
    REHEARSAL_TRY(make_private_dir(folder));
    const std::string password = random_word();
    REHEARSAL_TRY(engine.make_database(folder / ".empty", password));
    const LaneContext lane{.engine = engine,
                           .store = store,
                           .run = run,
                           .talk = talk,
                           .service = service,
                           .golden = folder / ".empty",
                           .root_password = password,
                           .server_options = twin_server_options(settings.step_options),
                           .memory_bytes = settings.memory_bytes,
                           .runners = std::move(runners[service.name]),
                           .store_dir = folder / "lane"};
    const Result<Fingerprints> made = make_fingerprints(reference, lane);
    REHEARSAL_TRY(store.remove(folder));
    REHEARSAL_TRY(made);
    const fs::path file = catalogue.folder / "fingerprints" / (service.name + ".json");
    const std::string text = fingerprints_text(service.name, *made);
    talk.say(service.name + ": " + human_bytes(text.size()) + " in " + file.string());
    return write_file(file, text);
  }
};

Result<void> run(const fs::path& folder, const fs::path& state, const std::vector<std::string>& only) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, load_catalogue(folder));
  Talk talk(Loudness::normal, false);
  EngineOptions options;
  options.state = state;
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(EngineKind::process, options));
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(const Path path, find_path(catalogue.releases, catalogue.releases.front().name,
                                               catalogue.releases.back().name, {Via::Kind::sequential, {}}));
  REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(Scenario{}, DumpIndex{}, *engine));
  REHEARSAL_TRY_SET(const RunDir run_dir, RunDir::create(state));
  const RunGuard guard(run_dir.id());
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open(state, 0, [](const std::string&) {}));
  const Maker maker{catalogue, path, *engine, *store, run_dir, settings, state, talk};
  for (const Service& service : catalogue.services) {
    if (only.empty() || std::find(only.begin(), only.end(), service.name) != only.end()) {
      REHEARSAL_TRY(maker.make(service));
    }
  }
  remove_tree(run_dir.path());
  return {};
}

}  // namespace
}  // namespace rehearsal

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: make_fingerprints CATALOGUE STATE [SERVICE...]\n";
    return 64;
  }
  const auto done = rehearsal::run(std::filesystem::absolute(argv[1]), std::filesystem::absolute(argv[2]),
                                   std::vector<std::string>(argv + 3, argv + argc));
  if (!done) {
    std::cerr << rehearsal::to_text(done.error()) << '\n';
    return 2;
  }
  return 0;
}
