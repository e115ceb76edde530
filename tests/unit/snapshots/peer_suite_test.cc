// Every kind of object, dumped by the server's own tool in every way that changes the text, and those dumps varied at
// random: a restore holds what the client's holds. REHEARSAL_SURVEY=all tries all of them and 200 variations,
// REHEARSAL_FUZZ_SEED says where to begin.
#include <iostream>
#include <random>

#include "client_fixture.h"
#include "dump_variations.h"
#include "environment.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

const std::string kBoth = "--databases every oth-er";

struct Dumped {
  const char* options;
  const char* of = nullptr;  // a schema that the dump does not name by USE; null: both, named
};

// The dumps of one schema stand for those that name none.
const std::vector<Dumped> kDumps = {
    {""},
    {"--routines --events"},
    {"--routines --events --hex-blob"},
    {"--compatible=ansi --default-character-set=utf8mb4"},
    {"--compatible=oracle --default-character-set=utf8mb4"},
    {"--compatible=postgresql --default-character-set=utf8mb4"},
    {"--compatible=mssql --default-character-set=utf8mb4"},
    {"--compatible=db2 --default-character-set=utf8mb4"},
    {"--compatible=maxdb --default-character-set=utf8mb4"},
    {"--compatible=no_table_options --default-character-set=utf8mb4"},
    {"--compatible=no_key_options --default-character-set=utf8mb4"},
    {"--compatible=no_field_options --default-character-set=utf8mb4"},
    {"--complete-insert"},
    {"--complete-insert --skip-extended-insert --hex-blob"},
    {"--skip-extended-insert"},
    {"--compact"},
    {"--compact --routines --events"},
    {"--skip-opt"},
    {"--skip-opt --create-options --routines"},
    {"--skip-create-options"},
    {"--no-autocommit"},
    {"--single-transaction"},
    {"--insert-ignore"},
    {"--replace --skip-triggers --skip-add-locks"},
    {"--order-by-primary"},
    {"--order-by-size"},
    {"--skip-comments"},
    {"--skip-dump-date"},
    {"--skip-tz-utc"},
    {"--default-character-set=utf8mb4"},
    {"--default-character-set=utf8mb3 --ignore-table=oth-er.old"},
    {"--default-character-set=binary --ignore-table=every.modern"},
    {"--skip-set-charset"},
    {"--skip-disable-keys"},
    {"--skip-add-locks"},
    {"--skip-add-drop-table"},
    {"--add-drop-database"},
    {"--add-drop-database --routines --events"},
    {"--add-drop-trigger"},
    {"--skip-triggers"},
    {"--net-buffer-length=4096"},
    {"--no-tablespaces"},
    {"--delayed-insert"},
    {"--lock-tables"},
    {"--quick --force"},
    {"--allow-keywords"},
    {"--no-create-db", "every"},
    {"--routines --events --triggers", "every"},
    {"--compact", "every"},
    {"--skip-opt --hex-blob", "every"},
    {"--no-data"},
    {"--no-data --routines --events --skip-add-drop-table"},
    {"--where=1"},
    {"--ignore-table=every.wide --ignore-table=every.a_first"},
    {"--ignore-table-data=every.wide"},
};

class PeerSuiteTest : public ClientTest {
 protected:
  static std::string make() {
    wipe();
    return client({REHEARSAL_SOURCE_DIR "/tests/unit/snapshots/data/every_object.sql"}, "", "--binary-mode --comments");
  }

  static std::string dump(const Dumped& how, const std::string& name) {
    std::string file = (server_->dir() / name).string();
    EXPECT_EQ(
        shell("mariadb-dump" + socket() + how.options + " " + (how.of == nullptr ? kBoth : how.of) + " > " + file), "")
        << how.options;
    return file;
  }

  // "" where both hold the same; the difference otherwise. A refusal is one.
  static std::string same(const std::vector<std::string>& for_client, const std::vector<std::string>& files,
                          const char* schema) {
    const std::string into = schema == nullptr ? "" : schema;
    const auto begin = [&] {
      wipe();
      if (!into.empty()) {
        EXPECT_TRUE(server_->sql()->execute("CREATE DATABASE " + into));
      }
    };
    begin();
    if (const std::string failed = client(for_client, into, "--comments"); !failed.empty()) {
      return "the client: " + failed;
    }
    const std::string theirs = state();
    begin();
    if (const std::string refused = restored(files, into, ProofDepth::content); !refused.empty()) {
      return "refused: " + refused;
    }
    return first_difference(state(), theirs);
  }
};

TEST_F(PeerSuiteTest, every_option_of_a_dump) {
  ASSERT_EQ(make(), "");
  std::vector<std::string> files;
  files.reserve(kDumps.size());
  for (const Dumped& how : kDumps) {
    files.push_back(dump(how, "option" + std::to_string(files.size()) + ".sql"));
  }
  std::size_t tried = 0;
  for (std::size_t i = 0; i < kDumps.size(); ++i) {
    if (!is_survey() && i % 4 != number_from_environment("REHEARSAL_FUZZ_SEED", 0) % 4) {
      continue;
    }
    SCOPED_TRACE(kDumps[i].options);
    EXPECT_EQ(same({files[i]}, {files[i]}, kDumps[i].of), "");
    ++tried;
  }
  std::cout << tried << " sets of options\n";
}

// The options that change how a value, a name and a statement are spelled, each with each.
TEST_F(PeerSuiteTest, every_spelling_of_a_dump) {
  ASSERT_EQ(make(), "");
  std::vector<std::string> spellings = {""};
  const auto each_with = [&](const std::vector<std::string>& options) {
    std::vector<std::string> more;
    for (const std::string& before : spellings) {
      for (const std::string& option : options) {
        more.push_back(before + " " + option);
      }
    }
    spellings = std::move(more);
  };
  each_with({"", "--compatible=ansi", "--compatible=oracle", "--compatible=mssql"});
  each_with({"--default-character-set=utf8mb4", "--default-character-set=binary --ignore-table=every.modern",
             "--default-character-set=utf8mb3 --ignore-table=oth-er.old"});
  each_with({"", "--hex-blob"});
  each_with({"", "--complete-insert", "--skip-opt --create-options", "--compact"});
  const auto has = [](const std::string& options, const char* option) {
    return options.find(option) != std::string::npos;
  };
  // Such a dump does not say that its names are in double quotes: the client refuses it.
  std::erase_if(spellings, [&](const std::string& options) {
    return has(options, "--compatible") && options.ends_with("--compact");
  });
  // Nor which bytes a latin1 column holds, where it names no character set of the table or of the session.
  for (std::string& options : spellings) {
    if (has(options, "=binary") &&
        (has(options, "--compatible") || has(options, "--skip-opt") || has(options, "--compact"))) {
      options += " --ignore-table=oth-er.old";
    }
  }
  std::size_t tried = 0;
  std::vector<std::string> files;
  files.reserve(spellings.size());
  for (const std::string& options : spellings) {
    files.push_back(dump({options.c_str()}, "spelling" + std::to_string(files.size()) + ".sql"));
  }
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    if (!is_survey() && i % 11 != number_from_environment("REHEARSAL_FUZZ_SEED", 0) % 11) {
      continue;
    }
    EXPECT_EQ(same({files[i]}, {files[i]}, nullptr), "") << spellings[i];
    ++tried;
  }
  std::cout << tried << " of " << spellings.size() << " spellings\n";
}

// Such bytes are no UTF-8 to the server, which puts question marks for them, whoever restores the dump.
TEST_F(PeerSuiteTest, bytes_whose_character_set_the_dump_leaves_out_are_refused) {
  ASSERT_EQ(make(), "");
  const std::string file = dump({"--compatible=ansi --default-character-set=binary", "oth-er old"}, "latin1.sql");
  const std::string difference = same({file}, {file}, "every");
  EXPECT_NE(difference.find("refused: every.old: values differ from the dump's"), std::string::npos) << difference;
}

TEST_F(PeerSuiteTest, valid_dumps_varied_at_random) {
  ASSERT_EQ(make(), "");
  const std::vector<Dumped> some = {{"--routines --events"},
                                    {"--compatible=ansi --default-character-set=utf8mb4"},
                                    {"--skip-opt --routines --events"},
                                    {"--compact --routines"},
                                    {"--complete-insert --hex-blob"},
                                    {"--routines --events", "every"}};
  std::vector<std::string> texts;
  texts.reserve(some.size());
  for (const Dumped& how : some) {
    texts.push_back(read_file(dump(how, "plain.sql")).value_or(""));
    ASSERT_FALSE(texts.back().empty());
  }
  const unsigned seed = number_from_environment("REHEARSAL_FUZZ_SEED", 20261128);
  const unsigned rounds = is_survey() ? 200 : 16;
  for (unsigned round = 0; round < rounds; ++round) {
    std::mt19937 random(seed + round);
    const std::size_t which = random() % some.size();
    const std::vector<std::string> varied = vary(texts[which], random);
    std::vector<std::string> names;
    names.reserve(varied.size());
    for (const std::string& text : varied) {
      names.push_back(write("varied" + std::to_string(names.size()) + ".sql", text));
    }
    std::vector<std::string> given = names;
    if (given.size() > 1 && random() % 2 == 0) {
      std::swap(given[0], given[1]);
    }
    const std::string difference = same(names, given, some[which].of);
    ASSERT_EQ(difference, "") << "seed " << seed + round << ", " << some[which].options << " " << join(given, " ");
  }
  std::cout << rounds << " variations\n";
}

}  // namespace
}  // namespace rehearsal
