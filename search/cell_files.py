"""The approximate structure on disk: as FAISS writes it, with the codes of a large one in a file that can be mapped.

FAISS reads codes of this kind into memory, unless it finds them in lists on disk. Those can hold them: they stand in
blocks of 32, and a list may have room for more codes than it has.
"""

from pathlib import Path

import numpy as np

from search.vectorlib import FaissIndex, faiss

CELLS = "cells.faiss"
LISTS = "cells.lists"
BLOCK = 32


def write_cells(folder: Path, index: FaissIndex, mapped_from: int) -> None:
    """Write the structure, which is of no more use after that; codes of more bytes are to be mapped. Raises OSError."""
    try:
        if index.ntotal * index.code_size > mapped_from:
            lists = _write_lists(folder / LISTS, index)  # FAISS only points at it: it stays until all is written
            index.replace_invlists(lists, False)
        faiss().write_index(index, str(folder / CELLS))
    except RuntimeError as error:
        raise OSError(f"{CELLS} is niet te schrijven ({error})") from error


def read_cells(folder: Path) -> FaissIndex | None:
    """The structure in a folder, if there is one. Raises ValueError when it is not whole."""
    if not (folder / CELLS).exists():
        return None
    library = faiss()
    try:
        if not (folder / LISTS).exists():
            return library.read_index(str(folder / CELLS))
        index = library.read_index(str(folder / CELLS), library.IO_FLAG_READ_ONLY | library.IO_FLAG_SKIP_IVF_DATA)
        lists = library.downcast_InvertedLists(index.invlists)
        lists.filename = str(folder / LISTS)  # it was written under another name
        lists.prefetch_nthread = 0  # else it starts threads for every question
        lists.do_mmap()
    except RuntimeError as error:
        raise ValueError(f"{CELLS} is niet te lezen ({error})") from error
    return index


def _write_lists(path: Path, index: FaissIndex) -> FaissIndex:
    """Write of each cell the codes and then the rows, with room for a multiple of 32; where they stand."""
    library = faiss()
    cells = library.OnDiskOneListVector()
    with path.open("wb") as file:
        for number in range(index.nlist):
            cell = library.OnDiskOneList()
            cell.size = index.invlists.list_size(number)
            cell.capacity, cell.offset = -(-cell.size // BLOCK) * BLOCK, file.tell()
            cells.push_back(cell)
            if cell.size:
                codes = library.rev_swig_ptr(index.invlists.get_codes(number), cell.capacity * index.code_size)
                rows = np.full(cell.capacity, -1, np.int64)
                rows[: cell.size] = library.rev_swig_ptr(index.invlists.get_ids(number), cell.size)
                file.write(codes.tobytes() + rows.tobytes())
        size = file.tell()
    lists = library.OnDiskInvertedLists(index.nlist, index.code_size, path.name)
    lists.read_only, lists.lists, lists.totsize = True, cells, size
    return lists
