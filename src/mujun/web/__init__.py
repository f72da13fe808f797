"""The Django project: pages and API over the pure library. No business rules live here."""
