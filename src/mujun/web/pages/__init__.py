"""Every page: one package per feature with ``urls``, ``views`` and ``forms``."""
