#include "scenarios/schema/standing_sight.h"

#include "base/contains.h"
#include "scenarios/schema/standing_words.h"

namespace rehearsal {

Sight::Sight(const SchemaFingerprint& fingerprint, const ObservedSchema& observed) : observed_(observed) {
  for (const FingerprintObject& object : fingerprint.objects) {
    known_[{object.table, object.kind + " " + object.name}].insert(object.value);
  }
}

Seen Sight::see(const FingerprintObject& object) const {
  if (observed_.views.contains(object.table)) {
    return Seen::own;
  }
  const auto table = observed_.tables.find(object.table);
  if (table == observed_.tables.end()) {
    return Seen::absent;
  }
  const std::string key = object.kind + " " + object.name;
  const auto found = table->second.find(key);
  if (found == table->second.end()) {
    return Seen::absent;
  }
  if (found->second == object.value) {
    return Seen::same;
  }
  return known_.at({object.table, key}).contains(found->second) ? Seen::absent : Seen::own;
}

std::set<std::string> tables_of_others(const SchemaFingerprint& fingerprint, const ObservedSchema& observed) {
  std::set<std::pair<std::string, std::string>> known;
  std::set<std::string> own;
  for (const FingerprintObject& object : fingerprint.objects) {
    own.insert(object.table);
    if (is_column(object)) {
      known.emplace(object.table, "column " + object.name);
    }
  }
  std::set<std::string> tables;
  bool second_chain = false;
  for (const auto& [table, objects] : observed.tables) {
    second_chain =
        second_chain || (contains(table, "alembic_version") && table != "alembic_version" && !own.contains(table));
    for (const auto& [name, value] : objects) {
      if (name.starts_with("column ") && !known.contains({table, name})) {
        tables.insert(table);
      }
    }
  }
  if (second_chain) {
    tables.insert(own.begin(), own.end());
  }
  return tables;
}

std::vector<const FingerprintObject*> lacking(const SchemaFingerprint& fingerprint, const ObservedSchema& observed,
                                              const SchemaState& state) {
  const Sight sight(fingerprint, observed);
  std::vector<const FingerprintObject*> objects;
  std::set<std::string> lost_tables;
  const std::set<std::string> moved = tables_of_others(fingerprint, observed);
  for (const FingerprintObject& object : fingerprint.objects) {
    const bool constant = SchemaFingerprint::is_constant(object);
    if (!fingerprint.holds(object, state) || (constant && !is_column(object)) || sight.see(object) != Seen::absent ||
        (constant && moved.contains(object.table))) {
      continue;
    }
    if (object.born == 0 && !observed.tables.contains(object.table)) {
      lost_tables.insert(object.table);
    }
    objects.push_back(&object);
  }
  // Tables that a dump leaves out come in numbers.
  if (lost_tables.size() > kMostLostTables) {
    std::erase_if(objects, [&](const FingerprintObject* object) { return lost_tables.contains(object->table); });
  }
  return objects;
}

}  // namespace rehearsal
