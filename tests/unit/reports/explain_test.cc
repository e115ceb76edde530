#include "reports/explain/explain.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/error_text.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The words in double quotes of every match's first group.
void collect(const std::string& text, const char* pattern, std::set<std::string>& codes) {
  static const std::regex word("\"([a-z][a-z0-9-]*[a-z0-9])\"");  // a piece that is put together begins with "-"
  const std::regex where(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), where), end; at != end; ++at) {
    const std::string part = (*at)[1];
    for (std::sregex_iterator name(part.begin(), part.end(), word); name != end; ++name) {
      codes.insert((*name)[1]);
    }
  }
}

// The codes that the sources give to findings and hazards, read from the sources themselves.
std::set<std::string> codes_in_sources() {
  std::set<std::string> codes;
  for (const char* room : {"snapshots", "scenarios", "harness", "reports"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / room)) {
      if (entry.path().extension() != ".cc") {
        continue;
      }
      const std::string text = text_of(entry.path());
      collect(text, R"(\.code = ([^;]+?)(;|,\s*\.|\}))", codes);
      collect(text, R"(finding_for\(\s*[^,]+,([^,]+),)", codes);
      if (entry.path().filename() == "hazards.cc") {
        collect(text, R"(\badd\(([^,]+),)", codes);
      }
    }
  }
  return codes;
}

TEST(Explain, KnowsEveryCodeThatTheSourcesGive) {
  const std::set<std::string> codes = codes_in_sources();
  // The reading itself works: one code of each place.
  for (const char* code : {"skew", "mysql8-producer", "definer", "release-mismatch", "schema-missing", "rows-deleted",
                           "check-warning", "step-timeout", "lane-broken", "restore-mismatch", "dump-unprovable"}) {
    EXPECT_TRUE(codes.contains(code)) << code << " is not found in the sources";
  }
  for (const std::string& code : codes) {
    EXPECT_TRUE(explain(code)) << code;
  }
}

TEST(Explain, KnowsEveryCodeOfAServerError) {
  std::set<std::string> codes;
  for (int number = 0; number < 5000; ++number) {
    for (const char* text : {"", "errno: 150", "errno: 28", "null value", "please run x", "no space left on device"}) {
      codes.insert(finding_code(number, text));
    }
  }
  EXPECT_GE(codes.size(), 25U);
  for (const std::string& code : codes) {
    EXPECT_TRUE(explain(code)) << code;
  }
}

TEST(Explain, KnowsTheHazardsThatTheHeaderLists) {
  const std::string text = text_of(fs::path(REHEARSAL_SOURCE_DIR) / "snapshots/index/hazards.h");
  const std::regex line(R"(//   ([a-z0-9-]+) +[a-zA-Z])");
  int found = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), line), end; at != end; ++at, ++found) {
    EXPECT_TRUE(explain((*at)[1].str())) << (*at)[1];
  }
  EXPECT_GE(found, 20);
}

TEST(Explain, ReadsEveryFile) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / "reports/explain/codes")) {
    const auto read = read_explanation(entry.path().stem().string(), text_of(entry.path()));
    EXPECT_TRUE(read) << to_text(read.error());
    ++files;
  }
  EXPECT_EQ(files, explain_codes().size());
}

TEST(Explain, RefusesAFileThatIsNotOfItsForm) {
  const std::string good =
      "Severity: info\n\nMeaning:\n  A\n  b.\n\nCause:\n  C.\n\nCure:\n  D.\n\nExample:\n  e\n  f\n";
  const auto read = read_explanation("x", good);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->meaning, "A b.");
  EXPECT_EQ(read->example, "e\nf");
  const auto without = [&](const std::string& part, const std::string& instead) {
    std::string text = good;
    text.replace(text.find(part), part.size(), instead);
    return text;
  };
  for (const std::string& bad :
       {std::string(), without("Severity: info\n", ""), without("info", "alarm"), without("Cause:\n  C.\n", ""),
        without("  C.\n", ""), without("  D.", "D."), without("Cure", "Remedy"), without("Example:\n  e\n  f\n", "")}) {
    EXPECT_FALSE(read_explanation("x", bad)) << bad;
  }
}

TEST(Explain, LeavesNothingUnsaid) {
  const auto codes = explain_codes();
  EXPECT_GE(codes.size(), 60U);
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end()));
  EXPECT_EQ(std::adjacent_find(codes.begin(), codes.end()), codes.end()) << "a code is explained twice";
  for (const std::string& code : codes) {
    const auto told = explain(code);
    ASSERT_TRUE(told) << code;
    EXPECT_EQ(told->code, code);
    for (const std::string* text : {&told->meaning, &told->cause, &told->cure}) {
      ASSERT_GE(text->size(), 15U) << code;
      EXPECT_EQ(text->back(), '.') << code << ": " << *text;
      EXPECT_EQ(text->find("  "), std::string::npos) << code << ": " << *text;
    }
    EXPECT_FALSE(told->example.empty()) << code;
  }
  EXPECT_FALSE(explain("no-such-code"));
  EXPECT_FALSE(explain(""));
}

TEST(Explain, FitsATerminal) {
  for (const std::string& code : explain_codes()) {
    const std::string text = to_text(*explain(code), false);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    const std::size_t example = text.find("\nExample");
    ASSERT_NE(example, std::string::npos) << text;
    for (const std::string& line : lines_of(text.substr(0, example))) {
      EXPECT_LE(line.size(), 96U) << line;
    }
  }
  const std::string text = to_text(*explain("duplicate-entry"), true);
  EXPECT_EQ(text.find("\x1b[1mduplicate-entry\x1b[0m, usually a blocker\n"), 0U) << text;
  EXPECT_NE(text.find("\n          SELECT c, COUNT(*)"), std::string::npos) << "the example keeps its lines\n" << text;
}

}  // namespace
}  // namespace rehearsal
