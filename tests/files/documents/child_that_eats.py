"""Takes memory until it is stopped."""

from mujun.files.documents.limits import limit_this_process

limit_this_process(256 << 20, 10)
hoard = []
while True:
    hoard.append(bytes(1 << 24))
