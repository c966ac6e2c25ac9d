"""Threads of one process write to SQLite one after another, in the order in which they came."""

from threading import Thread

from storage.queueing import Queue
from tests.waiting import until


def test_nobody_overtakes_and_who_gives_up_is_passed_over() -> None:
    queue, order = Queue(), list[int]()
    assert queue.enter(0)
    assert not queue.enter(0.01)

    def come(number: int) -> None:
        assert queue.enter(30)
        order.append(number)
        queue.leave()

    threads = [Thread(target=come, args=(number,)) for number in range(5)]
    for thread in threads:
        waiting = queue.length
        thread.start()
        until(lambda waiting=waiting: queue.length > waiting)  # type: ignore[misc]
    queue.leave()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert queue.enter(0)
