"""Lays an invoice out as a PDF: the printed texts of `documents.Document` on A4 pages.

Pure: from texts and a logo to bytes. Fonts are embedded as far as the texts need them.
"""

from collections.abc import Sequence
from importlib.resources import as_file, files
from io import BytesIO

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TableCellFillMode, WrapMode, XPos, YPos

from dealwright.crm.invoices.documents import Document, Pair

INK, QUIET, RULE, SHADE = (28, 27, 25), (107, 103, 96), (221, 217, 209), (246, 245, 242)
MARGIN, GUTTER, LINE = 18.0, 8.0, 4.8  # millimetres
LOGO = (60.0, 18.0)
TEXT, SMALL, TITLE = 9.5, 8.0, 18.0  # points
# The widths of the columns of a line in parts; a column without any text is left out.
WIDTHS = (34, 10, 13, 10, 11, 11, 15)
NUMBERS = (1, 2, 3, 6)
KEPT = (0, 1, 2, 6)  # columns that are always there


class _Pages(FPDF):
    """`page_word`: the word before the number of a page; `number` repeats on each page."""

    def __init__(self, *, number: str, page_word: str) -> None:
        super().__init__(format="A4")
        self._number = number
        self._page_word = page_word
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=22)
        fonts = files(__package__).joinpath("fonts")
        for name, style, file in (
            ("inter", "", "Inter-Regular"),
            ("inter", "B", "Inter-SemiBold"),
            ("cjk", "", "DroidSansFallback"),
        ):
            with as_file(fonts / f"{file}.ttf") as path:
                self.add_font(name, style, path)
        self.set_fallback_fonts(["cjk"], exact_match=False)
        self.plain()

    def normalize_text(self, text: str) -> str:
        """Numbers in some languages have a narrow space that the font does not have."""
        return super().normalize_text(text.replace("\u202f", "\u00a0"))

    def plain(self, size: float = TEXT, *, bold: bool = False, quiet: bool = False) -> None:
        self.set_font("inter", "B" if bold else "", size)
        self.set_text_color(*(QUIET if quiet else INK))

    def footer(self) -> None:
        self.set_y(-14)
        self.plain(SMALL, quiet=True)
        self.cell(0, LINE, self._number)
        self.set_y(-14)
        self.cell(0, LINE, f"{self._page_word} {self.page_no()} / {{nb}}", align="R")


def render(document: Document, *, logo: bytes | None, page_word: str, title: str) -> bytes:
    """The PDF of an invoice. `logo`: a picture, or None; `title`: the word above the number."""
    pages = _Pages(number=document.number, page_word=page_word)
    pages.set_title(f"{title} {document.number}")
    pages.set_author(document.seller.item1)
    pages.set_creator("Dealwright")
    pages.add_page()
    _head(pages, document, logo, title)
    _parties(pages, document)
    _lines(pages, document)
    _sums(pages, [*document.table_footer_rows, document.table_total_row])
    for note in (document.terms, document.notes):
        if note is not None and note.item2:
            _note(pages, note)
    return bytes(pages.output())


def _head(pages: _Pages, document: Document, logo: bytes | None, title: str) -> None:
    """Seller on the left, number and dates on the right."""
    top, half = pages.get_y(), pages.epw / 2 - GUTTER / 2
    if logo is not None:
        pages.image(BytesIO(logo), x=MARGIN, y=top, w=LOGO[0], h=LOGO[1], keep_aspect_ratio=True)
        pages.set_y(top + LOGO[1] + 4)
    _block(pages, MARGIN, pages.get_y(), half, document.seller.item1, document.seller.item2)
    left_end = pages.get_y()
    right = MARGIN + half + GUTTER
    pages.set_xy(right, top)
    pages.plain(TITLE, bold=True)
    pages.multi_cell(half, 8, title, align="R", new_x=XPos.LEFT, new_y=YPos.NEXT)
    pages.plain(TEXT + 2)
    pages.multi_cell(half, 6, document.number, align="R", new_x=XPos.LEFT, new_y=YPos.NEXT)
    pages.ln(2)
    for pair in document.invoice:
        pages.set_x(right)
        pages.plain(SMALL, quiet=True)
        pages.cell(half * 0.55, LINE, pair.item1, align="R")
        pages.plain()
        pages.multi_cell(
            half * 0.45, LINE, pair.item2, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
    pages.set_y(max(left_end, pages.get_y()) + 8)


def _parties(pages: _Pages, document: Document) -> None:
    """Who pays; and who gets the goods, if that is somebody else."""
    half, top, ends = pages.epw / 2 - GUTTER / 2, pages.get_y(), [pages.get_y()]
    parties = [document.customer]
    if document.consignee.item2 != document.customer.item2:
        parties.append(document.consignee)
    for place, party in enumerate(parties):
        left = MARGIN + place * (half + GUTTER)
        pages.set_xy(left, top)
        pages.plain(SMALL, quiet=True)
        pages.multi_cell(half, LINE, party.item1, new_x=XPos.LEFT, new_y=YPos.NEXT)
        name, _, address = party.item2.partition("\n")
        _block(pages, left, pages.get_y(), half, name, address)
        ends.append(pages.get_y())
    pages.set_y(max(ends) + 8)


def _block(pages: _Pages, x: float, y: float, width: float, first: str, rest: str) -> None:
    pages.set_xy(x, y)
    for text, bold in ((first, True), (rest, False)):
        if text:
            pages.set_x(x)
            pages.plain(bold=bold)
            pages.multi_cell(width, LINE, text, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)


def _lines(pages: _Pages, document: Document) -> None:
    """The lines; the headings repeat on each page."""
    rows = document.table_body_rows
    shown = [n for n in range(len(WIDTHS)) if n in KEPT or any(row[n] for row in rows)]
    widths = [WIDTHS[n] + (sum(WIDTHS) - sum(WIDTHS[m] for m in shown) if n == 0 else 0)
              for n in shown]  # fmt: skip
    pages.plain()
    pages.set_draw_color(*RULE)
    head = FontFace(emphasis="BOLD", color=QUIET, fill_color=SHADE, size_pt=SMALL)
    with pages.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        cell_fill_mode=TableCellFillMode.NONE,
        col_widths=tuple(widths),
        headings_style=head,
        line_height=LINE,
        padding=1.2,
        text_align=tuple("RIGHT" if n in NUMBERS else "LEFT" for n in shown),
        wrapmode=WrapMode.CHAR if _has_long_word(rows) else WrapMode.WORD,
    ) as table:
        for texts in (document.table_header_row, *rows):
            row = table.row()
            for n in shown:
                row.cell(texts[n])
    pages.ln(4)


def _has_long_word(rows: Sequence[Sequence[str]]) -> bool:
    """A word that no column could hold in one piece."""
    return any(len(word) > 30 for row in rows for text in row for word in text.split())


def _sums(pages: _Pages, pairs: Sequence[Pair]) -> None:
    """Subtotal, taxes, and the total in bold, kept together on one page."""
    if pages.will_page_break(6.0 * len(pairs) + 8):
        pages.add_page()
    width = pages.epw * 0.5
    left = MARGIN + pages.epw - width
    for place, pair in enumerate(pairs, 1):
        is_total = place == len(pairs)
        if is_total:
            pages.set_draw_color(*INK)
            pages.line(left, pages.get_y() + 0.6, MARGIN + pages.epw, pages.get_y() + 0.6)
            pages.ln(1.6)
        pages.set_x(left)
        for text, share, quiet in ((pair.item1, 0.62, not is_total), (pair.item2, 0.38, False)):
            pages.plain(TEXT + 1.5 * is_total, bold=is_total, quiet=quiet)
            pages.cell(width * share, 6, text, align="R")
        pages.ln(6)
    pages.ln(6)


def _note(pages: _Pages, note: Pair) -> None:
    pages.plain(SMALL, quiet=True)
    pages.multi_cell(0, LINE, note.item1, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pages.plain()
    pages.multi_cell(0, LINE, note.item2, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pages.ln(4)
