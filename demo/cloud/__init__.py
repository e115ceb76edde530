"""The rows of an invented 2024.1 cloud, one module a service."""
