#include "scenarios/invariants.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

TEST(Invariants, ASchemaIsAskedByTheFirstFormThatItFits) {
  Invariant invariant;
  invariant.forms = {{"things", "COUNT(*)", "deleted = 0", {"deleted"}}, {"things", "COUNT(*)", "", {}}};
  EXPECT_EQ(fitting_form(invariant, {{"things", {"id", "deleted"}}}), &invariant.forms[0]);
  EXPECT_EQ(fitting_form(invariant, {{"things", {"id"}}}), &invariant.forms[1]);
  EXPECT_EQ(fitting_form(invariant, {{"others", {"id", "deleted"}}}), nullptr);
  EXPECT_EQ(invariant_query(invariant.forms[0], "vm"), "SELECT COUNT(*) FROM `vm`.`things` WHERE deleted = 0");
  EXPECT_EQ(invariant_query(invariant.forms[1], "vm"), "SELECT COUNT(*) FROM `vm`.`things`");
}

TEST(Invariants, EachServiceOfTheCatalogueHasSomeAndGuardsItsColumns) {
  const auto catalogue = load_catalogue(REHEARSAL_SOURCE_DIR "/scenarios/catalogue");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  for (const Service& service : catalogue->services) {
    EXPECT_TRUE(std::any_of(catalogue->invariants.begin(), catalogue->invariants.end(), [&](const Invariant& one) {
      return one.service == service.name;
    })) << service.name;
  }
  std::set<std::string> ids;
  for (const Invariant& invariant : catalogue->invariants) {
    EXPECT_TRUE(ids.insert(invariant.id).second) << invariant.id;
    EXPECT_FALSE(invariant.words.empty() || invariant.source.empty()) << invariant.id;
    for (const InvariantForm& form : invariant.forms) {
      for (const std::string& column : form.columns) {
        EXPECT_NE((form.value + " " + form.where).find(column), std::string::npos) << invariant.id;
      }
      EXPECT_EQ(form.where.empty() && form.value == "COUNT(*)", form.columns.empty()) << invariant.id;
    }
  }
}

}  // namespace
}  // namespace rehearsal
