"""The show folder over HTTP, and episodes that can be heard while they are made.

Files answer with byte ranges, validators and compression (``answers``); only what lies in the
folder, and is not hidden, can be named (``folder``); ``app`` puts headers on every answer and
``running`` binds the socket. Nothing here writes to the folder.
"""
