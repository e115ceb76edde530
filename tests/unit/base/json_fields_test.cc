// A record is written and read back by one list of its fields; what is missing or of another kind is not taken for a
// value.
#include "base/json_fields.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

struct Wheel {
  int size = 7;
  std::optional<std::string> maker;
};

struct Cart {
  std::string name = "none";
  std::vector<Wheel> wheels;
  std::map<std::string, std::string> labels;
  std::map<std::string, Wheel> spares;
  std::map<std::string, std::optional<std::string>> owners;
  int coats = 1;
  bool red = false;
};

template <typename V>
void fields(V& v, FieldsOf<V, Wheel>& wheel) {
  v("size", wheel.size);
  v("maker", wheel.maker);
}

template <typename V>
void fields(V& v, FieldsOf<V, Cart>& cart) {
  v("name", cart.name);
  v("wheels", cart.wheels);
  v("labels", cart.labels);
  v("spares", cart.spares);
  v("owners", cart.owners);
  v.group("paint", [&](V& paint) { paint("coats", cart.coats); });
  v.younger("red", cart.red);
}

const char* const kText = R"({"name":"big","wheels":[{"size":3,"maker":null},{"size":4,"maker":"m"}],)"
                          R"("labels":{"a":"x","b":"y"},"spares":{"left":{"size":5,"maker":"m"}},)"
                          R"("owners":{"first":"o","second":null},"paint":{"coats":3},"red":true})";

Cart read(const std::string& text, MissingField missing) {
  Cart cart;
  read_json(nlohmann::ordered_json::parse(text), cart, "cart", missing);
  return cart;
}

// What it throws, empty where it does not.
std::string refused(const std::string& text, MissingField missing) {
  try {
    read(text, missing);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(JsonFields, WhatIsWrittenIsReadBack) {
  for (const MissingField missing : {MissingField::keeps_its_value, MissingField::is_an_error}) {
    EXPECT_EQ(json_of(read(kText, missing)).dump(), kText);
    EXPECT_EQ(read(kText, missing).labels.at("b"), "y");
    EXPECT_EQ(read(kText, missing).wheels.at(0).maker, std::nullopt);
    EXPECT_EQ(read(kText, missing).spares.at("left").size, 5);
    EXPECT_EQ(read(kText, missing).owners.at("second"), std::nullopt);
    EXPECT_EQ(read(kText, missing).coats, 3);
  }
}

TEST(JsonFields, AFieldThatIsMissingKeepsItsValueOrIsAnError) {
  nlohmann::ordered_json whole = nlohmann::ordered_json::parse(kText);
  for (const auto& [name, value] : whole.items()) {
    nlohmann::ordered_json without = whole;
    without.erase(name);
    EXPECT_EQ(refused(without.dump(), MissingField::keeps_its_value), "") << name;
    EXPECT_EQ(refused(without.dump(), MissingField::is_an_error), name == "red" ? "" : "\"" + name + "\" is missing");
  }
  // One that is null is none either, but where null is a value.
  for (const auto& [name, value] : whole.items()) {
    nlohmann::ordered_json with_null = whole;
    with_null[name] = nullptr;
    EXPECT_EQ(refused(with_null.dump(), MissingField::keeps_its_value), "") << name;
    EXPECT_EQ(refused(with_null.dump(), MissingField::is_an_error), "\"" + name + "\" is missing");
  }
  // In a record of a map too, and of a list.
  nlohmann::ordered_json spare = whole;
  spare["spares"]["left"].erase("maker");
  EXPECT_EQ(refused(spare.dump(), MissingField::is_an_error), "\"maker\" is missing");
  whole["wheels"][1].erase("size");
  EXPECT_EQ(read(whole.dump(), MissingField::keeps_its_value).wheels.at(1).size, 7);
  EXPECT_EQ(refused(whole.dump(), MissingField::is_an_error), "\"size\" is missing");
}

TEST(JsonFields, AnotherTypeIsAnError) {
  const nlohmann::ordered_json whole = nlohmann::ordered_json::parse(kText);
  for (const auto& [name, value] : whole.items()) {
    nlohmann::ordered_json other = whole;
    other[name] = 5.5;
    EXPECT_NE(refused(other.dump(), MissingField::keeps_its_value), "") << name;
  }
}

}  // namespace
}  // namespace rehearsal
