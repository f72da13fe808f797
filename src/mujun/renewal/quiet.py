"""HiGHS that says nothing: it greets on standard output when its callbacks are switched on, before it can be told not to."""

from __future__ import annotations

import highspy


class QuietHighs(highspy.Highs):
    """HiGHS on one core, without output, that keeps rows at 1e-9; ``options`` beyond these are the caller's."""

    def __init__(self, **options: float | str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        always = {"threads": 1, "random_seed": 1, "primal_feasibility_tolerance": 1e-9}
        for name, value in (always | options).items():
            self.setOptionValue(name, value)

    def enableCallbacks(self) -> None:
        """Switch the callbacks on, in silence. The base class calls this while it is made."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]
