#include "scenarios/catalogue.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const fs::path kShipped = fs::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue";

TEST(Catalogue, TheShippedOneIsWhole) {
  const auto catalogue = load_catalogue(kShipped);
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  EXPECT_EQ(catalogue->releases.front().name, "2023.1");
  EXPECT_EQ(catalogue->releases.back().name, "2026.2");
  for (const Release& release : catalogue->releases) {
    EXPECT_EQ(release.slurp, release.name.ends_with(".1")) << release.name;
    EXPECT_TRUE(!release.constraints.empty() || !release.exclude_newer.empty()) << release.name;
    if (!release.constraints.empty()) {
      EXPECT_TRUE(fs::exists(kShipped / "constraints" / release.constraints)) << release.constraints;
    }
  }
  ASSERT_EQ(catalogue->services.size(), 7U);
  for (const Service& service : catalogue->services) {
    SCOPED_TRACE(service.name);
    EXPECT_FALSE(service.source.empty());
    EXPECT_FALSE(service.version_command.empty());
    for (const Release& release : catalogue->releases) {
      EXPECT_TRUE(service.versions.contains(release.name)) << release.name;
      for (const auto& [role, heads] : service.heads) {
        if (!heads.empty()) {
          EXPECT_TRUE(heads.contains(release.name)) << role << " " << release.name;
        }
      }
    }
    for (const PhaseCommand& phase : service.phases) {
      const bool online = phase.phase == Phase::online || phase.phase == Phase::online_before;
      EXPECT_EQ(online && !service.online, false);
      EXPECT_TRUE(join(phase.command, " ").find("${config}") != std::string::npos) << join(phase.command, " ");
    }
    for (const ExpectedChange& change : service.expected_changes) {
      EXPECT_FALSE(change.source.empty()) << change.table;
    }
  }
}

TEST(Catalogue, SaysOfEveryServiceWhichCodeMustLiveWhen) {
  const auto catalogue = load_catalogue(kShipped);
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  for (const Service& service : catalogue->services) {
    SCOPED_TRACE(service.name);
    ASSERT_EQ(service.codes.size(), 1U);
    const CodeRule& code = service.codes.front();
    EXPECT_FALSE(code.source.empty());
    const auto has = [&](Phase wanted) {
      return std::any_of(service.phases.begin(), service.phases.end(),
                         [&](const PhaseCommand& phase) { return phase.phase == wanted; });
    };
    EXPECT_TRUE(has(code.new_from)) << to_word(code.new_from);
    ASSERT_TRUE(code.old_until);
    EXPECT_TRUE(has(*code.old_until)) << to_word(*code.old_until);
    EXPECT_LT(code.new_from, *code.old_until);
  }
}

class BrokenCatalogue : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-test").value();
    fs::create_directory(dir_ / "services");
    ASSERT_TRUE(write_file(dir_ / "releases.toml", "[[release]]\nname = \"2024.1\"\nslurp = true\n"));
  }
  void TearDown() override { remove_tree(dir_); }

  std::string refusal(const std::string& service) {
    EXPECT_TRUE(write_file(dir_ / "services/x.toml", service));
    const auto catalogue = load_catalogue(dir_);
    return catalogue ? "loaded" : to_text(catalogue.error());
  }

  static std::string service(const std::string& more) {
    return "name = \"x\"\npackage = \"x\"\norder = 1\n[versions]\n\"2024.1\" = \"1\"\n[schemas]\ndb = \"x\"\n"
           "[config]\n\"x.conf\" = \"\"\n[heads.db]\n\"2024.1\" = [\"a\"]\n" +
           more;
  }
  fs::path dir_;
};

TEST_F(BrokenCatalogue, TellsFileLineAndKey) {
  EXPECT_EQ(refusal(service("[[phase]]\nphase = \"sync\"\ncommand = [\"x\"]\n")), "loaded");
  const std::string told = refusal(service("[[phase]]\nphase = \"sync\"\ncomand = [\"x\"]\n"));
  EXPECT_NE(told.find("x.toml, line 1"), std::string::npos) << told;
  EXPECT_NE(refusal(service("[[phase]]\nphase = \"dance\"\ncommand = [\"x\"]\n")).find("'dance'"), std::string::npos);
  EXPECT_NE(
      refusal(service("[[phase]]\nphase = \"sync\"\ncommand = [\"x\"]\nreleases = [\"1999.1\"]\n")).find("1999.1"),
      std::string::npos);
}

TEST_F(BrokenCatalogue, ARewritingSaysInOneWayWhatTheRowBecomes) {
  const auto rule = [&](const std::string& more) {
    return refusal(
        service("[[phase]]\nphase = \"sync\"\ncommand = [\"x\"]\n[[expected_change]]\nrelease = \"2024.1\"\n"
                "table = \"t\"\n" +
                more));
  };
  const std::string rewritten = "change = \"rows-rewritten\"\n";
  EXPECT_EQ(rule(rewritten + "columns = [\"a\", \"updated_at\"]\nbecomes = \"a + 1\"\n"), "loaded");
  EXPECT_EQ(rule(rewritten + "columns = [\"a\", \"b\"]\nbecomes = { a = \"1\", b = \"a\" }\n"), "loaded");
  EXPECT_NE(rule(rewritten + "columns = [\"a\", \"b\"]\nbecomes = \"1\"\n").find("for 2 columns"), std::string::npos);
  EXPECT_NE(rule(rewritten + "columns = [\"a\"]\nbecomes = { c = \"1\" }\n").find("'c'"), std::string::npos);
  EXPECT_NE(rule(rewritten + "columns = [\"a\", \"b\"]\nbecomes = { a = \"1\" }\n").find("does not mention 'b'"),
            std::string::npos);
  EXPECT_NE(rule(rewritten + "columns = [\"a\"]\nbecomes = \"1\"\nsatisfies = \"a = 1\"\n").find("stands beside"),
            std::string::npos);
  EXPECT_NE(rule("change = \"rows-deleted\"\nneither = \"random\"\n").find("rows-rewritten"), std::string::npos);
  EXPECT_NE(rule("change = \"column-dropped\"\n").find("name the columns"), std::string::npos);
  EXPECT_NE(rule("change = \"rows-moved\"\n").find("'rows-moved'"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
