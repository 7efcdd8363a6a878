"""Measurements of the running centre: real processes, real sockets, real disks; figures and ratios, never assertions."""
