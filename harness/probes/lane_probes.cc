#include "harness/probes/lane_probes.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/random.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/engines/account_names.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

constexpr int kServerPort = 3306;

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
  reader_ = account_name("code", password_);
  if (!context.codes.empty() && !context.service.codes.empty()) {
    rule_ = &context.service.codes.front();
    moments_ = moments_of(lane, *rule_);
  }
}

Result<void> LaneProbes::at_start(RunServer& server, std::vector<MomentAnswers>& answers) {
  return moments_.empty() || moments_.front().step ? Result<void>() : ask(moments_.front(), "", false, server, answers);
}

Result<void> LaneProbes::after(const PlanStep& step, bool failed, RunServer& server,
                               std::vector<MomentAnswers>& answers) {
  for (const Moment& moment : moments_) {
    if (moment.step && lane_.steps[*moment.step].id == step.id) {
      return ask(moment, step.id, failed, server, answers);
    }
  }
  return {};
}

Result<void> LaneProbes::ask(const Moment& moment, const std::string& step, bool failed, RunServer& server,
                             std::vector<MomentAnswers>& answers) {
  REHEARSAL_TRY(make_reader(server));
  // What is not asked any more need not stay loaded.
  std::erase_if(askers_, [&](const auto& entry) {
    return std::none_of(moment.codes.begin(), moment.codes.end(),
                        [&](const AskedCode& code) { return code.release == entry.first; });
  });
  for (const AskedCode& code : moment.codes) {
    // A step that failed has not brought the new nodes.
    if (failed && code.role == CodeRole::new_code) {
      continue;
    }
    MomentAnswers one{.moment = moment.name,
                      .step = step,
                      .code = code.release,
                      .role = code.role,
                      .must_live = code.must_live,
                      .after_failure = failed,
                      .not_asked = {},
                      .answers = {}};
    context_.talk.progress(lane_.service, fmt::format("{}: asking the code of {}", moment.name, code.release), true);
    REHEARSAL_TRY_SET(Voice* const voice, voice_of(code.release, server));
    if (voice->asker) {
      if (!std::exchange(voice->told, true)) {
        one.loading_seconds = voice->asker->loaded().seconds;
      }
      auto read = voice->asker->ask(question());
      REHEARSAL_TRY(check_interrupt());
      if (read) {
        one.answers = std::move(read->answers);
        one.seconds = read->seconds;
      } else {
        voice->silent = "it does not answer: " + to_text(read.error());
        voice->asker.reset();
      }
    }
    one.not_asked = voice->silent;
    context_.talk.detail(one.not_asked.empty()
                             ? fmt::format("{}: {}: the code of {} was asked {} in {:.2f} s (loaded in {:.1f} s)",
                                           lane_.service, moment.name, code.release,
                                           plural(one.answers.size(), "question"), one.seconds, one.loading_seconds)
                             : fmt::format("{}: {}: the code of {} was not asked: {}", lane_.service, moment.name,
                                           code.release, one.not_asked));
    answers.push_back(std::move(one));
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
  auto asker = Asker::start(context_.engine, server.server(),
                            {.name = fmt::format("rehearsal-{}-{}", context_.run.id(), name),
                             .run = context_.run.id(),
                             .runner = runner->second,
                             .loader = rule_->loader,
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
Result<void> LaneProbes::make_reader(RunServer& server) const {
  const std::string account = sql_string(reader_) + "@'127.0.0.1'";
  Sql& sql = server.sql();
  REHEARSAL_TRY(sql.execute(fmt::format("CREATE OR REPLACE USER {} IDENTIFIED BY {}", account, sql_string(password_))));
  for (const std::string& schema : schemas_) {
    REHEARSAL_TRY(sql.execute(fmt::format("GRANT SELECT ON {}.* TO {}", grant_pattern(schema), account)));
  }
  return {};
}

std::string LaneProbes::question() const {
  return json_text(nlohmann::json{{"host", "127.0.0.1"},
                                  {"port", kServerPort},
                                  {"user", reader_},
                                  {"password", password_},
                                  {"schemas", schemas_by_role(context_.service, lane_)}});
}

}  // namespace rehearsal
