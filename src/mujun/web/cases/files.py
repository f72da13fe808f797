"""Where photographs and documents of cases are kept, and how large they may be."""

from __future__ import annotations

from mujun.web.documents import PAPERS, PICTURES, Drawer

DRAWER = Drawer("cases", PICTURES | PAPERS, 20 * 2**20)
ACCEPT = ",".join(DRAWER.kinds)
