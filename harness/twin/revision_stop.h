// Stopping a migration where it writes a revision on, so that what is there at that moment can be looked at: the code
// has done all of that revision, and nothing of the next one. A trigger on the revision table waits until it is let go.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

class RevisionStop {
 public:
  struct Place {
    std::string schema, table;  // of the revision table
    std::string revision;
  };
  // `sql` sees what is not committed yet.
  using Look = std::function<Result<void>(Sql& sql, const Place& place)>;

  // `sql` outlives it; `watcher` is a connection of the same rights to the same server.
  RevisionStop(Sql& sql, std::unique_ptr<Sql> watcher, std::vector<Place> places, Look look)
      : own_(sql), watching_(std::move(watcher)), places_(std::move(places)), look_(std::move(look)) {}
  RevisionStop(const RevisionStop&) = delete;
  RevisionStop& operator=(const RevisionStop&) = delete;
  ~RevisionStop();

  // Before the step. A revision table that is not there yet is made, empty, as the migrations would make it.
  [[nodiscard]] Result<void> begin();
  // After it: the places that it came by, in order. An Error of `look` is this one's.
  [[nodiscard]] Result<std::vector<Place>> end();

 private:
  [[nodiscard]] Result<void> set_triggers();
  [[nodiscard]] Result<void> watch(const std::stop_token& stop, std::vector<std::size_t>& reached);

  Sql& own_;
  std::unique_ptr<Sql> watching_;
  std::vector<Place> places_;
  Look look_;
  std::vector<std::string> triggers_;
  std::vector<std::size_t> reached_;
  Result<void> watched_;
  std::jthread watcher_;
};

}  // namespace rehearsal
