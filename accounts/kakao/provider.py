"""Found by allauth because this package is an installed app. Its id is Kakao's own, so accounts stay valid."""

from __future__ import annotations

from allauth.socialaccount.providers.kakao.provider import KakaoProvider as AllauthKakaoProvider

from accounts.kakao.views import KakaoAdapter


class KakaoProvider(AllauthKakaoProvider):
    oauth2_adapter_class = KakaoAdapter
    package = "accounts.kakao"


provider_classes = [KakaoProvider]
