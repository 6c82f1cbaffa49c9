"""What a worker does before it is asked for anything."""

from types import SimpleNamespace

from workers import tasks


class Recorder:
    """A supervisor that notes what is asked of it."""

    def __init__(self, *about):
        self.asked = []

    def prepare(self):
        self.asked.append("prepare")

    def pulse(self):
        self.asked.append("pulse")

    def look(self):
        self.asked.append("look")


def test_a_runner_starts_with_its_worker_before_a_bell_can_ring(monkeypatch):
    monkeypatch.setattr(tasks, "Supervisor", Recorder)
    monkeypatch.setattr(tasks, "open_sessions", lambda url: None)
    monkeypatch.setattr(tasks, "refuse_newer_schema", lambda database: None)
    monkeypatch.setattr(tasks, "note_process", lambda **about: None)
    monkeypatch.setattr(tasks, "repeat_action", lambda seconds, action: action())
    monkeypatch.setattr(tasks, "installed_plugins", dict)
    monkeypatch.setattr(tasks.Door, "supervisor", None, raising=False)
    queues = SimpleNamespace(consume_from={"cpu": None})
    instance = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=queues)))
    tasks._open_door("cpu-0@here", instance)
    assert tasks.Door.supervisor.asked == ["prepare", "pulse", "look"]
