"""Faces and their trainings."""

from __future__ import annotations

from albumsite.environment import env, number

FACE_BASE_MODEL = env.str("FACE_BASE_MODEL", "")  # key of the model that faces are learnt for
FACE_TRAINER = env.str("FACE_TRAINER", "dreambooth-lora")  # of personalize/dreambooth, or the dotted path of a class
FACES_PER_PERSON = number("FACES_PER_PERSON", 5, 1, 1000)
FACE_PHOTOS_MIN, FACE_PHOTOS_MAX = 4, 10
FACE_PORTRAITS_MAX = (
    4  # photos that covers are drawn from, and whose portraits are kept: one for each picture of an ordinary request
)
FACE_PHOTO_DAYS = number("FACE_PHOTO_DAYS", 7, 0, 3650)
FACE_UNUSED_DAYS = number("FACE_UNUSED_DAYS", 180, 1, 36_500)
FACE_NOTICE_DAYS = number("FACE_NOTICE_DAYS", 14, 1, 3650)  # how long before that a mail says so
TRAININGS_PER_DAY = number("TRAININGS_PER_DAY", 10, 1, 1_000_000)
TRAININGS_WAITING_PER_PERSON = number("TRAININGS_WAITING_PER_PERSON", 2, 1, 1000)
TRAIN_TOGETHER_MAX = number("TRAIN_TOGETHER_MAX", 4, 1, 64)  # people who share the steps of one training
TRAIN_STEP_TIMEOUT_SECONDS = number("TRAIN_STEP_TIMEOUT_SECONDS", 600, 1, 36_000)
