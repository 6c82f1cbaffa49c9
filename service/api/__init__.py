"""The REST API: one file per resource, a unit of work per request, a problem document for every
error."""
