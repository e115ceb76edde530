// One list of fields for each record, which writes its JSON and reads it back:
//
//   template <typename V>
//   void fields(V& v, FieldsOf<V, Point>& point) {
//     v("x", point.x);
//     v("y", point.y);
//   }
//
// The order is that of the text. Lists, optional values (null), records in records and enums with words (base/words.h)
// go by the same list. Reading, a field that is missing or null keeps the value that it has; one of another type, and
// an enum's unknown word, throw what std::exception says.
#pragma once

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

template <typename T>
[[nodiscard]] nlohmann::ordered_json json_of(const T& value);
template <typename T>
void read_json(const nlohmann::ordered_json& json, T& value, const char* name);

class FieldWriter {
 public:
  static constexpr bool kWrites = true;

  template <typename T>
  void operator()(const char* name, const T& value) {
    json_[name] = json_of(value);
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

  explicit FieldReader(const nlohmann::ordered_json& json) : json_(json) {}

  template <typename T>
  void operator()(const char* name, T& value) {
    if (const auto it = json_.find(name); it != json_.end() && !it->is_null()) {
      read_json(*it, value, name);
    }
  }
  template <typename F>
  void group(const char* name, F&& inner) {
    if (const auto it = json_.find(name); it != json_.end() && it->is_object()) {
      FieldReader reader(*it);
      inner(reader);
    }
  }

 private:
  const nlohmann::ordered_json& json_;
};

template <typename T>
concept HasFields = requires(FieldWriter& v, const T& value) {
  fields(v, value);
};

namespace json_fields {
template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
}  // namespace json_fields

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
  } else {
    return value;
  }
}

template <typename T>
void read_json(const nlohmann::ordered_json& json, T& value, const char* name) {
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
    FieldReader reader(json);
    fields(reader, value);
  } else if constexpr (json_fields::kIsOptional<T>) {
    value.emplace();
    read_json(json, *value, name);
  } else if constexpr (json_fields::kIsVector<T>) {
    if (!json.is_array()) {
      throw std::runtime_error("\"" + std::string(name) + "\" is not a list");
    }
    value.clear();
    for (const auto& item : json) {
      read_json(item, value.emplace_back(), name);
    }
  } else {
    value = json.get<T>();
  }
}

}  // namespace rehearsal
