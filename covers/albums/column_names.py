"""What columns may be called, in English and Korean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from covers.albums.album_contract import SourceError

NAMES = {
    "title": "title song songtitle songname track tracktitle trackname 제목 노래제목 곡 곡명 곡제목 노래 노래명",
    "artist": "artist artists artistname singer singername performer band 가수 가수명 가수이름 아티스트 아티스트명",
    "album": "album albumtitle albumname 앨범 앨범명 앨범이름 앨범제목",
    "released": "releasedate released releasedon release date year 발매일 발매일자 발매 발매연도 발매년도 날짜",
    "genre": "genre genres songgenre 장르 노래장르",
    "lyrics": "lyrics lyric songlyrics 가사 노래가사",
    "image": "image img picture cover file filename filepath path imagepath imagefile coverimage coverpath albumimage "
    "albumcover artwork 이미지 그림 사진 표지 앨범표지 앨범이미지 파일 파일명 경로 이미지경로",
    "address": "imageurl imgurl imagelink imageaddress pictureurl coverurl coverimageurl albumcoverurl albumimageurl albumimgurl "
    "artworkurl url link 이미지url 이미지주소 이미지링크 앨범이미지url 앨범표지url 표지url 앨범커버url 주소",
    "source": "source origin provenance 출처",
    "licence": "licence license licencename licensename rights 라이선스 라이센스 이용허락",
    "licence_url": "licenceurl licenseurl licencelink licenselink 라이선스url 라이센스url 라이선스주소 라이센스주소",
    "allowed_use": "alloweduse allowed use usage 이용범위 허용범위 허용용도 용도",
    "fetched_at": "fetchedat fetched crawledat collectedat downloadedat retrievedat 수집일 수집일시 수집일자",
}
"""Field → what its column may be called, in lower case and without anything but letters and digits."""

_FIELD_OF = {name: field for field, names in NAMES.items() for name in names.split()}


def field_of(name: str) -> str | None:
    """The field that a column holds, by any usual name: "Release date", "release_date", "발매일"."""
    return _FIELD_OF.get("".join(char for char in name.lower() if char.isalnum()))


def fields_of(names: Iterable[str]) -> list[str | None]:
    return [field_of(name) for name in names]


def check(fields: Iterable[str | None], names: Iterable[str], file_name: str) -> None:
    """Raises SourceError where no row could ever be taken."""
    found = set(fields)
    missing = [words for field, words in (("title", "the title"), ("artist", "the artist")) if field not in found]
    if not found & {"image", "address"}:
        missing.append("the picture's path or address")
    if missing:
        raise SourceError(
            f"{file_name}: no column is called like {' or '.join(missing)}; its columns are: {', '.join(names)[:300]}"
        )


def by_field(values: Mapping[str, str]) -> dict[str, str]:
    """Named values by field; of several columns for one field the first that says something."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if (field := field_of(name)) and value.strip() and field not in found:
            found[field] = value
    return found
