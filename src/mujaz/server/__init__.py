"""Serve the show folder over HTTP, and episodes that are still being made.

``app`` routes requests and adds security headers; ``folder`` opens files within the show folder;
``file_response`` answers with ranges, validators and compression; ``live`` has the routes of live
episodes; ``running`` binds the socket. Nothing here writes to the show folder.
"""
