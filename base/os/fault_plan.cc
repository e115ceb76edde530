#include "base/os/fault_plan.h"

#include <cerrno>
#include <charconv>
#include <sstream>

namespace rehearsal::os {

namespace {

struct FaultName {
  const char* word;
  Fault fault;
};

constexpr FaultName kNames[] = {{"EACCES", {FaultKind::error, EACCES}},
                                {"EAGAIN", {FaultKind::error, EAGAIN}},
                                {"EBUSY", {FaultKind::error, EBUSY}},
                                {"EINTR", {FaultKind::error, EINTR}},
                                {"EIO", {FaultKind::error, EIO}},
                                {"EMFILE", {FaultKind::error, EMFILE}},
                                {"ENFILE", {FaultKind::error, ENFILE}},
                                {"ENOLCK", {FaultKind::error, ENOLCK}},
                                {"ENOMEM", {FaultKind::error, ENOMEM}},
                                {"ENOSPC", {FaultKind::error, ENOSPC}},
                                {"EPERM", {FaultKind::error, EPERM}},
                                {"EPIPE", {FaultKind::error, EPIPE}},
                                {"EROFS", {FaultKind::error, EROFS}},
                                {"short", {FaultKind::part, 0}},
                                {"die", {FaultKind::die, 0}},
                                {"drop", {FaultKind::drop, 0}},
                                {"earlier", {FaultKind::earlier, 0}},
                                {"later", {FaultKind::later, 0}},
                                {"kill-child", {FaultKind::kill_child, 0}},
                                {"power-cut", {FaultKind::power_cut, 0}}};

bool parse_number(std::string_view word, FaultRule& rule) {
  if (word.ends_with('+')) {
    rule.onwards = true;
    word.remove_suffix(1);
  }
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), rule.number);
  return error == std::errc() && end == word.data() + word.size() && rule.number > 0;
}

}  // namespace

std::string fault_word(const Fault& fault) {
  for (const FaultName& name : kNames) {
    if (name.fault.kind == fault.kind && name.fault.number == fault.number) {
      return name.word;
    }
  }
  return "error " + std::to_string(fault.number);
}

bool parse_fault(std::string_view word, Fault& fault) {
  for (const FaultName& name : kNames) {
    if (word == name.word) {
      fault = name.fault;
      return true;
    }
  }
  return false;
}

bool parse_plan(std::string_view text, FaultPlan& plan, std::string& problem) {
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line);
    std::string place;
    std::string call;
    if (!(words >> place) || place.starts_with('#')) {
      continue;
    }
    const auto wrong = [&](const std::string& what) {
      problem = "line " + std::to_string(number) + ": " + what;
      return false;
    };
    if (!(words >> call)) {
      return wrong("a line is PLACE CALL NUMBER FAULT, record FILE or hit FILE");
    }
    if (place == "record" || place == "hit") {
      (place == "record" ? plan.record : plan.hits) = call;
      continue;
    }
    FaultRule rule;
    rule.place = place;
    rule.call = call;
    std::string count;
    std::string fault;
    std::string more;
    words >> count >> fault;
    if (!parse_number(count, rule)) {
      return wrong("'" + count + "' is not a number from 1 on, with or without a +");
    }
    if (!parse_fault(fault, rule.fault)) {
      return wrong("'" + fault + "' is not a fault");
    }
    if (words >> more) {
      return wrong("'" + more + "' is one word too many");
    }
    plan.rules.push_back(std::move(rule));
  }
  return true;
}

}  // namespace rehearsal::os
