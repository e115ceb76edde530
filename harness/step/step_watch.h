// Watching the statements and locks of one step on a lane's server: from before its command starts until after it has
// ended. The step is not touched; see wait_probe.h for why it cannot wait for the watch.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/locks/statement_log.h"
#include "harness/locks/wait_probe.h"
#include "harness/server/run_server.h"
#include "harness/step/step_statements.h"

namespace rehearsal {

class StepWatch {
 public:
  // `user`: the service's account, whose statements count. The server outlives the watch. `also` is called for each
  // statement, on the watch's own thread while the step runs and in end().
  [[nodiscard]] static Result<std::unique_ptr<StepWatch>> begin(RunServer& server, const std::string& user,
                                                                EachStatement also = {});

  // Call it once, when the step has ended and its server lives.
  Result<void> end();

  // After end().
  [[nodiscard]] const StepStatements& statements() const { return statements_; }

  // The step's records, with the algorithms of its ALTERs; these are looked for on the same server in databases of
  // the probe's own (a few ms a statement; a server of its own would cost a second a step). `definitions`:
  // "schema.table" -> SHOW CREATE TABLE before the step.
  [[nodiscard]] Result<std::vector<StatementRecord>> records(const std::map<std::string, std::string>& definitions);

 private:
  StepWatch(RunServer& server, const std::string& user)
      : server_(server), user_(user), log_(server.statement_log(), user) {}
  Result<void> wait_for_connections();
  Result<void> read(bool to_end);

  RunServer& server_;
  std::string user_;
  StatementLog log_;
  StepStatements statements_;
  EachStatement also_;
  std::vector<LockWait> waits_;
  Result<void> reading_;              // of the reads on the probe's thread
  std::unique_ptr<WaitProbe> probe_;  // last: its thread uses the others
};

}  // namespace rehearsal
