// One list of fields for each record, which writes its JSON and reads it back:
//
//   template <typename V>
//   void fields(V& v, FieldsOf<V, Point>& point) {
//     v("x", point.x);
//     v("y", point.y);
//   }
//
// The order is that of the text. Lists, maps by name, optional values (null), records in records and enums with words
// (base/words.h) go by the same list. Reading, a field that is missing or null keeps the value that it has, or throws
// where every field is required; one of another type, and an enum's unknown word, throw what std::exception says.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/words.h"

namespace rehearsal {

template <typename V, typename T>
using FieldsOf = std::conditional_t<V::kWrites, const T, T>;

// A record whose JSON is none of these forms has functions of its own, found beside it.
template <typename T>
concept OwnJson = requires(const T& value, T& into, const nlohmann::ordered_json& json) {
  { own_json(value) } -> std::same_as<nlohmann::ordered_json>;
  read_own_json(json, into);
};

namespace json_fields {
template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsMap = false;
template <typename T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
}  // namespace json_fields

template <typename T>
[[nodiscard]] nlohmann::ordered_json json_of(const T& value);
// Of a field that is not there, or null: one that may be younger than the text keeps its value.
enum class MissingField { keeps_its_value, is_an_error };

template <typename T>
void read_json(const nlohmann::ordered_json& json, T& value, const char* name,
               MissingField missing = MissingField::keeps_its_value);

class FieldWriter {
 public:
  static constexpr bool kWrites = true;

  template <typename T>
  void operator()(const char* name, const T& value) {
    json_[name] = json_of(value);
  }
  template <typename T>
  void younger(const char* name, const T& value) {
    (*this)(name, value);
  }
  // Fields that stand together under a name of their own.
  template <typename F>
  void group(const char* name, F&& inner) {
    FieldWriter writer;
    inner(writer);
    json_[name] = std::move(writer.json_);
  }
  [[nodiscard]] nlohmann::ordered_json take() { return std::move(json_); }

 private:
  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
};

class FieldReader {
 public:
  static constexpr bool kWrites = false;

  explicit FieldReader(const nlohmann::ordered_json& json, MissingField missing = MissingField::keeps_its_value)
      : json_(json), missing_(missing) {}

  template <typename T>
  void operator()(const char* name, T& value) {
    const auto it = json_.find(name);
    if (it != json_.end() && !it->is_null()) {
      read_json(*it, value, name, missing_);
    } else if (missing_ == MissingField::is_an_error && (it == json_.end() || !json_fields::kIsOptional<T>)) {
      throw std::runtime_error("\"" + std::string(name) + "\" is missing");
    }
  }
  // A field that texts of earlier versions lack, required or not.
  template <typename T>
  void younger(const char* name, T& value) {
    if (json_.contains(name)) {
      (*this)(name, value);
    }
  }
  template <typename F>
  void group(const char* name, F&& inner) {
    const auto it = json_.find(name);
    if (it != json_.end() && !it->is_null()) {
      if (!it->is_object()) {
        throw std::runtime_error("\"" + std::string(name) + "\" is not an object");
      }
      FieldReader reader(*it, missing_);
      inner(reader);
    } else if (missing_ == MissingField::is_an_error) {
      throw std::runtime_error("\"" + std::string(name) + "\" is missing");
    }
  }

 private:
  const nlohmann::ordered_json& json_;
  MissingField missing_;
};

template <typename T>
concept HasFields = requires(FieldWriter& v, const T& value) {
  fields(v, value);
};

template <typename T>
nlohmann::ordered_json json_of(const T& value) {
  if constexpr (OwnJson<T>) {
    return own_json(value);
  } else if constexpr (Worded<T>) {
    return to_word(value);
  } else if constexpr (HasFields<T>) {
    FieldWriter writer;
    fields(writer, value);
    return writer.take();
  } else if constexpr (json_fields::kIsOptional<T>) {
    return value ? json_of(*value) : nlohmann::ordered_json(nullptr);
  } else if constexpr (json_fields::kIsVector<T>) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& item : value) {
      list.push_back(json_of(item));
    }
    return list;
  } else if constexpr (json_fields::kIsMap<T>) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (const auto& [name, item] : value) {
      object[name] = json_of(item);
    }
    return object;
  } else {
    return value;
  }
}

template <typename T>
void read_json(const nlohmann::ordered_json& json, T& value, const char* name, MissingField missing) {
  if constexpr (OwnJson<T>) {
    read_own_json(json, value);
  } else if constexpr (Worded<T>) {
    const auto word = json.get<std::string>();
    const std::optional<T> found = from_word<T>(word);
    if (!found) {
      throw std::runtime_error("\"" + std::string(name) + "\" holds the unknown word \"" + word + "\"");
    }
    value = *found;
  } else if constexpr (HasFields<T>) {
    FieldReader reader(json, missing);
    fields(reader, value);
  } else if constexpr (json_fields::kIsOptional<T>) {
    value.reset();
    if (!json.is_null()) {
      read_json(json, value.emplace(), name, missing);
    }
  } else if constexpr (json_fields::kIsVector<T>) {
    if (!json.is_array()) {
      throw std::runtime_error("\"" + std::string(name) + "\" is not a list");
    }
    value.clear();
    for (const auto& item : json) {
      read_json(item, value.emplace_back(), name, missing);
    }
  } else if constexpr (json_fields::kIsMap<T>) {
    if (!json.is_object()) {
      throw std::runtime_error("\"" + std::string(name) + "\" is not an object");
    }
    value.clear();
    for (const auto& [key, item] : json.items()) {
      read_json(item, value[key], name, missing);
    }
  } else {
    value = json.get<T>();
  }
}

}  // namespace rehearsal
