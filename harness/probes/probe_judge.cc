#include "harness/probes/probe_judge.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"
#include "reports/error_text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr int kNoSuchTable = 1146;
constexpr int kUnknownColumn = 1054;
constexpr int kNoDefault = 1364;

std::string said(const CodeAnswer& answer) {
  return answer.error == 0 ? mask_text(answer.message)
                           : fmt::format("({}) {}", answer.error, mask_server_message(answer.message));
}

// "size" of "Unknown column 't.size' in 'SELECT'"; an alias of the table goes.
std::string column_in(const CodeAnswer& answer) {
  const std::string name = answer.error == kUnknownColumn ? object_in_message(answer.message) : std::string();
  return name.substr(name.rfind('.') + 1);
}

// What reads and writes of one table fail for alike, in whichever schema it is: its column, or what the server says.
std::string cause_of(const CodeAnswer& answer) {
  const std::string column = column_in(answer);
  return bare_name(answer.table) + " " + (column.empty() ? said(answer) : column);
}

// Failures of one release's code that have one cause.
struct Break {
  CodeAnswer first;
  std::vector<const MomentAnswers*> moments;  // at which it fails
  std::set<std::string> classes;
  std::set<std::string> questions;
};

class Judge {
 public:
  Judge(const Lane& lane, std::optional<Downtime> downtime) : lane_(lane), downtime_(downtime) {}

  JudgedProbes judge(const std::vector<MomentAnswers>& answers) {
    all_ = &answers;
    for (const MomentAnswers& one : answers) {
      record(one);
    }
    for (const auto& [key, found] : breaks_) {
      judged_.findings.push_back(finding_of(key.kind, found));
    }
    return std::move(judged_);
  }

 private:
  enum class Kind { old_breaks, old_ends, new_breaks };
  struct Key {
    Kind kind;
    std::string code, cause;
    bool operator<(const Key& other) const {
      return std::tie(kind, code, cause) < std::tie(other.kind, other.code, other.cause);
    }
  };

  // Why a question says nothing about the upgrade; none: its answer counts.
  std::optional<std::string> left_out(const MomentAnswers& one, const CodeAnswer& answer) {
    if (!answer.left_out.empty()) {
      return answer.left_out;
    }
    std::set<std::string>& passed = passed_[one.code];
    if (!answer.failed) {
      passed.insert(answer.question());
      return std::nullopt;
    }
    if (one.step.empty()) {
      at_start_[answer.question()] = said(answer);
    }
    if (passed.contains(answer.question())) {
      return std::nullopt;
    }
    if (one.role == CodeRole::old_code) {
      return said(answer) + (one.step.empty() ? " at the start" : " when it was first asked");
    }
    // New code has no moment before the upgrade.
    if (const auto start = at_start_.find(answer.question());
        start != at_start_.end() && start->second == said(answer)) {
      return said(answer) + " at the start, too";
    }
    if (answer.error == kNoSuchTable && !ever_answered(one.code, answer.question())) {
      return "no such table";
    }
    // A copy of a row may be one that the code would never write.
    if (answer.kind != "select" && answer.error != kUnknownColumn && answer.error != kNoDefault) {
      return said(answer) + " when it was first asked";
    }
    return std::nullopt;
  }

  [[nodiscard]] bool ever_answered(const std::string& code, const std::string& question) const {
    return std::any_of(all_->begin(), all_->end(), [&](const MomentAnswers& one) {
      return one.code == code && std::any_of(one.answers.begin(), one.answers.end(), [&](const CodeAnswer& answer) {
               return !answer.failed && answer.question() == question;
             });
    });
  }

  void record(const MomentAnswers& one) {
    ProbeRecord record{.service = lane_.service,
                       .moment = one.moment,
                       .code = one.code,
                       .role = to_word(one.role),
                       .must_live = one.must_live,
                       .after_failure = one.after_failure,
                       .asked = static_cast<std::int64_t>(one.answers.size()),
                       .seconds = one.seconds,
                       .loading_seconds = one.loading_seconds,
                       .not_asked = mask_text(one.not_asked)};
    for (const CodeAnswer& answer : one.answers) {
      record.longest_wait = std::max(record.longest_wait, answer.seconds);
      if (const auto why = left_out(one, answer)) {
        ++record.left_out;
        // Each is named once.
        if (named_.insert(one.code + " " + answer.question()).second) {
          record.leaves_out.push_back(fmt::format("{} of {} by {}: {}", answer.kind, answer.table, answer.asked, *why));
        }
      } else if (answer.failed) {
        ++record.failed;
        note_failure(one, answer);
      }
    }
    judged_.records.push_back(std::move(record));
  }

  void note_failure(const MomentAnswers& one, const CodeAnswer& answer) {
    std::set<std::string>& failed_as_new = failed_as_new_[one.code];
    if (one.role == CodeRole::new_code) {
      failed_as_new.insert(answer.question());
      note(Kind::new_breaks, one, answer);
    } else if (!failed_as_new.contains(answer.question())) {
      note(one.must_live ? Kind::old_breaks : Kind::old_ends, one, answer);
    }
  }

  void note(Kind kind, const MomentAnswers& one, const CodeAnswer& answer) {
    // What broke before the old nodes' end is told already.
    if (kind == Kind::old_ends && breaks_.contains({Kind::old_breaks, one.code, cause_of(answer)})) {
      return;
    }
    Break& found = breaks_[{kind, one.code, cause_of(answer)}];
    if (found.moments.empty()) {
      found.first = answer;
    }
    if (found.moments.empty() || found.moments.back() != &one) {
      found.moments.push_back(&one);
    }
    found.classes.insert(answer.kind + " by " + answer.asked);
    found.questions.insert(answer.question());
  }

  [[nodiscard]] Severity severity_of(Kind kind) const {
    if (kind == Kind::old_ends) {
      return Severity::info;
    }
    return downtime_ && *downtime_ != Downtime::all ? Severity::blocker : Severity::warning;
  }

  [[nodiscard]] Finding finding_of(Kind kind, const Break& found) const {
    static const std::map<Kind, std::string> kCodes = {{Kind::old_breaks, "old-code-breaks"},
                                                       {Kind::old_ends, "old-code-ends-here"},
                                                       {Kind::new_breaks, "new-code-breaks"}};
    const MomentAnswers& from = *found.moments.front();
    Finding finding;
    finding.code = kCodes.at(kind);
    finding.severity = severity_of(kind);
    finding.service = lane_.service;
    finding.step = from.step;
    finding.release = release_of(from.step);
    finding.cause = fmt::format("{} {}: {}", finding.code, from.code, cause_of(found.first));
    finding.title = title_of(kind, from, found.first);
    finding.detail = detail_of(kind, found);
    finding.table = found.first.table;
    if (const std::string column = column_in(found.first); !column.empty()) {
      finding.columns = {column};
    }
    finding.statement = mask_sql(found.first.statement);
    finding.error = said(found.first);
    return finding;
  }

  [[nodiscard]] std::string release_of(const std::string& step) const {
    const auto found =
        std::find_if(lane_.steps.begin(), lane_.steps.end(), [&](const PlanStep& one) { return one.id == step; });
    return found == lane_.steps.end() ? std::string() : found->release;
  }

  [[nodiscard]] static std::string title_of(Kind kind, const MomentAnswers& from, const CodeAnswer& first) {
    const std::string on = from.after_failure ? " on what the failed step left" : "";
    switch (kind) {
      case Kind::old_breaks:
        return fmt::format("the code of {} breaks{} while its nodes still run: {}", from.code, on, said(first));
      case Kind::old_ends:
        return fmt::format("a node of {} that is left would break from here on: {}", from.code, said(first));
      case Kind::new_breaks:
        return fmt::format("the code of {} breaks on the schema that its first nodes find: {}", from.code, said(first));
    }
    return {};
  }

  // The step after which nodes of the release may run; empty where the lane did not come so far.
  [[nodiscard]] std::string first_step_of_new(const std::string& release) const {
    const auto found = std::find_if(all_->begin(), all_->end(), [&](const MomentAnswers& one) {
      return one.role == CodeRole::new_code && one.code == release;
    });
    return found == all_->end() ? std::string() : found->step;
  }

  [[nodiscard]] std::string old_breaks_words(const MomentAnswers& from) const {
    if (from.after_failure) {
      return fmt::format(" Until the step passes or the database is restored, nodes of {} answer with errors.",
                         from.code);
    }
    const std::string release = release_of(from.step);
    const std::string ready = first_step_of_new(release);
    return fmt::format(" Stop {}'s nodes of {} before {}", lane_.service, from.code, from.step) +
           (ready.empty() ? "." : fmt::format("; those of {} may be started once {} is done.", release, ready));
  }

  [[nodiscard]] std::string detail_of(Kind kind, const Break& found) const {
    const MomentAnswers& from = *found.moments.front();
    std::vector<std::string> moments;
    for (const MomentAnswers* one : found.moments) {
      if (!contains(moments, one->moment)) {
        moments.push_back(one->moment);
      }
    }
    constexpr std::size_t kShown = 6;
    const std::vector<std::string> classes(found.classes.begin(), found.classes.end());
    std::string text =
        fmt::format("Its models were asked to read a row of all that they map, and to write it. {} {} after {}: {}.",
                    plural(found.questions.size(), "question"), found.questions.size() == 1 ? "fails" : "fail",
                    join_some(moments, ", ", kShown), join_some(classes, ", ", kShown));
    switch (kind) {
      case Kind::old_breaks:
        text += old_breaks_words(from);
        break;
      case Kind::old_ends:
        text += fmt::format(" {} is the point of no return: no node of {} may run after it.", from.step, from.code);
        break;
      case Kind::new_breaks:
        text += fmt::format(" Start no node of {} before its statement passes.", from.code);
        break;
    }
    return text;
  }

  const Lane& lane_;
  std::optional<Downtime> downtime_;
  const std::vector<MomentAnswers>* all_ = nullptr;
  std::map<std::string, std::set<std::string>> passed_;         // code -> questions that it answered well once
  std::map<std::string, std::string> at_start_;                 // question -> what it said
  std::map<std::string, std::set<std::string>> failed_as_new_;  // code -> questions
  std::set<std::string> named_;                                 // code and question of what is left out
  std::map<Key, Break> breaks_;
  JudgedProbes judged_;
};

}  // namespace

JudgedProbes judge_probes(const Lane& lane, const std::vector<MomentAnswers>& answers,
                          std::optional<Downtime> downtime) {
  return Judge(lane, downtime).judge(answers);
}

}  // namespace rehearsal
