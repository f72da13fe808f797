"""Takes time until it is stopped."""

from mujun.files.documents.limits import limit_this_process

limit_this_process(1 << 30, 1)
while True:
    pass
