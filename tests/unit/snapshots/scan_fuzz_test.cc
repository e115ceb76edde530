// Real dumps, cut, damaged and spliced: the scanner tells the same whatever vectors, windows and pieces it reads by.
// REHEARSAL_FUZZ_ROUNDS says how many times as long to look (1), REHEARSAL_FUZZ_SEED where to begin.
#include <fstream>
#include <iterator>
#include <random>

#include "environment.h"
#include "scan_helpers.h"
#include <gtest/gtest.h>

#include "snapshots/bytes/source.h"

namespace rehearsal {
namespace {

using testing_scan::expect_ranges_are_the_file;
using testing_scan::hostile_dump;
using testing_scan::scan_text;
using testing_scan::Scanned;
using testing_scan::Told;
using testing_scan::whole;

int rounds(int usual) {
  return usual * static_cast<int>(number_from_environment("REHEARSAL_FUZZ_ROUNDS", 1));
}

std::vector<Vectors> vectors_here() {
  std::vector<Vectors> all;
  for (const Vectors each : {Vectors::sse2, Vectors::avx2, Vectors::avx512}) {
    if (each <= best_vectors()) {
      all.push_back(each);
    }
  }
  return all;
}

const std::vector<std::string>& dumps() {
  static const std::vector<std::string> all = [] {
    const std::string tests = std::string(REHEARSAL_SOURCE_DIR) + "/tests/";
    std::vector<std::string> read = {hostile_dump()};
    for (const char* name :
         {"unit/snapshots/data/hostile.sql", "unit/snapshots/data/shop.sql", "unit/snapshots/data/small_cloud.sql",
          "cases/control-nova-healthy/dump.sql.gz", "cases/neutron-own-trigger-event-routine-broken/dump.sql.gz"}) {
      auto source = Source::open(tests + name);
      EXPECT_TRUE(source) << name;
      std::string& text = read.emplace_back();
      std::string piece(1U << 16, '\0');
      for (auto got = source->read(piece); got && *got > 0; got = source->read(piece)) {
        text.append(piece, 0, *got);
      }
      EXPECT_FALSE(text.empty()) << name;
    }
    return read;
  }();
  return all;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  // A part of a dump, rows more often than not, with a few of its bytes changed.
  std::string dump() {
    const std::string& whole_dump = dumps()[below(dumps().size())];
    std::size_t start = below(whole_dump.size());
    if (below(3) > 0) {
      if (const std::size_t insert = whole_dump.rfind("\nINSERT INTO", start); insert != std::string::npos) {
        start = insert + 1;
      }
    }
    std::string part = whole_dump.substr(start, 1 + below(4000));
    for (std::size_t changes = below(6); changes > 0; --changes) {
      change(part);
    }
    return part;
  }

  // Rows of nothing but bytes that mean something.
  std::string soup() {
    static constexpr std::string_view kBytes = "''''''''((()))),,,\\\\aaaaaaaaaaaa\n -/*#;\"`";
    std::string text = below(4) == 0 ? "SET SQL_MODE='NO_BACKSLASH_ESCAPES';" : "";
    text += "INSERT INTO t VALUES ";
    const bool tame = below(2) == 0;
    for (std::size_t i = below(600); i > 0; --i) {
      if (tame) {
        text += below(3) == 0 ? "(" + std::string(below(70), 'x') + ",'" + std::string(below(70), '\\') + "',-1)," : "";
        text += below(40) == 0 ? std::string(1, kBytes[below(kBytes.size())]) : "('a',NULL),";
      } else {
        text += kBytes[below(kBytes.size())];
      }
    }
    return text + (below(2) == 0 ? ";\n-- end\n" : "");
  }

 private:
  void change(std::string& text) {
    static const std::string bits[] = {"'",
                                       "\"",
                                       "`",
                                       "\\",
                                       "\\\\",
                                       "/*",
                                       "*/",
                                       "/*!50000 ",
                                       "-- ",
                                       "--1",
                                       "#",
                                       ";",
                                       "(",
                                       ")",
                                       ",",
                                       "\n",
                                       "\r\n",
                                       "),(",
                                       "') ,(",
                                       "''",
                                       "\nDELIMITER //\n",
                                       "\nDELIMITER ;\n",
                                       "INSERT INTO t VALUES ",
                                       " ON DUPLICATE KEY UPDATE a=1",
                                       "\xff",
                                       std::string(1, '\0')};
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ static_cast<char>(1U << below(8)));
        return;
      case 1:
        text.insert(at, bits[below(std::size(bits))]);
        return;
      case 2:
        text.erase(at, 1 + below(9));
        text += text.empty() ? ";" : "";
        return;
      case 3:
        text.insert(at, text.substr(below(text.size()), below(300)));
        return;
      default: {
        const std::string& other = dumps()[below(dumps().size())];
        text.insert(at, other, below(other.size()), below(300));
        return;
      }
    }
  }

  std::mt19937 random_;
};

ScanSettings with(Vectors vectors, std::size_t window = std::size_t{1} << 20) {
  ScanSettings settings;
  settings.vectors = vectors;
  settings.window = window;
  return settings;
}

void expect_same(const Scanned& scanned, const Scanned& expected, const std::string& how, std::string_view dump) {
  ASSERT_EQ(scanned.error, expected.error) << how << "\n" << dump;
  ASSERT_EQ(scanned.end.inside, expected.end.inside) << how << "\n" << dump;
  ASSERT_EQ(scanned.end.what, expected.end.what) << how << "\n" << dump;
  ASSERT_EQ(scanned.end.lines, expected.end.lines) << how << "\n" << dump;
  ASSERT_EQ(scanned.told.size(), expected.told.size()) << how << "\n" << dump;
  for (std::size_t i = 0; i < scanned.told.size(); ++i) {
    ASSERT_TRUE(scanned.told[i] == expected.told[i])
        << how << ", event " << i << ": " << scanned.told[i].text << "\nand not " << expected.told[i].text << "\n"
        << dump;
  }
}

// Byte by byte with all in the window is what everything else is held against.
void expect_promises_kept(const std::string& dump, Mutator& chance) {
  const Scanned plain = scan_text(dump, with(Vectors::none));
  ASSERT_EQ(plain.error, "");
  expect_ranges_are_the_file(plain, dump);
  for (const Vectors vectors : vectors_here()) {
    expect_same(scan_text(dump, with(vectors)), plain, "vectors " + std::to_string(static_cast<int>(vectors)), dump);
  }
  const std::size_t window = 64 + chance.below(chance.below(2) == 0 ? 64 : 2000);
  const Scanned small = scan_text(dump, with(Vectors::none, window));
  if (small.error.find("ends in something other than rows") == std::string::npos) {
    ASSERT_EQ(small.error, "");
    expect_ranges_are_the_file(small, dump);
    const std::vector<Told> joined = whole(small);
    ASSERT_EQ(joined.size(), whole(plain).size()) << dump;
    for (std::size_t i = 0; i < joined.size(); ++i) {
      const Told& told = joined[i];
      const Told& expected = plain.told[i];
      ASSERT_TRUE(told.kind == expected.kind && told.begin == expected.begin && told.end == expected.end &&
                  told.line == expected.line && told.rows == expected.rows && told.schema == expected.schema &&
                  told.object == expected.object && told.head == expected.head && told.last == expected.last)
          << "window " << window << ", event " << i << "\n"
          << dump;
    }
  }
  ScanSettings settings = with(best_vectors(), window);
  const std::size_t chunk = 1 + chance.below(chance.below(2) == 0 ? 4 : 1000);
  const std::string how = "window " + std::to_string(window) + ", pieces of " + std::to_string(chunk);
  expect_same(scan_text(dump, settings, chunk), small, how, dump);
  if (chance.below(20) == 0) {
    settings.read_ahead = true;
    expect_same(scan_text(dump, settings, chunk), small, how + ", read ahead", dump);
  }
}

TEST(ScanFuzz, every_kind_of_vectors_passes_over_rows) {
  std::string rows;
  for (int i = 0; i < 100; ++i) {
    rows += "(" + std::to_string(i) + ",'it''s \\'" + std::to_string(i) + "\\\\',-1,NULL),";
  }
  for (const Vectors vectors : vectors_here()) {
    RowBytes bytes;
    bytes.data = rows.data();
    bytes.end = rows.size();
    const RowsPassed passed = row_passer(vectors)(bytes);
    EXPECT_GE(passed.rows, 95U);
    EXPECT_GT(passed.at + 65, rows.size());
    EXPECT_EQ(rows.substr(passed.last_comma - 2, 2), "),");
  }
}

// Wherever in a block it stands.
TEST(ScanFuzz, tells_the_same_of_what_stands_between_rows_at_every_place) {
  const std::string_view cases[] = {"-- it's ( no row\n(2),('3')",
                                    "--\n(2)",
                                    "# it's ( no row\n(2)",
                                    "/* it's ( no row */(2),(3)",
                                    "(1)/*!50000 ,(2)*/,(3)",
                                    "(1)/*!50000 ,(2),(3), */(4)",
                                    "(5--1),(-2),(1/2),(1/ *2)",
                                    "(1)),(2),(3)",
                                    "(1),),(2)",
                                    "(1)x(2),(3)",
                                    "(1) ,(2)\n,\n(3)",
                                    "(1) ON DUPLICATE KEY UPDATE a=(1),b=(2)",
                                    "(1)ON DUPLICATE KEY UPDATE a=VALUES(a),b=(2)",
                                    "((2),(3)),(POINT(1,2)),(4)",
                                    "(\"it's\\\"(\"),(2)",
                                    "(`it's(`),(2)",
                                    "('a\\'),(b'),(2)",
                                    "('a\\\\'),(2)",
                                    "('a\\\\\\'),('),(2)",
                                    "('a''),(b'),(2)",
                                    "\\'(2),(3)')",
                                    "(1);INSERT INTO u VALUES (2),(3)",
                                    "(1)*/,(2)*3,(4)"};
  Mutator chance(3);
  for (const std::string_view each : cases) {
    for (std::size_t before = 0; before < 130; ++before) {
      const std::string dump = "INSERT INTO t VALUES ('" + std::string(before, 'x') + "')," + std::string(each) +
                               ",('" + std::string(130, 'y') + "'),(9);\n";
      ASSERT_NO_FATAL_FAILURE(expect_promises_kept(dump, chance)) << before;
    }
  }
}

TEST(ScanFuzz, tells_the_same_under_every_delimiter) {
  Mutator chance(4);
  for (const char* delimiter : {"'", "\"", "`", "(", ")", ",", "-", "--", "/", "*", "#", "\\", "x", "//", "$$", ";;"}) {
    std::string dump = std::string("DELIMITER ") + delimiter + "\n";
    for (int statement = 0; statement < 3; ++statement) {
      dump += "INSERT INTO t VALUES (1,'" + std::string(100, 'y') + "'),(-2,'x;'),(3/2,\"$\"),(4)" + delimiter + "\n";
    }
    ASSERT_NO_FATAL_FAILURE(expect_promises_kept(dump, chance)) << delimiter;
  }
}

TEST(ScanFuzz, keeps_its_promises_on_a_dump_cut_at_every_byte) {
  Mutator chance(1);
  for (std::size_t size = 1; size < hostile_dump().size(); ++size) {
    ASSERT_NO_FATAL_FAILURE(expect_promises_kept(hostile_dump().substr(0, size), chance)) << size;
  }
}

TEST(ScanFuzz, keeps_its_promises_on_changed_dumps) {
  Mutator mutator(number_from_environment("REHEARSAL_FUZZ_SEED", 20261126));
  for (int round = rounds(700); round > 0 && !::testing::Test::HasFatalFailure(); --round) {
    expect_promises_kept(mutator.dump(), mutator);
  }
}

TEST(ScanFuzz, keeps_its_promises_on_rows_of_nothing_but_quotes_and_the_like) {
  Mutator mutator(number_from_environment("REHEARSAL_FUZZ_SEED", 20261127));
  for (int round = rounds(700); round > 0 && !::testing::Test::HasFatalFailure(); --round) {
    expect_promises_kept(mutator.soup(), mutator);
  }
}

// Longer than the pieces that are read, so that the room for them is used again and again, and grows for a long row.
TEST(ScanFuzz, tells_the_same_of_a_long_dump_read_ahead) {
  std::string dump;
  for (int table = 0; table < 40; ++table) {
    dump += "INSERT INTO t" + std::to_string(table) + " VALUES\n";
    for (int row = 0; row < 700; ++row) {
      dump += (row > 0 ? ",\n(" : "(") + std::to_string(row) + ",'" + std::string(row % 150, 'v') + "')";
    }
    dump += ",(1,'" + std::string(table % 7 == 3 ? 900000U : 10U, 'w') + "');\n";
  }
  for (const std::size_t window :
       {std::size_t{5000}, std::size_t{1} << 18, std::size_t{300000}, std::size_t{4} << 20}) {
    ScanSettings settings = with(best_vectors(), window);
    const Scanned expected = scan_text(dump, with(Vectors::none, window));
    expect_ranges_are_the_file(expected, dump);
    EXPECT_EQ(expected.rows(), 40U * 701U);
    for (const std::size_t chunk : {std::size_t{70001}, std::size_t{1} << 20}) {
      settings.read_ahead = false;
      ASSERT_NO_FATAL_FAILURE(expect_same(scan_text(dump, settings, chunk), expected, "at once", ""));
      settings.read_ahead = true;
      ASSERT_NO_FATAL_FAILURE(expect_same(scan_text(dump, settings, chunk), expected, "ahead", ""));
    }
  }
}

TEST(ScanFuzz, an_error_of_the_reader_or_the_sink_ends_a_scan_that_is_read_ahead) {
  ScanSettings settings;
  settings.read_ahead = true;
  std::size_t given = 0;
  const ByteReader breaks = [&](std::span<char> into) -> Result<std::size_t> {
    if (given >= 10000000) {
      return fail("the disk is gone");
    }
    std::fill(into.begin(), into.end(), '\n');
    given += into.size();
    return into.size();
  };
  std::uint64_t told = 0;
  const auto hears = [&](const DumpEvent& event) -> Result<void> {
    told = event.end;
    return {};
  };
  const auto broken = scan(breaks, hears, settings);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().what, "the disk is gone");
  EXPECT_GT(told, 4000000U);  // what came before is told first
  given = 0;
  const auto refused = scan(
      breaks, [](const DumpEvent&) -> Result<void> { return fail("enough"); }, settings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "enough");
}

}  // namespace
}  // namespace rehearsal
