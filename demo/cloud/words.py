"""Names of an invented organisation, in several scripts."""

PROJECTS = [
    "webshop-prod", "webshop-staging", "billing", "payroll", "crm", "erp-core", "erp-test",
    "data-lake", "data-science", "ci-runners", "gitlab", "monitoring", "logging", "vpn-gateways",
    "forschung-münchen", "équipe-réseau", "データ基盤", "поддержка", "łódź-office", "são-paulo-edge",
    "nfv-core", "nfv-edge", "voice", "iot-ingest", "maps", "mobile-backend", "search", "ads",
    "intranet", "wiki", "mail-relay", "dns-resolvers", "render-farm", "genomics", "astro-sim",
    "teaching-2024", "teaching-2025", "sandbox-anna", "sandbox-björn", "sandbox-chloé",
]

GIVEN = [
    "anna", "björn", "chloé", "dmitri", "eun-ji", "fatima", "günther", "hana", "ines", "jürgen",
    "katarzyna", "lars", "mei", "nuno", "olga", "paweł", "qi", "renée", "søren", "taro",
    "ursula", "vít", "wanda", "ximena", "yusuf", "zoë",
]

FAMILY = [
    "Andersson", "Bąk", "Castaño", "Dvořák", "Eriksen", "Fischer", "García", "Høeg", "Ivanov",
    "Jansen", "Kowalczyk", "López", "Müller", "Nguyễn", "O'Brien", "Pérez", "Quist", "Rossi",
    "Schröder", "Tanaka", "Ünal", "Vasseur", "Weiß", "Yılmaz", "Zieliński",
]

ROLES_OF_MACHINES = [
    "web", "db", "cache", "queue", "worker", "proxy", "build", "bastion", "api", "search",
    "metrics", "log", "nfs", "mail", "gpu", "test",
]

NOTES = [
    "", "", "", "do not delete before audit", "ask Jürgen first", "temporär – bis Quartalsende",
    "本番環境", "migrated from the old cloud", "c:\\backup\\nightly; keep", "it's a \"test\"",
]
