#include "scenarios/known_revisions.h"

#include "scenarios/cells.h"

namespace rehearsal {

namespace {

void add_chain(const Service& service, const std::string& role, std::set<std::string>& revisions) {
  if (const auto found = service.fingerprints.find(role); found != service.fingerprints.end()) {
    for (const FingerprintRevision& revision : found->second.revisions) {
      revisions.insert(revision.id);
    }
    for (const FingerprintBranch& branch : found->second.branches) {
      revisions.insert(branch.start);
    }
    revisions.erase("");  // the start of a branch that begins with the chain
  }
}

void add_heads(const Service& service, const std::string& role, std::set<std::string>& revisions) {
  if (const auto found = service.heads.find(role); found != service.heads.end()) {
    for (const auto& [release, heads] : found->second) {
      revisions.insert(heads.begin(), heads.end());
    }
  }
}

}  // namespace

std::set<std::string> known_revisions(const Service& service, const std::string& role) {
  std::set<std::string> revisions;
  add_chain(service, role, revisions);
  add_heads(service, head_role(service, role), revisions);
  return revisions;
}

std::set<std::string> known_revisions(const Service& service) {
  std::set<std::string> revisions;
  for (const auto& [role, fingerprint] : service.fingerprints) {
    add_chain(service, role, revisions);
  }
  for (const auto& [role, heads] : service.heads) {
    add_heads(service, role, revisions);
  }
  return revisions;
}

}  // namespace rehearsal
