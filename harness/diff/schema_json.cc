#include "harness/diff/schema_json.h"

#include <nlohmann/json.hpp>

namespace rehearsal {

void to_json(nlohmann::json& json, const TableShape& shape) {
  json = {{"lines", shape.lines}, {"view", shape.is_view}, {"create", shape.create}};
}

void from_json(const nlohmann::json& json, TableShape& shape) {
  json.at("lines").get_to(shape.lines);
  json.at("view").get_to(shape.is_view);
  json.at("create").get_to(shape.create);
}

void to_json(nlohmann::json& json, const Cascade& cascade) {
  json = nlohmann::json::array({cascade.parent, cascade.child});
}

void from_json(const nlohmann::json& json, Cascade& cascade) {
  json.at(0).get_to(cascade.parent);
  json.at(1).get_to(cascade.child);
}

void to_json(nlohmann::json& json, const Schema& schema) {
  json = {{"tables", schema.tables}, {"databases", schema.databases}, {"cascades", schema.cascades}};
}

void from_json(const nlohmann::json& json, Schema& schema) {
  json.at("tables").get_to(schema.tables);
  json.at("databases").get_to(schema.databases);
  json.at("cascades").get_to(schema.cascades);
}

}  // namespace rehearsal
