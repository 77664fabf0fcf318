"""How people stand, walk, sit, carry, play: wrists and ankles in space; the skeleton finds elbows and knees.

The name's last word says the side they are seen from: away (their back), side, turned (three quarters from behind), toward.
"""

from __future__ import annotations

from dataclasses import replace

from covers.engine.scenes.figures.skeleton import V3, Pose

AWAY, TURNED, SIDE, TOWARD = 180.0, 142.0, 90.0, 22.0
HANG: tuple[V3, V3] = ((-12.3, 51.8, 2.0), (12.6, 51.6, 1.0))
POCKETS: tuple[V3, V3] = ((-10.2, 54.0, 2.6), (10.2, 53.6, 2.2))
OUT: tuple[V3, V3] = ((-0.62, -0.1, -1.0), (0.62, -0.1, -1.0))
BACK: tuple[V3, V3] = ((-0.3, -0.2, -1.0), (0.3, -0.2, -1.0))
DOWN: tuple[V3, V3] = ((-0.5, -1.0, -0.2), (0.5, -1.0, -0.2))

UP: tuple[V3, V3] = ((-0.18, 1.0, 0.25), (0.18, 1.0, 0.25))
# fmt: off
# weight on the right leg: that hip up and out, the other knee loose
STANDING = Pose(
    hips=(1.0, 50.9, 0.0), roll=-2.4, lean=0.0, bend=3.0, head=(2.0, 6.0, -3.0), hands=HANG,
    feet=((-5.4, 4.0, 3.4), (3.9, 4.0, -1.0)), out=(16.0, 9.0),
)
STRIDE = Pose(
    hips=(0.0, 50.0, 0.0), lean=3.0, bend=3.5, twist=-7.0, hands=((-11.0, 53.4, -9.5), (10.6, 54.8, 12.0)), elbows=BACK,
    feet=((-3.4, 5.0, 14.5), (3.6, 7.8, -15.0)), heels=(-16.0, 40.0), out=(5.0, 6.0), head=(3.0, 0.0, 0.0),
)
STRIDE_AWAY = replace(STRIDE, feet=((-3.2, 4.7, 11.0), (3.4, 6.2, -12.0)), heels=(-6.0, 22.0))
RUN = Pose(
    hips=(0.0, 52.5, 0.0), lean=11.0, bend=5.0, twist=-12.0, hands=((-8.5, 63.0, -12.0), (6.5, 74.0, 19.0)),
        elbows=((-0.4, -0.3, -1.0), (0.5, -1.0, -0.5)),
    feet=((-3.6, 21.0, 15.0), (3.6, 17.5, -27.0)), heels=(4.0, 74.0), out=(3.0, 3.0), head=(-6.0, 0.0, 0.0),
)
SEATED = Pose(
    hips=(0.0, 29.5, 0.0), lean=-3.0, bend=10.0, hands=((-6.5, 35.5, 17.0), (6.5, 35.0, 15.0)),
        elbows=((-0.8, -0.4, -0.8), (0.8, -0.4, -0.8)),
    feet=((-5.2, 4.0, 25.0), (5.4, 4.0, 21.0)), out=(10.0, 12.0), is_seated=True, head=(6.0, 0.0, 0.0),
)
ON_GROUND = Pose(
    hips=(0.0, 6.2, 0.0), lean=6.0, bend=24.0, hands=((-3.0, 19.0, 21.0), (3.0, 20.0, 21.5)),
        elbows=((-1.0, -0.2, 0.0), (1.0, -0.2, 0.0)),
    feet=((-5.0, 4.0, 23.0), (5.0, 4.0, 20.0)), out=(8.0, 8.0), is_seated=True, head=(-8.0, 0.0, 0.0), knees=UP,
)
ON_EDGE = Pose(
    hips=(0.0, 5.6, -3.0), lean=0.0, bend=10.0, hands=((-13.5, 2.0, -3.0), (13.5, 2.0, -4.0)),
        elbows=((-0.6, 0.0, -1.0), (0.6, 0.0, -1.0)),
    feet=((-5.0, -19.0, 23.0), (5.0, -17.0, 20.0)), heels=(22.0, 28.0), out=(6.0, 8.0), on="seat", is_seated=True, head=(4.0, 0.0, 0.0),
)

POSES: dict[str, Pose] = {
    "stand_away": replace(STANDING, view=AWAY),
    "stand_turned": replace(STANDING, view=TURNED),
    "stand_side": replace(STANDING, view=SIDE, feet=((-4.6, 4.0, 3.6), (4.0, 4.0, -2.4)), roll=0.0,
        hands=((-11, 52, 3.5), (11, 52, 0.5))),
    "stand_toward": replace(STANDING, view=TOWARD),
    "pockets_away": replace(STANDING, view=AWAY, hands=POCKETS, elbows=OUT, holds="pockets"),
    "pockets_turned": replace(STANDING, view=TURNED, hands=POCKETS, elbows=OUT, holds="pockets"),
    "pockets_side": replace(STANDING, view=SIDE, hands=POCKETS, elbows=BACK, holds="pockets", roll=0.0, head=(10.0, 0.0, 0.0)),
    "look_up_away": replace(STANDING, view=AWAY, bend=-4.0, lean=-2.0, head=(-30.0, 0.0, 4.0)),
    "look_up_side": replace(STANDING, view=SIDE, bend=-5.0, lean=-3.0, roll=0.0, head=(-34.0, 0.0, 0.0),
        hands=((-11, 52, 0), (11, 52, -2))),
    "look_up_turned": replace(STANDING, view=130.0, bend=-4.0, lean=-3.0, head=(-32.0, 0.0, 0.0), hands=POCKETS, elbows=OUT,
        holds="pockets"),
    "walk_away": replace(STRIDE_AWAY, view=AWAY),
    "walk_turned": replace(STRIDE_AWAY, view=145.0),
    "walk_side": replace(STRIDE, view=SIDE),
    "walk_toward": replace(STRIDE_AWAY, view=30.0),
    "walk_pockets_away": replace(STRIDE_AWAY, view=168.0, hands=POCKETS, elbows=OUT, holds="pockets", twist=-3.0, head=(12.0, 0.0, 0.0)),
    "walk_pockets_side": replace(STRIDE, view=SIDE, hands=POCKETS, elbows=BACK, holds="pockets", twist=-3.0, head=(13.0, 0.0, 0.0)),
    "run_side": replace(RUN, view=SIDE),
    "run_away": replace(RUN, view=155.0),
    "sit_chair_side": replace(SEATED, view=SIDE),
    "sit_chair_away": replace(SEATED, view=AWAY),
    "sit_chair_turned": replace(SEATED, view=135.0),
    "sit_bench_away": replace(SEATED, view=AWAY, lean=-6.0, hands=((-17.0, 42.0, -2.0), (9.0, 35.0, 14.0)), elbows=OUT,
        head=(0.0, 8.0, 4.0)),
    "sit_bow_side": replace(SEATED, view=SIDE, lean=16.0, bend=26.0, hands=((-3.0, 40.0, 24.0), (3.0, 39.0, 24.0)), elbows=DOWN,
        head=(20.0, 0.0, 0.0)),
    "sit_read_side": replace(SEATED, view=SIDE, hands=((-4.0, 48.0, 19.0), (4.0, 48.0, 19.0)), elbows=DOWN, head=(24.0, 0.0, 0.0),
        bend=14.0, holds="book"),
    "sit_knees_side": replace(ON_GROUND, view=SIDE),
    "sit_knees_away": replace(ON_GROUND, view=AWAY),
    "sit_knees_turned": replace(ON_GROUND, view=125.0),
    "sit_lean_back_side": replace(ON_GROUND, view=SIDE, lean=-22.0, bend=8.0, hands=((-11.0, 4.0, -22.0), (11.0, 4.0, -23.0)),
        elbows=((-0.4, 0.2, -1.0), (0.4, 0.2, -1.0)), feet=((-5.0, 4.0, 30.0), (5.0, 4.0, 42.0)), head=(-16.0, 0.0, 0.0)),
    "sit_lean_back_away": replace(ON_GROUND, view=172.0, lean=-16.0, bend=6.0, hands=((-17.0, 3.0, -14.0), (18.0, 3.0, -14.0)),
        elbows=((-0.6, 0.2, -1.0), (0.6, 0.2, -1.0)), feet=((-7.0, 4.0, 36.0), (6.0, 4.0, 40.0)), head=(-10.0, 0.0, 3.0)),
    "sit_edge_away": replace(ON_EDGE, view=AWAY),
    "sit_edge_side": replace(ON_EDGE, view=SIDE),
    "sit_edge_turned": replace(ON_EDGE, view=130.0),
    "lean_rail_away": replace(STANDING, view=AWAY, hips=(1.0, 50.2, -4.0), lean=14.0, bend=16.0, roll=-1.5,
        hands=((-9.0, 62.0, 20.0), (10.0, 62.0, 20.0)), elbows=((-1.0, -0.3, -0.2), (1.0, -0.3, -0.2)),
        feet=((-1.5, 4.0, -2.0), (4.2, 4.0, -5.0)), head=(-8.0, 0.0, 0.0)),
    "lean_rail_side": replace(STANDING, view=SIDE, hips=(0.0, 50.0, -5.0), lean=16.0, bend=18.0, roll=0.0,
        hands=((-8.0, 62.0, 22.0), (8.0, 62.0, 22.0)), elbows=((-0.4, -1.0, -0.4), (0.4, -1.0, -0.4)),
        feet=((-3.0, 4.0, -1.0), (4.0, 4.0, -11.0)), head=(-12.0, 0.0, 0.0)),
    "lean_wall_side": replace(STANDING, view=SIDE, hips=(0.0, 49.5, -2.0), lean=-8.0, bend=4.0, roll=0.0, hands=POCKETS, elbows=BACK,
        holds="pockets", feet=((-4.0, 17.0, -6.0), (4.0, 4.0, 9.0)), heels=(34.0, 0.0), head=(14.0, 0.0, 0.0)),
    "umbrella_away": replace(STANDING, view=AWAY, hands=((-12.0, 51.8, 2.0), (7.5, 66.0, 10.0)),
        elbows=((-0.5, -0.2, -1.0), (0.9, -1.0, -0.2)), holds="umbrella"),
    "umbrella_turned": replace(STANDING, view=TURNED, hands=((-12.0, 51.8, 2.0), (6.5, 66.0, 11.0)),
        elbows=((-0.5, -0.2, -1.0), (0.7, -1.0, -0.4)), holds="umbrella"),
    "umbrella_walk_side": replace(STRIDE, view=SIDE, hands=((-11.0, 53.4, -9.0), (5.0, 67.0, 12.0)),
        elbows=((-0.3, -0.2, -1.0), (0.5, -1.0, -0.4)), holds="umbrella"),
    "umbrella_walk_away": replace(STRIDE_AWAY, view=172.0, hands=((-11.0, 53.4, -8.0), (7.0, 66.0, 11.0)),
        elbows=((-0.3, -0.2, -1.0), (0.9, -1.0, -0.2)), holds="umbrella"),
    "phone_side": replace(STANDING, view=SIDE, roll=0.0, bend=10.0, hands=((-8.0, 55.0, 6.0), (2.0, 68.0, 16.0)),
        elbows=((-0.4, -0.2, -1.0), (0.5, -1.0, -0.5)), head=(24.0, 0.0, 0.0), holds="phone"),
    "phone_turned": replace(STANDING, view=132.0, bend=9.0, hands=((-9.0, 54.0, 4.0), (2.0, 68.0, 16.0)),
        elbows=((-0.4, -0.2, -1.0), (0.8, -1.0, -0.4)), head=(22.0, 0.0, 0.0), holds="phone"),
    "call_side": replace(STANDING, view=SIDE, roll=0.0, hands=((-10.0, 53.0, 3.0), (4.4, 91.0, 4.0)),
        elbows=((-0.4, -0.2, -1.0), (0.6, -1.0, 0.6)), head=(10.0, 0.0, 0.0), holds="phone"),
    "cup_side": replace(STANDING, view=SIDE, roll=0.0, hands=((-10.0, 54.0, 3.0), (3.0, 74.0, 15.0)),
        elbows=((-0.4, -0.2, -1.0), (0.6, -1.0, -0.4)), holds="cup"),
    "suitcase_away": replace(STANDING, view=AWAY, hands=((-12.3, 51.8, 2.0), (13.0, 51.0, 0.0)), roll=2.0, holds="suitcase"),
    "suitcase_walk_side": replace(STRIDE, view=SIDE, hands=((-11.0, 54.4, 9.0), (12.0, 52.0, -1.0)), holds="suitcase"),
    "trolley_walk_away": replace(STRIDE_AWAY, view=160.0, hands=((-11.0, 54.0, 8.0), (12.0, 52.6, -8.0)), holds="trolley"),
    "guitar_case_away": replace(STANDING, view=AWAY, hands=POCKETS, elbows=OUT, holds="pockets guitar_case"),
    "guitar_case_walk": replace(STRIDE_AWAY, view=158.0, holds="guitar_case"),
    "guitar_sit_side": replace(SEATED, view=58.0, hands=((-15.0, 53.0, 20.0), (7.0, 46.0, 14.0)),
        elbows=((-0.8, -1.0, 0.0), (1.0, 0.2, -0.4)), head=(16.0, -12.0, 0.0), bend=14.0, holds="guitar_acoustic"),
    "flowers_away": replace(STANDING, view=AWAY, hands=((-3.0, 52.0, -8.5), (3.4, 53.5, -8.8)), elbows=OUT, holds="flowers"),
    "balloon_away": replace(STANDING, view=AWAY, hands=((-12.3, 51.8, 2.0), (13.0, 62.0, 9.0)),
        elbows=((-0.5, -0.2, -1.0), (0.8, -1.0, -0.4)), holds="balloon", head=(-14.0, 0.0, 3.0)),
    "wave_away": replace(STANDING, view=AWAY, hands=((-12.3, 51.8, 2.0), (17.5, 101.0, 3.0)),
        elbows=((-0.5, -0.2, -1.0), (1.0, -0.5, 0.0)), roll=-4.0),
    "wave_turned": replace(STANDING, view=138.0, hands=((-12.3, 51.8, 2.0), (15.0, 103.0, 8.0)),
        elbows=((-0.5, -0.2, -1.0), (1.0, -0.5, 0.0)), roll=-4.0),
    "arms_up_away": replace(STANDING, view=AWAY, hands=((-16.0, 106.0, 2.0), (15.0, 108.0, 3.0)),
        elbows=((-1.0, 0.0, -0.2), (1.0, 0.0, -0.2)), bend=-3.0, head=(-16.0, 0.0, 0.0)),
    "arms_wide_away": replace(STANDING, view=AWAY, hands=((-36.0, 86.0, 2.0), (36.0, 88.0, 2.0)),
        elbows=((0.0, -1.0, -0.3), (0.0, -1.0, -0.3)), bend=-3.0, head=(-14.0, 0.0, 0.0)),
    "reach_side": replace(STANDING, view=SIDE, roll=0.0, lean=5.0, hands=((-11.0, 52.0, -2.0), (5.0, 88.0, 28.0)),
        elbows=((-0.4, -0.2, -1.0), (0.4, -1.0, 0.0)), head=(-12.0, 0.0, 0.0)),
    "kneel_side": replace(STANDING, view=SIDE, hips=(0.0, 30.0, 0.0), roll=0.0, lean=4.0, bend=12.0,
        feet=((-4.6, 4.0, 21.0), (4.4, 9.4, -20.0)), heels=(0.0, 62.0), hands=((-6.0, 36.0, 22.0), (8.0, 34.0, 12.0)),
        head=(18.0, 0.0, 0.0)),
    "lie_side": Pose(SIDE, (0.0, 6.4, 0.0), lean=-87.0, bend=2.0, hands=((-14.0, 9.0, -38.0), (9.0, 10.0, -6.0)),
        elbows=((-1.0, 0.2, 0.0), (1.0, 0.2, 0.3)), feet=((-5.0, 5.0, 47.0), (5.0, 4.0, 25.0)), heels=(-70.0, 0.0),
        head=(12.0, 0.0, 0.0), is_seated=True, knees=UP),
    "elder_side": Pose(SIDE, (0.0, 48.6, -2.0), lean=10.0, bend=27.0, head=(-20.0, 0.0, 0.0),
        hands=((-9.0, 52.0, 2.0), (9.0, 48.5, 24.0)), elbows=((-0.4, -0.2, -1.0), (0.5, -0.6, -1.0)),
        feet=((-4.4, 4.0, 6.0), (4.4, 6.0, -9.0)), heels=(0.0, 20.0), holds="stick"),
    "elder_away": Pose(166.0, (0.0, 48.6, -2.0), lean=9.0, bend=24.0, head=(-16.0, 0.0, 0.0),
        hands=((-11.0, 51.0, 2.0), (14.0, 48.5, 16.0)), elbows=((-0.5, -0.2, -1.0), (0.8, -0.5, -0.8)),
        feet=((-4.8, 4.0, 5.0), (4.8, 5.0, -5.0)), heels=(0.0, 14.0), holds="stick"),
    "elder_hands_back": Pose(164.0, (0.0, 49.2, 0.0), lean=9.0, bend=22.0, head=(-14.0, 0.0, 0.0),
        hands=((-2.0, 55.0, -9.0), (2.0, 56.4, -9.6)), elbows=OUT, feet=((-4.4, 4.0, 7.0), (4.4, 5.6, -6.0)), heels=(0.0, 18.0)),
    "dance_arabesque": Pose(SIDE, (0.0, 57.4, 0.0), lean=16.0, bend=-14.0, hands=((-9.0, 92.0, 30.0), (12.0, 92.0, -22.0)),
        elbows=((-0.6, -0.6, 0.0), (0.6, -0.6, 0.0)), feet=((-2.6, 10.4, 0.0), (2.6, 66.0, -44.0)), heels=(62.0, 100.0),
        out=(14.0, 14.0), head=(-14.0, 0.0, 0.0)),
    "dance_leap": Pose(SIDE, (0.0, 66.0, 0.0), lean=4.0, bend=-8.0, hands=((-10.0, 108.0, 22.0), (12.0, 102.0, -20.0)),
        elbows=((-1.0, -0.3, 0.0), (1.0, -0.3, 0.0)), feet=((-2.6, 58.0, 44.0), (2.6, 52.0, -44.0)), heels=(46.0, 104.0),
        out=(6.0, 6.0), head=(-16.0, 0.0, 0.0)),
    "dance_turn": Pose(168.0, (0.0, 57.6, 0.0), lean=0.0, bend=-4.0, hands=((-5.0, 111.0, 5.0), (5.0, 112.0, 5.0)),
        elbows=((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)), feet=((-2.0, 10.4, 0.0), (2.4, 33.0, 4.0)), heels=(60.0, 70.0), out=(24.0, 30.0),
        knees=((-0.2, 0.0, 1.0), (1.0, 0.1, 0.35)), head=(-6.0, 0.0, -4.0)),
    "dance_sway": Pose(160.0, (3.0, 49.8, 0.0), lean=-2.0, bend=-3.0, roll=-7.0, twist=14.0,
        hands=((-24.0, 62.0, 6.0), (15.0, 106.0, 6.0)), elbows=((-0.6, 0.2, -1.0), (1.0, -0.3, 0.0)),
        feet=((-10.0, 4.0, 4.0), (5.0, 4.0, -2.0)), heels=(24.0, 0.0), out=(24.0, 10.0), head=(-4.0, -14.0, 7.0)),
    "sing_toward": replace(STANDING, view=16.0, hands=((-18.0, 62.0, 10.0), (2.5, 81.5, 12.0)),
        elbows=((-1.0, -0.5, -0.4), (1.0, -0.8, 0.0)), head=(-6.0, 0.0, 5.0), bend=-2.0, holds="mic_stand"),
    "sing_side": replace(STANDING, view=SIDE, roll=0.0, lean=-2.0, bend=0.0, hands=((-8.0, 60.0, 17.0), (2.0, 85.0, 15.0)),
        elbows=((-0.4, -1.0, -0.2), (0.6, -1.0, 0.0)), head=(-14.0, 0.0, 0.0), holds="mic"),
    "guitar_toward": replace(STANDING, view=18.0, hands=((-24.0, 69.0, 11.0), (6.0, 56.5, 12.0)),
        elbows=((-0.6, -1.0, 0.0), (1.0, 0.1, -0.5)), feet=((-9.0, 4.0, 3.0), (8.0, 4.0, -1.0)), out=(22.0, 20.0),
        head=(16.0, -18.0, 0.0), holds="guitar_electric"),
    "bass_toward": replace(STANDING, view=-22.0, hands=((-25.0, 70.0, 11.0), (7.0, 55.0, 12.0)),
        elbows=((-0.6, -1.0, 0.0), (1.0, 0.1, -0.5)), feet=((-8.0, 4.0, 0.0), (9.0, 4.0, 2.0)), out=(20.0, 22.0), head=(6.0, 10.0, 0.0),
        holds="guitar_bass"),
    "guitar_away": replace(STANDING, view=172.0, hands=((-24.0, 69.0, 11.0), (6.0, 57.0, 12.0)),
        elbows=((-0.6, -1.0, 0.0), (1.0, 0.1, -0.5)), feet=((-9.0, 4.0, 3.0), (8.0, 4.0, -1.0)), out=(22.0, 20.0),
        head=(10.0, 0.0, 0.0), holds="guitar_electric"),
    "drum_toward": replace(SEATED, view=4.0, hips=(0.0, 33.0, 0.0), lean=4.0, bend=6.0, hands=((-13.0, 57.0, 17.0), (14.0, 76.0, 15.0)),
        elbows=((-1.0, -0.6, -0.3), (1.0, -0.5, -0.3)), head=(4.0, 12.0, 4.0), holds="sticks"),
    "keys_toward": replace(STANDING, view=28.0, lean=7.0, bend=9.0, hands=((-9.0, 57.0, 18.0), (9.0, 57.0, 18.0)),
        elbows=((-0.8, -0.8, -0.6), (0.8, -0.8, -0.6)), head=(18.0, 0.0, 0.0)),
    "hand_in_hand_left": replace(STRIDE_AWAY, view=176.0, hands=((-15.0, 52.0, 1.0), (10.6, 54.0, 9.0))),
    "hand_in_hand_right": replace(STRIDE_AWAY, view=176.0, hands=((-10.6, 54.0, -8.0), (15.0, 52.0, 1.0)),
        feet=((-3.4, 6.2, -12.0), (3.2, 4.7, 11.0)), heels=(22.0, -6.0), twist=5.0),
    "stand_hand_right": replace(STANDING, view=AWAY, hands=((-12.3, 51.8, 2.0), (15.5, 52.4, 1.0)), head=(6.0, 12.0, 4.0)),
    "child_hand_left": replace(STANDING, view=AWAY, hands=((-20.5, 84.0, 1.0), (12.6, 52.0, 2.0)),
        elbows=((-1.0, -0.4, 0.0), (0.5, -0.2, -1.0)), head=(-14.0, -14.0, -4.0), roll=-3.0),
    "embrace_side": replace(STANDING, view=SIDE, roll=0.0, lean=5.0, bend=4.0, hands=((-4.0, 70.0, 22.0), (4.0, 76.0, 21.0)),
        elbows=((-1.0, -0.4, 0.0), (1.0, -0.6, 0.0)), feet=((-4.0, 4.0, 2.0), (4.0, 5.4, -6.0)), heels=(0.0, 16.0),
        head=(14.0, 0.0, 0.0)),
    "embraced_side": replace(STANDING, view=SIDE, roll=0.0, lean=3.0, bend=3.0, hands=((-5.0, 84.0, 19.0), (5.0, 80.0, 20.0)),
        elbows=((-1.0, -0.4, 0.0), (1.0, -0.6, 0.0)), feet=((-3.0, 8.0, -2.0), (4.0, 5.0, 1.0)), heels=(40.0, 12.0),
        head=(8.0, 0.0, 0.0)),
}
# fmt: on
