#include "snapshots/index/object_ledger.h"

#include <algorithm>

#include "base/contains.h"
#include "base/names.h"

namespace rehearsal {

namespace {

std::string joined_name(const std::string& schema, const std::string& name) {
  return (schema.empty() ? "" : schema + ".") + name;
}

void add_once(std::vector<std::string>& list, std::string name) {
  if (!contains(list, name)) {
    list.push_back(std::move(name));
  }
}

void forget_rows(DumpTable& table) {
  table.rows = table.bytes = table.longest_statement = 0;
  table.captured.clear();
  table.ranges.clear();
  table.rows_hash.clear();
}

}  // namespace

std::string ObjectLedger::key_of(std::string_view schema, std::string_view name) {
  std::string key(schema);
  key += '\0';
  key += name;
  return key;
}

std::size_t ObjectLedger::table(std::string_view schema, std::string_view name) {
  const auto [at, added] = places_.emplace(key_of(schema, name), index_.tables.size());
  if (added) {
    DumpTable& made = index_.tables.emplace_back();
    made.schema = schema;
    made.name = name;
    if (!schema.empty()) {
      index_.schemas.emplace(schema, "");
    }
  }
  return at->second;
}

void ObjectLedger::begin_table(std::size_t place) {
  drop_table(place);
  gone_.erase(place);
}

void ObjectLedger::add_view(const std::string& schema, const std::string& name) {
  add_once(index_.views, joined_name(schema, name));
}

void ObjectLedger::add_trigger(const std::string& schema, const std::string& name, const std::string& table) {
  add_once(index_.triggers, joined_name(schema, name));
  table_of_trigger_[joined_name(schema, name)] = table;
}

void ObjectLedger::add_routine(const std::string& schema, const std::string& name) {
  add_once(index_.routines, joined_name(schema, name));
}

void ObjectLedger::add_event(const std::string& schema, const std::string& name) {
  add_once(index_.events, joined_name(schema, name));
}

void ObjectLedger::drop_table(std::size_t place) {
  DumpTable& table = index_.tables[place];
  const std::string name = joined_name(table.schema, table.name);
  const auto of_it = [&](const std::string& trigger) {
    const auto at = table_of_trigger_.find(trigger);
    return at != table_of_trigger_.end() && at->second == name;
  };
  std::erase_if(index_.triggers, of_it);
  forget_rows(table);
  DumpTable left;
  left.schema = table.schema;
  left.name = table.name;
  table = std::move(left);
  gone_.insert(place);
}

void ObjectLedger::drop_database(const std::string& schema) {
  for (std::size_t place = 0; place < index_.tables.size(); ++place) {
    if (index_.tables[place].schema == schema) {
      drop_table(place);
    }
  }
  for (std::vector<std::string>* names : {&index_.views, &index_.triggers, &index_.routines, &index_.events}) {
    std::erase_if(*names, [&](const std::string& name) { return name.starts_with(schema + "."); });
  }
  index_.schemas.erase(schema);
}

void ObjectLedger::rename(const ObjectChange& change) {
  const std::string from = joined_name(change.schema, change.object);
  const std::string to = joined_name(change.new_schema, change.new_object);
  if (const auto view = std::find(index_.views.begin(), index_.views.end(), from); view != index_.views.end()) {
    *view = to;
    return;
  }
  const auto at = places_.find(key_of(change.schema, change.object));
  if (at == places_.end()) {
    return;
  }
  const std::size_t place = at->second;
  places_.erase(at);
  places_[key_of(change.new_schema, change.new_object)] = place;
  index_.tables[place].schema = change.new_schema;
  index_.tables[place].name = change.new_object;
  index_.schemas.emplace(change.new_schema, "");
  for (auto& [trigger, table] : table_of_trigger_) {
    table = table == from ? to : table;
  }
}

void ObjectLedger::apply(const ObjectChange& change) {
  const std::string name = joined_name(change.schema, change.object);
  if (change.what == ObjectChange::What::renamed) {
    return rename(change);
  }
  const auto place = places_.find(key_of(change.schema, change.object));
  if (change.what == ObjectChange::What::emptied) {
    if (place != places_.end()) {
      forget_rows(index_.tables[place->second]);
    }
    return;
  }
  switch (change.sort) {
    case ObjectSort::database:
      return drop_database(change.schema);
    case ObjectSort::table:
      if (place != places_.end()) {
        drop_table(place->second);
      }
      return;
    case ObjectSort::view:
      std::erase(index_.views, name);
      return;
    case ObjectSort::trigger:
      std::erase(index_.triggers, name);
      return;
    case ObjectSort::routine:
      std::erase(index_.routines, name);
      return;
    case ObjectSort::event:
      std::erase(index_.events, name);
      return;
    case ObjectSort::sequence:
      return;
  }
}

void ObjectLedger::finish() {
  std::erase_if(index_.tables, [](const DumpTable& told) { return !told.has_structure && told.bytes == 0; });
}

}  // namespace rehearsal
