"""Readers that are closed give their connection to the next one, and can read no more themselves."""

import threading

import pytest
from helpers.office import Office

from desktop.store.driver import sqlite


def test_the_next_reader_reads_through_the_connection_of_the_last(office: Office) -> None:
    first = office.store.reader()
    connection = first.connection
    first.close()
    second = office.store.reader()
    assert second.connection is connection
    third = office.store.reader()
    assert third.connection is not connection
    second.close()
    third.close()
    with pytest.raises(sqlite.ProgrammingError):
        third.connection.execute("SELECT 1")


def test_a_closed_reader_reads_no_more_and_is_closed_once(office: Office) -> None:
    first = office.store.reader()
    first.close()
    second = office.store.reader()
    first.close()
    for ask in (lambda: first.meta("device"), lambda: first.connection.execute("SELECT 1"), first.workspaces):
        with pytest.raises(sqlite.ProgrammingError):
            ask()
    assert second.meta("device")
    second.close()


def test_a_reader_goes_from_thread_to_thread(office: Office) -> None:
    found = []

    def read() -> None:
        reader = office.store.reader()
        found.append((reader.connection, reader.meta("device")))
        reader.close()

    read()
    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found[0] == found[1]


def test_a_reader_in_the_middle_of_something_is_given_to_nobody(office: Office) -> None:
    first = office.store.reader()
    first.connection.execute("BEGIN")
    connection = first.connection
    first.close()
    second = office.store.reader()
    assert second.connection is not connection
    second.close()
