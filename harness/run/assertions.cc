#include "harness/run/assertions.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/audit/found_rows.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

std::string id_of(const Assertion& assertion) {
  return "assert:" + assertion.name;
}

std::optional<double> number(const std::string& text) {
  if (text.empty() || text.front() == ' ') {
    return std::nullopt;
  }
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return *end == '\0' ? std::optional(value) : std::nullopt;
}

// 12 is 12.00, as the server writes a sum.
bool equal(const std::string& wanted, const std::string& answer) {
  if (wanted == answer) {
    return true;
  }
  const std::optional<double> a = number(wanted);
  const std::optional<double> b = number(answer);
  return a && b && *a == *b;
}

Finding assertion_finding(const Assertion& assertion, const std::string& service) {
  Finding finding;
  finding.service = service;
  finding.statement = mask_sql(assertion.sql);
  return finding;
}

Finding assertion_not_asked(const Assertion& assertion, const std::string& service, const std::string& why) {
  Finding finding = assertion_finding(assertion, service);
  finding.code = "assertion-not-asked";
  finding.severity = Severity::warning;
  finding.title = fmt::format("the assertion '{}' could not be asked: {}", assertion.name, why);
  return finding;
}

// What rows of two answers differ, for answers of several.
std::string rows_that_differ(const std::string& before, const std::string& after) {
  const std::vector<std::string> a = lines_of(before);
  const std::vector<std::string> b = lines_of(after);
  std::vector<std::string> gone, come;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(gone));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(come));
  return fmt::format("Of the rows in the earlier answer, {} not in the later one, which has {} of its own.",
                     gone.size() == 1 ? "1 is" : human_count(gone.size()) + " are", human_count(come.size()));
}

std::optional<Finding> judged(const Assertion& assertion, const Lane& lane, const LaneOutcome& outcome) {
  const auto answer_in = [&](const Answers& answers) {
    const auto found = answers.find(id_of(assertion));
    return found == answers.end() ? Answer{} : found->second;
  };
  const Answer before = answer_in(outcome.before);
  const Answer after = answer_in(outcome.after);
  if (!after.text) {
    const std::string why = !after.refused.empty()    ? "the server says: " + mask_server_message(after.refused)
                            : !before.refused.empty() ? "the server says: " + mask_server_message(before.refused)
                                                      : lane.service + " did not come to the end of the path";
    return assertion_not_asked(assertion, lane.service, why);
  }
  if (!before.text && !assertion.expected) {
    return assertion_not_asked(assertion, lane.service,
                               before.refused.empty()
                                   ? "it was not asked before the path, because this run did not begin at its start"
                                   : "before the path the server says: " + mask_server_message(before.refused));
  }
  const bool holds =
      assertion.expected ? equal(escaped_value(*assertion.expected), *after.text) : *before.text == *after.text;
  if (holds) {
    return std::nullopt;
  }
  Finding finding = assertion_finding(assertion, lane.service);
  finding.code = "assertion-failed";
  finding.severity = Severity::blocker;
  if (assertion.expected) {
    finding.title = fmt::format("the assertion '{}' does not hold: after the path the answer is {}, not {}",
                                assertion.name, told_answer(*after.text), told_answer(*assertion.expected));
    finding.detail = before.text ? "Before the path it was " + told_answer(*before.text) + "." : std::string();
  } else {
    finding.title = fmt::format("the assertion '{}' does not hold: before the path the answer is {}, after it {}",
                                assertion.name, told_answer(*before.text), told_answer(*after.text));
    finding.detail = before.text->find('\n') == std::string::npos && after.text->find('\n') == std::string::npos
                         ? std::string()
                         : rows_that_differ(*before.text, *after.text);
  }
  return finding;
}

}  // namespace

std::string told_answer(const std::string& answer) {
  const std::size_t rows = lines_of(answer).size();
  if (rows == 0) {
    return answer.empty() ? "no row" : "empty";
  }
  if (rows > 1) {
    return plural(rows, "row");
  }
  std::vector<std::string> values;
  for (const std::string& value : split(answer, '\t')) {
    values.push_back(value == "\\N" ? "NULL" : number(value) ? value : told_key(value));
  }
  return join(values, ", ");
}

std::vector<AssertionPlace> place_assertions(const std::vector<Assertion>& assertions, const std::vector<Lane>& lanes,
                                             const std::set<std::string>& schemas) {
  std::vector<AssertionPlace> places;
  for (const Assertion& assertion : assertions) {
    AssertionPlace place;
    std::set<std::size_t> asked;
    std::vector<std::string> services, not_rehearsed;
    const std::set<std::string> named = schemas_named(assertion.sql, schemas);
    for (const std::string& schema : named) {
      const auto lane = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& candidate) {
        return std::any_of(candidate.schemas.begin(), candidate.schemas.end(),
                           [&](const auto& role) { return role.second == schema; });
      });
      if (lane == lanes.end()) {
        not_rehearsed.push_back(schema);
      } else if (asked.insert(static_cast<std::size_t>(lane - lanes.begin())).second) {
        services.push_back(lane->service);
      }
    }
    if (named.empty()) {
      place.refused = "it names no schema of the snapshot; write each table as schema.table";
    } else if (!not_rehearsed.empty()) {
      place.refused = join(not_rehearsed, ", ") + " is not rehearsed";
    } else if (asked.size() > 1) {
      place.refused = "it is about " + join(services, " and ") +
                      ", which are rehearsed apart: write one assertion for each, or a comparison of keys in two";
    } else {
      place.lane = *asked.begin();
    }
    places.push_back(std::move(place));
  }
  return places;
}

std::vector<Question> assertion_questions(const std::vector<Assertion>& assertions,
                                          const std::vector<AssertionPlace>& places, std::size_t lane) {
  std::vector<Question> questions;
  for (std::size_t i = 0; i < assertions.size(); ++i) {
    if (places[i].lane == lane) {
      questions.push_back({id_of(assertions[i]), assertions[i].sql});
    }
  }
  return questions;
}

std::vector<Finding> assertion_findings(const std::vector<Assertion>& assertions,
                                        const std::vector<AssertionPlace>& places, const std::vector<Lane>& lanes,
                                        const std::vector<LaneOutcome>& outcomes) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < assertions.size(); ++i) {
    const std::optional<Finding> finding =
        places[i].lane ? judged(assertions[i], lanes[*places[i].lane], outcomes[*places[i].lane])
                       : assertion_not_asked(assertions[i], "", places[i].refused);
    if (finding) {
      findings.push_back(*finding);
    }
  }
  return findings;
}

void add_assertion_gate(RunRecord& record, const std::vector<Assertion>& assertions) {
  if (assertions.empty()) {
    return;
  }
  GateRecord gate{.id = GateId::assertions, .result = GateResult::passed};
  std::size_t failed = 0, silent = 0;
  bool excused = true;  // each that was not asked: its lane has a blocker
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    const Finding& finding = record.findings[i];
    if (finding.code == "assertion-failed") {
      gate.findings.push_back(i);
      ++failed;
    } else if (finding.code == "assertion-not-asked") {
      ++silent;
      excused = excused && !finding.service.empty() &&
                std::any_of(record.findings.begin(), record.findings.end(), [&](const Finding& other) {
                  return other.severity == Severity::blocker && other.service == finding.service;
                });
    }
  }
  gate.result = failed > 0 ? GateResult::failed : silent > 0 ? GateResult::not_run : GateResult::passed;
  gate.after_blocker = gate.result == GateResult::not_run && excused;
  gate.detail =
      fmt::format("{} of {} hold", assertions.size() - failed - silent, plural(assertions.size(), "assertion"));
  if (silent > 0) {
    gate.detail += fmt::format("; {} could not be asked", silent);
  }
  record.gates.push_back(std::move(gate));
}

}  // namespace rehearsal
