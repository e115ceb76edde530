#include "harness/server/workplace.h"

#include <utility>

#include "harness/engines/engines.h"

namespace rehearsal {

Result<Workplace> open_workplace(const WorkplaceWish& wish, DumpIndex& index) {
  REHEARSAL_TRY_SET(std::unique_ptr<Engine> engine, make_engine(wish.engine, wish.engine_options));
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(ServerSettings settings, server_settings(wish.scenario, index, *engine, wish.catalogue.folder));
  map_more_collations(index, settings.collations);
  REHEARSAL_TRY_SET(
      std::unique_ptr<Store> store,
      Store::open(wish.state, index.bytes(), [&talk = wish.talk](const std::string& text) { talk.say(text); }));
  return Workplace{.run = wish.run,
                   .talk = wish.talk,
                   .catalogue = wish.catalogue,
                   .scenario = wish.scenario,
                   .state = wish.state,
                   .engine = std::move(engine),
                   .store = std::move(store),
                   .settings = std::move(settings)};
}

}  // namespace rehearsal
