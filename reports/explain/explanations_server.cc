// Accounts, locks, connections and space.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_server() {
  return {
      {"privilege-missing", "blocker",
       "The service's account may not do what the step needs. A rehearsal gives each service all rights on its own "
       "schemas and nothing global, as installers do.",
       "A step makes triggers or functions while the binary log is on (1419), reaches into another service's schema "
       "(1142, 1044), or wants a global privilege (1227).",
       "For 1419, set log_bin_trust_function_creators = 1 for the time of the upgrade and back afterwards. Else grant "
       "exactly what the error names, to the account that runs the migrations, in production too.",
       "(1419, 'You do not have the SUPER privilege and binary logging is enabled ...')\n"
       "(1142, \"ALTER command denied to user 'svc'@'%' for table 't'\")\n"
       "SET GLOBAL log_bin_trust_function_creators = 1;"},
      {"lock-wait", "blocker",
       "A statement waited for a lock longer than allowed, or was chosen as a deadlock's victim.",
       "In a rehearsal nobody else uses the clone, so the step blocked itself through a second connection. In "
       "production a forgotten transaction, a backup or a service still running does it as well. A prepared "
       "transaction (XA) keeps its locks even over a restart, and comes along with a copy of the data directory.",
       "Before the window, stop the services that write to the schema, look for old transactions in "
       "information_schema.innodb_trx and XA RECOVER and end them. If the rehearsal shows it again and again, it is a "
       "fault of the migration: look for a newer version of the service.",
       "(1205, 'Lock wait timeout exceeded; try restarting transaction')\n"
       "(1213, 'Deadlock found when trying to get lock; try restarting transaction')"},
      {"server-gone", "blocker",
       "The server closed the connection while the step was at work, or was not there any more.",
       "The server ran out of memory or crashed, a statement was larger than max_allowed_packet, or a connection was "
       "idle for longer than wait_timeout.",
       "Read the end of the server's log first: a crash or a kill for lack of memory is told there. Give the rehearsal "
       "more memory ([server] memory), or raise max_allowed_packet here and in production.",
       "(2013, 'Lost connection to MySQL server during query')\n(2006, 'MySQL server has gone away')"},
      {"disk-full", "blocker", "The step needs more space than there is, on the data's disk or for temporary files.",
       "ALTER TABLE with a copy needs the table's size once more, sorting for an index goes to tmpdir, and the binary "
       "log "
       "grows with all rows that are rewritten. A data file or table with a size limit of its own gives 1114 too.",
       "Free space for the rehearsal, and see that production has at least the same free before the window: the size "
       "of "
       "the largest changed table twice, on every node. A full disk in production stops every service on that server.",
       "(1114, \"The table 't' is full\")\n(1021, 'Disk full (/tmp); waiting for someone to free some space...')\n"
       "OSError: [Errno 28] No space left on device"},
      {"variables-not-given", "info", "The rehearsal was not told production's server variables.",
       "[server] variables names no file. What a dump tells of its server, such as the sql_mode and character sets, is "
       "used; the rest is the rehearsal's own.",
       "Write production's variables to a file and name it in the scenario: [server] variables = \"production.cnf\". "
       "Settings that decide migrations are then reproduced, and what cannot be is said.",
       "mariadb -e 'SHOW GLOBAL VARIABLES' > production.cnf"},
      {"window-exceeded", "warning",
       "The steps of the path take longer than the maintenance window that the scenario gives.",
       "The data has grown, a statement copies a large table, or this machine is slower than production's.",
       "Look at the timeline for the long steps. What may run while the services are up (expand, online migrations) "
       "can "
       "go before the window; rows that are deleted already can be purged; or the window must be longer.",
       "rehearse run upgrade.toml --purged  # what a purge would save"},
  };
}

}  // namespace rehearsal
