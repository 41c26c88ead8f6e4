#!/usr/bin/env python3
"""Small bundles, one a packing, for testdata/bundles/packings: the same logs each time (set `packed` of make_logs.py).

    make_bundles.py --list          the bundles that there are
    make_bundles.py NAME            write one to standard output
    make_bundles.py --commit        write again what testdata/ keeps
    make_bundles.py --check         does testdata/ still hold exactly that?

The bytes are put together here, after the formats' own descriptions (RFC 1952, POSIX pax, GNU tar's manual, PKWARE's
APPNOTE): no tool writes all of these on request, and the same call always gives the same bytes.
"""
import gzip
import io
import struct
import sys
import tarfile
import zlib
from pathlib import Path

import make_logs

FOLDER = make_logs.TESTDATA / "bundles/packings"
MTIME = 1497639600
DOS_TIME = 0x1800 << 0 | 0x4AD1 << 16  # 2017-06-17 03:00:00
WEB = f"desktop/logs/webservices/{make_logs.WEB_LOG}"
DEBUG, INFO = "desktop/logs/openfire/debug.log", "desktop/logs/openfire/info.log"


def logs():
    return make_logs.SETS["packed"]()


# ------------------------------------------------------------------------ gzip


def gz(data, extra=b"", name=b"", comment=b"", header_crc=False):
    flags = 4 * bool(extra) | 8 * bool(name) | 16 * bool(comment) | 2 * header_crc
    header = b"\x1f\x8b\x08" + bytes([flags]) + struct.pack("<IBB", MTIME, 2, 3)
    header += struct.pack("<H", len(extra)) + extra if extra else b""
    header += name + b"\0" if name else b""
    header += comment + b"\0" if comment else b""
    header += struct.pack("<H", zlib.crc32(header) & 0xffff) if header_crc else b""
    return header + raw_deflate(data) + struct.pack("<II", zlib.crc32(data), len(data) & 0xffffffff)


def raw_deflate(data, method=8):
    if method == 0:
        return data
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def pieces(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


# ------------------------------------------------------------------------- tar


def block(data):
    return data + b"\0" * (-len(data) % 512)


def tar_header(name, size, kind=b"0", magic=b"ustar\x0000", size_field=None, tail=b""):
    """A name of up to 100 bytes; `tail` is what stands from byte 345 on."""
    header = bytearray(512)
    header[0:len(name)] = name
    header[100:108], header[108:116], header[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    header[124:136] = size_field or b"%011o\0" % size
    header[136:148], header[148:156], header[156:157] = b"%011o\0" % MTIME, b" " * 8, kind
    header[257:257 + len(magic)] = magic
    header[345:345 + len(tail)] = tail
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def tar_file(name, data, **more):
    return tar_header(name, len(data), **more) + block(data)


TAR_END = b"\0" * 1024
GNU = b"ustar  \0"


def pax_header(fields):
    records = b""
    for key, value in fields.items():
        body = b" " + key.encode() + b"=" + value + b"\n"
        length = len(body) + 1
        while len(str(length)) + len(body) != length:
            length = len(str(length)) + len(body)
        records += str(length).encode() + body
    return tar_file(b"PaxHeaders/x", records, kind=b"x")


def tar_v7(files):
    return b"".join(tar_file(n.encode(), d, magic=b"", kind=b"\0") for n, d in files.items()) + TAR_END


def tar_ustar(files):
    """Names in two fields, as ustar has them."""
    out = b""
    for name, data in files.items():
        folder, _, last = name.rpartition("/")
        out += tar_file(last.encode(), data, tail=folder.encode())
    return out + TAR_END


LONG = "collected/" + "a-folder-with-a-long-name/" * 8


def tar_gnu_names(files):
    """Names that fill an entry of their own before the file's."""
    out = b""
    for name, data in files.items():
        whole = (LONG + name).encode()
        out += tar_file(b"././@LongLink", whole + b"\0", kind=b"L", magic=GNU) + tar_file(whole[:100], data, magic=GNU)
    return out + TAR_END


def tar_pax(files):
    """Name and size stand in the extended header alone; the file's own header has another name and size 0."""
    out = tar_file(b"pax_global_header", b"30 comment=made for a test bed\n", kind=b"g")
    for i, (name, data) in enumerate(files.items()):
        out += pax_header({"path": (LONG + name).encode(), "size": str(len(data)).encode(), "mtime": b"1497639600.5"})
        out += tar_header(b"file%d" % i, 0) + block(data)
    return out + TAR_END


def tar_base256(files):
    """Sizes in binary, as GNU tar writes those of 8 GiB and more."""
    return b"".join(tar_file(n.encode(), d, magic=GNU, size_field=b"\x80" + len(d).to_bytes(11, "big"))
                    for n, d in files.items()) + TAR_END


def parts_of(data):
    """(offset, bytes) of what is no hole, the end included as an empty part."""
    at, parts = 0, []
    for piece in pieces(data, 512):
        if piece.strip(b"\0"):
            parts.append((at, piece))
        at += len(piece)
    joined = []
    for offset, piece in parts:
        if joined and joined[-1][0] + len(joined[-1][1]) == offset:
            joined[-1] = (joined[-1][0], joined[-1][1] + piece)
        else:
            joined.append((offset, piece))
    return joined + [(len(data), b"")]


def tar_gnu_sparse(files):
    """The old way: a map of four parts in the header, further ones in a block behind it."""
    out = b""
    for name, data in files.items():
        parts = parts_of(data)
        cells = [b"%011o\0%011o\0" % (offset, len(piece)) for offset, piece in parts]
        first, more = b"".join(cells[:4]), cells[4:]
        tail = (b"\0" * 41 + first).ljust(137, b"\0") + (b"\1" if more else b"\0") + b"%011o\0" % len(data)
        stored = b"".join(piece for _, piece in parts)
        out += tar_header(name.encode(), len(stored), kind=b"S", magic=GNU, tail=tail)
        out += block(b"".join(more)) if more else b""
        out += block(stored)
    return out + TAR_END


def tar_pax_sparse(files):
    """GNU's format 1.0: the map is the beginning of the data."""
    out = b""
    for name, data in files.items():
        parts = parts_of(data)
        table = block(b"%d\n" % len(parts) + b"".join(b"%d\n%d\n" % (o, len(p)) for o, p in parts))
        stored = table + b"".join(piece for _, piece in parts)
        out += pax_header({"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0", "GNU.sparse.name": name.encode(),
                           "GNU.sparse.realsize": str(len(data)).encode()})
        out += tar_file(b"GNUSparseFile.1/x", stored)
    return out + TAR_END


def tar_links(files):
    """Each kind of thing that is no file, and a hard link to one that is."""
    out = b"".join(tar_file(n.encode(), d) for n, d in files.items())
    for kind, name, target in ((b"2", b"desktop/logs/openfire/latest.log", b"debug.log"), (b"3", b"dev/console", b""),
                               (b"1", b"desktop/logs/openfire/same.log", DEBUG.encode()), (b"6", b"run/pipe", b""),
                               (b"2", b"desktop/logs/all", b"../.."), (b"5", b"desktop/empty/", b"")):
        header = bytearray(tar_header(name, 0, kind=kind))
        header[157:157 + len(target)] = target
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        out += bytes(header)
    return out + TAR_END


# ------------------------------------------------------------------------- zip


class Zip:
    def __init__(self):
        self.out, self.directory, self.count = b"", b"", 0

    def add(self, name, data, method=8, flags=0, streamed=None, zip64=False, extra=b"", mode=0o100644, descriptor=None):
        """`streamed`: sizes stand behind the data only, with a mark or (False) without; `descriptor`: of 8-byte sizes."""
        packed, crc = raw_deflate(data, method), zlib.crc32(data)
        flags |= 8 if streamed is not None else 0
        sizes = (0, 0, 0) if streamed is not None else (crc, len(packed), len(data))
        local_extra = extra
        if zip64:
            local_extra += struct.pack("<HHQQ", 1, 16, sizes[2], sizes[1])
            sizes = (sizes[0], 0xffffffff, 0xffffffff)
        at, version = len(self.out), 45 if zip64 else 20
        fixed = struct.pack("<HHHI", version, flags, method, DOS_TIME)
        self.out += b"PK\3\4" + fixed + struct.pack("<IIIHH", *sizes, len(name), len(local_extra)) + name + local_extra + packed
        if streamed is not None:
            self.out += (b"PK\7\x08" if streamed else b"") + struct.pack("<IQQ" if descriptor == 8 else "<III", crc, len(packed), len(data))
        listed, listed_extra = (len(packed), len(data)), extra
        if zip64:
            listed_extra += struct.pack("<HHQQ", 1, 16, len(data), len(packed))
            listed = (0xffffffff, 0xffffffff)
        self.directory += b"PK\1\2" + struct.pack("<H", 3 << 8 | version) + fixed + struct.pack("<I", crc) + struct.pack(
            "<IIHHHHHII", *listed, len(name), len(listed_extra), 0, 0, 0, mode << 16, at) + name + listed_extra
        self.count += 1

    def end(self, comment=b"", zip64=False):
        at, size = len(self.out), len(self.directory)
        out = self.out + self.directory
        counts = (self.count, self.count, size, at)
        if zip64:
            out += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, *counts)
            out += b"PK\6\7" + struct.pack("<IQI", 0, at + size, 1)
            counts = (0xffff, 0xffff, 0xffffffff, 0xffffffff)
        return out + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, *counts, len(comment)) + comment


def zip_of(files, comment=b"", end64=False, rename=str.encode, **more):
    z = Zip()
    for name, data in files.items():
        z.add(rename(name), data, **more)
    return z.end(comment, end64)


def zip_java(files):
    """As ZipOutputStream writes: sizes behind the data, names said to be UTF-8, folders too, the first with a mark."""
    z = Zip()
    z.add(b"META-INF/", b"", flags=0x800, streamed=True, extra=b"\xfe\xca\0\0")
    z.add(b"META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n\r\n", flags=0x800, streamed=True)
    for name, data in files.items():
        z.add(name.encode(), data, flags=0x800, streamed=True)
    return z.end()


def zip_links(files):
    """Links to a file, to a folder, to itself and to nothing: only the directory knows that they are."""
    z = Zip()
    for name, data in files.items():
        z.add(name.encode(), data)
    for name, target in ((b"desktop/logs/openfire/latest.log", b"debug.log"), (b"desktop/logs/all", b"../.."),
                         (b"desktop/loop", b"loop"), (b"desktop/logs/openfire/gone.log", b"nowhere.log")):
        z.add(name, target, method=0, mode=0o120777)
    return z.end()


def zip_windows(files):
    """Windows' separator, and a folder that ends in it."""
    z = Zip()
    z.add(b"desktop\\logs\\", b"", method=0)
    for name, data in files.items():
        z.add(name.replace("/", "\\").encode(), data)
    return z.end()


def in_folder(folder, page):
    return lambda name: f"{folder}/{name}".encode(page)


def zip_unicode(files):
    """Info-ZIP's way: the name in a code page, and beside it in UTF-8."""
    z = Zip()
    for name, data in files.items():
        plain, real = f"B?ro/{name}".encode(), f"Büro/{name}".encode()
        z.add(plain, data, extra=struct.pack("<HHBI", 0x7075, 5 + len(real), 1, zlib.crc32(plain)) + real)
    return z.end()


def zip_mixed(files):
    """Stored ones of unknown size, and others."""
    z = Zip()
    for i, (name, data) in enumerate(files.items()):
        z.add(name.encode(), data, method=8 * (i % 2), streamed=True)
    return z.end()


def stub(bytes_):
    """What a program that unpacks itself begins with, a zip's mark amid it."""
    text, state = bytearray(b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0 PK\3\4 and PK\5\6 "), 1
    while len(text) < bytes_:
        state = (state * 1664525 + 1013904223) & 0xffffffff
        text.append(state >> 24)
    return bytes(text)


MAIL = (b"From: engineer@ucce.local\r\nTo: tac@ucce.local\r\nSubject: logs\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/zip; name=logs.zip\r\nContent-Transfer-Encoding: binary\r\n\r\n")


# ------------------------------------------------------------- bundles as collected


def rotated(files):
    """A file's lines in three: newest first, as the three ways of rotation name them."""
    lines = files[DEBUG].splitlines(keepends=True)
    third = (len(lines) + 2) // 3
    return [b"".join(lines[2 * third:]), b"".join(lines[third:2 * third]), b"".join(lines[:third])]


def two_deep(files):
    """What `file get activelog /desktop recurs compress` gives: rotated web service logs are zips in the tgz."""
    inner = {n: d for n, d in files.items() if n != WEB}
    inner[WEB + ".zip"] = zip_of({make_logs.WEB_LOG: files[WEB]})
    return tar_ustar(inner)


def empties(files):
    """Archives that hold nothing, beside the logs."""
    return zip_of({**files, "empty.zip": Zip().end(), "empty.tar": b"\0" * 10240, "empty.tgz": gz(b"\0" * 10240),
                   "empty.gz": gz(b""), "empty.txt": b""})


def twice(files):
    """The same log once as it is and once zipped, and once more under another name."""
    return zip_of({**files, WEB + ".zip": zip_of({make_logs.WEB_LOG: files[WEB]}),
                   "copy/debug.log.1.gz": gz(files[DEBUG])})


ODD_NAMES = {DEBUG: b"../../etc/\x1b[31mdebug.log", INFO: b"/etc/in\x00fo\n.log", WEB: b"n" * 4000 + b"/web.log"}


def tar_odd_names(files):
    return b"".join(pax_header({"path": ODD_NAMES[n].replace(b"\0", b"")}) + tar_file(b"x", d) for n, d in files.items()) + TAR_END


def tar_absurd_size(files):
    """A file of less than nothing, before the others."""
    return tar_file(b"first.log", files[INFO]) + tar_header(b"less.log", 0, magic=GNU, size_field=b"\xff" * 12) + tar_ustar(files)


def zip_absurd_size(files):
    """A file of 2^63 bytes, by its header; what is there is sound."""
    z = Zip()
    z.add(b"more.log", files[INFO], zip64=True)
    z.out = z.out.replace(struct.pack("<HHQ", 1, 16, len(files[INFO])), struct.pack("<HHQ", 1, 16, 1 << 63))
    for name, data in files.items():
        z.add(name.encode(), data)
    return z.end()


BUNDLES = {
    "header_fields.tgz": lambda f: gz(tar_ustar(f), b"AB\4\0data", b"active_1.tar", b"collected by hand", True),
    "members.tgz": lambda f: b"".join(map(gz, pieces(tar_ustar(f), 1000))),
    "v7.tar": tar_v7,
    "ustar.tgz": lambda f: gz(tar_ustar(f)),
    "gnu_names.tgz": lambda f: gz(tar_gnu_names(f)),
    "pax.tgz": lambda f: gz(tar_pax(f)),
    "base256.tgz": lambda f: gz(tar_base256(f)),
    "gnu_sparse.tgz": lambda f: gz(tar_gnu_sparse(make_logs.SETS["packed_with_hole"]())),
    "pax_sparse.tgz": lambda f: gz(tar_pax_sparse(make_logs.SETS["packed_with_hole"]())),
    "links.tgz": lambda f: gz(tar_links(f)),
    "gbk.tgz": lambda f: gz(b"".join(
        tar_file(in_folder("日志", "gbk")(n), d) for n, d in f.items()) + TAR_END),
    "deflated.zip": zip_of,
    "stored.zip": lambda f: zip_of(f, method=0),
    "java.zip": zip_java,
    "no_signature.zip": lambda f: zip_of(f, streamed=False),
    "stored_streamed.zip": zip_mixed,
    "zip64.zip": lambda f: zip_of(f, zip64=True, end64=True),
    "zip64_streamed.zip": lambda f: zip_of(f, streamed=True, descriptor=8, zip64=False),
    "comment.zip": lambda f: zip_of(f, comment=b"collected by hand; PK\3\4 is how a zip begins"),
    "cp437.zip": lambda f: zip_of(f, rename=in_folder("Büro Orléans", "cp437")),
    "latin1.zip": lambda f: zip_of(f, rename=in_folder("Büro Orléans", "latin-1")),
    "gbk.zip": lambda f: zip_of(f, rename=in_folder("日志", "gbk")),
    "utf8.zip": lambda f: zip_of(f, rename=in_folder("Büro 東京", "utf-8"), flags=0x800),
    "unicode_names.zip": zip_unicode,
    "windows.zip": zip_windows,
    "links.zip": zip_links,
    "self_extracting.zip": lambda f: stub(3000) + zip_of(f),
    "mail.zip": lambda f: MAIL + zip_of(f),
    "nested.zip": lambda f: zip_of({"a/inner.zip": zip_of({"b/inner.tgz": gz(tar_ustar(f))}, method=0)}),
    "two_deep.tgz": lambda f: gz(two_deep(f)),
    "odd_names.zip": lambda f: zip_of(f, rename=lambda name: ODD_NAMES[name]),
    "odd_names.tgz": lambda f: gz(tar_odd_names(f)),
    "absurd_size.tar": tar_absurd_size,
    "absurd_size.zip": zip_absurd_size,
    "empties.zip": empties,
    "twice.zip": twice,
}


def check():
    stale = [n for n, make in BUNDLES.items() if not (FOLDER / n).is_file() or (FOLDER / n).read_bytes() != make(logs())]
    stale += sorted(p.name for p in FOLDER.iterdir() if p.name not in BUNDLES)
    for name in stale:
        print(f"{FOLDER / name} is not what make_bundles.py makes: run make_bundles.py --commit", file=sys.stderr)
    return 1 if stale else 0


def main(argv):
    if argv == ["--list"]:
        print("\n".join(f"{n:24} {len(make(logs()))} bytes" for n, make in BUNDLES.items()))
    elif argv == ["--commit"]:
        FOLDER.mkdir(exist_ok=True)
        for name, make in BUNDLES.items():
            (FOLDER / name).write_bytes(make(logs()))
    elif argv == ["--check"]:
        return check()
    elif len(argv) == 1 and argv[0] in BUNDLES:
        sys.stdout.buffer.write(BUNDLES[argv[0]](logs()))
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
