"""Boards as a folder of static pages, which needs no server.  Pictures want matplotlib."""
