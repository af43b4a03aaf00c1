"""One module a figure of `make bench`, named as the figure is, with `run(setting) -> Measured`."""
