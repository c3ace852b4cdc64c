"""Whole feeds around approved entries. A feed format is one file here with a `FEED`; `FORMATS` lists them."""

from publisher.edition.feeds import atom, json_feed, rss
from publisher.edition.feeds.model import Format

FORMATS: tuple[Format, ...] = (rss.FEED, atom.FEED, json_feed.FEED)
