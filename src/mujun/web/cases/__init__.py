"""Every list as one closed loop: cases, their clocks and trails, run by :mod:`mujun.cases` under definitions kept here."""
