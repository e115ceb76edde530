// The snapshot against the path that was asked for.
#include "reports/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_plan() {
  return {
      {"release-mismatch", "warning", "A schema is at another release than the path starts from.",
       "One service was upgraded earlier or later than the rest, an upgrade stopped between services, or the scenario "
       "names the wrong release.",
       "Make sure which release's code works on this schema in production, and write that one as `from`. A service "
       "that "
       "is behind must be brought along first.",
       "s is at revision 1b91788ec3a6, which is not 2024.1's"},
      {"revision-unknown", "warning", "A schema is at a revision at which no known release ends.",
       "An upgrade was interrupted, the schema was stamped by hand, the code carries migrations of a vendor, or it was "
       "built from a branch between two releases.",
       "Ask which code made the revision. With the old release's code, finish its own upgrade command in production "
       "first; the rehearsal then starts from a state that others have as well.",
       "SELECT version_num FROM alembic_version;"},
      {"schema-missing", "warning", "A service is not rehearsed, because a schema of it is not in the snapshot.",
       "The dump was made of some databases only, the schema has a name of its own, or the service keeps it on another "
       "server.",
       "Dump all schemas of the service, best in one dump, or name them with schemas = { ... } in the scenario. A "
       "service that was not rehearsed is not part of the answer.",
       "mysqldump --single-transaction --databases s1 s2 s3 > prod.sql"},
      {"schema-unknown", "info",
       "A schema of the snapshot belongs to no service that the catalogue knows; it is not rehearsed.",
       "It is another program's, an old copy, or a known service's under a name of its own.",
       "If it is a service's, say so with schemas = { ... } in its section of the scenario. Else nothing is to be "
       "done.",
       "[service.x]\nschemas = { main = \"x_prod\" }"},
      {"option-not-used", "info", "An option of the scenario's configuration text is left out.",
       "It names a connection or a host. A rehearsal sets these itself, so that a step can never reach production.",
       "Nothing is to be done. Remove the option from the scenario if the note is in the way.",
       "[database]\nconnection = mysql+pymysql://..."},
  };
}

}  // namespace rehearsal
