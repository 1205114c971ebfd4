"""Clips become one MP3: trimmed, paused, levelled, encoded once, tagged."""
