"""Invitations and answers: one state for each invited person, however the answer came."""
