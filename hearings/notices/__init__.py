"""The three notices of a hearing, their proofs and the gate before opening."""
