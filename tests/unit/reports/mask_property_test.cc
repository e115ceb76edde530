// What production holds never leaves: tokens stand wherever a value of production has been seen in what servers and
// services print, and none may be seen after masking.

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/mask/mask.h"

namespace rehearsal {
namespace {

// "{}" is where the value stands, as the server prints it.
const std::vector<std::string> kServerMessages = {
    "Duplicate entry '{}' for key 'uniq_instances0uuid'",
    "Duplicate entry '{}-0' for key 'PRIMARY'",
    "Incorrect string value: '{}' for column `nova`.`instances`.`display_name` at row 7",
    "Incorrect datetime value: '{}' for column 'created_at' at row 1",
    "Incorrect integer value: '{}' for column 'vcpus' at row 1",
    "Truncated incorrect DOUBLE value: '{}'",
    "Incorrect value: '{}' for function str_to_date",
    "Access denied for user '{}'@'localhost' (using password: YES)",
    "Access denied for user 'root'@'{}' (using password: YES)",
    "The user specified as a definer ('{}'@'localhost') does not exist",
    "The user specified as a definer ('root'@'{}') does not exist",
    "SELECT command denied to user '{}'@'localhost' for table `nova`.`instances`",
    "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the "
    "right syntax to use near '{}' at line 1",
    "Data too long for column 'name' at row 1: '{}'",
    "Unknown prepared statement handler ({}) given to EXECUTE",
    "Can't find file: './nova/{}.frm' (errno: 2)",
    "Invalid JSON text in argument 1 to function 'json_extract': {} at position 3",
    "Partition value '{}' is out of range",
    "Host '{}' is not allowed to connect to this MariaDB server",
};

// What services print around a value.
const std::vector<std::string> kServiceForms = {
    "Instance {} could not be found.",
    "Volume type {} does not exist",
    "Unable to migrate instance name '{}'",
    "Invalid input received: \"{}\"",
    "KeyError: '{}'",
    "ValueError: invalid literal for int() with base 10: '{}'",
    "ValueError: could not convert string to float: {}",
    "TypeError: unhashable type: b'{}'",
    "json.decoder.JSONDecodeError: Expecting value in {}: line 1 column 1 (char 0)",
    "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xc3 in '{}'",
    "{{\"display_name\": \"{}\"}}",
    "{{\"{}\": 1}}",
    "{{'display_name': '{}'}}",
    "{{'{}': True}}",
    "['{}', 'other']",
    "[{}, other]",
    "Instance(name={}, host=compute)",
    "<Service host={} binary=compute>",
    "[parameters: {{'name': '{}', 'id': 3}}]",
    "[parameters: ('{}', 3)]",
    "[SQL: UPDATE instances SET display_name='{}' WHERE id = 3]",
    "[SQL: INSERT INTO t (a, b) VALUES ('{}', 0x00)]",
    "[SQL: SELECT 1 FROM t WHERE name = '{}' /* {} */]",
    "password = {}",
    "\"password\": \"{}\"",
    "--os-password {}",
    "admin_token={}, retrying",
    "Authorization: Bearer {}",
    "X-Auth-Token: {}",
    "X-Service: {}",
    "Set-Cookie: session={}; Path=/",
    "mysql+pymysql://nova:{}@127.0.0.1/nova",
    "mysql+pymysql://{}:x@127.0.0.1/nova",
    "mysql+pymysql://nova:x@{}:3306/nova?charset=utf8",
    "rabbit://openstack:{}@localhost:5672//",
    "http://{}:8774/v2.1",
    "https://api.{}.example/identity",
    "curl -H 'X-Auth-Token: {}' http://127.0.0.1",
    "user {}@example.org logged in",
    "user root@{}.example.org logged in",
    "IOError: [Errno 2] No such file or directory: '/etc/nova/{}.conf'",
    "reading /var/lib/nova/{}/instances",
    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    "in 'from {}'",
    "Error parsing value from '{}'",
    "Unknown key in '{}'",
    "set '{}'",
    "host `{}` is down",
    "Cannot load image {}",
    "| {} | up |",
    "{}: OK",
    "  File \"/opt/{}/lib/python3.11/site-packages/nova/db/api.py\", line 12, in main",
};

const std::vector<std::string> kStatements = {
    "INSERT INTO t VALUES ('{}')",
    "INSERT INTO t VALUES (\"{}\")",
    "UPDATE t SET a = '{}', b = N'{}' WHERE c = x'00'",
    "DELETE FROM t WHERE name LIKE '%{}%'",
    "ALTER TABLE t ADD COLUMN c VARCHAR(10) DEFAULT '{}'",
    "ALTER TABLE t MODIFY c INT COMMENT '{}'",
    "ALTER TABLE t COMMENT = '{}'",
    "ALTER TABLE t MODIFY c ENUM('active','{}')",
    "CREATE TABLE t (a INT) CONNECTION='mysql://u:{}@host/db'",
    "CREATE TABLE t (a INT) DATA DIRECTORY='/srv/{}'",
    "CREATE DEFINER=`{}`@`localhost` VIEW v AS SELECT 1",
    "CREATE DEFINER=`root`@`{}` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
    "CREATE USER a IDENTIFIED BY '{}'",
    "CHANGE MASTER TO MASTER_HOST='{}', MASTER_PASSWORD='{}'",
    "CREATE VIEW v AS SELECT * FROM t WHERE a = '{}'",
    "SELECT 1 -- {}",
    "SELECT 1 # {}\n",
    "SELECT 1 /* {} */",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a <> '{}')",
    "ALTER TABLE t ADD PARTITION (PARTITION p VALUES IN ('{}'))",
};

// A word that no program says, dressed as values are.
std::vector<std::string> dressed(const std::string& token) {
  return {token,
          token + " " + token,
          "the " + token + "'s machine",
          token + ".corp.example",
          token + "-7",
          "7_" + token,
          token + "@corp.example",
          "/srv/" + token + "/x",
          "http://" + token + "/",
          "\xC3\xA9" + token,
          "{\\\"a\\\": \\\"" + token + "\\\"}",
          "a\\n" + token,
          token + "==",
          "[" + token + "]",
          "x,y," + token};
}

std::string random_token() {
  static constexpr std::string_view kLetters = "bcdfghjkmqvwxz";
  static std::mt19937 engine(2084562);  // NOLINT: the same tokens each time
  std::string token;
  for (int i = 0; i < 10; ++i) {
    token += kLetters[engine() % kLetters.size()];
    if (i == 4) {
      token += std::to_string(10 + engine() % 90);
    }
  }
  return token;
}

void expect_gone(const std::string& masked, const std::string& token, const std::string& from) {
  // Not even half of it.
  for (const std::string& part : {token.substr(0, 6), token.substr(token.size() - 6)}) {
    EXPECT_EQ(lower(masked).find(part), std::string::npos) << from << "\n  became\n" << masked;
  }
}

std::string with_value(const std::string& form, const std::string& value) {
  std::string text = replace_all(form, "{}", value);
  return replace_all(replace_all(text, "{{", "{"), "}}", "}");
}

TEST(MaskProperty, NoValueOfProductionIsSeen) {
  int planted = 0;
  for (const std::string& form : kServerMessages) {
    const std::string token = random_token();
    for (const std::string& value : dressed(token)) {
      const std::string message = with_value(form, value);
      expect_gone(mask_server_message(message), token, message);
      const std::string told = "(pymysql.err.OperationalError) (1292, \"" + message + "\")";
      expect_gone(mask_text(told), token, told);
      expect_gone(mask_text("prefix\n" + message + "\nsuffix"), token, message);
      planted += 3;
    }
  }
  for (const std::string& form : kServiceForms) {
    const std::string token = random_token();
    for (const std::string& value : dressed(token)) {
      const std::string text = with_value(form, value);
      expect_gone(mask_text(text), token, text);
      expect_gone(mask_text(text.substr(0, text.find(token) + token.size())), token, text);
      planted += 2;
    }
  }
  for (const std::string& form : kStatements) {
    const std::string token = random_token();
    const std::string statement = with_value(form, token);
    expect_gone(mask_sql(statement), token, statement);
    expect_gone(mask_text("(1064, \"x\")\n[SQL: " + statement + "]"), token, statement);
    planted += 2;
  }
  RecordProperty("planted", planted);
}

TEST(MaskProperty, TheTimeGoesWithTheLength) {
  std::vector<std::string> units = {
      "a",     "' ", "'x' ",     "\" ",           "\": \"",    "@",        "a@b.c ",
      "://a@", "[",  "[SQL: x ", "[parameters: ", "password ", "token\" ", "Duplicate entry '",
      "aB1_",  "::", "a:",       " value: '",     "(1, '",     "`",        "\\"};
  const auto seconds = [](const std::string& unit, std::size_t size) {
    std::string line;
    while (line.size() < size) {
      line += unit;
    }
    const auto start = std::chrono::steady_clock::now();
    const std::string masked = mask_text(line);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_LE(masked.size(), line.size() * 4) << unit;
    return took.count();
  };
  for (const std::string& unit : units) {
    const double less = seconds(unit, 20'000);
    const double more = seconds(unit, 400'000);
    EXPECT_LT(more, std::max(60 * less, 1.0)) << "20 times the length of " << unit;
  }
}

}  // namespace
}  // namespace rehearsal
