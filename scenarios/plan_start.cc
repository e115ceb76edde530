#include "scenarios/plan_start.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/text.h"
#include "scenarios/cells.h"
#include "scenarios/plan_findings.h"
#include "scenarios/schema/standing_words.h"

namespace rehearsal {

namespace {

// "2024.1 or 2024.2"; of schemas that do not agree each by itself.
std::string releases_of(const ServiceState& state) {
  if (!state.candidates.empty()) {
    return join(state.candidates, " or ");
  }
  std::vector<std::string> told;
  for (const auto& [schema, releases] : state.releases) {
    told.push_back(schema + " " + (releases.empty() ? "unknown" : join(releases, " or ")));
  }
  return state.releases.size() == 1 ? "unknown" : "(" + join(told, ", ") + ")";
}

std::vector<std::string> agreed_by(const std::vector<ServiceState>& states, const ServiceState* but_for) {
  std::optional<std::vector<std::string>> agreed;
  for (const ServiceState& state : states) {
    if (&state == but_for || state.schemas.empty()) {
      continue;
    }
    if (!agreed) {
      agreed = state.candidates;
    }
    std::erase_if(*agreed, [&](const std::string& name) { return !contains(state.candidates, name); });
  }
  return agreed.value_or(std::vector<std::string>());
}

// The first release that no schema is beyond: what is behind can be brought on, and what is ahead not back.
std::vector<std::string> release_of_the_latest(const std::vector<ServiceState>& states) {
  std::string latest;
  for (const ServiceState& state : states) {
    for (const auto& [schema, releases] : state.releases) {
      latest = releases.empty() ? latest : std::max(latest, releases.front());
    }
  }
  return latest.empty() ? std::vector<std::string>() : std::vector<std::string>{latest};
}

std::string write_from(const std::vector<std::string>& releases) {
  if (releases.empty()) {
    return "write the release that the cloud runs as from";
  }
  return std::string("write the release that the cloud runs") + (releases.size() > 1 ? ", one of" : "") +
         ": from = \"" + join(releases, "\", from = \"") + "\"";
}

// Of releases that a schema inside an upgrade may count as, the one that it has reached as a whole.
void prefer_whole_releases(const std::vector<ServiceState>& states, std::vector<std::string>& agreed) {
  for (const ServiceState& state : states) {
    for (const auto& [schema, standing] : state.standings) {
      if (standing.kind == Standing::Kind::unfinished && agreed.size() > 1 && contains(agreed, standing.done)) {
        agreed = {standing.done};
      }
    }
  }
}

}  // namespace

Result<std::string> detected_release(const std::vector<ServiceState>& states) {
  std::vector<std::string> told;
  for (const ServiceState& state : states) {
    if (!state.schemas.empty()) {
      told.push_back(state.service + ": " + releases_of(state));
    }
  }
  std::vector<std::string> agreed = agreed_by(states, nullptr);
  prefer_whole_releases(states, agreed);
  if (agreed.size() == 1) {
    return agreed.front();
  }
  if (agreed.empty()) {
    // One service that alone does not fit is named.
    std::vector<std::string> odd, fitting;
    for (const ServiceState& state : states) {
      if (const auto rest = agreed_by(states, &state); states.size() > 1 && !rest.empty()) {
        fitting = rest;
        odd.push_back(fmt::format("{} does not fit the rest, which is at {}", state.service, join(rest, " or ")));
      }
    }
    return fail(ErrorKind::wrong_scenario,
                odd.size() == 1 ? odd.front() + ": " + join(told, "; ")
                                : "no release fits every schema of the snapshot: " + join(told, "; "),
                "[path] from", write_from(odd.size() == 1 ? fitting : release_of_the_latest(states)));
  }
  return fail(ErrorKind::wrong_scenario, "the snapshot may be at " + join(agreed, " or ") + ": " + join(told, "; "),
              "[path] from", write_from(agreed));
}

namespace {

// By its objects too, where these are known.
bool is_told_beyond_doubt(const ServiceState& state, const std::string& schema) {
  const auto standing = state.standings.find(schema);
  if (standing == state.standings.end()) {
    return true;
  }
  switch (standing->second.kind) {
    case Standing::Kind::as_told:
    case Standing::Kind::unfinished:
    case Standing::Kind::incomplete:
      return true;
    case Standing::Kind::row_missing:
    case Standing::Kind::row_doubled:
    case Standing::Kind::unknown:
    case Standing::Kind::ahead:
    case Standing::Kind::behind:
    case Standing::Kind::unlike:
      return false;
  }
  return false;
}

bool is_reached(const Path& path, const std::string& release) {
  return release > path.to ||
         std::any_of(path.hops.begin(), path.hops.end(), [&](const Hop& hop) { return hop.to == release; });
}

}  // namespace

Result<void> check_first_release(const std::vector<ServiceState>& states, const Path& path) {
  std::vector<std::string> against, others, fitting;
  for (const ServiceState& state : states) {
    bool contradicts = false;
    for (const auto& [schema, releases] : state.releases) {
      const bool later = !releases.empty() && releases.front() > path.from && is_told_beyond_doubt(state, schema) &&
                         std::any_of(releases.begin(), releases.end(),
                                     [&](const std::string& release) { return is_reached(path, release); });
      if (!later) {
        continue;
      }
      contradicts = true;
      against.push_back(fmt::format("{} is at {} (revision {})", schema, join(releases, " or "),
                                    join(state.revisions.at(schema), ", ")));
      if (!contains(fitting, releases.front())) {
        fitting.push_back(releases.front());
      }
    }
    if (!contradicts && !state.schemas.empty() && contains(state.candidates, path.from)) {
      others.push_back(state.service);
    }
  }
  if (against.empty()) {
    return {};
  }
  std::vector<std::string> whole = agreed_by(states, nullptr);
  std::erase_if(whole, [&](const std::string& release) { return release <= path.from; });
  if (!whole.empty()) {
    return fail(ErrorKind::wrong_scenario, "the snapshot is not at " + path.from + ": " + join(against, "; "),
                "[path] from", write_from(whole));
  }
  const std::string those = fitting.size() == 1 ? "from = \"" + fitting.front() + "\"" : "the release of each";
  return fail(ErrorKind::wrong_scenario, "the snapshot is not at " + path.from + ": " + join(against, "; "),
              "[path] from",
              others.empty() ? "write " + those
                             : "write " + those + " in a scenario of their own with [services] only; " +
                                   join(others, ", ") + (others.size() == 1 ? " fits " : " fit ") + path.from);
}

namespace {

// A schema at another release, as its objects show it: the first table that the release has otherwise.
void tell_what_it_lacks(const SchemaFingerprint& fingerprint, const ObservedSchema& observed,
                        const std::string& release, const std::string& schema, PlanFinding& finding) {
  const auto objects = lacking(fingerprint, observed, fingerprint.state_of(release));
  if (!fingerprint.releases.contains(release) || objects.empty()) {
    return;
  }
  finding.table = schema + "." + objects.front()->table;
  finding.detail += fmt::format(" Beside {}'s, {}.", release, lacking_words(objects, observed));
}

}  // namespace

bool is_behind(const ServiceState& state, const std::string& schema, const std::string& release) {
  const auto releases = state.releases.find(schema);
  return releases != state.releases.end() && !releases->second.empty() && releases->second.back() < release;
}

void compare_with_release(const Catalogue& catalogue, const std::vector<ServiceState>& states,
                          const SnapshotFacts& facts, const std::string& release, Plan& plan) {
  for (const ServiceState& state : states) {
    const Service& service = *catalogue.service(state.service);
    for (const auto& [role, schema] : state.schemas) {
      const std::vector<std::string>& releases = state.releases.at(schema);
      const auto standing = state.standings.find(schema);
      const bool told = standing != state.standings.end() && standing->second.is_told();
      if (told && standing->second.cure == Standing::Cure::none) {
        plan.findings.push_back(finding_of(standing->second, state.service));
      }
      if (contains(releases, release)) {
        continue;
      }
      const auto& heads = state.revisions.at(schema);
      const std::string revision = heads.empty() ? "no revision" : "revision " + join(heads, ", ");
      const bool unknown = releases.empty();
      PlanFinding finding;
      finding.code = unknown ? "revision-unknown" : "release-mismatch";
      finding.severity = Severity::warning;
      finding.service = state.service;
      finding.title = fmt::format("{} is at {}, which is not {}'s", schema, revision, release);
      finding.detail = unknown ? "No release of the catalogue ends at this revision: a migration was interrupted or "
                                 "made by hand, or the code is not upstream's."
                               : "It is that of " + join(releases, " or ") + ".";
      finding.table = finding.schema = schema;
      const auto fingerprint = service.fingerprints.find(reference_role(service, role));
      if (!unknown && fingerprint != service.fingerprints.end() && facts.objects.contains(schema)) {
        tell_what_it_lacks(fingerprint->second, facts.objects.at(schema), release, schema, finding);
      }
      plan.findings.push_back(std::move(finding));
    }
  }
}

}  // namespace rehearsal
