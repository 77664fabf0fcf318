"""Talking to Kakao's servers, or to the one that settings name instead."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.kakao.views import KakaoOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import HttpRequest

MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
"""What allauth raises over an answer of an unexpected shape; its views expect ProviderException."""


class KakaoAdapter(KakaoOAuth2Adapter):
    """Properties, so that the setting is read for each sign-in."""

    @property
    def authorize_url(self) -> str:
        return f"{settings.KAKAO_BASE_URL or 'https://kauth.kakao.com'}/oauth/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{settings.KAKAO_BASE_URL or 'https://kauth.kakao.com'}/oauth/token"

    @property
    def profile_url(self) -> str:
        return f"{settings.KAKAO_BASE_URL or 'https://kapi.kakao.com'}/v2/user/me"

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            data: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        except MALFORMED as error:
            raise ProviderException("Kakao's token answer was not readable") from error
        return data

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        try:
            return super().parse_token(data)
        except MALFORMED as error:
            raise ProviderException("Kakao's token was not readable") from error

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        try:
            return super().complete_login(request, app, token, **kwargs)
        except MALFORMED as error:
            raise ProviderException("Kakao's profile answer was not readable") from error


oauth2_login = OAuth2LoginView.adapter_view(KakaoAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(KakaoAdapter)
