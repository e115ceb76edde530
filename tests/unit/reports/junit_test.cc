#include "reports/junit.h"

#include <sstream>

#include "sample.h"
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

using Tree = boost::property_tree::ptree;

Tree parse(const std::string& text) {
  std::istringstream in(text);
  Tree tree;
  EXPECT_NO_THROW(boost::property_tree::read_xml(in, tree)) << text;
  return tree;
}

// The child element of this kind and name.
Tree named(const Tree& parent, const std::string& element, const std::string& name) {
  for (const auto& [kind, child] : parent) {
    if (kind == element && child.get<std::string>("<xmlattr>.name", "") == name) {
      return child;
    }
  }
  ADD_FAILURE() << "no " << element << " " << name;
  return {};
}

TEST(Junit, AFailedStepAndTheVerdictAreFailures) {
  const Tree suites = parse(to_junit(sample::broken())).get_child("testsuites");
  EXPECT_EQ(suites.get<int>("<xmlattr>.tests"), 7);
  EXPECT_EQ(suites.get<int>("<xmlattr>.failures"), 2);
  EXPECT_EQ(suites.get<int>("<xmlattr>.skipped"), 1);
  const Tree verdict = named(suites, "testsuite", "verdict");
  EXPECT_EQ(verdict.get<std::string>("testcase.failure.<xmlattr>.type"), "NO-GO");
  const Tree lane = named(suites, "testsuite", "cinder");
  EXPECT_EQ(lane.get<int>("<xmlattr>.tests"), 3);
  EXPECT_EQ(lane.get<int>("<xmlattr>.failures"), 1);
  const Tree step = named(lane, "testcase", "cinder:2024.1:sync");
  EXPECT_NEAR(step.get<double>("<xmlattr>.time"), 7.7, 0.001);
  EXPECT_EQ(step.get<std::string>("failure.<xmlattr>.type"), "null-in-not-null");
  const auto text = step.get<std::string>("failure");
  for (const char* part : {"9ab1b092a404", "Data truncated for column 'use_quota'", "UPDATE cinder.volumes"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  EXPECT_EQ(named(lane, "testcase", "cinder:2024.1:online").get<std::string>("skipped.<xmlattr>.message"),
            "cinder:2024.1:sync failed");
}

TEST(Junit, AHealthyRunHasNoFailureAndAnInconclusiveOneHas) {
  RunRecord run = sample::healthy();
  judge(run);
  EXPECT_EQ(parse(to_junit(run)).get<int>("testsuites.<xmlattr>.failures"), 0);
  run.verified = false;
  judge(run);
  EXPECT_EQ(parse(to_junit(run)).get<int>("testsuites.<xmlattr>.failures"), 1);
}

TEST(Junit, AFailureThatNoFindingTellsShowsTheOutput) {
  RunRecord run = sample::broken();
  run.findings.clear();
  const Tree lane = named(parse(to_junit(run)).get_child("testsuites"), "testsuite", "cinder");
  const Tree step = named(lane, "testcase", "cinder:2024.1:sync");
  EXPECT_EQ(step.get<std::string>("failure.<xmlattr>.message"), "exit status 1");
  EXPECT_NE(step.get<std::string>("failure").find("Running upgrade"), std::string::npos);
}

TEST(Junit, BytesThatXmlForbidsAreReplaced) {
  RunRecord run = sample::broken();
  run.findings[0].error = "\x1b[31m<&\"'>\x01\xff]]>";
  run.steps[4].id = run.findings[0].step = "a\"b<c>";
  const std::string text = to_junit(run);
  for (const char forbidden : {'\x1b', '\x01', '\xff'}) {
    EXPECT_EQ(text.find(forbidden), std::string::npos);
  }
  const Tree lane = named(parse(text).get_child("testsuites"), "testsuite", "cinder");
  EXPECT_NE(named(lane, "testcase", "a\"b<c>").get<std::string>("failure").find("<&\"'>"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
