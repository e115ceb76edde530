#include "reports/mask/mask.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Mask, WhatAnOperatorNeedsSurvivesVerbatim) {
  for (const char* text : {
           "(pymysql.err.OperationalError) (1061, \"Duplicate key name 'idx_project_id'\")",
           "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1060, \"Duplicate column name "
           "'compute_id'\")",
           "(1265, \"Data truncated for column 'use_quota' at row 3\")",
           "(1062, \"Duplicate entry 'e7cc1490c72e0ebed429bc34638e8f04' for key "
           "'uniq_ha_router_networks0project_id'\")",
           "(1091, \"Can't DROP INDEX `resource_providers_uuid_idx`; check that it exists\")",
           "The database is not compatible with this release of ironic (35.0.0). Please run \"ironic-dbsync "
           "online_data_migrations\" using the previous release.",
           "Error attempting to run <function fill_virtual_interface_list at 0x7f06f9f13e20>",
           "(1205, 'Lock wait timeout exceeded; try restarting transaction')",
           "(1054, \"Unknown column 'instances.compute_id' in 'field list'\")",
           "View 'neutron.v_subnet_usage' references invalid table(s)",
           "(1273, \"Unknown collation: 'utf8mb4_0900_ai_ci'\")",
           "INFO  [alembic.runtime.migration] Running upgrade 6f1145bff34c -> 682c319773d7",
           "[SQL: ALTER TABLE volumes MODIFY use_quota BOOL NOT NULL DEFAULT true]",
           "[SQL: \nDROP INDEX resource_providers_uuid_idx ON resource_providers]",
       }) {
    EXPECT_EQ(mask_text(text), text);
  }
}

TEST(Mask, QuotedValuesOfErrorsAreMaskedAndNamesKept) {
  EXPECT_EQ(mask_text("Duplicate entry 'bob's vm' for key 'uniq_name0domain'"),
            "Duplicate entry '***' for key 'uniq_name0domain'");
  EXPECT_EQ(mask_text("Incorrect string value: '\\xF0\\x9F' for column 'description' at row 7"),
            "Incorrect string value: '***' for column 'description' at row 7");
  EXPECT_EQ(mask_text("Unable to migrate instance name 'payroll'"), "Unable to migrate instance name '***'");
  EXPECT_EQ(mask_text("project 'secret-project"), "project '***");
}

TEST(Mask, SurrogateKeysStayAlsoCompositeOnes) {
  EXPECT_TRUE(is_surrogate_key("42"));
  EXPECT_TRUE(is_surrogate_key("0b5b7a2c-0000-4000-8000-000000000001"));
  EXPECT_TRUE(is_surrogate_key("fea275a367a7b92d1569064a6f428f37-0"));
  EXPECT_TRUE(is_surrogate_key("0b5b7a2c-0000-4000-8000-000000000001-17"));
  EXPECT_FALSE(is_surrogate_key("admin"));
  EXPECT_FALSE(is_surrogate_key("192.168.0.1"));
  EXPECT_FALSE(is_surrogate_key(""));
  EXPECT_FALSE(is_surrogate_key("12-bob"));
}

TEST(Mask, PasswordsTokensAndAddressesNeverLeave) {
  for (const char* text : {
           "mysql+pymysql://nova:hunter2@db.example/nova",
           "connection=mysql://u:hun@ter2@h/x",
           "password = hunter2",
           "{\"password\": \"hunter2\"}",
           "admin_token=hunter2, x",
           "Authorization: Bearer hunter2",
           "user hunter2@corp.example logged in",
           "{\"display_name\": \"hunter2\"}",
           "[parameters: {'name': 'hunter2', 'meta': '[hunter2]'}]",
           "[SQL: UPDATE users SET name='hunter2' WHERE id=1]",
           "[SQL: INSERT INTO t VALUES (1, 'it''s hunter2')]",
           "INSERT INTO t VALUES ('hunter2')",
           "[SQL: CREATE USER a IDENTIFIED BY 'hunter2']",
       }) {
    const std::string masked = mask_text(text);
    EXPECT_EQ(masked.find("hunter2"), std::string::npos) << masked;
    EXPECT_EQ(masked.find("ter2"), std::string::npos) << masked;
    EXPECT_NE(masked.find("***"), std::string::npos) << masked;
  }
  EXPECT_EQ(mask_text("mysql+pymysql://nova:hunter2@db/nova"), "mysql+pymysql://nova:***@***/nova");
}

TEST(Mask, StatementsKeepTheirShapeAndKeys) {
  EXPECT_EQ(mask_sql("UPDATE nova.instances SET display_name='web' WHERE uuid='0b5b7a2c-0000-4000-8000-000000000001'"),
            "UPDATE nova.instances SET display_name='***' WHERE uuid='0b5b7a2c-0000-4000-8000-000000000001'");
  EXPECT_EQ(mask_sql("ALTER TABLE t MODIFY c ENUM('active','building')"),
            "ALTER TABLE t MODIFY c ENUM('active','building')");
}

}  // namespace
}  // namespace rehearsal
