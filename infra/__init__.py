"""The CDK app's constructs, its settings, and the local loop on an emulator."""
