"""The whole loop on this machine: the emulator, the real `cdk deploy` to it, uploads."""
