"""Imported by the fork server alone: everything that a command may need."""

from tests.commands import load_everything, make_an_episode

load_everything()
make_an_episode()
