"""Web mode: what stands between a browser and Flet, which has no sign-in of its own."""
