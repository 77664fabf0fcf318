"""Admin lists of tables that grow without end: nothing in them reads all of a table.

Django's own count every row for the page numbers, ask for the first and last day of all (`date_hierarchy`), for every value
that a column has (a filter without choices), and search with ILIKE. With a million covers that took 1.5 to 5 s.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connections, models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.lookups import Contains
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from albumsite.ids import first_id_since

LISTED_MAX = 5000
"""Rows that the pages of one list show. Who looks for an older one searches or filters: page 3,000 would read all before it."""


class BoundedPaginator(Paginator):
    """Page numbers for at most LISTED_MAX rows. How many there are is PostgreSQL's guess where there are more."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return LISTED_MAX if self.is_cut_off else self.object_list[: LISTED_MAX + 1].count()

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether there is more than the pages show. Asking takes no more than reading LISTED_MAX rows."""
        return self.estimate > 2 * LISTED_MAX or self.object_list[: LISTED_MAX + 1].count() > LISTED_MAX

    @cached_property
    def estimate(self) -> int:
        """What the planner thinks, from the statistics that autovacuum keeps."""
        try:
            sql, values = self.object_list.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # a search that can find nothing asks nothing
            return 0
        with connections[self.object_list.db].cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
            (plan,) = cursor.fetchone()
        return int((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]["Plan Rows"])


class MadeSince(admin.SimpleListFilter):
    """By the primary key: a UUIDv7 begins with the time, and the list is in its order anyway."""

    title = _("when")
    parameter_name = "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Today")), ("7", _("In 7 days")), ("30", _("In 30 days")), ("365", _("In a year"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"1", "7", "30", "365"}:
            return queryset
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        begin: datetime = today - timedelta(days=int(str(self.value())) - 1)
        return queryset.filter(pk__gte=first_id_since(begin.timestamp()))


class KnownValues(admin.SimpleListFilter):
    """The values of a column as the code knows them. Subclasses name the column and the values."""

    column: ClassVar[str]
    values: ClassVar[dict[str, Any]] = {}
    """value → how it is called."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.values.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.column: self.value()}) if self.value() in self.values else queryset


class Folded(Func):
    """Texts as they are searched: without case and width, and with Hangul taken apart, for an index of three letters at a time
    finds a word of two syllables only by its jamo. The text indexes of the migrations are made of the same expression."""

    template = "upper(normalize(%(expressions)s, NFKD))"
    arg_joiner = r" || E'\n' || "  # so that no word is found across two columns
    output_field = models.TextField()


class BigList(admin.ModelAdmin):
    """A list with bounded page numbers, and a search in text indexes, as `searched` says; without it by `search_fields`, as Django's."""

    paginator = BoundedPaginator
    show_full_result_count = False
    searched: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Path to a model ("" for the listed one) → the columns of its text index, in its order. All words of a search must stand in
    the texts of one of the models."""
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)  # shows the search box

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not self.searched:
            return super().get_search_results(request, queryset, search_term)
        words = [_unquoted(word) for word in smart_split(search_term)]
        if not words:
            return queryset, False
        first, *others = [self._holding(path, columns, words) for path, columns in self.searched.items()]
        return queryset.filter(pk__in=first.union(*others) if others else first), False

    def _holding(self, path: str, columns: tuple[str, ...], words: list[str]) -> QuerySet[Any]:
        """Primary keys of listed rows: a query of its own for each index, for PostgreSQL uses none across an OR of two tables."""
        model: Any = self.model
        for step in filter(None, path.split("__")):
            model = model._meta.get_field(step).related_model
        found = model._default_manager.all()
        for word in words:
            found = found.filter(Contains(Folded(*map(F, columns)), Folded(Value(word))))
        keys = found.order_by().values("pk")
        return self.model._default_manager.order_by().filter(**{f"{path}__in": keys}).values("pk") if path else keys


def _unquoted(word: str) -> str:
    is_quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
    return unescape_string_literal(word) if is_quoted else word
