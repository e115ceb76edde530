#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

namespace {

// Bytes of a dump may be no UTF-8; JSON is.
std::string text(const std::string& bytes) {
  return nlohmann::json::parse(json_text(nlohmann::json(bytes))).get<std::string>();
}

nlohmann::json texts(const std::vector<std::string>& values) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& value : values) {
    list.push_back(text(value));
  }
  return list;
}

nlohmann::json file_json(const DumpFile& file) {
  return {{"path", text(file.path)},
          {"of", text(file.of)},
          {"parts", file.parts.size()},
          {"schema", text(file.schema)},
          {"compression", file.compression},
          {"bytes_on_disk", file.bytes_on_disk},
          {"bytes", file.bytes},
          {"content_hash", file.content_hash},
          {"producer", text(file.producer)},
          {"distribution", text(file.distribution)},
          {"server_version", text(file.server_version)},
          {"host", text(file.host)},
          {"completed_at", text(file.completed_at)},
          {"replication_position", text(file.replication_position)},
          {"completeness", to_string(file.completeness)},
          {"ends_in", text(file.ends_in)},
          {"ordered_because", text(file.ordered_because)}};
}

nlohmann::json table_json(const DumpTable& table) {
  nlohmann::json keys = nlohmann::json::array();
  for (const std::vector<std::string>& key : table.unique_keys) {
    keys.push_back(texts(key));
  }
  nlohmann::json ranges = nlohmann::json::array();
  for (const RowRange& range : table.ranges) {
    ranges.push_back({{"file", range.file}, {"begin", range.begin}, {"end", range.end}});
  }
  return {{"schema", text(table.schema)},
          {"name", text(table.name)},
          {"rows", table.rows},
          {"bytes", table.bytes},
          {"longest_statement", table.longest_statement},
          {"ranges", std::move(ranges)},
          {"rows_hash", table.rows_hash},
          {"has_structure", table.has_structure},
          {"has_data_section", table.has_data_section},
          {"columns", texts(table.columns)},
          {"unique_keys", keys},
          {"engine", text(table.engine)}};
}

}  // namespace

void to_json(nlohmann::json& json, const DumpIndex& index) {
  json = nlohmann::json::object();
  json["content_key"] = index.content_key();
  json["rows"] = index.rows();
  json["bytes"] = index.bytes();
  json["longest_statement"] = index.longest_statement;
  json["files"] = nlohmann::json::array();
  for (const DumpFile& file : index.files) {
    json["files"].push_back(file_json(file));
  }
  json["schemas"] = nlohmann::json::array();
  for (const auto& [name, create] : index.schemas) {
    json["schemas"].push_back({{"name", text(name)}, {"create", text(create)}});
  }
  json["tables"] = nlohmann::json::array();
  for (const DumpTable& table : index.tables) {
    json["tables"].push_back(table_json(table));
  }
  json["views"] = texts(index.views);
  json["triggers"] = texts(index.triggers);
  json["routines"] = texts(index.routines);
  json["events"] = texts(index.events);
  json["definers"] = nlohmann::json::array();
  for (const auto& [user, host] : index.definers) {
    json["definers"].push_back({{"user", text(user)}, {"host", text(host)}});
  }
  json["mapped_collations"] = nlohmann::json::object();
  for (const auto& [from, times] : index.mapped_collations) {
    json["mapped_collations"][from] = {{"to", index.map_collations.at(from)}, {"times", times}};
  }
  json["refusals"] = nlohmann::json::array();
  for (const Refusal& refusal : index.refusals) {
    json["refusals"].push_back({{"what", text(refusal.what)},
                                {"file", text(refusal.file)},
                                {"line", refusal.line},
                                {"object", text(refusal.object)},
                                {"dump_error", refusal.dump_error}});
  }
  json["hazards"] = nlohmann::json::array();
  for (const Hazard& hazard : index.hazards) {
    json["hazards"].push_back({{"code", hazard.code},
                               {"severity", to_word(hazard.severity)},
                               {"what", text(hazard.what)},
                               {"file", text(hazard.file)},
                               {"line", hazard.line},
                               {"object", text(hazard.object)}});
  }
}

}  // namespace rehearsal
