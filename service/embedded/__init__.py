"""The whole service on one machine: a broker, an API, a dispatcher and a worker a core, as child processes."""
