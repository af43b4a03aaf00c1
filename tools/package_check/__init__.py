"""Everything of a build for devices that runs without Flutter, Xcode or an Android SDK: `make package-check`."""
