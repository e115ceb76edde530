#include "reports/verdict.h"

#include "sample.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

Finding finding(Severity severity, const std::string& title) {
  Finding out;
  out.code = "check-warning";
  out.severity = severity;
  out.service = "nova";
  out.title = title;
  return out;
}

GateRecord& gate(RunRecord& run, GateId id) {
  for (GateRecord& one : run.gates) {
    if (one.id == id) {
      return one;
    }
  }
  throw std::runtime_error("no such gate");
}

TEST(Verdict, HealthyRunIsGoAndSaysWhatWasProven) {
  RunRecord run = sample::healthy();
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::go);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_NE(run.reasons[0].text.find("5 steps"), std::string::npos) << run.reasons[0].text;
  EXPECT_NE(run.reasons[0].text.find("from 2023.1 to 2024.1"), std::string::npos);
}

TEST(Verdict, BlockerIsNoGoAndNamesStepRevisionTableAndCount) {
  const RunRecord run = sample::broken();
  EXPECT_EQ(run.verdict, Verdict::no_go);
  ASSERT_EQ(run.reasons.size(), 1U);
  for (const char* part : {"cinder:2024.1:sync", "9ab1b092a404", "100 rows", "cinder.volumes"}) {
    EXPECT_NE(run.reasons[0].text.find(part), std::string::npos) << run.reasons[0].text;
  }
}

TEST(Verdict, UnprovenRestoreOutranksABlocker) {
  RunRecord run = sample::broken();
  run.verified = false;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
  EXPECT_NE(run.reasons[0].text.find("not proven"), std::string::npos);
  EXPECT_NE(run.reasons[1].text.find("9ab1b092a404"), std::string::npos);
}

TEST(Verdict, FailedRestoreGateIsInconclusiveEvenWhereTheFlagSaysVerified) {
  RunRecord run = sample::healthy();
  gate(run, GateId::restore_proven).result = GateResult::failed;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
}

TEST(Verdict, MandatoryGateNotRunIsInconclusiveAndOutranksAWarning) {
  RunRecord run = sample::healthy();
  gate(run, GateId::online_complete).result = GateResult::not_run;
  run.findings.push_back(finding(Severity::warning, "a check warns"));
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
  EXPECT_NE(run.reasons[0].text.find("online-complete"), std::string::npos);
}

TEST(Verdict, AGateThatClaimsAnEarlierBlockerNeedsThatBlocker) {
  RunRecord run = sample::healthy();
  gate(run, GateId::online_complete).result = GateResult::not_run;
  gate(run, GateId::online_complete).after_blocker = true;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
}

TEST(Verdict, MissingMandatoryGateIsNotGo) {
  RunRecord run = sample::healthy();
  std::erase_if(run.gates, [](const GateRecord& one) { return one.id == GateId::rows_expected; });
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
  EXPECT_NE(run.reasons[0].text.find("rows-expected"), std::string::npos);
}

TEST(Verdict, WarningMakesConditions) {
  RunRecord run = sample::healthy();
  run.findings.push_back(finding(Severity::warning, "a check warns"));
  run.findings.push_back(finding(Severity::info, "nothing to do"));
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::conditions);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_EQ(run.reasons[0].text, "nova: a check warns.");
  EXPECT_EQ(run.reasons[0].finding, 0U);
}

TEST(Verdict, AnExceededWindowIsAConditionNotABlocker) {
  RunRecord run = sample::healthy();
  gate(run, GateId::window).result = GateResult::failed;
  gate(run, GateId::window).findings = {0};
  run.findings = {finding(Severity::warning, "the steps take 5 h, the window is 4 h")};
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::conditions);
  run.findings.clear();
  gate(run, GateId::window).result = GateResult::not_run;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::go);
}

TEST(Verdict, FailedGateWithoutABlockerIsNoGoAndSaysSo) {
  RunRecord run = sample::healthy();
  gate(run, GateId::rows_expected).result = GateResult::failed;
  gate(run, GateId::rows_expected).detail = "3 rows of neutron.network_segment_ranges are gone";
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::no_go);
  EXPECT_NE(run.reasons[0].text.find("3 rows of neutron.network_segment_ranges"), std::string::npos);
}

TEST(Verdict, FailedStepWithoutABlockerIsNoGo) {
  RunRecord run = sample::healthy();
  run.steps[1].status = StepStatus::failed;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::no_go);
  EXPECT_NE(run.reasons[0].text.find("glance:2024.1:migrate"), std::string::npos);
}

TEST(Verdict, NothingRunIsNeverGo) {
  RunRecord nothing;
  judge(nothing);
  EXPECT_EQ(nothing.verdict, Verdict::inconclusive);
  RunRecord no_gates = sample::healthy();
  no_gates.gates.clear();
  judge(no_gates);
  EXPECT_EQ(no_gates.verdict, Verdict::inconclusive);
  RunRecord no_steps = sample::healthy();
  no_steps.steps.clear();
  judge(no_steps);
  EXPECT_EQ(no_steps.verdict, Verdict::inconclusive);
}

TEST(Verdict, AReasonNamesTheFindingOrTheGateThatItSpeaksOf) {
  RunRecord run = sample::healthy();
  run.findings = {finding(Severity::info, "nothing"), finding(Severity::blocker, "rows")};
  gate(run, GateId::coverage).result = GateResult::failed;
  judge(run);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_EQ(run.reasons[0].finding, 1U);
  EXPECT_EQ(run.reasons[0].gate, std::nullopt);
  run.findings.clear();
  judge(run);
  EXPECT_EQ(run.reasons[0].finding, std::nullopt);
  EXPECT_EQ(run.reasons[0].gate, GateId::coverage);
}

// Every combination of what a verdict depends on, against the order of its rules as it is written down: restore not
// proven, any blocker, coverage or a mandatory gate not given, any warning.
TEST(Verdict, FollowsTheOrderOfItsRulesInEveryCombination) {
  enum class Is {
    passed,
    failed_for_blocker,
    failed_for_warning,
    failed_for_info,
    failed_for_nothing,
    not_run,
    absent
  };
  constexpr Is kAll[] = {Is::passed,          Is::failed_for_blocker, Is::failed_for_warning,
                         Is::failed_for_info, Is::failed_for_nothing, Is::not_run,
                         Is::absent};
  struct Place {
    Is is;
    GateId id;
  };
  const auto put = [](RunRecord& run, const Place& place) {
    if (place.is == Is::absent) {
      std::erase_if(run.gates, [&](const GateRecord& one) { return one.id == place.id; });
      return;
    }
    GateRecord& it = gate(run, place.id);
    const auto fails_for = [&](Severity severity) {
      it.result = GateResult::failed;
      it.findings.push_back(run.findings.size());
      run.findings.push_back(finding(severity, to_word(place.id)));
    };
    switch (place.is) {
      case Is::passed:
      case Is::absent:
        break;
      case Is::failed_for_blocker:
        fails_for(Severity::blocker);
        break;
      case Is::failed_for_warning:
        fails_for(Severity::warning);
        break;
      case Is::failed_for_info:
        fails_for(Severity::info);
        break;
      case Is::failed_for_nothing:
        it.result = GateResult::failed;
        break;
      case Is::not_run:
        it.result = GateResult::not_run;
        break;
    }
  };
  std::size_t combinations = 0;
  for (const bool proven : {true, false}) {
    for (const int own : {0, 1, 2, 3}) {  // findings of no gate: none, information, a warning, a blocker
      for (const Is coverage : kAll) {
        for (const Is mandatory : kAll) {
          for (const Is optional : kAll) {
            RunRecord run = sample::healthy();
            run.verified = proven;
            if (own > 0) {
              run.findings.push_back(finding(own == 1   ? Severity::info
                                             : own == 2 ? Severity::warning
                                                        : Severity::blocker,
                                             "of no gate"));
            }
            put(run, {coverage, GateId::coverage});
            put(run, {mandatory, GateId::online_complete});
            put(run, {optional, GateId::window});
            judge(run);

            const auto any = [&](Is is) { return coverage == is || mandatory == is || optional == is; };
            const bool blocker = own == 3 || any(Is::failed_for_blocker) || mandatory == Is::failed_for_nothing ||
                                 optional == Is::failed_for_nothing;
            const bool given = coverage == Is::passed && mandatory != Is::not_run && mandatory != Is::absent;
            const bool warning = own == 2 || any(Is::failed_for_warning);
            const Verdict expected = !proven   ? Verdict::inconclusive
                                     : blocker ? Verdict::no_go
                                     : !given  ? Verdict::inconclusive
                                     : warning ? Verdict::conditions
                                               : Verdict::go;
            ++combinations;
            ASSERT_EQ(run.verdict, expected)
                << "proven " << proven << ", own " << own << ", coverage " << static_cast<int>(coverage)
                << ", mandatory " << static_cast<int>(mandatory) << ", optional " << static_cast<int>(optional);
            ASSERT_FALSE(run.reasons.empty());
            for (const Reason& reason : run.reasons) {
              ASSERT_TRUE(!reason.finding || *reason.finding < run.findings.size());
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(combinations, 2U * 4U * 7U * 7U * 7U);
}

// What a waiver took down is not run for no blocker's sake.
TEST(Verdict, AMandatoryGateThatDidNotRunIsNeverGoWhateverItClaims) {
  for (const GateMeaning& meaning : gate_meanings()) {
    for (const bool after_blocker : {false, true}) {
      RunRecord run = sample::healthy();
      gate(run, meaning.id).result = GateResult::not_run;
      gate(run, meaning.id).after_blocker = after_blocker;
      judge(run);
      EXPECT_EQ(run.verdict, meaning.mandatory ? Verdict::inconclusive : Verdict::go) << to_word(meaning.id);
    }
  }
}

TEST(Verdict, EveryGateThatFailsForNoFindingIsNeverGo) {
  for (const GateMeaning& meaning : gate_meanings()) {
    RunRecord run = sample::healthy();
    gate(run, meaning.id).result = GateResult::failed;
    judge(run);
    const bool proof = meaning.id == GateId::restore_proven || meaning.id == GateId::coverage;
    EXPECT_EQ(run.verdict, proof ? Verdict::inconclusive : Verdict::no_go) << to_word(meaning.id);
  }
}

TEST(Verdict, AtMostFiveReasonsTheLastCountsTheRest) {
  RunRecord run = sample::healthy();
  for (int i = 0; i < 8; ++i) {
    run.findings.push_back(finding(Severity::blocker, "blocker " + std::to_string(i)));
  }
  judge(run);
  ASSERT_EQ(run.reasons.size(), 5U);
  EXPECT_NE(run.reasons[0].text.find("blocker 0"), std::string::npos);
  EXPECT_NE(run.reasons[4].text.find("4 more"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
