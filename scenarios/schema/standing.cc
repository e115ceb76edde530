#include "scenarios/schema/standing.h"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "scenarios/schema/standing_sight.h"
#include "scenarios/schema/standing_words.h"

namespace rehearsal {

namespace {

// So large a part of the columns that every release has must be there, or nothing is told by what is missing.
constexpr double kLeastKnown = 0.6;

class Judge {
 public:
  Judge(const SchemaFingerprint& fingerprint, const ObservedSchema& observed, const RevisionRows& rows,
        const StandingWish& wish)
      : fingerprint_(fingerprint), observed_(observed), rows_(rows), wish_(wish), sight_(fingerprint, observed) {
    for (const FingerprintObject& object : fingerprint.objects) {
      if (!SchemaFingerprint::is_constant(object)) {
        moving_.push_back(&object);
      }
    }
    read_rows();
    standing_.schema = wish.schema;
  }

  Standing run() {
    if (!is_known_schema()) {
      standing_.kind = Standing::Kind::unlike;
      if (told_) {
        standing_.state = *told_;
        set_lost_tables();
      }
      return standing_;
    }
    told_ ? judge_told(*told_) : judge_untold();
    set_releases();
    set_lost_tables();
    return std::move(standing_);
  }

 private:
  // The state that has exactly these rows, where there is one.
  void read_rows() {
    by_branch_.resize(fingerprint_.branches.size());
    for (const std::string& row : rows_.rows) {
      bool known = false;
      for (std::size_t branch = 0; branch < fingerprint_.branches.size(); ++branch) {
        if (const auto place = place_of(branch, row)) {
          by_branch_[branch].push_back(*place);
          known = true;
        }
      }
      if (!known) {
        unknown_.push_back(row);
      }
    }
    for (const SchemaState& state : fingerprint_.states()) {
      if (rows_.there && fingerprint_.heads(state) == rows_.rows) {
        told_ = state;
      }
    }
  }

  [[nodiscard]] std::optional<std::size_t> place_of(std::size_t branch, const std::string& id) const {
    if (fingerprint_.branches[branch].start == id) {
      return 0;
    }
    for (const FingerprintRevision& revision : fingerprint_.revisions) {
      if (revision.branch == branch && revision.id == id) {
        return revision.place;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_known_schema() const {
    std::size_t all = 0, there = 0;
    for (const FingerprintObject& object : fingerprint_.objects) {
      if (is_column(object) && SchemaFingerprint::is_constant(object)) {
        ++all;
        there += sight_.see(object) != Seen::absent ? 1 : 0;
      }
    }
    return static_cast<double>(there) >= kLeastKnown * static_cast<double>(all);
  }

  [[nodiscard]] Distance distance(const SchemaState& state) const {
    Distance distance;
    for (const FingerprintObject* object : moving_) {
      const bool holds = fingerprint_.holds(*object, state);
      const Seen seen = sight_.see(*object);
      if (holds && seen == Seen::absent) {
        ++(is_column(*object) ? distance.missing : distance.keys);
      } else if (!holds && seen == Seen::same && !holds_again(*object, state)) {
        ++(is_column(*object) ? distance.left_over : object->kind == "key" ? distance.spare : distance.keys);
      }
    }
    return distance;
  }

  // Made again by another revision.
  [[nodiscard]] bool holds_again(const FingerprintObject& object, const SchemaState& state) const {
    return std::any_of(moving_.begin(), moving_.end(), [&](const FingerprintObject* other) {
      return other != &object && other->table == object.table && other->kind == object.kind &&
             other->name == object.name && other->value == object.value && fingerprint_.holds(*other, state);
    });
  }

  [[nodiscard]] bool agrees_with_rows(const SchemaState& state) const {
    for (std::size_t branch = 0; branch < by_branch_.size(); ++branch) {
      const auto& places = by_branch_[branch];
      if (!places.empty() && std::find(places.begin(), places.end(), state[branch]) == places.end()) {
        return false;
      }
    }
    return true;
  }

  // Of the states that are nearest: one that the rows allow, that of the path's first release, a release's end, the
  // earliest: what runs twice is seen, what never runs is not. Where the rows are `damaged`, those that are left weigh
  // more than keys.
  [[nodiscard]] SchemaState nearest(bool damaged) const {
    std::optional<std::tuple<std::tuple<std::size_t, std::size_t, std::size_t>, bool, bool, bool, SchemaState>> best;
    std::optional<std::size_t> best_columns, allowed_columns;
    std::optional<decltype(best)::value_type> allowed;
    for (const SchemaState& state : fingerprint_.states()) {
      const Distance here = distance(state);
      const bool agrees = agrees_with_rows(state);
      const std::tuple candidate(here.order(), !agrees,
                                 state != fingerprint_.state_of(wish_.from) || wish_.from.empty(),
                                 fingerprint_.releases_at(state).empty(), state);
      if (!best || candidate < *best) {
        best = candidate;
        best_columns = here.columns();
      }
      if (agrees && (!allowed || candidate < *allowed)) {
        allowed = candidate;
        allowed_columns = here.columns();
      }
    }
    return damaged && allowed && *allowed_columns == *best_columns ? std::get<4>(*allowed) : std::get<4>(*best);
  }

  [[nodiscard]] static bool is_below(const SchemaState& a, const SchemaState& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] > b[i]) {
        return false;
      }
    }
    return true;
  }

  void judge_told(const SchemaState& told) {
    standing_.state = told;
    const std::vector<const FingerprintObject*> lost = lost_for_ever(told);
    const SchemaState near = nearest(false);
    const bool below = near != told && is_below(near, told);
    const Distance here = distance(told);
    if (below && distance(near).is_none() && !here.is_none()) {
      tell_ahead(told, near);
    } else if (!lost.empty()) {
      tell_incomplete(told, lost);
    } else if (near != told && is_below(told, near) && ran_unnoticed(told, near)) {
      tell_behind(told, near);
    } else if (fingerprint_.releases_at(told).empty()) {
      tell_unfinished(told);
    }
  }

  // What is lacking and no later revision of the path takes away.
  [[nodiscard]] std::vector<const FingerprintObject*> lost_for_ever(const SchemaState& state) const {
    std::vector<const FingerprintObject*> lost = lacking(fingerprint_, observed_, state);
    const SchemaState end = wish_.to.empty() || !fingerprint_.releases.contains(wish_.to)
                                ? fingerprint_.state_of(std::prev(fingerprint_.releases.end())->first)
                                : fingerprint_.state_of(wish_.to);
    std::erase_if(lost, [&](const FingerprintObject* object) {
      return object->gone && fingerprint_.applied(*object->gone, end);
    });
    return lost;
  }

  // All that the revisions between made is there, a column of theirs too, and nothing is left that they take away.
  [[nodiscard]] bool ran_unnoticed(const SchemaState& told, const SchemaState& near) const {
    const bool made_a_column = std::any_of(moving_.begin(), moving_.end(), [&](const FingerprintObject* object) {
      return is_column(*object) && !fingerprint_.applied(object->born, told) && fingerprint_.holds(*object, near) &&
             sight_.see(*object) == Seen::same;
    });
    return made_a_column && distance(near).is_none();
  }

  void tell_ahead(const SchemaState& told, const SchemaState& near) {
    std::vector<const FingerprintObject*> missing = lacking(fingerprint_, observed_, told);
    const Distance here = distance(told);
    standing_.kind = Standing::Kind::ahead;
    standing_.state = near;
    standing_.code = "stamped-ahead";
    standing_.severity = here.columns() > 0 ? Severity::blocker : Severity::warning;
    standing_.cure = Standing::Cure::stamp;
    standing_.sql = stamp_sql(fingerprint_, near, rows_, wish_.schema);
    standing_.count = here.columns() + here.keys;
    std::string what =
        missing.empty() ? "what its last revisions take away is still there" : lacking_words(missing, observed_);
    name_objects(missing);
    standing_.title =
        fmt::format("{} says {}, {}; the objects are {}", in_schema(rows_.table), join(rows_.rows, ", "),
                    missing.empty() ? "but " + what : "but " + what, state_words(fingerprint_, near, wish_.from));
    standing_.detail =
        "Revisions were recorded that never ran, and no later step runs them: every step may succeed, and the "
        "service's code then fails on what is missing. Stamped back, the next upgrade runs them.";
  }

  void tell_incomplete(const SchemaState& told, const std::vector<const FingerprintObject*>& lost) {
    standing_.kind = Standing::Kind::incomplete;
    standing_.code = "objects-missing";
    // A table that is missing as a whole may be left out of the dump; a column may not.
    const bool columns = std::any_of(lost.begin(), lost.end(), [&](const auto* object) {
      return is_column(*object) && observed_.tables.contains(object->table);
    });
    standing_.severity = columns ? Severity::blocker : Severity::warning;
    standing_.cure = Standing::Cure::objects;
    standing_.sql = objects_sql(fingerprint_, told, lost, observed_, wish_.schema);
    standing_.count = lost.size();
    name_objects(lost);
    standing_.title = fmt::format("{}: {}; all else is {}", wish_.schema, lacking_words(lost, observed_),
                                  state_words(fingerprint_, told, wish_.from));
    standing_.detail =
        (standing_.revision.empty() ? "Every release has it"
                                    : "Revision " + standing_.revision + " creates it and is recorded as done") +
        std::string(": no later step creates it again, and the service's code needs it.");
  }

  void tell_behind(const SchemaState& told, const SchemaState& near) {
    standing_.kind = Standing::Kind::behind;
    standing_.state = near;
    standing_.code = "stamped-behind";
    standing_.severity = Severity::blocker;
    standing_.cure = Standing::Cure::stamp;
    standing_.sql = stamp_sql(fingerprint_, near, rows_, wish_.schema);
    standing_.table = in_schema(rows_.table);
    standing_.count = 1;
    for (std::size_t i = 1; i <= fingerprint_.revisions.size(); ++i) {
      if (fingerprint_.applied(i, near) && !fingerprint_.applied(i, told) && standing_.revision.empty()) {
        standing_.revision = fingerprint_.revisions[i - 1].id;
      }
    }
    standing_.title = fmt::format("{} says {}, but the objects are {}", standing_.table, join(rows_.rows, ", "),
                                  state_words(fingerprint_, near, wish_.from));
    standing_.detail =
        "Revisions ran and were not recorded: the next upgrade runs them again and stops at what already exists. The "
        "objects cannot show whether their rows were migrated too: check that before you write the stamp.";
  }

  void tell_unfinished(const SchemaState& told) {
    standing_.kind = Standing::Kind::unfinished;
    standing_.code = "upgrade-unfinished";
    standing_.severity = Severity::warning;
    standing_.table = in_schema(rows_.table);
    standing_.title = wish_.schema + " is " + unfinished_words(fingerprint_, told);
    standing_.detail = "The objects agree with it. The path continues from there.";
  }

  void judge_untold() {
    const SchemaState near = nearest(true);
    const Distance here = distance(near);
    standing_.state = near;
    standing_.table = in_schema(rows_.table);
    standing_.severity = Severity::blocker;
    standing_.cure = Standing::Cure::stamp;
    standing_.sql = stamp_sql(fingerprint_, near, rows_, wish_.schema);
    const std::string objects = here.is_none() ? state_words(fingerprint_, near, wish_.from)
                                               : "nearest to " + state_words(fingerprint_, near, wish_.from);
    if (!unknown_.empty()) {
      standing_.kind = Standing::Kind::unknown;
      standing_.code = "revision-unknown";
      standing_.revision = unknown_.front();
      standing_.count = unknown_.size();
      standing_.title = fmt::format("{} holds {}, which no release has; the objects are {}", standing_.table,
                                    join(unknown_, ", "), objects);
      standing_.detail =
          "Code other than upstream's wrote it, or it was written by hand: upstream's code refuses a revision that it "
          "does not have.";
    } else if (rows_.rows.size() > fingerprint_.heads(near).size() || has_double()) {
      standing_.kind = Standing::Kind::row_doubled;
      standing_.code = "revision-row-doubled";
      standing_.count = rows_.rows.size() - std::min(rows_.rows.size(), fingerprint_.heads(near).size());
      standing_.title =
          fmt::format("{} holds {} rows where there should be {}: {}; the objects are {}", standing_.table,
                      rows_.rows.size(), fingerprint_.heads(near).size(), join(rows_.rows, ", "), objects);
      standing_.detail = "A branch has one row. With two rows of one branch a migration is refused, or runs again.";
    } else {
      standing_.kind = Standing::Kind::row_missing;
      standing_.code = "revision-row-missing";
      tell_missing_row(near, objects);
    }
    if (here.missing > 0) {
      const std::vector<const FingerprintObject*> lost = lost_for_ever(near);
      standing_.detail += " Beside it " + lacking_words(lost, observed_) + ".";
      if (const std::string more = objects_sql(fingerprint_, near, lost, observed_, wish_.schema); !more.empty()) {
        standing_.sql += "\n" + more;
      }
    }
  }

  [[nodiscard]] bool has_double() const {
    return std::any_of(by_branch_.begin(), by_branch_.end(), [](const auto& places) { return places.size() > 1; });
  }

  void tell_missing_row(const SchemaState& near, const std::string& objects) {
    std::vector<std::string> branches, heads;
    for (std::size_t branch = 0; branch < by_branch_.size(); ++branch) {
      if (const std::string head = fingerprint_.head(branch, near); !head.empty() && by_branch_[branch].empty()) {
        branches.push_back(fingerprint_.branches[branch].name);
        heads.push_back(head);
      }
    }
    standing_.count = heads.size();
    standing_.revision = heads.empty() ? "" : heads.front();
    if (!rows_.there) {
      standing_.title = fmt::format("{} has no table {}; its objects are {}", wish_.schema, rows_.table, objects);
    } else if (rows_.rows.empty()) {
      standing_.title = fmt::format("{} is empty; the objects are {}", standing_.table, objects);
    } else {
      standing_.title = fmt::format("the {} row of {} is missing ({}); all else is {}", join(branches, " and "),
                                    standing_.table, join(heads, ", "), objects);
    }
    standing_.detail =
        "Without it the service's migrations start from the very first one, on tables that are long past it.";
  }

  // The table of the first of them, and its columns.
  void name_objects(const std::vector<const FingerprintObject*>& objects) {
    if (objects.empty()) {
      standing_.table = in_schema(rows_.table);
      return;
    }
    // Columns before keys: it is they that code asks for.
    const auto column = std::find_if(objects.begin(), objects.end(), [](const auto* one) { return is_column(*one); });
    for (const FingerprintObject* object : objects) {
      if (!contains(standing_.tables, object->table)) {
        standing_.tables.push_back(object->table);
      }
    }
    const FingerprintObject& first = column == objects.end() ? *objects.front() : **column;
    standing_.table = in_schema(first.table);
    for (const FingerprintObject* object : objects) {
      if (object->table != first.table) {
        continue;
      }
      for (const std::string& name : split(object->name.substr(0, object->name.find('>')), ',')) {
        if (!contains(standing_.columns, name)) {
          standing_.columns.push_back(name);
        }
      }
    }
    standing_.revision = first.born == 0 ? "" : fingerprint_.revisions[first.born - 1].id;
  }

  // Of a state inside an upgrade all releases from the one that is done to the one that it is on the way to.
  void set_releases() {
    const bool by_rows = told_ && standing_.kind != Standing::Kind::unfinished;
    const SchemaState& state = by_rows ? *told_ : standing_.state;
    standing_.releases = fingerprint_.releases_at(state);
    if (!standing_.releases.empty()) {
      standing_.done = standing_.releases.front();
      return;
    }
    std::string above;
    for (const auto& [release, count] : fingerprint_.releases) {
      const SchemaState end = fingerprint_.state_of(release);
      if (is_below(end, state)) {
        standing_.done = release;
      } else if (above.empty() && is_below(state, end)) {
        above = release;
      }
    }
    for (const auto& [release, count] : fingerprint_.releases) {
      if (release >= standing_.done && (above.empty() || release <= above)) {
        standing_.releases.push_back(release);
      }
    }
  }

  void set_lost_tables() {
    std::set<std::string> lost;
    const std::set<std::string> moved = tables_of_others(fingerprint_, observed_);
    for (const FingerprintObject& object : fingerprint_.objects) {
      if (is_column(object) && fingerprint_.holds(object, standing_.state) &&
          !observed_.tables.contains(object.table) && !observed_.views.contains(object.table) &&
          !moved.contains(object.table)) {
        lost.insert(object.table);
      }
    }
    standing_.lost_tables.assign(lost.begin(), lost.end());
  }

  [[nodiscard]] std::string in_schema(const std::string& table) const { return wish_.schema + "." + table; }

  const SchemaFingerprint& fingerprint_;
  const ObservedSchema& observed_;
  const RevisionRows& rows_;
  const StandingWish& wish_;
  Sight sight_;
  std::vector<const FingerprintObject*> moving_;     // that some revision makes or takes away
  std::vector<std::vector<std::size_t>> by_branch_;  // places that the rows tell
  std::vector<std::string> unknown_;                 // rows
  std::optional<SchemaState> told_;
  Standing standing_;
};

}  // namespace

Standing stand(const SchemaFingerprint& fingerprint, const ObservedSchema& observed, const RevisionRows& rows,
               const StandingWish& wish) {
  return Judge(fingerprint, observed, rows, wish).run();
}

}  // namespace rehearsal
