"""Who works on what in a results folder: a claim is a lock that dies with the process that holds it. None is unlocked by hand."""

import os
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks on this system: one process at a time works in a folder
    fcntl = None

FOLDER = "folder"  # the claim of the whole folder: shared by those who add to it, of one alone who tidies or merges it


class Claims:
    """The claims of one process in a results folder."""

    def __init__(self, folder: Path):
        self.folder = folder / "claims"
        self.held: dict[str, int] = {}  # name -> open file

    def take(self, name: str, wait: bool = False, shared: bool = False) -> bool:
        """Claims a name; False where another process holds it and this one does not wait.

        Raises OSError where the folder cannot be written.
        """
        if fcntl is None or name in self.held:
            return True
        how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        while True:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{name}.lock"
            try:
                file = os.open(path, os.O_RDWR | os.O_CREAT)
            except FileNotFoundError:
                continue  # the last to leave took the folder of claims away just now
            try:
                fcntl.flock(file, how)
            except BlockingIOError:
                os.close(file)
                return False
            if same_file(file, path):
                self.held[name] = file
                return True
            os.close(file)  # whoever held it took the file away while this process waited

    def share(self) -> None:
        """Claims the folder together with others who add to it; whoever has it alone lets them in."""
        if fcntl is not None and FOLDER in self.held:
            fcntl.flock(self.held[FOLDER], fcntl.LOCK_SH)
        self.take(FOLDER, wait=True, shared=True)

    def of_others(self) -> list[str]:
        """The claims that other processes hold now."""
        names = [path.stem for path in sorted(self.folder.glob("*.lock")) if path.stem != FOLDER]
        return [name for name in names if fcntl is not None and locked(self.folder / f"{name}.lock")]

    def drop(self, name: str) -> None:
        """Gives a claim that is held alone back; its file goes with it."""
        if name in self.held:
            (self.folder / f"{name}.lock").unlink(missing_ok=True)
            os.close(self.held.pop(name))

    def leave(self) -> None:
        """Gives back all that is claimed; the last to leave takes the folder of claims away."""
        for name in [one for one in self.held if one != FOLDER]:
            self.drop(name)
        if FOLDER in self.held:
            os.close(self.held.pop(FOLDER))
            if self.take(FOLDER):
                self.drop(FOLDER)
                with suppress(OSError):
                    self.folder.rmdir()


def locked(path: Path) -> bool:
    """Whether a process holds the lock of a file; asking needs no right to write."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def same_file(file: int, path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.fstat(file).st_ino == os.stat(path).st_ino
    except FileNotFoundError:
        return False
