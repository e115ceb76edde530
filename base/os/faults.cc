#include "base/os/faults.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/os/power_cut.h"
#include "base/os/time.h"

namespace rehearsal::os {

namespace {

struct InForce {
  FaultPlan plan;
  std::vector<unsigned long> counts;  // of calls that each rule names
  std::map<std::string, Reached> reached;
  std::vector<unsigned long> hits;  // likewise, that it made fail
};

std::mutex g_mutex;
InForce* g_in_force = nullptr;
bool g_with_rules = false;

// As the source tree names it: a header is compiled through a link in its room, "rooms/base_os/base/os/x.h".
std::string place_of(Site site) {
  std::string file = site.file;
  while (file.starts_with("../")) {  // from the build's folder
    file.erase(0, 3);
  }
  if (const std::size_t rooms = file.find("rooms/"); rooms != std::string::npos) {
    file = file.substr(file.find('/', rooms + 6) + 1);
  }
  return file + ":" + std::to_string(site.line);
}

bool names_place(const std::string& pattern, const std::string& place) {
  return pattern == "*" || pattern == place || (place.starts_with(pattern) && place[pattern.size()] == ':');
}

bool names_call(const std::string& pattern, const std::string& call) {
  return pattern == call || call.ends_with(">" + pattern);
}

// With the system's own calls: it must not come back here.
void note(const std::string& file, const std::string& line) {
  if (file.empty()) {
    return;
  }
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) {
    const std::string text = line + "\n";
    static_cast<void>(!::write(fd, text.data(), text.size()));
    ::close(fd);
  }
}

void put_in_force(FaultPlan plan) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  delete g_in_force;
  g_in_force = new InForce{};
  g_in_force->counts.resize(plan.rules.size());
  g_in_force->hits.resize(plan.rules.size());
  bool cuts = false;
  for (const FaultRule& rule : plan.rules) {
    cuts = cuts || rule.fault.kind == FaultKind::power_cut;
  }
  watch_for_power_cut(cuts);
  g_with_rules = !plan.rules.empty();
  g_in_force->plan = std::move(plan);
  detail::g_asked = true;
}

}  // namespace

std::atomic<bool> detail::g_asked{false};

std::optional<Fault> detail::decide(const char* call, Site site) {
  const Door* const door = Door::current();
  const std::string leaf = place_of(site);
  const std::string place = door == nullptr ? leaf : place_of(door->caller());
  const std::string name = door == nullptr ? call : std::string(door->name()) + ">" + call;
  const std::lock_guard<std::mutex> lock(g_mutex);
  if (g_in_force == nullptr) {
    return std::nullopt;
  }
  InForce& now = *g_in_force;
  const std::string key = place + " " + name + " " + leaf;
  Reached& reached = now.reached[key];
  if (reached.times++ == 0) {
    reached.place = place;
    reached.call = name;
    reached.leaf = leaf;
    note(now.plan.record, key);
  }
  for (std::size_t i = 0; i < now.plan.rules.size(); ++i) {
    const FaultRule& rule = now.plan.rules[i];
    const bool here = names_place(rule.place, place) || names_place(rule.place, leaf);
    if (!here || !names_call(rule.call, name)) {
      continue;
    }
    const unsigned long count = ++now.counts[i];
    if (count != rule.number && !(rule.onwards && count > rule.number)) {
      continue;
    }
    ++now.hits[i];
    note(now.plan.hits, key + " " + std::to_string(count) + " " + fault_word(rule.fault));
    if (rule.fault.kind == FaultKind::power_cut) {
      drop_what_is_not_flushed();
    }
    if (rule.fault.kind == FaultKind::power_cut || rule.fault.kind == FaultKind::die) {
      ::kill(::getpid(), SIGKILL);
      ::_exit(137);
    }
    return rule.fault;
  }
  return std::nullopt;
}

FaultsInForce::FaultsInForce(FaultPlan plan) {
  put_in_force(std::move(plan));
}

FaultsInForce::~FaultsInForce() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  detail::g_asked = false;
  g_with_rules = false;
  watch_for_power_cut(false);
  forget_jumps();
  delete std::exchange(g_in_force, nullptr);
}

unsigned long FaultsInForce::hits(std::size_t rule) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  return g_in_force == nullptr || rule >= g_in_force->hits.size() ? 0 : g_in_force->hits[rule];
}

std::vector<Reached> FaultsInForce::reached() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  std::vector<Reached> all;
  for (const auto& [key, one] : g_in_force->reached) {
    all.push_back(one);
  }
  return all;
}

bool take_plan_of_environment(std::string& problem) {
  const char* const file = std::getenv("REHEARSAL_FAULTS");
  if (file == nullptr || *file == '\0') {
    return true;
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    problem = "cannot read the plan of faults that REHEARSAL_FAULTS names: " + std::string(file);
    return false;
  }
  FaultPlan plan;
  if (!parse_plan(text.str(), plan, problem)) {
    problem = "the plan of faults " + std::string(file) + ", " + problem;
    return false;
  }
  put_in_force(std::move(plan));
  return true;
}

bool faults_in_force() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  return g_with_rules;
}

}  // namespace rehearsal::os
