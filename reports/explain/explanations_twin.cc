// Production's schema against the same path on an empty database.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_twin() {
  return {
      {"schema-drift", "warning",
       "Production's schema is not what the migrations of its release make on an empty database. It is a warning where "
       "a "
       "step of the path depends on what differs, and information otherwise.",
       "An index, column or trigger was added or dropped by hand, a tool removed an index that it called redundant, "
       "tables were converted to another character set, or an upgrade years ago went another way than today's.",
       "Where a step is named, bring the object back to what the reference has before the upgrade: the step drops, "
       "makes or changes it and knows it only under that name. Other differences can stay; know them when a query is "
       "slow or a later release stops.",
       "s.t lacks the index `ix_t_c` (`c`)\nALTER TABLE s.t ADD KEY ix_t_c (c);"},
      {"outcome-differs", "warning",
       "After the path a table is not what the same steps make on an empty database, though it did not differ before.",
       "A migration looks at the data or at what is already there before it acts, an earlier attempt made it skip a "
       "part, or it takes another way on a schema that has drifted.",
       "Compare the table with a fresh installation of the target release, and read the migration that makes the "
       "object. "
       "What was left out has to be made by hand, or the next upgrade stops at it.",
       "SHOW CREATE TABLE s.t;"},
      {"fails-on-empty-database", "warning",
       "A step fails on an empty database too: production's rows are not to blame.",
       "The release's packages do not fit together, its configuration lacks something, the server is too new or lacks "
       "a "
       "right; or the migration was never right.",
       "Read the step's output. Pin the packages to the release's upper constraints, or rehearse with your own image; "
       "search the service's bugs for the error.",
       "rehearse run upgrade.toml -v"},
      {"seed-row-missing", "warning",
       "A step of the path puts a row into an empty database, such as a template or a default, and after the path "
       "production does not have it.",
       "The migration inserts only where the table is empty or new, or copies from rows that production lost; or an "
       "earlier attempt made it skip the part.",
       "Insert the row as a fresh installation has it, or know that the service works without it: what it stands for, "
       "such as a default rule, is not in force.",
       "SELECT * FROM s.t;  -- here, and on a fresh installation of the target release"},
      {"drift-not-looked-at", "info", "Production's schema was not compared with the same path on an empty database.",
       "The run was asked to leave it out, the old release's code could not be installed or fails on an empty "
       "database, "
       "or production is at a revision that no release ends at.",
       "Run `rehearse prepare` where there is a network, and the run again without --no-twin. Nothing else depends on "
       "it.",
       "rehearse prepare upgrade.toml"},
  };
}

}  // namespace rehearsal
