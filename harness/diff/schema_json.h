// A schema as JSON, for what the state directory keeps.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "harness/diff/schema.h"

namespace rehearsal {

// The from_json()s throw what nlohmann throws.
void to_json(nlohmann::json& json, const TableShape& shape);
void from_json(const nlohmann::json& json, TableShape& shape);
void to_json(nlohmann::json& json, const Cascade& cascade);
void from_json(const nlohmann::json& json, Cascade& cascade);
void to_json(nlohmann::json& json, const Schema& schema);
void from_json(const nlohmann::json& json, Schema& schema);

}  // namespace rehearsal
