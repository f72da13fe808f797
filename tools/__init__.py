"""What make.py needs besides the standard library: nothing. These modules set a machine up from a bare Python."""
