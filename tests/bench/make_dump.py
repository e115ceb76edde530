#!/usr/bin/env python3
"""Writes a dump of the shape of a compute cell: its definitions are nova's, its rows are made.

usage: make_dump.py MEGABYTES [TABLE] > dump.sql
With TABLE nearly all of it is rows of that table. The same words give the same bytes.
"""
import pathlib
import random
import re
import sys

SHARES = {
    "instances": 0.08,
    "block_device_mapping": 0.09,
    "instance_actions": 0.25,
    "instance_actions_events": 0.24,
    "instance_extra": 0.10,
    "instance_info_caches": 0.07,
    "instance_system_metadata": 0.17,
}

HEADER = """-- MariaDB dump 10.19  Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: nova_cell1
-- ------------------------------------------------------
-- Server version\t10.11.14-MariaDB

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Current Database: `nova_cell1`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ `nova_cell1` /*!40100 DEFAULT CHARACTER SET utf8mb3 */;

USE `nova_cell1`;
"""

FOOTER = """/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-23  8:15:42
"""

rng = random.Random(20261123)


def uuid():
    text = "%032x" % rng.getrandbits(128)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def moment(number):
    return f"2026-{1 + number % 9:02d}-{1 + number % 28:02d} {number % 24:02d}:15:{number % 60:02d}"


class Rows:
    """One row of each table by its number; children take their instances from those already written."""

    def __init__(self):
        self.instances = []
        self.projects = ["%032x" % rng.getrandbits(128) for _ in range(400)]
        self.users = ["%032x" % rng.getrandbits(128) for _ in range(900)]
        self.flavor = ('{\\"cur\\": {\\"nova_object.name\\": \\"Flavor\\", \\"nova_object.namespace\\": \\"nova\\", '
                       '\\"nova_object.version\\": \\"1.2\\", \\"nova_object.data\\": {\\"id\\": %d, \\"name\\": '
                       '\\"m1.large\\", \\"memory_mb\\": 8192, \\"vcpus\\": 4, \\"root_gb\\": 80, \\"ephemeral_gb\\": 0, '
                       '\\"flavorid\\": \\"%s\\", \\"swap\\": 0, \\"rxtx_factor\\": 1.0, \\"vcpu_weight\\": 0, '
                       '\\"disabled\\": false, \\"is_public\\": true, \\"extra_specs\\": {}, \\"deleted\\": false}}, '
                       '\\"old\\": null, \\"new\\": null}')

    def of(self, n):
        return self.instances[n % len(self.instances)]

    def instances_row(self, n):
        self.instances.append(uuid())
        when = moment(n)
        return (f"('{when}','{when}',NULL,{n},NULL,'{self.users[n % 900]}','{self.projects[n % 400]}','{uuid()}','','',0,"
                f"NULL,NULL,1,'active',8192,4,'vm-{n}','compute-{n % 250:03d}.example.org',NULL,'r-{n:08x}','{when}',NULL,"
                f"'vm-{n}','it\\'s vm {n}','nova',0,NULL,'compute-{n % 250:03d}',{n % 60},NULL,'{self.instances[-1]}',"
                f"NULL,'/dev/vda',NULL,NULL,'',NULL,NULL,NULL,0,0,0,0,80,0,NULL,'compute-{n % 250:03d}.example.org',0,NULL,"
                f"0,NULL,0,{n % 250})")

    def block_device_mapping_row(self, n):
        when, volume = moment(n), uuid()
        return (f"('{when}','{when}',NULL,{n},'/dev/vd{'abcd'[n % 4]}',1,NULL,'{volume}',80,NULL,'{{\\\"driver_volume_type\\\": "
                f"\\\"rbd\\\", \\\"data\\\": {{\\\"name\\\": \\\"volumes/volume-{volume}\\\", \\\"auth_enabled\\\": true}}}}',"
                f"'{self.of(n)}',0,'volume','volume',NULL,'disk','virtio',{n % 4},NULL,NULL,'{uuid()}','{uuid()}',NULL,0,"
                f"NULL,NULL,NULL)")

    def instance_actions_row(self, n):
        when = moment(n)
        return (f"('{when}','{when}',NULL,{n},'{('create', 'reboot', 'live-migration', 'stop')[n % 4]}','{self.of(n)}',"
                f"'req-{uuid()}','{self.users[n % 900]}','{self.projects[n % 400]}','{when}','{when}',NULL,0)")

    def instance_actions_events_row(self, n):
        when = moment(n)
        return (f"('{when}','{when}',NULL,{n},'compute__do_build_and_run_instance',{1 + n * 2 // 3},'{when}','{when}','Success',NULL,0,"
                f"'compute-{n % 250:03d}.example.org',NULL)")

    def instance_extra_row(self, n):
        when = moment(n)
        return (f"('{when}',NULL,NULL,0,{n},'{self.of(n)}',NULL,'[]','{self.flavor % (n % 60, uuid())}',NULL,NULL,"
                f"'{{\\\"nova_object.name\\\": \\\"KeyPairList\\\"}}',NULL,NULL,NULL,NULL)")

    def instance_info_caches_row(self, n):
        when, port = moment(n), uuid()
        return (f"('{when}','{when}',NULL,{n},'[{{\\\"id\\\": \\\"{port}\\\", \\\"address\\\": \\\"fa:16:3e:00:{n % 256:02x}:"
                f"{n // 256 % 256:02x}\\\", \\\"network\\\": {{\\\"id\\\": \\\"{uuid()}\\\", \\\"bridge\\\": \\\"br-int\\\", \\\"label\\\": "
                f"\\\"Gr\u00fcn-{n % 90}\\\", \\\"subnets\\\": [{{\\\"cidr\\\": \\\"10.{n % 90}.0.0/16\\\", \\\"dns\\\": [], "
                f"\\\"ips\\\": [{{\\\"address\\\": \\\"10.{n % 90}.{n // 250 % 256}.{n % 250}\\\", \\\"type\\\": \\\"fixed\\\", "
                f"\\\"floating_ips\\\": []}}]}}]}}, \\\"type\\\": \\\"ovs\\\", \\\"devname\\\": \\\"tap{port[:11]}\\\", \\\"active\\\": "
                f"true}}]','{self.instances[n - 1]}',0)")

    def instance_system_metadata_row(self, n):
        when = moment(n)
        key = ("image_base_image_ref", "image_min_disk", "image_container_format", "boot_roles")[n % 4]
        return f"('{when}',NULL,NULL,{n},'{self.of(n)}','{key}','value {n}',0)"


def main():
    limit = int(float(sys.argv[1]) * 1e6)
    shares = {"instances": 0.01, sys.argv[2]: 0.99} if len(sys.argv) > 2 else SHARES
    text = (pathlib.Path(__file__).parent / "nova_cell.sql").read_text(encoding="utf-8")
    definitions = {m.group(1): m.group(0) for m in re.finditer(r"CREATE TABLE `(\w+)` \(.*?;\n", text, re.S)}
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", buffering=1 << 20)
    rows = Rows()
    out.write(HEADER)
    for table, share in shares.items():
        make = getattr(rows, table + "_row")
        out.write(f"\n--\n-- Table structure for table `{table}`\n--\n\nDROP TABLE IF EXISTS `{table}`;\n"
                  "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n"
                  "/*!40101 SET character_set_client = utf8mb4 */;\n"
                  f"{definitions[table]}/*!40101 SET character_set_client = @saved_cs_client */;\n"
                  f"\n--\n-- Dumping data for table `{table}`\n--\n\nLOCK TABLES `{table}` WRITE;\n"
                  f"/*!40000 ALTER TABLE `{table}` DISABLE KEYS */;\n")
        written, number = 0, 1
        while written < limit * share:
            batch, size = [], 0
            while size < 1_000_000 and written + size < limit * share:
                batch.append(make(number))
                size += len(batch[-1]) + 2
                number += 1
            out.write(f"INSERT INTO `{table}` VALUES\n" + ",\n".join(batch) + ";\n")
            written += size
        out.write(f"/*!40000 ALTER TABLE `{table}` ENABLE KEYS */;\nUNLOCK TABLES;\n")
    out.write(FOOTER)


main()
