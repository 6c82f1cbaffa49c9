"""What goes out over the wire, a file for each resource.  What comes in is in
`service.submission`."""
