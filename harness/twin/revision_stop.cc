#include "harness/twin/revision_stop.h"

#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr int kLongestStopSeconds = 120;
constexpr std::chrono::milliseconds kPause(10);

// The migration holds `here` while it waits for `on`, which the watcher holds until it has looked.
std::string here(std::size_t place) {
  return sql_string(fmt::format("rehearsal.here.{}", place));
}
std::string on(std::size_t place) {
  return sql_string(fmt::format("rehearsal.on.{}", place));
}

std::string quoted(const RevisionStop::Place& place, const std::string& name) {
  return sql_name(TableName{place.schema, name});
}

}  // namespace

RevisionStop::~RevisionStop() {
  watcher_ = {};
}

Result<void> RevisionStop::begin() {
  REHEARSAL_TRY(watching_->execute("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED"));
  for (std::size_t i = 0; i < places_.size(); ++i) {
    REHEARSAL_TRY_SET(const auto held, watching_->value(fmt::format("SELECT GET_LOCK({}, 0)", on(i))));
    if (held != "1") {
      return fail("the revision " + places_[i].revision + " is waited for already");
    }
  }
  REHEARSAL_TRY(set_triggers());
  watcher_ = std::jthread([this](const std::stop_token& stop) {
    watched_ = watch(stop, reached_);
    watching_.reset();  // a migration that is held goes on
  });
  return {};
}

Result<void> RevisionStop::set_triggers() {
  std::set<std::string> tables;
  for (const Place& place : places_) {
    const std::string table = quoted(place, place.table);
    if (!tables.insert(table).second) {
      continue;
    }
    REHEARSAL_TRY(
        own_.execute(fmt::format("CREATE TABLE IF NOT EXISTS {} (version_num VARCHAR(32) NOT NULL, CONSTRAINT "
                                 "alembic_version_pkc PRIMARY KEY (version_num))",
                                 table)));
    std::string body;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (quoted(places_[i], places_[i].table) == table) {
        body += fmt::format(
            "IF NEW.version_num = {} THEN DO GET_LOCK({}, 0); DO GET_LOCK({}, {}); DO RELEASE_LOCK({}); DO "
            "RELEASE_LOCK({}); END IF; ",
            sql_string(places_[i].revision), here(i), on(i), kLongestStopSeconds, on(i), here(i));
      }
    }
    for (const std::string event : {"INSERT", "UPDATE"}) {
      const std::string trigger = quoted(place, "rehearsal_stop_" + lower(event));
      REHEARSAL_TRY(own_.execute(
          fmt::format("CREATE TRIGGER {} BEFORE {} ON {} FOR EACH ROW BEGIN {}END", trigger, event, table, body)));
      triggers_.push_back(trigger);
    }
  }
  return {};
}

Result<void> RevisionStop::watch(const std::stop_token& stop, std::vector<std::size_t>& reached) {
  std::set<std::size_t> waiting;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    waiting.insert(i);
  }
  while (!waiting.empty() && !stop.stop_requested()) {
    for (const std::size_t i : std::set<std::size_t>(waiting)) {
      REHEARSAL_TRY_SET(const auto holder, watching_->value(fmt::format("SELECT IS_USED_LOCK({})", here(i))));
      if (holder) {
        REHEARSAL_TRY(look_(*watching_, places_[i]));
        reached.push_back(i);
        waiting.erase(i);
        REHEARSAL_TRY(watching_->execute(fmt::format("DO RELEASE_LOCK({})", on(i))));
      }
    }
    std::this_thread::sleep_for(kPause);
  }
  return {};
}

Result<std::vector<RevisionStop::Place>> RevisionStop::end() {
  watcher_.request_stop();
  watcher_.join();
  for (const std::string& trigger : std::exchange(triggers_, {})) {
    REHEARSAL_TRY(own_.execute("DROP TRIGGER IF EXISTS " + trigger));
  }
  REHEARSAL_TRY(watched_);
  std::vector<Place> places;
  for (const std::size_t place : reached_) {
    places.push_back(places_[place]);
  }
  return places;
}

}  // namespace rehearsal
