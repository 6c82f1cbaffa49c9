"""Files that are there whole, or not at all."""

import os
from threading import Barrier, Thread

import pytest

from estimators.specs.writing import write_whole


def test_folders_are_made_and_nothing_lies_beside(tmp_path):
    path = tmp_path / "some" / "folder" / "file"
    for content in (b"old", b"new"):
        write_whole(path, content)
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_alone(tmp_path, monkeypatch):
    def full(number):
        raise OSError("no space left")

    path = tmp_path / "file"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_writers_of_one_process_number_do_not_meet(tmp_path):
    """As workers in containers that share a folder: threads have one number too."""
    path, contents = tmp_path / "file", [bytes([n]) * 2**20 for n in range(4)]
    start = Barrier(len(contents))
    faults = []

    def write(content):
        start.wait()
        try:
            for _ in range(20):
                write_whole(path, content)
                if path.read_bytes() not in contents:
                    faults.append("torn")
        except OSError as error:
            faults.append(error)

    threads = [Thread(target=write, args=[content]) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert list(tmp_path.iterdir()) == [path]
