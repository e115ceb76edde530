// The help of the commands: every command and option is told, nothing is told that is not there, and the examples can
// be typed as they stand.
#include "harness/cli/command_help.h"

#include <filesystem>
#include <functional>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/cli/commands.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const HelpWords kHelpWords{.service = "blazon", .state = "/srv/rehearsal"};

// The program's own command line.
struct WholeCommandLine {
  WholeCommandLine() { add_commands(app, commands); }
  Commands commands;
  CLI::App app{"", "rehearse"};
};

CommandHelps shipped_helps() {
  auto helps = command_helps();
  EXPECT_TRUE(helps) << to_text(helps.error());
  return helps.value_or(CommandHelps());
}

// A small program: `tool mend FILE --fast`, and `--quiet` everywhere.
struct SmallCommandLine {
  SmallCommandLine() {
    app.fallthrough();
    app.add_flag("-q,--quiet", flag);
    CLI::App* mend = app.add_subcommand("mend");
    mend->add_option("FILE", file);
    mend->add_flag("--fast", flag);
    CLI::App* store = app.add_subcommand("store");
    store->add_subcommand("rm")->add_flag("--fast", flag);
  }
  bool flag = false;
  std::string file;
  CLI::App app{"", "tool"};
};

CommandHelps small_helps() {
  return {{"tool", {{"tool mend {service}"}, "Mends.", {{"--help", "Help"}, {"--quiet", "Say little"}}}},
          {"mend", {{}, "Mends a file.\nIn place.", {{"FILE", "The file"}, {"--fast", "In {state}"}}}},
          {"store", {{}, "The store.", {}}},
          {"store-rm", {{"tool store rm"}, "Removes.", {{"--fast", "Soon"}}}}};
}

// The words that a shell would hand to the program; nothing where the line does not call it.
std::vector<std::string> words_of_example(const std::string& example) {
  std::vector<std::string> words;
  std::istringstream stream(example);
  for (std::string word; stream >> word && word != "#" && word != ">" && word != "<";) {
    words.push_back(word);
  }
  if (!words.empty() && words.front() == "sudo") {
    words.erase(words.begin());
  }
  if (words.empty() || words.front() != "rehearse") {
    return {};
  }
  words.erase(words.begin());
  return words;
}

// "snapshot-prune" for `rehearse snapshot prune --keep 3`.
std::string command_of(const CLI::App& app, const std::vector<std::string>& words, std::size_t at = 0) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (at < words.size() && command->get_name() == words[at]) {
      const std::string below = command_of(*command, words, at + 1);
      return command->get_name() + (below.empty() ? "" : "-" + below);
    }
  }
  return "";
}

TEST(CommandHelp, TellsEveryCommandAndOptionAndNoOther) {
  WholeCommandLine line;
  const auto described = describe_commands(line.app, shipped_helps(), kHelpWords);
  EXPECT_TRUE(described) << to_text(described.error());
}

TEST(CommandHelp, HasEveryFileOfTheFolder) {
  const CommandHelps helps = shipped_helps();
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / "harness/cli/help")) {
    EXPECT_TRUE(helps.contains(entry.path().stem().string())) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, helps.size());
}

TEST(CommandHelp, HasExamplesThatTheCommandLineTakes) {
  std::size_t tried = 0;
  for (const auto& [name, help] : shipped_helps()) {
    for (const std::string& example : help.examples) {
      WholeCommandLine line;
      std::vector<std::string> words = words_of_example(replace_all(example, "{service}", kHelpWords.service));
      ASSERT_FALSE(words.empty()) << example;
      const std::string command = command_of(line.app, words);
      EXPECT_TRUE(name == "rehearse" || command == name || command.starts_with(name + "-")) << name << ": " << example;
      // CLI11 takes them from the back.
      EXPECT_NO_THROW(line.app.parse(std::vector<std::string>(words.rbegin(), words.rend()))) << example;
      EXPECT_TRUE(line.commands.chosen) << example;
      ++tried;
    }
  }
  EXPECT_GE(tried, 25U);
}

TEST(CommandHelp, RefusesAnExampleWithAnOptionOfAnotherCommand) {
  WholeCommandLine line;
  std::vector<std::string> words = words_of_example("sudo rehearse plan upgrade.toml --sample 10m  # how long?");
  EXPECT_EQ(words, (std::vector<std::string>{"plan", "upgrade.toml", "--sample", "10m"}));
  EXPECT_THROW(line.app.parse(std::vector<std::string>(words.rbegin(), words.rend())), CLI::ParseError);
}

TEST(CommandHelp, NamesNoServiceAndLeavesNoPlaceholder) {
  WholeCommandLine line;
  ASSERT_TRUE(describe_commands(line.app, shipped_helps(), kHelpWords));
  std::set<std::string> services;
  for (const auto& entry : fs::directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / "scenarios/catalogue/services")) {
    services.insert(entry.path().stem().string());
  }
  ASSERT_FALSE(services.empty());
  const std::string text = line.app.help("", CLI::AppFormatMode::All);
  for (const std::string& service : services) {
    EXPECT_EQ(lower(text).find(service), std::string::npos) << service;
  }
  for (const char* part : {"{service}", "{state}"}) {
    EXPECT_EQ(text.find(part), std::string::npos) << part;
  }
  EXPECT_NE(text.find("--from blazon:2025.1:sync"), std::string::npos) << text;
  EXPECT_NE(text.find("State directory (default: /srv/rehearsal)"), std::string::npos) << text;
}

TEST(CommandHelp, PutsExamplesFirstAndOneLineInTheList) {
  SmallCommandLine line;
  const auto described = describe_commands(line.app, small_helps(), kHelpWords);
  ASSERT_TRUE(described) << to_text(described.error());
  EXPECT_EQ(line.app.help(),
            "Examples:\n  tool mend blazon\n\nMends.\nUsage: tool [OPTIONS] [SUBCOMMAND]\n\nOptions:\n"
            "  -h,--help                   Help\n  -q,--quiet                  Say little\n\n"
            "Subcommands:\n  mend      Mends a file.\n  store     The store.\n\n");
  EXPECT_EQ(line.app.get_subcommand("mend")->help(),
            "Mends a file.\nIn place.\nUsage: mend [OPTIONS] [FILE]\n\nPositionals:\n"
            "  FILE TEXT                   The file\n\nOptions:\n"
            "  -h,--help                   Help\n  --fast                      In /srv/rehearsal\n\n");
  EXPECT_EQ(line.app.get_subcommand("store")->get_subcommand("rm")->help().find("Examples:\n  tool store rm\n\nRem"),
            0U);
}

TEST(CommandHelp, NamesWhatIsNotToldOrNotThere) {
  struct Change {
    std::function<void(CommandHelps&)> make;
    std::string what, where;
  };
  for (const Change& change :
       {Change{[](CommandHelps& helps) { helps.erase("mend"); }, "no help", "mend.txt"},
        {[](CommandHelps& helps) { helps["mend"].options.erase("--fast"); }, "no text for --fast", "mend.txt"},
        {[](CommandHelps& helps) { helps["mend"].options.erase("FILE"); }, "no text for FILE", "mend.txt"},
        {[](CommandHelps& helps) { helps["tool"].options.erase("--help"); }, "no text for --help", "tool.txt"},
        {[](CommandHelps& helps) { helps["mend"].options["--slow"] = "Later"; }, "no option --slow", "mend.txt"},
        {[](CommandHelps& helps) { helps["tool"].options["--slow"] = "Later"; }, "no option --slow", "tool.txt"},
        {[](CommandHelps& helps) { helps["store-add"].description = "Adds."; }, "no such command", "store-add.txt"}}) {
    SmallCommandLine line;
    CommandHelps helps = small_helps();
    change.make(helps);
    const auto described = describe_commands(line.app, helps, kHelpWords);
    ASSERT_FALSE(described) << change.what;
    EXPECT_NE(described.error().what.find(change.what), std::string::npos) << to_text(described.error());
    EXPECT_EQ(described.error().where, change.where);
  }
}

TEST(CommandHelp, ReadsAFile) {
  const auto help =
      read_command_help("mend",
                        "Examples:\n  tool mend a\n  tool mend b   # twice\n\nMends.\nIn place.\n\nWell.\n\n"
                        "Options:\n  --out: Where: the folder\n    or the\n      file\n  FILE: The file\n");
  ASSERT_TRUE(help) << to_text(help.error());
  EXPECT_EQ(help->examples, (std::vector<std::string>{"tool mend a", "tool mend b   # twice"}));
  EXPECT_EQ(help->description, "Mends.\nIn place.\n\nWell.");
  EXPECT_EQ(help->options,
            (std::map<std::string, std::string>{{"--out", "Where: the folder or the file"}, {"FILE", "The file"}}));
  const auto shortest = read_command_help("mend", "Mends.\n");
  ASSERT_TRUE(shortest) << to_text(shortest.error());
  EXPECT_EQ(shortest->description, "Mends.");
}

TEST(CommandHelp, NamesFileAndLineOfWhatIsNotOfTheForm) {
  for (const auto& [text, where] :
       std::vector<std::pair<std::string, int>>{{"", 1},
                                                {"\nMends.\n", 1},
                                                {"  Mends.\n", 1},
                                                {"Examples:\n\nMends.\n", 2},
                                                {"Examples:\n  tool mend\nMends.\n", 3},
                                                {"Examples:\n  tool mend\n    tool mend\n\nMends.\n", 3},
                                                {"Examples:\n  tool mend\n", 4},
                                                {"Examples:\n  tool mend\n\n\nMends.\n", 4},
                                                {"Mends.\n  In place.\n", 2},
                                                {"Mends.\n\nExamples:\n  tool mend\n", 3},
                                                {"Options:\n  --out: Where\n", 1},
                                                {"Mends.\nOptions:\n  --out: Where\n", 2},
                                                {"Mends.\n\nOptions:\n", 4},
                                                {"Mends.\n\nOptions:\n    --out: Where\n", 4},
                                                {"Mends.\n\nOptions:\n  --out\n", 4},
                                                {"Mends.\n\nOptions:\n  --out: \n", 4},
                                                {"Mends.\n\nOptions:\n  --out DIR: Where\n", 4},
                                                {"Mends.\n\nOptions:\n  --out: Where\n\n  FILE: The file\n", 5},
                                                {"Mends.\n\nOptions:\n  --out: Where\n  --out: There\n", 5},
                                                {"Mends.\n\nOptions:\n  --out: Where\nIn place.\n", 5}}) {
    const auto help = read_command_help("mend", text);
    ASSERT_FALSE(help) << text;
    EXPECT_EQ(help.error().where, "mend.txt:" + std::to_string(where)) << text << to_text(help.error());
  }
}

}  // namespace
}  // namespace rehearsal
