"""HiGHS that says nothing: it greets on standard output when its callbacks are switched on, before it can be told not to."""

from __future__ import annotations

import highspy


class QuietHighs(highspy.Highs):
    """HiGHS on one core, without output, that keeps rows at 1e-9."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.setOptionValue("threads", 1)
        self.setOptionValue("random_seed", 1)
        self.setOptionValue("mip_feasibility_tolerance", 1e-9)
        self.setOptionValue("primal_feasibility_tolerance", 1e-9)

    def enableCallbacks(self) -> None:
        """Switch the callbacks on, in silence. The base class calls this while it is made."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]
