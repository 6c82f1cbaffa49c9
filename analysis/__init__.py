"""Analysis of results: pure functions of plain records.  It knows no database, HTTP or queue."""
