"""What trains: the Celery worker, its supervisor, the runner process, the dispatcher."""
