#include "scenarios/assertion.h"

#include <fmt/core.h>

#include "scenarios/toml_reader.h"

namespace rehearsal {

Assertion read_assertion(TomlReader& entry) {
  Assertion assertion;
  for (const char* key : {"name", "sql"}) {
    entry.require(key);
  }
  entry.read("name", assertion.name);
  entry.read("sql", assertion.sql);
  if (const toml::node* expected = entry.node("expected"); expected != nullptr) {
    if (const auto* text = expected->as_string()) {
      assertion.expected = text->get();
    } else if (const auto* number = expected->as_integer()) {
      assertion.expected = std::to_string(number->get());
    } else if (const auto* real = expected->as_floating_point()) {
      assertion.expected = fmt::format("{}", real->get());
    } else {
      entry.wrong("expected", "must be one value", "write it as 12 or as \"text\"");
    }
  }
  return assertion;
}

}  // namespace rehearsal
