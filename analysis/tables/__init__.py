"""Boards and reports of papers as text: columns, terminal, CSV, Markdown."""
