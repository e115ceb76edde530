// What an answer was made with.
#include "harness/run/provenance.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "harness/engines/machine.h"
#include "harness/run/program.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

TEST(Provenance, TheProgramAndTheMachineAreKnown) {
  EXPECT_TRUE(program_version().starts_with("0.")) << program_version();
  EXPECT_GT(this_machine().cores, 0);
  EXPECT_GT(this_machine().memory_bytes, 0U);
  EXPECT_EQ(to_text(Machine{"db", 2, 0}), "db (2 cores)");
  EXPECT_EQ(to_text(Machine{"db", 0, 0}), "db");
}

TEST(Provenance, ACatalogueOfOtherContentOrNamesHasAnotherHash) {
  const fs::path folder = make_unique_dir(fs::temp_directory_path(), "rehearsal-catalogue").value();
  EXPECT_EQ(hash_of_folder(folder), "");
  ASSERT_TRUE(write_file(folder / "a.toml", "x = 1\n"));
  const std::string one = hash_of_folder(folder);
  EXPECT_EQ(one, hash_of_folder(folder));
  ASSERT_TRUE(write_file(folder / "a.toml", "x = 2\n"));
  const std::string other = hash_of_folder(folder);
  EXPECT_NE(one, other);
  fs::rename(folder / "a.toml", folder / "b.toml");
  EXPECT_NE(other, hash_of_folder(folder));
  remove_tree(folder);
}

}  // namespace
}  // namespace rehearsal
