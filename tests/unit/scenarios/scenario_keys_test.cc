// Every key of a scenario with every wrong kind of value, and with wrong values of its own: each is refused with its
// line and what to write. A key that the reader asks for and that is not in kEntries fails; so does an entry without a
// wrong value.

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "unit/scenarios/whole_cloud.h"
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scenarios/make_plan.h"
#include "scenarios/scenario_check.h"

namespace rehearsal {
namespace {

enum class Kind { text, texts, map, number, answer, date, way, dumps, truth };

struct Entry {
  const char* table;
  const char* key;
  Kind kind;
  const char* value;
  std::vector<const char*> wrong;
};

const std::vector<Entry> kEntries = {
    {"[path]", "from", Kind::text, R"("2024.1")", {R"("2024.7")", R"("Caracl")", R"("now")"}},
    {"[path]", "to", Kind::text, R"("2025.1")", {R"("2025.7")", R"("latest")", R"("2023.1")"}},
    {"[path]", "via", Kind::way, R"("slurp")", {R"("fastest")", R"(["2024.7"])", R"(["2025.1", "2024.2"])"}},
    {"[snapshot]",
     "dumps",
     Kind::dumps,
     R"(["prod.sql"])",
     {"[]", R"([""])", R"([{ file = "" }])", R"([{ file = "a", schema = "" }])", R"([{ schema = "a" }])",
      R"([{ file = "a", shema = "b" }])"}},
    {"[snapshot]",
     "map_collations",
     Kind::map,
     R"({ "a_ci" = "b_ci" })",
     {R"({ "a b" = "c" })", R"({ "a_ci" = "" })", R"({ "a_ci" = "A_ci" })"}},
    {"[snapshot]", "accept_dump_errors", Kind::truth, "true", {"1", R"("yes")"}},
    {"[snapshot]", "left_out", Kind::texts, R"(["compute.shadow_*"])", {R"(["shadow_*"])", R"([""])"}},
    {"[services]", "only", Kind::texts, R"(["compute"])", {R"(["compute", "computer"])", R"([""])"}},
    {"[services]", "skip", Kind::map, R"({ orders = "retired" })", {R"({ orders = "" })", R"({ orders = "…" })"}},
    {"[service.compute]", "runner", Kind::text, R"("image")", {R"("docker")", R"("venv ")"}},
    {"[service.compute]",
     "images",
     Kind::map,
     R"({ "2024.1" = "compute:1", "2025.1" = "compute:2" })",
     {R"({ "2024.7" = "compute:1" })", R"({ "2024.1" = "a b" })", R"({ "2024.1" = "--privileged" })"}},
    {"[service.identity]",
     "versions",
     Kind::map,
     R"({ "2024.1" = "1.0" })",
     {R"({ "2024.7" = "1.0" })", R"({ "2024.1" = "latest" })", R"({ "2024.1" = ">=1" })", R"({ "2024.1" = "" })"}},
    {"[service.identity]", "packages", Kind::texts, R"(["plug-in==1.0"])", {R"([""])", R"(["-r more.txt"])"}},
    {"[service.identity]", "schemas", Kind::map, R"({ db = "keys" })", {R"({ bd = "keys" })", R"({ db = "" })"}},
    {"[service.identity]",
     "config",
     Kind::text,
     R"("[token]\na = 1")",
     {R"("[token]\na")", R"("verbose")", R"("[token\na = 1")"}},
    {"[service.other]", "runner", Kind::text, R"("command")", {R"("wrapper")"}},
    {"[service.other]", "command", Kind::texts, R"(["/bin/run", ""])", {R"([""])"}},
    {"[server]", "engine", Kind::text, R"("docker")", {R"("vmware")", R"("Docker")"}},
    {"[server]", "image", Kind::text, R"("mariadb:10.11")", {R"("mariadb 10.11")", R"("-v")", R"("UPPER/Case:1")"}},
    {"[server]", "memory", Kind::text, R"("2g")", {R"("much")", R"("100m")", R"("-4g")", R"("99999999999999999999")"}},
    {"[server]", "variables", Kind::text, R"("production.cnf")", {R"("")"}},
    {"[limits]", "memory", Kind::text, R"("8g")", {R"("much")", R"("1m")", R"("-4g")"}},
    {"[limits]", "processes", Kind::number, "1024", {"0", "-1", "7", "100001"}},
    {"[limits]", "output", Kind::text, R"("1g")", {R"("all")", R"("10k")"}},
    {"[limits]", "files", Kind::text, R"("20g")", {R"("all")", R"("10k")"}},
    {"[limits]", "idle", Kind::text, R"("3h")", {R"("never")", R"("0h")"}},
    {"[limits]", "restore", Kind::text, R"("12h")", {R"("never")", R"("0h")"}},
    {"[limits]", "time", Kind::map, R"({ sync = "8h" })", {R"({ sink = "8h" })", R"({ sync = "soon" })"}},
    {"[rolling]", "downtime", Kind::text, R"("none")", {R"("some")", R"("None")"}},
    {"[gates]", "window", Kind::text, R"("4h")", {R"("soon")", R"("0h")", R"("-1h")"}},
    {"[checkpoints]", "keep", Kind::text, R"("all")", {R"("some")"}},
    {"[[assert]]", "name", Kind::text, R"("live")", {R"("")"}},
    {"[[assert]]", "sql", Kind::text, R"("SELECT 1")", {R"("")"}},
    {"[[assert]]", "expected", Kind::answer, "12", {"[1]"}},
    {"[[waive]]", "finding", Kind::text, R"("schema-drift")", {R"("schema-drfit")", R"("restore-mismatch")"}},
    {"[[waive]]", "table", Kind::text, R"("compute.things")", {R"("compute things")", R"("compute.")", R"("`a`.`b`")"}},
    {"[[waive]]", "reason", Kind::text, R"("ours")", {R"("")"}},
    {"[[waive]]", "bug", Kind::text, R"("OPS-17")", {R"("")"}},
    {"[[waive]]", "until", Kind::date, R"("2027-01-31")", {R"("soon")", R"("2027-02-29")", R"("31.01.2027")"}},
};

// Values of every kind but those that the key takes.
std::vector<std::string> of_other_kinds(Kind kind) {
  std::vector<std::string> values = {"true", R"({ x = 1 })", "[[1]]", "[1]"};
  const auto also = [&](std::vector<std::string> more) { values.insert(values.end(), more.begin(), more.end()); };
  switch (kind) {
    case Kind::text:
      also({"7", "1.5", "2027-01-31", R"(["a"])", R"(" ")", R"({ x = "a" })"});
      break;
    case Kind::texts:
    case Kind::dumps:
      also({"7", "1.5", "2027-01-31", R"("a")", R"({ x = "a" })", R"(["a", 1])"});
      break;
    case Kind::map:
      also({"7", "1.5", "2027-01-31", R"("a")", R"(["a"])"});
      break;
    case Kind::number:
      also({"1.5", "2027-01-31", R"("a")", R"(["a"])", R"({ x = "a" })"});
      break;
    case Kind::answer:
      also({"2027-01-31", R"(["a"])"});
      break;
    case Kind::date:
      also({"7", "1.5", R"(["a"])", R"(" ")"});
      break;
    case Kind::way:
      also({"7", "1.5", R"({ x = "a" })"});
      break;
    case Kind::truth:
      values.erase(values.begin());
      also({"7", "1.5", R"("true")", R"(["a"])"});
      break;
  }
  return values;
}

struct Text {
  std::string text;
  std::vector<int> lines;  // of each entry
};

// `value` gives each entry's value by its number.
template <typename Value>
Text text_of(Value value) {
  Text result;
  std::string table;
  int line = 0;
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (table != kEntries[i].table) {
      table = kEntries[i].table;
      result.text += table + "\n";
      ++line;
    }
    result.text += std::string(kEntries[i].key) + " = " + value(i) + "\n";
    result.lines.push_back(++line);
  }
  return result;
}

Text with(std::size_t which, const std::string& value) {
  return text_of([&](std::size_t i) { return i == which ? value : std::string(kEntries[i].value); });
}

Catalogue catalogue() {
  Catalogue result = cloud::catalogue();
  result.releases.front().codename = "Caracal";
  result.services.push_back(cloud::identity());
  result.services.back().name = "other";
  return result;
}

std::vector<Error> problems_of(const std::string& text) {
  auto reading = read_scenario(text, "/srv/upgrade.toml");
  if (!reading) {
    return {reading.error()};
  }
  std::vector<Error> problems = std::move(reading->problems);
  const Catalogue known = catalogue();
  for (auto more : {check_names(reading->scenario, known), check_waivers(reading->scenario, {"schema-drift"})}) {
    std::move(more.begin(), more.end(), std::back_inserter(problems));
  }
  return problems;
}

std::string told(const std::vector<Error>& problems) {
  std::string text;
  for (const Error& problem : problems) {
    text += to_text(problem) + "\n";
  }
  return text;
}

bool is_told(const std::vector<Error>& problems, int line) {
  return std::any_of(problems.begin(), problems.end(), [&](const Error& problem) {
    const std::string place = fmt::format("/srv/upgrade.toml, line {}", line);
    return (problem.where == place || problem.where.starts_with(place + ":")) && !problem.hint.empty() &&
           problem.kind == ErrorKind::wrong_scenario;
  });
}

// "[service.NAME] runner" -> "[service] runner"
std::string without_name(const std::string& key) {
  return key.starts_with("[service.") ? "[service" + key.substr(key.find(']')) : key;
}

TEST(ScenarioKeys, AllThatAreReadAreTriedHere) {
  std::set<std::string> tried;
  for (const Entry& entry : kEntries) {
    tried.insert(without_name(std::string(entry.table) + " " + entry.key));
    EXPECT_FALSE(entry.wrong.empty()) << entry.key;
  }
  const auto reading = read_scenario(with(kEntries.size(), "").text, "/srv/upgrade.toml");
  ASSERT_TRUE(reading) << to_text(reading.error());
  for (const std::string& key : reading->keys) {
    EXPECT_TRUE(!key.starts_with('[') || tried.contains(without_name(key))) << key;
  }
}

TEST(ScenarioKeys, AsTheyShouldBeNothingIsWrong) {
  EXPECT_EQ(told(problems_of(with(kEntries.size(), "").text)), "");
}

TEST(ScenarioKeys, AWrongValueIsToldWithItsLineAndAHint) {
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    std::vector<std::string> values = of_other_kinds(kEntries[i].kind);
    values.insert(values.end(), kEntries[i].wrong.begin(), kEntries[i].wrong.end());
    for (const std::string& value : values) {
      const Text text = with(i, value);
      const std::vector<Error> problems = problems_of(text.text);
      EXPECT_TRUE(is_told(problems, text.lines[i]))
          << kEntries[i].table << " " << kEntries[i].key << " = " << value << "\n"
          << told(problems);
    }
  }
}

TEST(ScenarioKeys, AllThatIsWrongIsToldAtOnce) {
  const Text text = text_of([](std::size_t i) {
    const Kind kind = kEntries[i].kind;
    return std::string(kind == Kind::map || kind == Kind::answer || kind == Kind::truth ? "[true]" : "true");
  });
  const std::vector<Error> problems = problems_of(text.text);
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    EXPECT_TRUE(is_told(problems, text.lines[i])) << kEntries[i].table << " " << kEntries[i].key;
  }
  const Error one = one_error(problems, "/srv/upgrade.toml");
  EXPECT_EQ(one.kind, ErrorKind::wrong_scenario);
  const std::string whole = to_text(one);
  std::size_t at = 0;
  for (const int line : text.lines) {
    const std::size_t found = whole.find(fmt::format("\n  line {}: ", line));
    ASSERT_NE(found, std::string::npos) << line << "\n" << whole;
    EXPECT_GE(found, at) << "lines are in their order\n" << whole;
    at = found;
  }
}

TEST(ScenarioKeys, AnUnknownKeyInAnyTableIsToldWithWhatIsKnownThere) {
  std::set<std::string> tables;
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (!tables.insert(kEntries[i].table).second) {
      continue;
    }
    for (const std::string& key : {std::string(kEntries[i].key) + "s_", std::string("quite-another-thing")}) {
      Text text = with(i, std::string(kEntries[i].value) + "\n" + key + " = 1");
      const std::vector<Error> problems = problems_of(text.text);
      EXPECT_TRUE(is_told(problems, text.lines[i] + 1)) << text.text << told(problems);
    }
  }
}

TEST(ScenarioKeys, WhatOnlyAnotherRunnerReadsIsRefused) {
  const std::string least = "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n[service.compute]\n";
  for (const char* line : {R"(images = { "2024.1" = "a" })", R"(command = ["/bin/run"])"}) {
    EXPECT_TRUE(is_told(problems_of(least + line + "\n"), 6)) << line;
  }
  EXPECT_TRUE(is_told(problems_of(least + "packages = [\"a\"]\nrunner = \"command\"\ncommand = [\"/bin/run\"]\n"), 6));
}

TEST(ScenarioKeys, ALineThatIsNoIniHasItsOwnLine) {
  const std::string least = "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n[service.compute]\n";
  EXPECT_TRUE(is_told(problems_of(least + "config = \"\"\"\n[a]\nb = 1\nwrong\n\"\"\"\n"), 9));
  EXPECT_TRUE(is_told(problems_of(least + "config = '''[a]\nb = 1\nwrong\n'''\n"), 8));
}

TEST(ScenarioKeys, WhatWasMeantIsNamed) {
  const auto hint = [](const std::string& line) {
    return told(problems_of("[path]\n" + line + "\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n"));
  };
  EXPECT_NE(hint("from = \"2024.7\"").find("did you mean '2024.1'?"), std::string::npos);
  EXPECT_NE(hint("from = \"caracal\"").find("Caracal is 2024.1"), std::string::npos);
  EXPECT_NE(hint("from = \"Auto\"").find("did you mean 'auto'?"), std::string::npos);
  EXPECT_NE(hint("frm = \"2024.1\"").find("did you mean 'from'?"), std::string::npos);
}

TEST(ScenarioKeys, TheSnapshotDecidesTheSchemas) {
  Scenario scenario = cloud::to("2025.1");
  const SnapshotFacts facts = cloud::with_compute();
  const auto hint = [&](const std::string& role, const std::string& schema) {
    scenario.services["compute"].schemas = {{role, schema}};
    return told(check_schemas(scenario, catalogue(), facts));
  };
  EXPECT_EQ(hint("east-1", "compute_east"), "");
  EXPECT_EQ(hint("api", "compute_api"), "");
  EXPECT_NE(hint("east1", "compute_api_2").find("did you mean 'east-1'?"), std::string::npos);
  EXPECT_NE(hint("api", "compute_apii").find("did you mean 'compute_api'?"), std::string::npos);
}

// A table of a service that is not in the snapshot was read, and then nothing of it was done.
TEST(ScenarioKeys, AServiceWithoutASchemaInTheSnapshotIsRefused) {
  const std::string text =
      "[path]\nfrom = \"2024.1\"\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n"
      "[service.compute]\nversions = { \"2025.1\" = \"31.0.0\" }\n";
  const auto plan = [&](const std::string& more, const SnapshotFacts& facts) {
    const auto reading = read_scenario(text + more, "/srv/upgrade.toml");
    EXPECT_TRUE(reading && reading->problems.empty());
    const auto made = make_plan(cloud::catalogue(), reading->scenario, facts);
    return made ? "" : to_text(made.error());
  };
  SnapshotFacts both = cloud::with_compute();
  cloud::add_revisions(both, "identity", {"k1", "e1"});
  const std::string told = plan("", cloud::with_identity());
  EXPECT_NE(told.find("[service.compute]: no schema of compute is in the snapshot (/srv/upgrade.toml, line 6)"),
            std::string::npos)
      << told;
  EXPECT_NE(told.find("schemas of the snapshot: identity"), std::string::npos) << told;
  EXPECT_EQ(plan("[services]\nonly = [\"identity\"]\n", cloud::with_identity()), "");
  EXPECT_EQ(plan("", both), "");
  const std::string skipped = plan(
      "[services]\nskip = { compute = \"retired\", compute_api = \"retired\", compute_cell0 = \"retired\", "
      "compute_east = \"retired\" }\n",
      both);
  EXPECT_NE(skipped.find("[service.compute] says how to rehearse compute, and [services] skip leaves"),
            std::string::npos)
      << skipped;
  EXPECT_NE(skipped.find("line 6"), std::string::npos) << skipped;
  SnapshotFacts renamed = cloud::with_identity();
  cloud::add_revisions(renamed, "main", {"c1"});
  cloud::add_revisions(renamed, "prod_api", {"a1"});
  EXPECT_EQ(plan("schemas = { api = \"prod_api\", cell1 = \"main\" }\n", renamed), "");
}

TEST(ScenarioKeys, ASchemaForADumpThatNamesItsOwnIsRefused) {
  Scenario scenario = cloud::to("2025.1");
  scenario.dumps = {{"/srv/a.sql", "identity"}};
  EXPECT_EQ(told(check_schemas(scenario, catalogue(), cloud::with_identity())), "");
  scenario.dumps = {{"/srv/a.sql", "keys"}};
  EXPECT_NE(told(check_schemas(scenario, catalogue(), cloud::with_identity())).find("names its own"),
            std::string::npos);
}

// A version of a release that the path leaves out was read, and another was rehearsed.
TEST(ScenarioKeys, AVersionOfAReleaseOffThePathIsRefused) {
  const auto plan = [](const std::string& from, const std::string& key) {
    const auto reading =
        read_scenario("[path]\nfrom = \"" + from + "\"\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n" +
                          "[service.keystone]\n" + key + "\n",
                      "/srv/upgrade.toml");
    EXPECT_TRUE(reading && reading->problems.empty()) << (reading ? told(reading->problems) : "");
    const auto made = make_plan(cloud::real(), reading->scenario, cloud::as_installed("2024.1"));
    return made ? "" : to_text(made.error());
  };
  for (const char* key : {"versions", "images"}) {
    const std::string runner = std::string(key) == "images" ? "runner = \"image\"\nimages" : "versions";
    const auto of = [&](const std::string& more) {
      return runner + " = { \"2024.1\" = \"25.0.0\", \"2025.1\" = \"27.0.0\"" + more + " }";
    };
    EXPECT_EQ(plan("2024.1", of("")), "") << key;
    for (const char* release : {"2023.1", "2024.2", "2025.2"}) {
      const std::string told = plan("2024.1", of(std::string(", \"") + release + "\" = \"26.0.0\""));
      EXPECT_NE(told.find(std::string("[service.keystone] ") + key + " names '" + release + "'"), std::string::npos)
          << told;
      EXPECT_NE(told.find("the path is 2024.1 → 2025.1"), std::string::npos) << told;
    }
    // Production has passed it; the scenario of last year goes on.
    EXPECT_EQ(plan("auto", of(", \"2023.1\" = \"26.0.0\"")), "") << key;
  }
}

TEST(ScenarioKeys, EachReleaseOfThePathNeedsItsImage) {
  Scenario scenario = cloud::to("2025.1");
  scenario.from = "2024.1";
  scenario.services["identity"].runner = RunnerKind::image;
  scenario.services["identity"].images = {{"2024.1", "a:1"}};
  const auto plan = make_plan(cloud::catalogue(), scenario, cloud::with_identity());
  ASSERT_FALSE(plan);
  EXPECT_NE(to_text(plan.error()).find("[service.identity] images has none for 2025.1"), std::string::npos)
      << to_text(plan.error());
}

}  // namespace
}  // namespace rehearsal
