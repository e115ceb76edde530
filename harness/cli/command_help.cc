#include "harness/cli/command_help.h"

#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

// Command and text of each file, written by cmake/Embed.cmake.
extern const std::vector<std::pair<std::string_view, std::string_view>> kCommandHelpTexts;

namespace {

constexpr std::string_view kExamplesTitle = "Examples:";
constexpr std::string_view kOptionsTitle = "Options:";
constexpr std::string_view kIndent = "  ";
constexpr std::string_view kDeeperIndent = "    ";

// One file, read from its first line to its last.
class HelpReader {
 public:
  HelpReader(std::string_view command, std::string_view text) : command_(command), lines_(lines_of(text)) {}

  Result<CommandHelp> read() {
    REHEARSAL_TRY(read_examples());
    REHEARSAL_TRY(read_description());
    REHEARSAL_TRY(read_options());
    return std::move(help_);
  }

 private:
  [[nodiscard]] bool more() const { return at_ < lines_.size(); }
  [[nodiscard]] const std::string& line() const { return lines_[at_]; }
  [[nodiscard]] bool indented() const {
    return line().size() > kIndent.size() && line().starts_with(kIndent) && line()[kIndent.size()] != ' ';
  }
  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(what, fmt::format("{}.txt:{}", command_, at_ + 1));
  }
  [[nodiscard]] tl::unexpected<Error> out_of_place() const { return wrong("'" + line() + "' is not in its place"); }

  Result<void> read_examples() {
    if (!more() || line() != kExamplesTitle) {
      return {};
    }
    for (++at_; more() && indented(); ++at_) {
      help_.examples.push_back(line().substr(kIndent.size()));
    }
    if (help_.examples.empty()) {
      return wrong("there is no example");
    }
    if (more() && !line().empty()) {
      return out_of_place();
    }
    ++at_;
    return {};
  }

  Result<void> read_description() {
    for (; more() && line() != kOptionsTitle; ++at_) {
      if (line().starts_with(' ') || line() == kExamplesTitle || (line().empty() && help_.description.empty())) {
        return out_of_place();
      }
      help_.description += line() + "\n";
    }
    if (help_.description.empty()) {
      return wrong("there is no description");
    }
    if (more() && !help_.description.ends_with("\n\n")) {
      return out_of_place();
    }
    help_.description = trim(help_.description);
    return {};
  }

  Result<void> read_options() {
    if (!more()) {
      return {};
    }
    std::string* text = nullptr;
    for (++at_; more(); ++at_) {
      if (text != nullptr && line().starts_with(kDeeperIndent) && !trim(line()).empty()) {
        *text += " " + std::string(trim(line()));
        continue;
      }
      const std::size_t colon = line().find(": ");
      if (!indented() || colon == std::string::npos) {
        return out_of_place();
      }
      const std::string name = line().substr(kIndent.size(), colon - kIndent.size());
      const auto [option, added] = help_.options.emplace(name, trim(line().substr(colon + 1)));
      text = &option->second;
      if (!added) {
        return wrong(name + " is told twice");
      }
      if (text->empty() || name.find(' ') != std::string::npos) {
        return out_of_place();
      }
    }
    return text != nullptr ? Result<void>() : wrong("there is no option");
  }

  std::string_view command_;
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  CommandHelp help_;
};

// The stem of the command's file.
std::string help_name(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr || parent->get_parent() == nullptr ? app.get_name()
                                                              : help_name(*parent) + "-" + app.get_name();
}

// Help in the order that people read it: examples, then what the command is, then its options.
class ExamplesFirst : public CLI::Formatter {
 public:
  explicit ExamplesFirst(CommandHelps helps) : helps_(std::move(helps)) {}

  // In the list of commands a command is its first line.
  std::string make_subcommand(const CLI::App* sub) const override {
    const std::string text = sub->get_description();
    return fmt::format("  {:<10}{}\n", sub->get_name(), text.substr(0, text.find('\n')));
  }

  std::string make_description(const CLI::App* app) const override {
    std::string text;
    if (const auto help = helps_.find(help_name(*app)); help != helps_.end() && !help->second.examples.empty()) {
      text = std::string(kExamplesTitle) + "\n";
      for (const std::string& example : help->second.examples) {
        text += std::string(kIndent) + example + "\n";
      }
      text += "\n";
    }
    return text + app->get_description() + "\n";
  }

 private:
  CommandHelps helps_;
};

void fill_in(std::string& text, const HelpWords& words) {
  text = replace_all(std::move(text), "{service}", words.service);
  text = replace_all(std::move(text), "{state}", words.state);
}

// Describes commands one by one, and knows which texts it used.
class Describer {
 public:
  Describer(CLI::App& program, const CommandHelps& helps)
      : helps_(helps), shared_(program.get_name()), formatter_(std::make_shared<ExamplesFirst>(helps)) {}

  Result<void> describe(CLI::App& app) {
    const std::string name = help_name(app);
    const auto help = helps_.find(name);
    if (help == helps_.end()) {
      return fail("there is no help for it", name + ".txt");
    }
    used_.insert({name, ""});
    app.description(help->second.description);
    app.formatter(formatter_);
    for (CLI::Option* option : app.get_options({})) {
      const std::string* text = text_of(name, option->get_name());
      if (text == nullptr) {
        return fail("there is no text for " + option->get_name(), name + ".txt");
      }
      option->description(*text);
    }
    for (CLI::App* command : app.get_subcommands({})) {
      REHEARSAL_TRY(describe(*command));
    }
    return {};
  }

  [[nodiscard]] Result<void> all_used() const {
    for (const auto& [name, help] : helps_) {
      if (!used_.contains({name, ""})) {
        return fail("there is no such command", name + ".txt");
      }
      for (const auto& [option, text] : help.options) {
        if (!used_.contains({name, option})) {
          return fail("there is no option " + option, name + ".txt");
        }
      }
    }
    return {};
  }

 private:
  // Nothing where neither the command's file nor the program's tells it.
  const std::string* text_of(const std::string& command, const std::string& option) {
    for (const std::string& name : {command, shared_}) {
      const auto help = helps_.find(name);
      if (help == helps_.end()) {
        continue;
      }
      if (const auto text = help->second.options.find(option); text != help->second.options.end()) {
        used_.insert({name, option});
        return &text->second;
      }
    }
    return nullptr;
  }

  const CommandHelps& helps_;
  const std::string shared_;  // the name of the file that tells what several commands have
  std::shared_ptr<ExamplesFirst> formatter_;
  std::set<std::pair<std::string, std::string>> used_;  // command and option; no option: the command itself
};

}  // namespace

Result<CommandHelp> read_command_help(std::string_view command, std::string_view text) {
  return HelpReader(command, text).read();
}

Result<CommandHelps> command_helps() {
  CommandHelps helps;
  for (const auto& [command, text] : kCommandHelpTexts) {
    REHEARSAL_TRY_SET(helps[std::string(command)], read_command_help(command, text));
  }
  return helps;
}

Result<void> describe_commands(CLI::App& app, const CommandHelps& helps, const HelpWords& words) {
  CommandHelps filled = helps;
  for (auto& [command, help] : filled) {
    for (std::string& example : help.examples) {
      fill_in(example, words);
    }
    fill_in(help.description, words);
    for (auto& [option, text] : help.options) {
      fill_in(text, words);
    }
  }
  Describer describer(app, filled);
  REHEARSAL_TRY(describer.describe(app));
  return describer.all_used();
}

}  // namespace rehearsal
