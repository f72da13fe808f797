"""Adapters: public data of other places, brought into the register so that the same pipeline runs on it."""
