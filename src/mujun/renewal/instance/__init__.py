"""The block problem of a county: what each parcel would bring and cost, what is locked, and what goes together.

For a parcel with area a (mu), yield t (万元 of tax per mu and year) and the target yield T of the rules:

* **benefit** (万元 a year) = a × (T − t). It is a gain for low-yield land and a loss (negative) for land above the
  target. Where findings are given, a parcel that was not found gains nothing: min(0, a × (T − t)). Land that nobody
  uses has t = 0; where the tax of a user is unknown the benefit is 0 and the parcel is told.
* **cost** (万元) = a × land + legal floor × building + other floor × illegal building + all floor × moving, the prices
  being dated rule data with their origin. Land that was approved but never supplied has no holder to be paid.
* **floor_<sector>_m2**: floor area of the workshops to be moved, by division of GB/T 4754 (``floor_00_m2``: unknown),
  and **floor_m2** all of it.
"""

from mujun.renewal.instance.build import Instance, Options, Together, build_instance

__all__ = ["Instance", "Options", "Together", "build_instance"]
