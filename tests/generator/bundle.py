"""From texts to a bundle: rotated files, folders, archives. The same texts always give the same bytes."""
import gzip
import io
import tarfile
import zipfile
import zlib
from pathlib import Path


def zip_of(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2017, 6, 17, 0, 5, 0))
            info.external_attr, info.compress_type, info.create_system = 0o644 << 16, zipfile.ZIP_DEFLATED, 3
            z.writestr(info, data)
    return out.getvalue()


def tgz_of(files):
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.GNU_FORMAT) as t:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), 1497640000, 0o644
            t.addfile(info, io.BytesIO(data))
    out = io.BytesIO()
    with gzip.GzipFile("", "wb", 1, out, 0) as g:
        g.write(tar.getvalue())
    return out.getvalue()


def rotated(name, text, parts):
    """name, name.1, ... : the newest first, cut where a record begins."""
    lines = text.splitlines(keepends=True)
    cuts = [0]
    for i in range(1, parts):
        at = len(lines) * i // parts
        while at < len(lines) and not lines[at][:5].rstrip(".").isdigit():
            at += 1
        cuts.append(at)
    cuts.append(len(lines))
    pieces = ["".join(lines[a:b]) for a, b in zip(cuts, cuts[1:])]
    return {name + (f".{parts - 1 - i}" if i < parts - 1 else ""): piece for i, piece in enumerate(pieces)}


def leaves(files):
    """(crc32, number of lines) of each log, whatever it is packed in."""
    out = {}
    for name, data in files.items():
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                out.update(leaves({f"{name}!{n}": z.read(n) for n in z.namelist()}))
        else:
            out[name] = {"crc32": zlib.crc32(data),
                         "lines": data.count(b"\n") + (not data.endswith(b"\n") and data != b"")}
    return out


def pack(files, folder, packing, epoch):
    """Writes the bundle below `folder` and returns its path."""
    folder = Path(folder)
    if packing == "directory":
        for name, data in files.items():
            target = folder / "bundle" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return folder / "bundle"
    name = f"active_{epoch}.tgz"
    data = tgz_of(files) if packing != "zip" else zip_of(files)
    if packing == "nested":
        data, name = zip_of({name: data}), "collected.zip"
    elif packing == "zip":
        name = "collected.zip"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name
