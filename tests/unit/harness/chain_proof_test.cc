#include "harness/run/chain_proof.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class ChainProof : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = make_unique_dir(fs::temp_directory_path(), "chain-proof").value(); }
  void TearDown() override { remove_tree(folder_); }

  void put(const std::string& name, const std::string& text) {
    const fs::path file = folder_ / "lib/python3.11/site-packages" / name;
    fs::create_directories(file.parent_path());
    ASSERT_TRUE(write_file(file, text));
  }

  fs::path folder_;
};

TEST_F(ChainProof, MigrationsThatNameTheTableHoldTheChain) {
  put("service/db/models.py", "T = 'alembic_version'\n");
  EXPECT_FALSE(holds_chain(folder_, "alembic_version_plugin"));
  put("plugin/tests/functional/db/test_migrations.py", "VERSION_TABLE = 'alembic_version_plugin'\n");
  put("plugin/readme.py", "'alembic_version_plugin'\n");
  EXPECT_FALSE(holds_chain(folder_, "alembic_version_plugin")) << "tests and texts are no migrations";
  put("plugin/db/migration/alembic_migrations/env.py", "VERSION_TABLE = 'alembic_version_plugin'\n");
  EXPECT_TRUE(holds_chain(folder_, "alembic_version_plugin"));
  EXPECT_FALSE(holds_chain(folder_, "alembic_version_plug"));
}

TEST_F(ChainProof, AClaimIsProvenInEveryEnvironmentOfItsService) {
  put("plugin/db/migration/env.py", "table = \"alembic_version_plugin\"\n");
  const ChainClaim claim{"net", "net", "alembic_version_plugin", "plugin"};
  Runners runners;
  runners["net"]["2024.1"] = {folder_, "", {}};
  EXPECT_TRUE(unproven_chains({claim}, runners).empty());
  const fs::path other = make_unique_dir(fs::temp_directory_path(), "chain-proof").value();
  runners["net"]["2025.1"] = {other, "", {}};
  const auto unproven = unproven_chains({claim}, runners);
  ASSERT_EQ(unproven.size(), 1U);
  EXPECT_NE(unproven[0].second.find("2025.1"), std::string::npos);
  remove_tree(other);
}

TEST_F(ChainProof, AnImageIsBelievedForAKnownDistributionOnly) {
  Runners runners;
  runners["net"]["2024.1"] = {{}, "image:1", {}};
  EXPECT_TRUE(unproven_chains({{"net", "net", "t", "plugin"}}, runners).empty());
  EXPECT_EQ(unproven_chains({{"net", "net", "t", ""}}, runners).size(), 1U);
}

}  // namespace
}  // namespace rehearsal
