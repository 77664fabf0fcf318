"""What an imported picture is said to show, in the words that the model in question is asked with."""

from __future__ import annotations

from covers.brief.brief_contract import GENRES, Brief, Song
from covers.models import Album, ModelVersion
from covers.writing.prompts import prompt_for
from covers.writing.rules_writer import RulesWriter


def engine_of(base_key: str) -> str:
    """The engine of a registry choice: a registered model's own, else the key is an engine's name."""
    return ModelVersion.objects.filter(key=base_key).values_list("engine", flat=True).first() or base_key


def album_caption(album: Album, engine: str) -> str:
    """From the brief that the song would get here, written by the rules: the same album always gets the same caption."""
    genre = album.genre if album.genre in GENRES else ""
    brief = RulesWriter().write(Song(album.title, album.artist, album.album, genre, album.lyrics))
    return _in_pocket_words(brief) if engine == "pocket" else prompt_for(brief, 0, 1)[0]


def _in_pocket_words(brief: Brief) -> str:
    from covers.engine.pocket.captioning import caption_of  # brings the poster engine's plans: only where a set is made
    from covers.engine.pocket.words import CHECKPOINT, known_motifs

    return caption_of(brief, known_motifs(CHECKPOINT))
