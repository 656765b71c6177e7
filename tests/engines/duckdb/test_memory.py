"""A run may hold a share of what its container has, however deep that is nested."""

from __future__ import annotations

from pathlib import Path

from etlframe.engines.duckdb.memory import control_group_limits, share_of_memory


def write(root: Path, files: dict[str, str]) -> list[int]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(control_group_limits(root))


def test_every_group_around_the_process_counts(tmp_path: Path) -> None:
    found = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/pods/pod-7/main\n",
            "sys/fs/cgroup/pods/pod-7/main/memory.max": "max\n",
            "sys/fs/cgroup/pods/pod-7/main/memory.high": "300\n",
            "sys/fs/cgroup/pods/pod-7/memory.max": "400\n",
            "sys/fs/cgroup/pods/memory.max": "500\n",
            "sys/fs/cgroup/other/memory.max": "1\n",
        },
    )
    assert found == [300, 400, 500]


def test_a_container_that_sees_its_own_group_as_the_root(tmp_path: Path) -> None:
    files = {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "123\n"}
    assert write(tmp_path, files) == [123]


def test_the_first_version_of_control_groups(tmp_path: Path) -> None:
    found = write(
        tmp_path,
        {
            "proc/self/cgroup": "4:cpu,memory:/docker/ab:c\n3:pids:/x\n0::/\n",
            "sys/fs/cgroup/memory/docker/ab:c/memory.limit_in_bytes": "256\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
    )
    assert found == [256, 9223372036854771712]


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    assert list(control_group_limits(tmp_path)) == []
    assert share_of_memory() > 0
