"""The whole service on one machine: broker, API, dispatcher and a worker a core, as child
processes."""
