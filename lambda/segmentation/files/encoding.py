"""Stage 1a, encoding: a stream of any bytes to a stream of UTF-8.

The only place that knows kinds of files, compression and encodings.
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter

from segmentation import refusals
from segmentation.files.scripts import LATIN, MISPLACED, SCRIPT_OF, bits

UTF_8 = "utf-8"
# UTF-8 with some bytes that are not, as where files were joined; those are read as Windows-1252.
MIXED = "mixed"

_HEAD = 4096
_MARKS = (
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What spreadsheets and databases write where it is not UTF-8; where two fit alike, the first.
_OTHERS = (
    *("cp1252", "cp932", "euc_jp", "cp1254", "cp1250", "cp1251", "cp1253", "iso8859_15", "iso8859_2", "mac_roman"),
    *("cp850", "latin_1", "gb18030", "big5", "cp949", "koi8_r", "cp1255", "cp1256", "cp874"),
    *("cp1257", "koi8_u", "iso8859_7"),
)
# What DOS and the first Macs wrote, and what few ever did.
_OLD = (
    *("cp852", "cp775", "cp857", "mac_latin2", "mac_turkish"),
    *("cp866", "iso8859_5", "mac_cyrillic", "cp737", "cp862", "iso8859_6", "cp720"),
)
_WESTERN = ("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíóúñüçà", "áâãàçéêíóôõúü", "àèéìíîòóùú", "éëïöüáóèê", "åäöæøé")
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")
_TURKISH = ("çğıi̇öşüâîû",)
_EASTERN = ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäôľĺŕ", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß")
# The letters of the languages that are written in each, the commonest encoding first.
_LATIN = {
    "cp1252": _WESTERN,
    "cp1254": _TURKISH,
    "cp1250": _EASTERN,
    "iso8859_15": _WESTERN,
    "iso8859_2": _EASTERN,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "latin_1": _WESTERN,
    "cp1257": _BALTIC,
    "cp775": _BALTIC,
    "cp852": _EASTERN,
    "cp857": _TURKISH,
    "mac_latin2": _EASTERN,
    "mac_turkish": _TURKISH,
}
_SIGNS = frozenset("€£¥§°ªº¿¡«»–—‘’“”„…·•™®©±²³½\xa0")
# A sign behind a letter, an ordinal's between two, an õ that no Portuguese e follows, a capital behind a small one, or
# between a capital and a small one.
_TORN_WORD = re.compile(
    rf"{MISPLACED}|(?<=[A-Z])[À-ÖØ-Þ\u0152\u0160\u0178\u017d](?=[a-z])|"
    r"(?<=[^\W\d_])(?:[^\w\s\x00-\x7f’°»”™®€]|[ªº](?=[^\W\d_]))|[õÕ](?![eE])|(?<=[a-z])[À-ÖØ-Þ\u0152\u0160\u0178\u017d]"
)
_ISO_2022_JP = (b"\x1b$B", b"\x1b$@")
_NAMES = {
    UTF_8: "UTF-8",
    MIXED: "UTF-8 and Windows-1252",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
    "latin_1": "Latin-1",
    "iso8859_15": "Latin-9",
    "iso8859_2": "Latin-2",
    "mac_roman": "Mac Roman",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "cp949": "Korean (949)",
    "koi8_r": "KOI8-R",
    "koi8_u": "KOI8-U",
    "iso8859_5": "ISO 8859-5",
    "iso8859_6": "ISO 8859-6",
    "iso8859_7": "ISO 8859-7",
    "mac_latin2": "Mac Latin-2",
    "mac_turkish": "Mac Turkish",
    "mac_cyrillic": "Mac Cyrillic",
    "cp874": "Thai (874)",
}
_SAMPLE_BYTES = 2**16
# More different words than this add nothing.
_WORD_BYTES = 2**12
# Where scripts differ by fewer bits, the encoding is not certain.
_SURE_BITS = 6.0
# Of a word or two, Latin letters are the likeliest, and what was written long ago is not.
_LATIN_BITS, _OLD_BITS = 8.0, 6.0
# One that takes so many more than the best is not looked at.
_FAR_BITS = 40.0


def readable_name(encoding: str) -> str:
    """Return the common name of an encoding: ``Windows-1252`` for ``cp1252``.

    Parameters
    ----------
    encoding : str
        Name of the encoding in Python.
    """
    return _NAMES.get(encoding) or encoding.replace("cp", "Windows-" if encoding.startswith("cp1") else "DOS ")


def can_be_cut(encoding: str) -> bool:
    """Return whether a text in this encoding can be read from any line break on.

    That holds where ASCII is encoded as itself; not where characters have two bytes or four, or escape sequences switch
    alphabets.

    Parameters
    ----------
    encoding : str
        Name of the encoding in Python.
    """
    return not encoding.startswith(("utf-16", "utf-32", "iso2022"))


def decoded(sample: bytes, encoding: str) -> str:
    """Return the text of the beginning of a file, without a byte order mark.

    Parameters
    ----------
    sample : bytes
        The beginning; its last character may be cut.
    encoding : str
        One of `encodings_of`.
    """
    return decoder_of(encoding).decode(sample).removeprefix("\ufeff")


def encodings_of(sample: bytes, *, complete: bool) -> list[str]:
    """Return the encodings that a text may be in, the likeliest first.

    Parameters
    ----------
    sample : bytes
        Beginning of the text, or another part of it.
    complete : bool
        Whether the sample ends where the text does; else its last character may be cut.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return [encoding]
    if wide := _without_mark(sample):
        return [wide]
    if any(sign in sample for sign in _ISO_2022_JP):
        return ["iso2022_jp"]
    if is_utf_8(sample, complete=complete):
        return [UTF_8]
    lines = [line for line in sample.splitlines(keepends=True) if not line.isascii()]
    if 2 * sum(map(is_utf_8, lines)) > len(lines):
        return [MIXED]
    return _likeliest(b"".join(lines)[:_SAMPLE_BYTES])


def is_utf_8(sample: bytes, *, complete: bool = True) -> bool:
    """Return whether bytes are valid UTF-8.

    Parameters
    ----------
    sample : bytes
        The bytes.
    complete : bool
        Whether the last character must be complete.
    """
    try:
        codecs.getincrementaldecoder(UTF_8)().decode(sample, complete)
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(sample: bytes) -> str | None:
    """Return UTF-16 for a text without a byte order mark in which every second byte is NUL; None for others."""
    part = sample[:_HEAD]
    for encoding, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(part) > 1 and part[place::2].count(0) > 0.4 * len(part) / 2 and not part[1 - place :: 2].count(0):
            return encoding
    return None


def decoder_of(encoding: str) -> codecs.IncrementalDecoder:
    """Return an incremental decoder.

    Parameters
    ----------
    encoding : str
        One of `encodings_of`.
    """
    if encoding == MIXED:
        return codecs.getincrementaldecoder(UTF_8)(errors=_AS_WINDOWS)
    return codecs.getincrementaldecoder(encoding)(errors="replace")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are not UTF-8 as Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_AS_WINDOWS = "read as Windows-1252"
codecs.register_error(_AS_WINDOWS, _as_windows)


def check_encoding_certain(sample: bytes, encoding: str) -> None:
    """Refuse a text whose encoding is a guess, as it is for few words in other than Latin letters.

    Parameters
    ----------
    sample : bytes
        Part of the text.
    encoding : str
        The likeliest encoding.

    Raises
    ------
    UnusableFileError
        If an encoding for another script is nearly as likely.
    """
    words = _beyond_ascii(sample)
    costs = _costs(words) if words and encoding in SCRIPT_OF else {}
    others = [cost for one, cost in costs.items() if script_of(one) != script_of(encoding)]
    if encoding in costs and min(others, default=math.inf) - costs[encoding] < _SURE_BITS:
        raise refusals.unsure_encoding()


def script_of(encoding: str) -> str:
    """Return the script that an encoding is for.

    Parameters
    ----------
    encoding : str
        Name of the encoding in Python.
    """
    return SCRIPT_OF.get(encoding, LATIN)


def _beyond_ascii(sample: bytes) -> bytes:
    """Return the different words of a text that are not ASCII; their frequency says nothing about the encoding."""
    # The byte of | may be the second one of a character. Amounts with the same sign count once.
    words = dict.fromkeys(re.sub(rb"[\d.]{2,}", b"00", word) for word in re.split(rb"[\s,;\"]+", sample))
    return b"\n".join(word for word in words if not word.isascii())[:_WORD_BYTES]


def _costs(words: bytes) -> dict[str, float]:
    """Return how many bits each possible encoding needs for the words, see `scripts`."""
    possible = [encoding for encoding in (*_OTHERS, *_OLD) if _decodes(words, encoding)]
    return {
        one: bits(decoded(words, one), one, _LATIN.get(one, ()))
        - (_LATIN_BITS if one in _LATIN else 0)
        + (_OLD_BITS if one in _OLD else 0)
        for one in possible
    }


def _likeliest(sample: bytes) -> list[str]:
    """Rank the encodings by how well the decoded sample reads in the script that each is for."""
    costs = _costs(_beyond_ascii(sample))
    ranked = sorted((one for one in costs if _decodes(sample, one)), key=costs.__getitem__)
    near = [one for one in ranked if costs[one] < costs[ranked[0]] + _FAR_BITS]
    if near[0] in _LATIN:
        near = sorted((one for one in _LATIN if one in ranked), key=lambda one: _oddness(sample, one)) + near
    return list(dict.fromkeys(near))


def _oddness(sample: bytes, encoding: str) -> int:
    """Return how many characters of a text occur in none of the languages of an encoding."""
    text = decoded(sample, encoding)
    letters = Counter(letter for letter in text.lower() if not (letter.isascii() or letter in _SIGNS))
    outside = min(sum(n for letter, n in letters.items() if letter not in alphabet) for alphabet in _LATIN[encoding])
    return outside + len(_TORN_WORD.findall(text))


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        # The last letter may be cut.
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
