// The objects of a dump index as the statements leave them: what is dropped, renamed, emptied or made anew later is
// not told as if it were still there.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "snapshots/index/dump_index.h"
#include "snapshots/index/object_changes.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

class ObjectLedger {
 public:
  // `index` must outlive this.
  explicit ObjectLedger(DumpIndex& index) : index_(index) {}

  // The table's place in DumpIndex::tables, which finish() ends; made where it is not known.
  [[nodiscard]] std::size_t table(std::string_view schema, std::string_view name);
  // Rows and definition, where they are of an earlier table of the name, are no longer told.
  void begin_table(std::size_t place);
  [[nodiscard]] bool is_gone(std::size_t place) const { return gone_.contains(place); }

  void add_view(const std::string& schema, const std::string& name);
  void add_trigger(const std::string& schema, const std::string& name, const std::string& table);
  void add_routine(const std::string& schema, const std::string& name);
  void add_event(const std::string& schema, const std::string& name);
  void apply(const ObjectChange& change);
  // Takes out the tables that are gone, and those that were named and never came.
  void finish();

 private:
  void drop_table(std::size_t place);
  void drop_database(const std::string& schema);
  void rename(const ObjectChange& change);
  [[nodiscard]] static std::string key_of(std::string_view schema, std::string_view name);

  DumpIndex& index_;
  std::unordered_map<std::string, std::size_t> places_;
  std::set<std::size_t> gone_;
  std::map<std::string, std::string> table_of_trigger_;  // both as schema.name
};

}  // namespace rehearsal
