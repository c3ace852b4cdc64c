"""The body of a piece's page. Its addresses are relative to the page, so that it opens from a folder as well as from a server."""

from collections.abc import Mapping

from markupsafe import Markup

from publisher.rendering.markdown import to_page
from publisher.rendering.model import Card, MediaFile
from publisher.rendering.site.templates import environment
from publisher.transcript.model import Transcript
from publisher.workspace.config import Config
from publisher.workspace.people import Person
from publisher.workspace.pieces import Episode, Post

PART = "body.html"
_PACKAGE = "publisher.rendering.site"


def episode_body(
    episode: Episode,
    config: Config,
    people: Mapping[str, Person],
    card: Card,
    media: Mapping[str, MediaFile],
    transcript: Transcript | None,
) -> bytes:
    """The `<article>` of an episode; `media` is by role, or by file name for pictures in the text."""
    html = (
        environment(_PACKAGE)
        .get_template("episode.html")
        .render(
            card=card,
            show=config.shows[episode.show],
            chapters=episode.matter.chapters,
            text=_text(episode.text, config, media),
            speakers=[people[id_] for id_ in episode.people],
            transcript_key=media["transcript"].key if "transcript" in media else None,
            turns=transcript.turns() if transcript else (),
        )
    )
    return html.encode()


def post_body(post: Post, config: Config, card: Card, media: Mapping[str, MediaFile]) -> bytes:
    """The `<article>` of a post; `media` is by role, or by file name for pictures in the text."""
    division = config.divisions[post.matter.division].name if post.matter.division else None
    html = (
        environment(_PACKAGE)
        .get_template("post.html")
        .render(
            card=card,
            alt=post.matter.picture.alt if post.matter.picture else "",
            division=division,
            text=_text(post.text, config, media),
        )
    )
    return html.encode()


def _text(text: str, config: Config, media: Mapping[str, MediaFile]) -> Markup:
    # Clean by construction: `to_page` ends with nh3 and its allow-list.
    return Markup(to_page(text, config.house.url, lambda name: f"../{media[name].key}"))  # noqa: S704
