// What a dump may try against the server that it is restored into, and what it may be wrapped in.
#pragma once

#include <string>
#include <vector>

#include "base/text.h"

namespace rehearsal::attacks {

// None of them holds a quote but ".
inline const std::vector<std::string>& statements() {
  static const std::vector<std::string> all = {
      "GRANT SUPER ON *.* TO PUBLIC",
      "GRANT ALL ON *.* TO `guest`@`%` IDENTIFIED BY \"x\"",
      "REVOKE ALL PRIVILEGES, GRANT OPTION FROM `root`@`localhost`",
      "CREATE USER `guest`@`%`",
      "CREATE OR REPLACE USER `root`@`localhost`",
      "ALTER USER CURRENT_USER() IDENTIFIED BY \"x\"",
      "ALTER USER `root`@`localhost` ACCOUNT LOCK",
      "DROP USER `root`@`localhost`",
      "RENAME USER `root`@`localhost` TO `guest`@`%`",
      "CREATE ROLE helpers",
      "SET PASSWORD = PASSWORD(\"x\")",
      "SET @a = 1, PASSWORD = PASSWORD(\"x\")",
      "SET PASSWORD FOR `root`@`localhost` = PASSWORD(\"x\")",
      "SET ROLE NONE",
      "SET DEFAULT ROLE NONE",
      "UPDATE mysql.global_priv SET Priv = \"{}\"",
      "DELETE FROM mysql.global_priv",
      "TRUNCATE TABLE mysql.global_priv",
      "TRUNCATE mysql.db",
      "INSERT INTO mysql.global_priv VALUES (\"%\", \"guest\", \"{}\")",
      "REPLACE INTO mysql.global_priv SELECT \"%\", \"guest\", Priv FROM mysql.global_priv",
      "DROP TABLE mysql.global_priv",
      "DROP DATABASE mysql",
      "DROP DATABASE sys",
      "ALTER TABLE mysql.global_priv ENGINE = MyISAM",
      "RENAME TABLE mysql.global_priv TO d.stolen",
      "CREATE TABLE mysql.mine (a INT)",
      "CREATE INDEX i ON mysql.db (Db)",
      "SHUTDOWN",
      "KILL 1",
      "SET GLOBAL max_connections = 7",
      "SET @a = 1, GLOBAL max_connections = 7",
      "SET @@GLOBAL.general_log = 1",
      "SET GLOBAL event_scheduler = ON",
      "SET GLOBAL sql_mode = \"ORACLE\"",
      "INSTALL PLUGIN p SONAME \"auth_socket\"",
      "INSTALL SONAME \"auth_socket\"",
      "UNINSTALL PLUGIN mysql_native_password",
      "CREATE FUNCTION udf RETURNS STRING SONAME \"udf.so\"",
      "CREATE AGGREGATE FUNCTION udf RETURNS INTEGER SONAME \"udf.so\"",
      "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST \"10.0.0.1\")",
      "LOAD DATA INFILE \"/etc/passwd\" INTO TABLE d.t",
      "LOAD DATA LOCAL INFILE \"/etc/passwd\" INTO TABLE d.t",
      "SELECT 1 INTO OUTFILE \"/tmp/rehearsal-attack\"",
      "SELECT 1 INTO DUMPFILE \"/tmp/rehearsal-attack\"",
      "FLUSH PRIVILEGES",
      "FLUSH TABLES WITH READ LOCK",
      "RESET MASTER",
      "RESET QUERY CACHE",
      "CHANGE MASTER TO MASTER_HOST = \"10.0.0.1\"",
      "PURGE BINARY LOGS BEFORE NOW()",
      "BINLOG \"AAAA\"",
      "BACKUP STAGE START",
      "CACHE INDEX d.t IN hot",
      "XA START \"x\"",
  };
  return all;
}

struct Wrapping {
  std::string name;
  std::string before, after;  // of the statement, which stands between them
  bool quoted = false;        // the statement is in a '…' string
};

inline const std::vector<Wrapping>& wrappings() {
  static const std::vector<Wrapping> all = {
      {"plain", "", ";\n"},
      {"comment before", "/* a */ -- b\n", ";\n"},
      {"executable comment", "/*!50000 ", " */;\n"},
      {"MariaDB's comment", "/*M!100000 ", "*/;\n"},
      {"SET STATEMENT", "SET STATEMENT max_statement_time = 60, lock_wait_timeout = 5 FOR ", ";\n"},
      {"SET STATEMENT in a comment", "/*!100100 SET STATEMENT max_statement_time = 60 FOR */ ", ";\n"},
      {"block", "DELIMITER //\nBEGIN NOT ATOMIC ", "; END //\nDELIMITER ;\n"},
      {"IF", "DELIMITER //\nIF 1 = 1 THEN ", "; END IF //\nDELIMITER ;\n"},
      {"label", "DELIMITER //\nBEGIN NOT ATOMIC a: LOOP ", "; LEAVE a; END LOOP; END //\nDELIMITER ;\n"},
      {"handler", "DELIMITER //\nBEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION ",
       "; SIGNAL SQLSTATE \"45000\"; END //\nDELIMITER ;\n"},
      {"PREPARE", "PREPARE p FROM '", "';\nEXECUTE p;\nDEALLOCATE PREPARE p;\n", true},
      {"PREPARE from a variable", "SET @text = '", "';\nPREPARE p FROM @text;\nEXECUTE p;\n", true},
      {"EXECUTE IMMEDIATE", "EXECUTE IMMEDIATE '", "';\n", true},
      {"EXECUTE IMMEDIATE of an expression", "EXECUTE IMMEDIATE CONCAT('', '", "');\n", true},
      {"EXECUTE IMMEDIATE in a block", "DELIMITER //\nBEGIN NOT ATOMIC EXECUTE IMMEDIATE '", "'; END //\nDELIMITER ;\n",
       true},
      {"procedure", "DELIMITER //\nCREATE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN ",
       "; END //\nDELIMITER ;\nCALL p();\n"},
      {"procedure without a definer", "CREATE PROCEDURE p() ", ";\nCALL p();\n"},
      {"procedure in a block", "DELIMITER //\nCREATE DEFINER=`mariadb.sys`@`localhost` PROCEDURE p() ",
       " //\nBEGIN NOT ATOMIC CALL p(); END //\nDELIMITER ;\nSET STATEMENT max_statement_time = 9 FOR CALL p();\n"},
      {"event", "CREATE DEFINER=`root`@`localhost` EVENT e ON SCHEDULE EVERY 1 SECOND DO ", ";\n"},
  };
  return all;
}

// What only a routine or a trigger can be made of; it runs with the rights of root@localhost where it is run.
inline const std::vector<std::string>& functions() {
  static const std::vector<std::string> all = {
      "DELETE FROM mysql.global_priv",
      "UPDATE mysql.global_priv SET Priv = \"{}\"",
      "SET GLOBAL max_connections = 7",
      "KILL 1",
  };
  return all;
}

inline const std::vector<Wrapping>& calls() {
  static const std::vector<Wrapping> all = [] {
    std::vector<Wrapping> made;
    const std::string head = "DELIMITER //\nCREATE DEFINER=`root`@`localhost` FUNCTION f() RETURNS INT BEGIN ";
    const std::string end = "; RETURN 1; END //\nDELIMITER ;\n";
    for (const char* call :
         {"SELECT f()", "SET @a = f()", "DO f()", "SELECT f() INTO @a", "INSERT INTO t VALUES (f())",
          "UPDATE t SET a = f()", "CREATE TABLE made AS SELECT f()", "SELECT SETVAL(s, f())",
          "CREATE VIEW v AS SELECT f() AS x", "SET STATEMENT max_statement_time = 9 FOR SELECT f()",
          "PREPARE p FROM 'SELECT f()'; EXECUTE p", "DELETE FROM t WHERE a = f()", "SET sql_mode = f()"}) {
      made.push_back({call, head, end + call + ";\n"});
    }
    made.push_back({"trigger",
                    "DELIMITER //\nCREATE DEFINER=`root`@`localhost` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN ",
                    "; END //\nDELIMITER ;\nINSERT INTO t VALUES (7);\n"});
    made.push_back({"trigger without a definer",
                    "DELIMITER //\nCREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN ",
                    "; END //\nDELIMITER ;\nINSERT INTO t VALUES (7);\n"});
    made.push_back({"trigger that calls", head,
                    end + "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = f();\n"
                          "INSERT INTO t VALUES (7);\n"});
    return made;
  }();
  return all;
}

inline std::string wrapped(const Wrapping& in, const std::string& statement) {
  return in.before + statement + in.after;
}

// A whole dump of the schema d with it.
inline std::string dump_with(const std::string& attack) {
  return "CREATE DATABASE d;\nUSE d;\nCREATE TABLE t (a INT);\nCREATE SEQUENCE s;\nINSERT INTO t VALUES (1),(2);\n" +
         attack;
}

}  // namespace rehearsal::attacks
