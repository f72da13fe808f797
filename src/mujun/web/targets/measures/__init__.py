"""Named figures from which formulas compute what really is: apps register them, nothing imports upwards."""
