"""The hall's screens: pairing, pulse, state, restart."""
