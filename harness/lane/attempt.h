// One run of a step: observed, executed, judged. Pure but for the site that is asked.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "harness/diagnosis/step_trace.h"
#include "harness/lane/attempt_site.h"
#include "harness/step/step_evidence.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct Attempt {
  StepJudgement judgement;
  StepTrace trace;
  std::string output;           // of the last invocation, raw
  double watching_seconds = 0;  // of observation and comparison
};

// `dir` keeps configuration and output. A step that fails is judged as any other; an Error is the harness's own.
[[nodiscard]] Result<Attempt> attempt(const PlanStep& step, const Service& service, const Lane& lane,
                                      const std::filesystem::path& dir, AttemptSite& site);

}  // namespace rehearsal
