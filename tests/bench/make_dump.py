#!/usr/bin/env python3
"""Writes a dump of the shape that compute clouds have: many rows of actions and events, some wide JSON rows.

usage: make_dump.py MEGABYTES > dump.sql
The same size gives the same bytes.
"""
import random
import sys

TABLES = {
    "instance_actions": (
        "  `created_at` datetime DEFAULT NULL,\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n"
        "  `action` varchar(255) DEFAULT NULL,\n  `instance_uuid` varchar(36) DEFAULT NULL,\n"
        "  `request_id` varchar(255) DEFAULT NULL,\n  `user_id` varchar(255) DEFAULT NULL,\n"
        "  `project_id` varchar(255) DEFAULT NULL,\n  `message` varchar(255) DEFAULT NULL,\n"
        "  `deleted` int(11) DEFAULT NULL,\n  PRIMARY KEY (`id`),\n"
        "  KEY `instance_uuid_idx` (`instance_uuid`),\n  KEY `request_id_idx` (`request_id`),\n"
        "  KEY `instance_actions_instance_uuid_updated_at_idx` (`instance_uuid`,`created_at`)"),
    "instance_extra": (
        "  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `instance_uuid` varchar(36) NOT NULL,\n"
        "  `flavor` text DEFAULT NULL,\n  `deleted` int(11) DEFAULT NULL,\n  PRIMARY KEY (`id`),\n"
        "  KEY `instance_extra_idx` (`instance_uuid`)"),
}


def uuid(random_bits):
    text = f"{random_bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def row(table, number, rng):
    instance = uuid(rng.getrandbits(128))
    if table == "instance_actions":
        return (f"('2026-0{1 + number % 9}-11 08:15:42',{number},'create','{instance}',"
                f"'req-{uuid(rng.getrandbits(128))}','{rng.getrandbits(128):032x}','{rng.getrandbits(128):032x}',"
                f"'it\\'s {number}',0)")
    flavor = "{\\\"nova_object.data\\\": {\\\"name\\\": \\\"m1.large\\\", \\\"vcpus\\\": %d}}" % (number % 64) * 8
    return f"({number},'{instance}','{flavor}',0)"


def main():
    limit = int(float(sys.argv[1]) * 1e6)
    rng = random.Random(20261123)
    out = sys.stdout
    written = 0

    def put(text):
        nonlocal written
        out.write(text)
        written += len(text)

    put("-- MariaDB dump 10.19  Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)\n--\n"
        "-- Host: localhost    Database: bench\n-- Server version\t10.11.14-MariaDB\n\n"
        "/*!40101 SET NAMES utf8mb4 */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n"
        "/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n"
        "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
        "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n\n"
        "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `bench` /*!40100 DEFAULT CHARACTER SET utf8mb3 */;\n\nUSE `bench`;\n")
    share = {"instance_actions": 0.7, "instance_extra": 0.3}
    for table, columns in TABLES.items():
        put(f"\n--\n-- Table structure for table `{table}`\n--\n\nDROP TABLE IF EXISTS `{table}`;\n"
            f"CREATE TABLE `{table}` (\n{columns}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;\n\n"
            f"--\n-- Dumping data for table `{table}`\n--\n\nLOCK TABLES `{table}` WRITE;\n")
        stop = written + int(limit * share[table])
        number = 1
        while written < stop:
            rows = []
            size = 0
            while size < 1_000_000 and written + size < stop:
                rows.append(row(table, number, rng))
                size += len(rows[-1]) + 2
                number += 1
            put(f"INSERT INTO `{table}` VALUES\n" + ",\n".join(rows) + ";\n")
        put("UNLOCK TABLES;\n")
    put("/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"
        "/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n\n-- Dump completed on 2026-11-23  8:15:42\n")


main()
