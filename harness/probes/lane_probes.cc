#include "harness/probes/lane_probes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/contains.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/random.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/engines/account_names.h"
#include "reports/mask/mask.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

constexpr int kServerPort = 3306;
constexpr const char* kCloneName = "code";

// Whom the code is to be at a server: through a socket, or at the port that it shares a network with.
struct CodeLogin {
  const std::string& user;
  const std::string& password;
  std::string socket;
};

std::string question_of(const CodeLogin& login, const std::string& kind,
                        const std::map<std::string, std::vector<std::string>>& schemas) {
  nlohmann::json question = {{"kind", kind}, {"user", login.user}, {"password", login.password}, {"schemas", schemas}};
  if (login.socket.empty()) {
    question["host"] = "127.0.0.1";
    question["port"] = kServerPort;
  } else {
    question["socket"] = login.socket;
  }
  return json_text(question);
}

}  // namespace

std::map<std::string, std::vector<std::string>> schemas_by_role(const Service& service, const Lane& lane) {
  std::map<std::string, std::vector<std::string>> roles;
  std::vector<std::string> seen;
  for (const auto& [part, schema] : lane.schemas) {
    if (!contains(seen, schema)) {
      seen.push_back(schema);
      roles[reference_role(service, part)].push_back(schema);
    }
  }
  return roles;
}

LaneProbes::LaneProbes(const Lane& lane, const LaneContext& context, const std::vector<std::string>& schemas)
    : lane_(lane), context_(context), schemas_(schemas), password_(random_word()) {
  account_ = account_name("code", password_);
  if (!context.codes.empty() && !context.service.codes.empty()) {
    rule_ = &context.service.codes.front();
    moments_ = moments_of(lane, *rule_);
  }
}

Result<void> LaneProbes::at_start(RunServer& server, std::vector<MomentAnswers>& answers) {
  return moments_.empty() || moments_.front().step ? Result<void>()
                                                   : ask(moments_.front(), false, true, server, answers);
}

Result<void> LaneProbes::after(const PlanStep& step, bool failed, bool changed, RunServer& server,
                               std::vector<MomentAnswers>& answers) {
  for (const Moment& moment : moments_) {
    if (moment.step && lane_.steps[*moment.step].id == step.id) {
      return ask(moment, failed, changed, server, answers);
    }
  }
  return {};
}

Result<void> LaneProbes::ask_code(Voice& voice, const std::string& question, MomentAnswers& one) {
  auto read = voice.asker->ask(question);
  REHEARSAL_TRY(check_interrupt());
  if (read) {
    std::move(read->answers.begin(), read->answers.end(), std::back_inserter(one.answers));
    one.seconds += read->seconds;
  } else {
    voice.silent = one.not_asked = "it does not answer: " + to_text(read.error());
    voice.asker.reset();
  }
  return {};
}

Result<void> LaneProbes::ask(const Moment& moment, bool failed, bool changed, RunServer& server,
                             std::vector<MomentAnswers>& answers) {
  REHEARSAL_TRY(make_account_for(server.sql(), "SELECT", "127.0.0.1"));
  // What is not asked any more need not stay loaded.
  std::erase_if(askers_, [&](const auto& entry) {
    return std::none_of(moment.codes.begin(), moment.codes.end(),
                        [&](const AskedCode& code) { return code.release == entry.first; });
  });
  const std::string question = question_of({account_, password_, ""}, "read", schemas_by_role(context_.service, lane_));
  std::vector<MomentAnswers> asked;
  for (const AskedCode& code : moment.codes) {
    // A step that failed has not brought the new nodes.
    if (failed && code.role == CodeRole::new_code) {
      continue;
    }
    MomentAnswers& one = asked.emplace_back();
    one.moment = moment.name;
    one.step = moment.step ? lane_.steps[*moment.step].id : "";
    one.code = code.release;
    one.role = code.role;
    one.must_live = code.must_live;
    one.after_failure = failed;
    context_.talk.progress(lane_.service, fmt::format("{}: asking the code of {}", moment.name, code.release), true);
    REHEARSAL_TRY_SET(Voice* const voice, voice_of(code.release, server));
    one.not_asked = voice->silent;
    if (voice->asker) {
      one.loading_seconds = std::exchange(voice->told, true) ? 0 : voice->asker->loaded().seconds;
      REHEARSAL_TRY(ask_code(*voice, question, one));
    }
  }
  const bool all_wrote =
      std::all_of(asked.begin(), asked.end(), [&](const MomentAnswers& one) { return wrote_.contains(one.code); });
  if (changed || failed || !all_wrote) {
    REHEARSAL_TRY(ask_writes(moment, server, asked));
  }
  for (MomentAnswers& one : asked) {
    context_.talk.detail(one.not_asked.empty()
                             ? fmt::format("{}: {}: the code of {} was asked {} in {:.2f} s (loaded in {:.1f} s)",
                                           lane_.service, moment.name, one.code, plural(one.answers.size(), "question"),
                                           one.seconds, one.loading_seconds)
                             : fmt::format("{}: {}: the code of {} was not asked: {}", lane_.service, moment.name,
                                           one.code, mask_text(one.not_asked)));
    answers.push_back(std::move(one));
  }
  return {};
}

Result<void> LaneProbes::ask_writes(const Moment& moment, RunServer& server, std::vector<MomentAnswers>& asked) {
  const bool rows = std::any_of(asked.begin(), asked.end(), [](const MomentAnswers& one) {
    return std::any_of(one.answers.begin(), one.answers.end(), [](const CodeAnswer& answer) { return answer.row; });
  });
  if (!rows) {
    return {};
  }
  const Stopwatch clock;
  REHEARSAL_TRY(server.sql().execute("FLUSH TABLES"));
  ServerPlace place = context_.servers();
  place.logs_statements = false;
  const auto clone = RunServer::on_copy(place, kCloneName, server, context_.store_dir / kCloneName);
  REHEARSAL_TRY(check_interrupt());
  const Result<void> ready =
      clone ? make_account_for((*clone)->sql(), "SELECT, INSERT, UPDATE", "localhost") : fail(clone.error());
  context_.talk.detail(
      fmt::format("{}: {}: a clone to write on in {:.2f} s", lane_.service, moment.name, clock.seconds()));
  const std::string question =
      question_of({account_, password_, kCloneSocket}, "write", schemas_by_role(context_.service, lane_));
  for (MomentAnswers& one : asked) {
    Voice& voice = askers_[one.code];
    if (!voice.asker) {
      continue;
    }
    if (!ready) {
      one.not_asked = "there is no clone that it could write on: " + to_text(ready.error());
      continue;
    }
    REHEARSAL_TRY(ask_code(voice, question, one));
    wrote_.insert(one.code);
  }
  return {};
}

Result<LaneProbes::Voice*> LaneProbes::voice_of(const std::string& release, RunServer& server) {
  if (const auto found = askers_.find(release); found != askers_.end()) {
    return &found->second;
  }
  Voice& voice = askers_[release];
  const auto runner = context_.codes.find(release);
  if (runner == context_.codes.end()) {
    voice.silent = "its code is not here";
    return &voice;
  }
  if (!runner->second.prefix.empty()) {
    voice.silent = "a runner \"command\" does not say which Python holds its code";
    return &voice;
  }
  const std::string name = fmt::format("{}-code-{}-{}", lane_.service, release, ++started_);
  // Where the servers of this name have their socket.
  const std::filesystem::path clones = context_.run.short_dir() / (lane_.service + "-" + kCloneName);
  REHEARSAL_TRY(make_private_dir(clones));
  auto asker = Asker::start(context_.engine, server.server(),
                            {.name = fmt::format("rehearsal-{}-{}", context_.run.id(), name),
                             .run = context_.run.id(),
                             .runner = runner->second,
                             .loader = rule_->loader,
                             .clones = clones,
                             .dir = context_.run.step_dir(name),
                             .limits = lane_.steps.empty() ? StepLimits() : lane_.steps.front().limits});
  REHEARSAL_TRY(check_interrupt());
  if (asker) {
    voice.asker = std::move(*asker);
  } else {
    voice.silent = "it cannot be loaded: " + to_text(asker.error());
  }
  return &voice;
}

// On a clone that was made before it there is none yet.
Result<void> LaneProbes::make_account_for(Sql& sql, const char* rights, const char* from) const {
  const std::string account = sql_string(account_) + "@" + sql_string(from);
  REHEARSAL_TRY(sql.execute(fmt::format("CREATE OR REPLACE USER {} IDENTIFIED BY {}", account, sql_string(password_))));
  for (const std::string& schema : schemas_) {
    REHEARSAL_TRY(sql.execute(fmt::format("GRANT {} ON {}.* TO {}", rights, grant_pattern(schema), account)));
  }
  return {};
}

}  // namespace rehearsal
