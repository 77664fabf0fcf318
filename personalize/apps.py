from django.apps import AppConfig


class PersonalizeConfig(AppConfig):
    name = "personalize"
