"""Makes assets/fonts/InterPaper-Regular.ttf from Inter-Regular.otf: TrueType outlines, only the letters papers need.

The PDF writer embeds TrueType outlines only. Run once, when Inter changes: `pip install fonttools`, then this file.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

FONTS = Path(__file__).resolve().parents[1] / "assets" / "fonts"
RANGES = (
    *((0x20, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF)),
    *((0x2010, 0x2044), (0x20A0, 0x20BF), (0x2190, 0x2193), (0x2200, 0x2265), (0x2713, 0x2714)),
)
"""Latin with Vietnamese, Greek, Cyrillic, signs."""
ERROR = 1.0
"""How far a curve may be off, in font units of 2048 to the em."""


def main() -> None:
    """Subset, convert, rename, write."""
    font = TTFont(FONTS / "Inter-Regular.otf")
    options = subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    cutter.subset(font)
    glyphs = font.getGlyphSet()
    made = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        made[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder = font.getGlyphOrder()
    table.glyphs = made
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in (
        *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
        *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth"),
        *("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours"),
    ):
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    for gone in ("CFF ", "VORG"):
        if gone in font:
            del font[gone]
    font.sfntVersion = "\x00\x01\x00\x00"
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = str(record).replace("Inter", "InterPaper", 1)
    font.save(FONTS / "InterPaper-Regular.ttf")


if __name__ == "__main__":
    main()
