#!/usr/bin/env python3
"""Makes the font of the composites' captions from Debian's Noto Sans CJK.

A box has no Chinese font, so one travels with the product: simplified Chinese as GB 2312 and the
Table of General Standard Chinese Characters have it, Latin letters, punctuation. What comes out is
under the SIL Open Font License 1.1 as its source is, and bears another name, so that no system
takes it for the whole font.

    apt-get download fonts-noto-cjk unicode-data     # and unpack both with dpkg-deb -x PACKAGE DIR
    pip install fonttools
    scripts/caption-font.py DIR agent/evidence/fonts

The same packages and fontTools give the same bytes.
"""
import bz2
import glob
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

unpacked, out = sys.argv[1:3]
FAMILY = "Kerbside Caption"
FACE_SC = 2  # Of the collection: simplified Chinese.


def characters():
    wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2010, 0x2040))
    wanted |= set(range(0x3000, 0x3040)) | set(range(0xFF01, 0xFF5F))
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                wanted.add(ord(bytes([high, low]).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    for name in glob.glob(f"{unpacked}/usr/share/unicode/Unihan_*.txt.bz2"):
        with bz2.open(name, "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("U+") and "\tkTGH\t" in line:
                    wanted.add(int(line.split("\t")[0][2:], 16))
    return wanted


source = f"{unpacked}/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
font = TTFont(source, fontNumber=FACE_SC, recalcTimestamp=False)
options = subset.Options()
options.hinting = False
options.layout_features = []
options.notdef_outline = True
options.drop_tables += ["vhea", "vmtx", "VORG", "GSUB", "GPOS", "BASE"]
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
maker = subset.Subsetter(options)
maker.populate(unicodes=characters())
maker.subset(font)
names = {1: FAMILY, 3: f"{FAMILY}; from Noto Sans CJK SC 2.004", 4: FAMILY, 6: "KerbsideCaption-Regular"}
for record in list(font["name"].names):
    if record.nameID in names:
        where = (record.platformID, record.platEncID, record.langID)
        font["name"].setName(names[record.nameID], record.nameID, *where)
outlines = font["CFF "].cff
outlines.fontNames[0] = names[6]
outlines[0].FullName = outlines[0].FamilyName = FAMILY
font.save(os.path.join(out, "kerbside-caption.otf"))
has = sorted(code for code in font.getBestCmap() if code > 0x20)
with open(os.path.join(out, "characters.txt"), "w", encoding="utf-8") as file:
    for begin in range(0, len(has), 80):
        file.write("".join(map(chr, has[begin : begin + 80])) + "\n")
