// A schema as JSON, for what the state directory keeps.
#pragma once

#include "base/json_fields.h"
#include "harness/diff/schema.h"

namespace rehearsal {

template <typename V>
void fields(V& v, FieldsOf<V, TableShape>& shape) {
  v("lines", shape.lines);
  v("view", shape.is_view);
  v("create", shape.create);
}

// [parent, child]
[[nodiscard]] inline nlohmann::ordered_json own_json(const Cascade& cascade) {
  return nlohmann::ordered_json::array({cascade.parent, cascade.child});
}
inline void read_own_json(const nlohmann::ordered_json& json, Cascade& cascade) {
  json.at(0).get_to(cascade.parent);
  json.at(1).get_to(cascade.child);
}

template <typename V>
void fields(V& v, FieldsOf<V, Schema>& schema) {
  v("tables", schema.tables);
  v("databases", schema.databases);
  v("cascades", schema.cascades);
}

}  // namespace rehearsal
