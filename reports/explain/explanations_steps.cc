// What a step did, refused to do, or left undone.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_steps() {
  return {
      {"step-failed", "blocker", "A step ended badly, and its output shows no error that has a code of its own.",
       "Anything from a wrong option or a missing Python module to an error in the migration's own code.",
       "Read the step's output, beginning at its last lines; the report names its file. If the error is about modules "
       "or "
       "options, the rehearsal's environment or configuration is at fault: mend that first, then rehearse again.",
       "ModuleNotFoundError: No module named 'x'"},
      {"internal-error", "warning",
       "A query of the rehearsal's own failed while it looked for the reason of a failure.",
       "The schema is not as the rehearsal expects it: a table or column that it asked for is not there, or the server "
       "stopped answering.",
       "What the step itself said stands. Tell us the text: it names what was asked and what the server said.",
       "a query of the rehearsal's own failed: which rows the step copies into s.t twice"},
      {"guard", "blocker",
       "The step looked at the data before it changed anything and refused to go on. Nothing is broken: the program "
       "protects the data.",
       "Work of the old release is not finished, such as an online data migration, or objects are left that the new "
       "release cannot read.",
       "Do what the message says, mostly with the code of the old release, until the same check is content. Do not "
       "force "
       "or skip it.",
       "Please run the online data migrations of the previous release before upgrading."},
      {"step-timeout", "warning",
       "A step did not end within the time that its phase is given, and was ended. What it would have come to is not "
       "known.",
       "A large table is rewritten, a loop makes no progress, or the step waits for another service or a lock that "
       "will never come.",
       "See which statement ran last. If the work is real, give the phase more time, [limits] time = { sync = \"8h\" } "
       "in the scenario, and rehearse again: what it takes then is the window that production needs.",
       "it did not end within 4 h 00 min"},
      {"idle", "warning",
       "A step printed nothing for so long that it was taken for stuck, and was ended. What it would have come to is "
       "not known.",
       "It waits for another service, a lock or an answer at the keyboard; or one statement on a large table takes "
       "longer than the limit.",
       "See which statement ran last. If it was at work, give it more time, [limits] idle = \"3h\" in the scenario, "
       "and "
       "rehearse again.",
       "it printed nothing for 30 min 00 s"},
      {"memory-limit", "warning",
       "A step took more memory than a step may have, and was ended. What it would have come to is not known.",
       "A migration reads a whole table at once, or code runs away.",
       "Give it more, [limits] memory = \"8g\" in the scenario, and rehearse again; production's machine needs as much "
       "when the step runs there.",
       "its processes took more than 4g of memory"},
      {"process-limit", "warning",
       "A step started more processes and threads than a step may have. What it would have come to is not known.",
       "A pool of workers is as large as the machine, or code runs away.",
       "Give it more, [limits] processes = 1024 in the scenario, and rehearse again.",
       "it started more than 512 processes and threads"},
      {"output-limit", "warning",
       "A step printed more than a step may print, and was ended. What it would have come to is not known.",
       "A line is logged for each row, a logger stands at DEBUG, or an error is repeated without end.",
       "Read the end of the step's output. If it was at work, give it more, [limits] output = \"1g\" in the scenario, "
       "and rehearse again.",
       "it printed more than 256m"},
      {"file-limit", "warning",
       "A step wrote more files than a step may write, and was ended; the files are gone. What it would have come to "
       "is "
       "not known.",
       "A migration exports rows into files, or a log grows without end.",
       "Give it more, [limits] files = \"20g\" in the scenario, and rehearse again; production's machine needs the "
       "room "
       "when the step runs there.",
       "it wrote more than 4g of files"},
      {"retry-skips-work", "warning",
       "Run again after its failure, the step ends with exit status 0 and leaves out a part of its work.",
       "MariaDB keeps the schema statements of a failed migration. The second try finds what they made, takes it for "
       "done, and passes over the data that belongs to it.",
       "After a failure of this step restore the database from the backup and begin again; do not run the step a "
       "second time on what it left.",
       "run again after its failure, the step ends well and leaves out a part of its work"},
      {"online-remaining", "blocker",
       "An online data migration finds rows that it cannot migrate. Its exit status may be 0 all the same.",
       "Rows lack what the migration needs: a parent that was deleted, a broken value, a record that a stopped host "
       "never "
       "renewed. Often they are soft-deleted.",
       "Look at the rows that the named migration selects, mend or purge them, and run the command again until it "
       "finds "
       "none. They must be at zero before the next hop, as later code does not know the old form any more.",
       "5 rows matched query migrate_x, 0 migrated"},
      {"online-left-waiting", "blocker",
       "An online data migration ended and left rows that it can migrate. It is a condition only where no release "
       "needs "
       "the rows to be migrated.",
       "The command looks at a batch of rows at a time. Rows that it cannot migrate come first in the table and fill "
       "the "
       "batch; it migrates none of them, takes itself for done, and never sees those behind.",
       "Run the command with the batch size that the finding names, which was tried on a copy, or mend the rows in "
       "front. Then run it once more and see that it finds none.",
       "50 rows matched query migrate_x, 0 migrated\nsvc-manage db online_data_migrations --max-count 5000"},
      {"online-left-behind", "warning",
       "An online data migration counted rows, migrated fewer of them, and does not find the others again.",
       "Its count and its work go by different conditions: rows in some state are counted and passed over.",
       "Look at the rows that the finding names. Bring them out of the state that keeps them back, and run the command "
       "again.",
       "migrate_x() migrated 17 of 20 objects.\nmigrate_x() migrated 0 of 0 objects."},
      {"online-sampled", "info",
       "Online data migrations were let run for the time that `--sample` gives and then stopped; the finding tells how "
       "fast they went and how long the rest will take at that pace.",
       "The run was asked for a part of the work only, as for a table that takes hours.",
       "Plan with the time to zero. Rehearse without `--sample` for an answer about the upgrade: what comes after a "
       "stopped step was not rehearsed.",
       "rehearse run upgrade.toml --sample 10m"},
      {"online-endless", "blocker",
       "The command for online data migrations asked to be run again, each time, until the rehearsal gave up.",
       "It migrates the same row again and again, or another program puts the old form back.",
       "See which migration the output names and which rows it changes. Look for what writes them back: a trigger, or "
       "a "
       "service of the old release.",
       "1 rows matched query migrate_x, 1 migrated"},
      {"online-error", "blocker", "An online data migration raised an error and did not do its work.",
       "A row that its code cannot read: a reference to nothing, a value of an older form, broken JSON. The command "
       "goes "
       "on with the next migration and tells the error only in its output.",
       "The output names the migration and the error. Find the row, mend it with the old release's tools, and run the "
       "command again until it ends with nothing found.",
       "Error attempting to run <function migrate_x at 0x7f...>"},
      {"check-failed", "blocker",
       "An upgrade check of the service says Failure: it is known that the upgrade would not work.",
       "The check found the state that it looks for: old records, unfinished migrations, options that were removed.",
       "Read the check's details; they say what to do, and the service's upgrade notes say why. Do it in production "
       "before the upgrade, then take a new dump.",
       "| Check: Old records      |\n| Result: Failure         |\n| Details: 3 rows remain  |"},
      {"check-warning", "warning",
       "An upgrade check of the service says Warning: the upgrade may work, but something is to be looked at.",
       "A deprecated option, a state that will be an error one release later, or something that the check could not "
       "make "
       "sure of.",
       "Read the check's details and decide before the window. Write down the decision, as the same warning will come "
       "in "
       "production.",
       "| Check: Old option       |\n| Result: Warning         |"},
      {"check-crashed", "warning",
       "An upgrade check broke off, or did not end, before any of its checks spoke, in a way that is not known of its "
       "release.",
       "A library that does not fit the release, an option or a file that the check needs, or a value in the data that "
       "its code cannot read.",
       "Run the check in production with the new release's code and configuration. If it breaks off there too, read "
       "the "
       "error: one about a value speaks of the data and is to be mended before the upgrade.",
       "Traceback (most recent call last):\nTypeError: expected string or bytes-like object"},
      {"traceback-printed", "warning", "A step printed a Python traceback and ended with exit status 0 all the same.",
       "Its code caught an error, logged it and went on. What it was about to do for that row or object is not done.",
       "Read the step's output around the traceback: which object was it at? Look whether the object came out right, "
       "and run the step again on a copy.",
       "Traceback (most recent call last):\nKeyError: 'network_id'"},
      {"check-not-judged", "info",
       "An upgrade check was not judged: it needs another live service or the operator's configuration, which a "
       "rehearsal "
       "does not have.",
       "Some checks ask other services for their versions, or read options of the whole configuration. In a rehearsal "
       "they fail whatever the cloud is like, so their answer says nothing.",
       "Run the status command by hand in production, with the new release's code, before the upgrade.",
       "| Check: Service credentials |\n| Result: Failure            |"},
      {"rows-deleted", "blocker",
       "Rows went, or a table with rows in it was dropped, and nothing known of this release says that they should. "
       "The step itself may have ended with success.",
       "A migration removes what it takes for useless, such as rows without a parent or of a feature that ended; a "
       "foreign key with CASCADE may carry off more.",
       "Keep a copy of the table before the step, and look at the rows that go. If the cloud needs them, note how they "
       "are to be made again after the upgrade; if not, accept it as a condition.",
       "12 rows of s.t disappeared\nCREATE TABLE keep.t AS SELECT * FROM s.t;"},
      {"blocking-copy", "warning",
       "A step makes the server copy a whole table, row by row, and nobody can write to the table until the copy is "
       "done; readers wait only at its end. What a writer waited was measured by one. With fewer than 100,000 rows it "
       "is told for information.",
       "The server can make many changes of a table in place or at once, but not this one: a column gets another type "
       "or becomes shorter, a table gets another character set, a check constraint or a foreign key is added. Then it "
       "writes the table anew under a lock (ALGORITHM=COPY).",
       "Run the step in the maintenance window, also where its release calls it an online one, with the service's API "
       "and agents stopped for as long as the copy takes, and with free space for a second copy of the table. Fewer "
       "rows make it shorter: purge and archive before. Do not issue the ALTER by hand in advance: the migration "
       "issues it again, or finds a schema that it does not expect.",
       "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin\n"
       "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, LOCK=NONE;  -- refused with error 1846"},
      {"online-pace", "info",
       "How fast online data migrations went on this data: rows in a second, the time until none was left, and the "
       "batch size that fits.",
       "The time to zero is the command's own, run to its end on a quiet server. The batch size follows from the "
       "longest transaction that the server logged: as many rows as keep it below one second, or, where each row is a "
       "transaction of its own, about a minute's work.",
       "Online data migrations may run before the window, while the service is up. Start them as long before as the "
       "time to zero says, several times over for a loaded server, and repeat the command until it finds nothing.",
       "svc-manage db online_data_migrations --max-count 500"},
      {"rows-rewritten", "blocker",
       "Values changed in rows that were there before, and nothing known of this release says that they should. The "
       "step itself may have ended with success.",
       "A migration rewrites what it takes for old or wrong, a new type or character set cuts or bends values, or a "
       "foreign key with SET NULL or CASCADE reached the rows. \"truncated\" is a value that lost its end, \"case\" "
       "one "
       "that differs in upper and lower case only, \"respelled\" the same JSON written otherwise. It is a condition "
       "only "
       "where NULL was filled, a value was respelled, the service holds the rows for deleted, or the old value is in "
       "another row that the step wrote under the same key.",
       "Read the migration of that release, compare some of the rows that are named on a copy before and after the "
       "step, and keep a copy of the table if the old values may be needed. If the change is right, accept it as a "
       "condition.",
       "values of c changed in 3 rows of s.t\nCREATE TABLE keep.t AS SELECT * FROM s.t;"},
      {"rows-not-compared", "warning",
       "What a step did to the rows of a table is not known exactly: the state before the step could not be looked at.",
       "The second server that holds the state before the step did not start or ended, for want of memory or disk, or "
       "a table cannot be read. Row counts are known, values that changed are not.",
       "Read the detail, mend the machine (`rehearse doctor` helps), and rehearse again.",
       "the server does not answer (look-back)"},
      {"purge-failed", "warning",
       "The service's own command for purging deleted rows, which `--purged` runs first, did not come to its end. The "
       "rehearsal went on with the rows that are left.",
       "Most often a row that is marked as deleted still has children that are not: the command stops at the foreign "
       "key and leaves that table and all after it as they are.",
       "Find the children of deleted rows with the statement in the finding, delete them with the service's tools, and "
       "purge again. Without a purge the upgrade itself may well work: rehearse without `--purged`.",
       "svc-manage db purge 30\n(1451, 'Cannot delete or update a parent row: a foreign key constraint fails')"},
      {"revision-not-reached", "blocker",
       "A step ended with success, and the schema is not at the revision that its release ends at.",
       "The command worked on another database than it should, did nothing because it thought that nothing was to be "
       "done, or the installed code is not the release that it says it is.",
       "Compare the revision in the finding with the one of the release. Look at the version of the package, and at "
       "the "
       "connection that the command used. Never write the revision by hand.",
       "SELECT version_num FROM alembic_version;"},
      {"lane-broken", "warning",
       "The harness itself could not go on with one service: no server, no space, a program that is missing. It says "
       "nothing about the data.",
       "The machine ran out of memory or disk, the container engine failed, or a file of the run was removed.",
       "Read the detail, mend the machine (`rehearse doctor` helps), and rehearse again. Until then the answer for "
       "this "
       "service is not known.",
       "the server died during svc:2025.1:sync"},
  };
}

}  // namespace rehearsal
