"""Bring locale/*/django.po up to date with the code and compile them. Needs Babel (development only), not GNU gettext.

    python manage.py update_messages          # texts that are gone leave, new ones come in empty, then compile
    python manage.py update_messages --check  # change nothing; fail if a text is missing or not translated

English is the language of the code, so its catalogue repeats the texts; Korean is written by a person.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

FOLDERS = ("albumsite", "accounts", "covers", "personalize", "templates")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        template = texts_of_code()
        problems = []
        for language, _name in settings.LANGUAGES:
            path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            catalog = merged(template, path, language)
            problems += [f"{language}: {message.id}" for message in catalog if is_untranslated(message)]
            if check:
                problems += [f"{language}: not up to date, {path.name}"] * (not is_same(catalog, path))
            else:
                save(catalog, path)
        if problems:
            raise CommandError("\n".join(problems))


def texts_of_code() -> Any:
    """Every text that Python files and templates ask to translate, as a Babel catalogue."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract

    catalog = Catalog(charset="utf-8")
    for path in sorted(source_files()):
        for _line, message, _comments, context in extract("python", read_source(path), keywords=KEYWORDS):
            name = str(path.relative_to(settings.BASE_DIR))
            catalog.add(message, locations=[(name, 0)], context=context, flags=flags_of(message))
    return catalog


def source_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in (settings.BASE_DIR / folder).rglob("*"):
            is_text = path.suffix in (".py", ".html") or (path.suffix == ".txt" and "templates" in path.parts)
            if is_text and "migrations" not in path.parts:
                yield path


def read_source(path: Path) -> io.BytesIO:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":  # Django turns a template into calls among X's; on one line they read as Python
        text = COMMENT.sub("", text)  # which would become "# …" and swallow the rest of that line
        text = " ".join(templatize(text, origin=str(path)).split("\n"))
    return io.BytesIO(text.strip().encode() + b"\n")


def flags_of(message: str | tuple[str, ...]) -> tuple[str, ...]:
    texts = (message,) if isinstance(message, str) else message
    return ("python-format",) if any(re.search(r"%\(\w+\)[sd]", text) for text in texts) else ()


def merged(template: Any, path: Path, language: str) -> Any:
    """The template with the translations that the file on disk has."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    catalog = Catalog(locale=language, project=settings.SITE_NAME, charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            old = known.get(message.id, message.context)
            string = message.id if language == "en" else (old.string if old else "")
            places = sorted(set(message.locations))
            catalog.add(message.id, string, locations=places, flags=message.flags, context=message.context)
    return catalog


def is_untranslated(message: Any) -> bool:
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(message.id) and not all(texts)


def is_same(catalog: Any, path: Path) -> bool:
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    def plain(text: Any) -> Any:
        """Babel gives a plural as a tuple or a list, and the context of a compiled text as bytes."""
        if isinstance(text, bytes):
            return text.decode()
        return tuple(text) if isinstance(text, list) else text

    def texts(known: Any) -> dict[Any, Any]:
        return {(plain(message.id), plain(message.context)): plain(message.string) for message in known if message.id}

    compiled = path.with_suffix(".mo")
    if not path.exists() or not compiled.exists():
        return False
    with path.open("rb") as po, compiled.open("rb") as mo:
        return texts(read_po(po)) == texts(catalog) == texts(read_mo(mo))


def save(catalog: Any, path: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, include_lineno=False, omit_header=False)
    text = re.sub(r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid).*\n',
                  "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)  # fmt: skip
    path.write_text(re.sub(r"\A(#.*\n)+", f"# Texts of {settings.SITE_NAME}.\n", text), encoding="utf-8")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
