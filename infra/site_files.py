"""The files of the built site, and how long browsers may keep each: for CloudFormation and for the local loop alike."""

from dataclasses import dataclass

from infra.layer import ROOT

DIST = ROOT / "site" / "dist"
# As `site/index.html` has it, for where the server can say it as well.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class CacheRule:
    """How long browsers may keep some of the site's files.

    Parameters
    ----------
    name : str
        What the files are.
    include, exclude : str or None
        Which files of the built site, as a glob; exactly one is given.
    cache_control : str
        The header.
    """

    name: str
    include: str | None
    exclude: str | None
    cache_control: str


# In the order of upload: the page must not arrive before what it loads. The names of assets hold their hash.
CACHE_RULES = (
    CacheRule("Assets", "assets/*", None, "public, max-age=31536000, immutable"),
    CacheRule("Pages", None, "assets/*", "no-cache"),
)
