"""Listening to an episode while it is being made.

``mujaz make`` writes each clip to a spool (``spool_format``, ``spool_writer``) if a server says
that it offers live listening (``server_sign``). ``mujaz serve --live`` reads the spool
(``spool_reader``), encodes it as one growing MP3 stream (``encoder``, ``broadcast``), and keeps
the broadcasts by episode (``episodes``). The HTTP routes are in ``mujaz.server.live``.
"""
