// What was asked of the data before the path and after it.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_asked() {
  return {
      {"assertion-failed", "blocker",
       "A query of the scenario's [[assert]] answers otherwise after the path than before it, or not what the scenario "
       "expects.",
       "A step changed rows that the query looks at, or gave a column another meaning. Rows that an upgrade is meant "
       "to "
       "change are counted too where the query does not leave them out.",
       "Ask the query with `rehearse shell RUN --at STEP` before and after the service's steps, to find the one that "
       "changes the answer. Where the change is right, mend the query, or waive the finding until it is.",
       "[[assert]]\nname = \"live rows\"\nsql = \"SELECT COUNT(*) FROM s.t WHERE deleted = 0\""},
      {"assertion-not-asked", "warning",
       "A query of the scenario's [[assert]] has no answer before or after the path, so nothing is known of it and no "
       "GO is given.",
       "The server refuses it, for it writes, is misspelt, names a column that only one end of the path has, or takes "
       "longer than a minute; it is about a schema that is not rehearsed; or the service did not come to the end of "
       "the path.",
       "Read the reason in the title. A query may name its tables only as schema.table, may only read, and must be "
       "right for the schema of both releases; with `expected` it is only asked after the path.",
       "the server says: Unknown column 'c' in 'where clause'"},
      {"invariant-broken", "blocker",
       "A number that no upgrade changes, such as that of the live rows of a table, is not the same before and after "
       "the path.",
       "A step deleted rows, marked them as deleted or changed what they count, by a defect or because of what the "
       "data "
       "holds.",
       "Look at what the service's steps did to the table, and at the rows with `rehearse shell RUN --at STEP`. Do not "
       "upgrade before it is known where they went.",
       "live instances: 1204 before the path, 1198 after it"},
      {"invariant-not-asked", "warning",
       "A number that no upgrade changes could not be asked before or after the path: a defect of this program or of "
       "its catalogue, which names itself.",
       "The service's schema is not as the catalogue knows it, at a release that it does not know or on a schema that "
       "was changed by hand.",
       "Ask the number yourself before and after the upgrade, and report the query that the finding names.",
       "the server says: Table 's.t' doesn't exist"},
      {"reference-broken", "warning",
       "After the path rows speak of others that are not there or not live, and did not so in the snapshot.",
       "A step filled a column with the id of a row that is gone or deleted, deleted the row that others speak of, or "
       "took a row over without what belongs to it.",
       "Look at the rows that are listed, with `rehearse shell RUN --at STEP`, and at what they speak of. Mend them "
       "before the upgrade where its cause lies in the snapshot; otherwise know how to mend them after it.",
       "SELECT t.id FROM s.t LEFT JOIN s.p ON p.id = t.p_id AND p.deleted = 0 WHERE t.deleted = 0 AND p.id IS NULL;"},
  };
}

}  // namespace rehearsal
