-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: own
-- ------------------------------------------------------
-- Server version	10.11.6-MariaDB-0+deb12u1-log

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET UNIQUE_CHECKS=0, FOREIGN_KEY_CHECKS=0 */;

USE `own`;

DROP TABLE IF EXISTS `rack`;
CREATE TABLE `rack` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(64) DEFAULT NULL,
  `doubled` int(11) GENERATED ALWAYS AS (char_length(`name`)) STORED,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `rack` (`id`, `name`) VALUES (1,'a'),(2,'b'),(3,'c');

DROP TABLE IF EXISTS `shelf`;
CREATE TABLE `shelf` (
  `id` int(11) NOT NULL,
  `rack_id` int(11) DEFAULT NULL,
  `label` blob DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `rack_id` (`rack_id`),
  CONSTRAINT `shelf_rack` FOREIGN KEY (`rack_id`) REFERENCES `rack` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `shelf` VALUES (1,1,'x'),(2,NULL,NULL),(3,9,'an orphan');

DROP TABLE IF EXISTS `seen`;
CREATE TABLE `seen` (
  `id` int(11) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=MEMORY DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `seen` VALUES (1);

/*!50001 DROP VIEW IF EXISTS `racks`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8;
/*!50001 CREATE VIEW `racks` AS SELECT
 1 AS `id`,
  1 AS `shelves` */;
SET character_set_client = @saved_cs_client;

DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`gone`@`%`*/ /*!50003 TRIGGER shelf_named BEFORE INSERT ON shelf FOR EACH ROW SET NEW.label = IFNULL(NEW.label, '') */;;
DELIMITER ;

/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;
DELIMITER ;;
/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `sweep` ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO DELETE FROM shelf WHERE rack_id IS NULL */ ;;
DELIMITER ;
DELIMITER ;;
/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `once` ON SCHEDULE AT '2024-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO DELETE FROM seen */ ;;
DELIMITER ;
/*!50106 SET TIME_ZONE= @save_time_zone */ ;

DELIMITER ;;
CREATE DEFINER=`root`@`localhost` PROCEDURE `count_racks`()
SELECT COUNT(*) FROM rack ;;
DELIMITER ;
DELIMITER ;;
CREATE DEFINER=`mysql`@`localhost` FUNCTION `doubled`(n INT) RETURNS int(11)
    DETERMINISTIC
RETURN n * 2 ;;
DELIMITER ;

USE `own`;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`mysql`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `numbers` AS select `own`.`doubled`(`racks`.`shelves`) AS `number` from `racks` */;
/*!50001 DROP VIEW IF EXISTS `racks`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `racks` AS select `r`.`id` AS `id`,count(0) AS `shelves` from (`rack` `r` join `shelf` `s` on(`s`.`rack_id` = `r`.`id`)) group by `r`.`id` */;

/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
-- Dump completed on 2026-11-23  8:02:11
