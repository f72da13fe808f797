"""Block problems as folders: nodes, edges, terms (``INSTANCE`` of the exchange format)."""

from mujun.files.instances.reading import Instance, read_instance
from mujun.files.instances.writing import write_instance

__all__ = ["Instance", "read_instance", "write_instance"]
