#include "scenarios/coverage.h"

#include "cloud.h"
#include <gtest/gtest.h>

#include "scenarios/detect.h"

namespace rehearsal {
namespace {

const std::map<std::string, std::string> kAlembic = {{"column version_num", "varchar(32) not null"},
                                                     {"primary version_num", ""}};
const std::map<std::string, std::string> kPlain = {{"column id", "int(11) not null"}, {"column name", "text null"}};

// A cloud of the small catalogue's two services at 2024.1.
SnapshotFacts facts() {
  SnapshotFacts facts;
  for (const auto& [schema, heads] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"identity", {"e1", "k1"}}, {"compute_api", {"a1"}}, {"compute_cell0", {"c1"}}, {"compute", {"c1"}}}) {
    cloud::add_revisions(facts, schema, heads);
    facts.objects[schema].tables["alembic_version"] = kAlembic;
  }
  return facts;
}

void add_table(SnapshotFacts& facts, const std::string& schema, const std::string& table,
               const std::map<std::string, std::string>& objects, const std::vector<std::string>& rows = {}) {
  if (std::find(facts.schemas.begin(), facts.schemas.end(), schema) == facts.schemas.end()) {
    facts.schemas.push_back(schema);
  }
  facts.objects[schema].tables[table] = objects;
  for (const std::string& row : rows) {
    auto& captured = facts.captured[{schema, table}];
    captured.columns = {"version_num"};
    captured.rows.push_back({row});
  }
}

Catalogue catalogue() {
  Catalogue known = cloud::catalogue();
  known.services[0].sub_projects = {
      {"alembic_version_tokens", "identity-tokens", {{"2024.1", "4.0.0"}}, {"old_tokens", "lost_tokens"}, "env.py"},
      {"alembic_version_keys", "identity-keys", {}, {"key_rings"}, "env.py"}};
  known.services[0].leftover_tables = {"migrate_version"};
  return known;
}

Coverage covered(const SnapshotFacts& facts, const Scenario& scenario = {}) {
  const Catalogue known = catalogue();
  const SnapshotFacts kept = without_skipped(facts, scenario);
  return cover(known, scenario, facts, detect(known, scenario, kept), {});
}

std::vector<std::string> names(const Coverage& coverage) {
  std::vector<std::string> names;
  for (const NotCovered& one : coverage.not_covered) {
    names.push_back(one.name());
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(Coverage, ACloudOfKnownServicesIsCovered) {
  const Coverage coverage = covered(facts());
  EXPECT_EQ(names(coverage), Names{});
  EXPECT_EQ(skip_lines(coverage), "");
}

TEST(Coverage, MonitoringAndImportsAreNoServices) {
  SnapshotFacts cloud = facts();
  add_table(cloud, "monitoring", "hosts", kPlain);
  add_table(cloud, "monitoring", "dbversion", {{"column dbversionid", "bigint"}, {"column mandatory", "int"}});
  add_table(cloud, "import_2024", "instances", kPlain);
  cloud.schemas.emplace_back("empty");
  cloud.schemas.emplace_back("mysql");
  const Coverage coverage = covered(cloud);
  EXPECT_EQ(names(coverage), Names{});
  EXPECT_EQ(coverage.of_no_service, (Names{"monitoring", "import_2024", "empty"}));
}

TEST(Coverage, ASchemaWithARevisionTableIsAServicesWhateverItsName) {
  for (const std::map<std::string, std::string>& shape :
       {kAlembic, std::map<std::string, std::string>{{"column repository_id", "varchar(250)"},
                                                     {"column repository_path", "text"},
                                                     {"column version", "int(11)"}}}) {
    SnapshotFacts cloud = facts();
    add_table(cloud, "orchestration", "stack", kPlain);
    add_table(cloud, "orchestration", "versions_of_it", shape);
    const Coverage coverage = covered(cloud);
    ASSERT_EQ(names(coverage), Names{"orchestration"});
    EXPECT_EQ(code_of(coverage.not_covered[0]), "schema-not-covered");
    EXPECT_NE(title_of(coverage.not_covered[0]).find("the revision table versions_of_it"), std::string::npos);
    EXPECT_EQ(skip_lines(coverage), "[services]\nskip = { orchestration = \"…\" }\n");
  }
}

TEST(Coverage, ASkipWithItsReasonCovers) {
  SnapshotFacts cloud = facts();
  add_table(cloud, "orchestration", "alembic_version", kAlembic, {"o1"});
  add_table(cloud, "identity", "alembic_version_tokens", kAlembic, {"t1"});
  Scenario scenario;
  scenario.skip = {{"orchestration", "retired"}, {"identity.alembic_version_tokens", "dropped before the upgrade"}};
  const Coverage coverage = covered(cloud, scenario);
  EXPECT_EQ(names(coverage), Names{});
  EXPECT_EQ(coverage.skipped.size(), 2U);
  EXPECT_TRUE(check_skips(scenario, cloud).empty());
}

TEST(Coverage, ASkippedSchemaOfAServiceIsNotRehearsed) {
  Scenario scenario;
  scenario.skip = {{"identity", "moved elsewhere"}};
  const SnapshotFacts kept = without_skipped(facts(), scenario);
  for (const ServiceState& state : detect(catalogue(), scenario, kept)) {
    EXPECT_NE(state.service, "identity");
  }
  EXPECT_EQ(names(covered(facts(), scenario)), Names{});
}

TEST(Coverage, ASecondRevisionTableIsAChainThatNoStepRuns) {
  SnapshotFacts cloud = facts();
  add_table(cloud, "identity", "alembic_version_tokens", kAlembic, {"t1"});
  add_table(cloud, "identity", "acme_alembic_version", kAlembic, {"x9"});
  const Coverage coverage = covered(cloud);
  ASSERT_EQ(names(coverage), (Names{"identity.acme_alembic_version", "identity.alembic_version_tokens"}));
  const NotCovered& known = coverage.not_covered[1];
  EXPECT_EQ(code_of(known), "chain-not-covered");
  EXPECT_EQ(known.service, "identity");
  EXPECT_NE(detail_of(known).find("packages = [\"identity-tokens\"] in [service.identity]"), std::string::npos)
      << detail_of(known);
  EXPECT_NE(detail_of(known).find("skip = { \"identity.alembic_version_tokens\" = \"…\" }"), std::string::npos);
}

TEST(Coverage, ItsTablesAreItsOwnAndThoseThatNoReleaseOfTheServiceKnows) {
  Catalogue known = catalogue();
  SchemaFingerprint& print = known.services[0].fingerprints["db"];
  print.branches = {{"", "e1"}};
  print.objects = {{"user", "column", "id", "int(11) not null", "", 0, std::nullopt},
                   {"old_tokens", "column", "id", "int(11) not null", "", 0, std::nullopt}};
  SnapshotFacts cloud = facts();
  add_table(cloud, "identity", "user", {{"column id", "int(11) not null"}});
  add_table(cloud, "identity", "token_policies", kPlain);
  add_table(cloud, "identity", "old_tokens", kPlain);  // made by the service's own migrations too
  add_table(cloud, "identity", "key_rings", kPlain);   // another chain's
  add_table(cloud, "identity", "alembic_version_tokens", kAlembic, {"t1"});
  const Coverage coverage = cover(known, {}, cloud, detect(known, {}, cloud), {});
  ASSERT_EQ(coverage.not_covered.size(), 1U);
  EXPECT_EQ(coverage.not_covered[0].tables, (Names{"old_tokens", "token_policies"}));
  EXPECT_NE(detail_of(coverage.not_covered[0]).find("no release of identity knows: old_tokens, token_policies"),
            std::string::npos);
}

TEST(Coverage, ATableOfTheServiceIsNoChainWhateverItsShape) {
  Catalogue known = catalogue();
  SchemaFingerprint& print = known.services[0].fingerprints["db"];
  print.branches = {{"", "e1"}};
  print.objects = {{"shadow_alembic_version", "column", "version_num", "varchar(32) not null", "", 0, std::nullopt}};
  SnapshotFacts cloud = facts();
  add_table(cloud, "identity", "shadow_alembic_version", kAlembic);
  EXPECT_EQ(names(cover(known, {}, cloud, detect(known, {}, cloud), {})), Names{});
}

TEST(Coverage, OwnLeftoversAndBackupsOfTheRevisionTableAreNoChains) {
  SnapshotFacts cloud = facts();
  add_table(cloud, "identity", "migrate_version",
            {{"column repository_id", ""}, {"column repository_path", ""}, {"column version", ""}});
  add_table(cloud, "identity", "alembic_version_before_upgrade", kAlembic, {"e1", "k1"});
  EXPECT_EQ(names(covered(cloud)), Names{});
  add_table(cloud, "identity", "alembic_version_empty", kAlembic);  // says nothing of whose it is
  EXPECT_EQ(names(covered(cloud)), Names{"identity.alembic_version_empty"});
}

TEST(Coverage, ADistributionAmongThePackagesIsAClaim) {
  SnapshotFacts cloud = facts();
  add_table(cloud, "identity", "alembic_version_tokens", kAlembic, {"t1"});
  Scenario scenario;
  scenario.services["identity"].packages = {"something-else"};
  EXPECT_EQ(names(covered(cloud, scenario)), Names{"identity.alembic_version_tokens"});
  scenario.services["identity"].packages = {"Identity_Tokens==4.0.1"};
  const Coverage coverage = covered(cloud, scenario);
  EXPECT_EQ(names(coverage), Names{});
  ASSERT_EQ(coverage.claims.size(), 1U);
  EXPECT_EQ(coverage.claims[0].distribution, "identity-tokens");
  EXPECT_EQ(coverage.claims[0].table, "alembic_version_tokens");
}

TEST(Coverage, ChosenServicesAreAskedForTheirOwnSchemasOnly) {
  SnapshotFacts cloud = facts();
  add_table(cloud, "orchestration", "alembic_version", kAlembic, {"o1"});
  add_table(cloud, "identity", "alembic_version_tokens", kAlembic, {"t1"});
  Scenario scenario;
  scenario.only = {"compute"};
  const Coverage coverage = covered(cloud, scenario);
  EXPECT_EQ(names(coverage), Names{});
  EXPECT_EQ(coverage.out_of_scope, (Names{"identity", "orchestration"}));
  scenario.only = {"identity"};
  EXPECT_EQ(names(covered(cloud, scenario)), Names{"identity.alembic_version_tokens"});
}

TEST(Coverage, SchemasOfAServiceThatIsNotRehearsedAreNotCovered) {
  const Catalogue known = catalogue();
  const SnapshotFacts cloud = facts();
  const Coverage coverage =
      cover(known, {}, cloud, detect(known, {}, cloud), {{"compute", "the snapshot has no schema for cell0"}});
  EXPECT_EQ(names(coverage), (Names{"compute_api", "compute_cell0", "compute"}));
  EXPECT_NE(coverage.not_covered[0].why.find("no schema for cell0"), std::string::npos);
}

TEST(Coverage, ASkipThatNamesNothingIsRefused) {
  Scenario scenario;
  scenario.skip = {{"heat", "retired"}, {"magnum", "retired"}};
  const auto refused = check_skips(scenario, facts());
  ASSERT_EQ(refused.size(), 2U) << "all at once";
  EXPECT_EQ(refused[0].kind, ErrorKind::wrong_scenario);
  EXPECT_NE(refused[0].what.find("'heat' is not in the snapshot"), std::string::npos);
  SnapshotFacts cloud = facts();
  add_table(cloud, "identity", "user", kPlain);
  scenario.skip = {{"identity.user", "not a chain"}};
  EXPECT_NE(check_skips(scenario, cloud).at(0).what.find("not a chain of revisions"), std::string::npos);
}

TEST(Coverage, RequirementsNameDistributions) {
  for (const char* yes :
       {"a-b", "A_B==1.2", "a.b>=1", "a-b[x]~=1.0", "a-b ; python_version>'3'", "a-b @ https://h/a-b.zip",
        "git+https://h/o/a-b@stable", "git+https://h/o/a-b.git@stable", "/p/a_b-1.2-py3-none-any.whl", "./a-b"}) {
    EXPECT_TRUE(names_distribution(yes, "a-b")) << yes;
  }
  for (const char* no : {"a", "a-b-c", "x-a-b", "ab", "a-bc==1", "/p/a_b_c-1.2.whl", ""}) {
    EXPECT_FALSE(names_distribution(no, "a-b")) << no;
  }
}

TEST(Coverage, RevisionTablesAreToldByTheirColumnsAndByNameWhereTheseAreNotKnown) {
  EXPECT_TRUE(is_revision_table("whatever", kAlembic));
  EXPECT_TRUE(is_revision_table("alembic_version_x", {}));
  EXPECT_TRUE(is_revision_table("hashmap_alembic", {}));
  EXPECT_TRUE(is_revision_table("migrate_version", {}));
  EXPECT_FALSE(is_revision_table("alembic_version_log", kPlain));
  EXPECT_FALSE(is_revision_table("versions", {}));
}

}  // namespace
}  // namespace rehearsal
