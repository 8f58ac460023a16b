"""Parquet parts that are whole or not there, and whose every bit is known to be right before it is read.

Between the last page and the footer of a part stand eight bytes that readers of Parquet pass over: a mark, and the CRC-32 of all the
other bytes, the footer's among them (page checksums leave the names and types of the columns unguarded).
"""

import os
import zlib
from pathlib import Path
from secrets import token_hex

import pyarrow as pa
import pyarrow.parquet as pq

MARK, SUM, TAIL = b"FSUM", 4, 8  # the mark, bytes of the checksum, bytes of the footer's length and Parquet's own mark


class Damaged(OSError):
    """A part that is not what was written."""

    def __init__(self, path: Path):
        super().__init__(f"'{path}' is damaged or of an earlier version; the command that made the folder, given again, lives it again")
        self.path = path


def write_part(path: Path, rows: pa.Table) -> None:
    """Writes a Parquet part that is either whole or not there.

    Raises OSError where it cannot be written.
    """
    write_bytes(path, parquet(rows))


def parquet(rows: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file, sealed."""
    words = [field.name for field in rows.schema if not (pa.types.is_integer(field.type) or pa.types.is_floating(field.type))]
    file = pa.BufferOutputStream()
    pq.write_table(rows, file, compression="zstd", write_page_checksum=True, write_statistics=False, use_dictionary=words)
    return sealed(file.getvalue().to_pybytes())


def read_part(path: Path) -> pa.Table:
    """The rows of a part.

    Raises Damaged where a bit is not as it was written.
    """
    raw = path.read_bytes()
    if not whole(raw):
        raise Damaged(path)
    return pq.ParquetFile(pa.BufferReader(raw), page_checksum_verification=True).read()


def sealed(raw: bytes) -> bytes:
    """The bytes of a Parquet file with the mark and the checksum before its footer."""
    cut = footer_of(raw)
    return b"".join((raw[:cut], MARK, check(raw[:cut], raw[cut:]), raw[cut:]))


def whole(raw: bytes) -> bool:
    """Whether the bytes of a part are those that were written."""
    cut = footer_of(raw)
    seal = cut - len(MARK) - SUM
    return seal > 0 and raw[seal:cut] == MARK + check(raw[:seal], raw[cut:])


def footer_of(raw: bytes) -> int:
    """Where the footer of a Parquet file begins."""
    return len(raw) - TAIL - int.from_bytes(raw[-TAIL:-4], "little")


def check(body: bytes, footer: bytes) -> bytes:
    """The checksum of a part without its seal."""
    return zlib.crc32(footer, zlib.crc32(body)).to_bytes(SUM, "little")


def write_text(path: Path, text: str) -> None:
    """Writes a text file that is either whole or not there."""
    write_bytes(path, (text + "\n").encode())


def write_bytes(path: Path, raw: bytes) -> None:
    """Writes a file under another name, syncs and renames it; nothing is left of one that cannot be written.

    Raises OSError, which says that what is finished is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{token_hex(4)}.tmp")
    try:
        with open(unfinished, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        why = f"{error.strerror}; what is finished is kept, and the same command with results= this folder goes on"
        raise OSError(error.errno, why, str(path)) from None
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
